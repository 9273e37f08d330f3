//! Why the program and a server differ, where they do. A difference without a reason fails the test, and so does a reason
//! without a difference.

use crate::lab::verdict::{Case, judge::Verdict};

/// A difference that stays, and why.
pub(crate) struct Reason {
    pub(crate) title: &'static str,
    pub(crate) why: &'static str,
    pub(crate) covers: fn(&Case<'_>) -> bool,
}

pub(crate) const REASONS: &[Reason] = &[
    Reason {
        title: "1.35 takes whole numbers that need more than 32 bits",
        why: "The field has the format `int32`. Since 1.36 API servers check that, and so does the program: a number \
              that an older server keeps cannot be read by whoever uses the object, and stops the upgrade.",
        covers: |case| {
            let [newest, older] = &case.servers;
            case.input.class == "bound" && *newest == case.ours && *older == Verdict::Accepted
        },
    },
    Reason {
        title: "The server names no field",
        why: "A time in the metadata is decoded before the object is validated, and the error says only what is wrong \
              with it.",
        covers: |case| {
            case.servers.iter().all(|verdict| *verdict == nowhere()) && case.is_refused()
        },
    },
    Reason {
        title: "The server reads null as an item without fields",
        why: "The program says that the item is null, and the server what such an item lacks.",
        covers: |case| case.input.what == "is `[null]`" && case.is_refused(),
    },
    Reason {
        title: "The server drops the namespace of an object that has none",
        why: "`HermesClusterDefaults` belong to the whole cluster. A namespace there is a mistake even if it has no effect, \
              and the program looks at its syntax.",
        covers: |case| {
            !case.input.subject.kind.namespaced
                && case.input.path.to_string() == "metadata.namespace"
                && case.is_accepted_by_servers()
        },
    },
    Reason {
        title: "The reader is stricter than the server",
        why: "Readers of YAML disagree about some texts, or change them without a word: values that are tagged, keys that differ \
              only as YAML writes them, keys of more than 1,024 letters, and values that are nested more than 100 levels deep. \
              The program refuses those.",
        covers: |case| case.is_about_text() && case.is_refused() && case.is_accepted_by_servers(),
    },
    Reason {
        title: "A mistake in a text is no mistake in a field",
        why: "The reader marks a place in the text, and not always a field. The server has read no object yet, or names a field \
              of what it made of the text.",
        covers: |case| case.is_about_text() && case.is_refused(),
    },
    Reason {
        title: "The reader takes what the server does not",
        why: "`kubectl` resolves merges of maps before it sends anything, and so does the reader. JSON is read as YAML, in which \
              a comma may stand after the last field, and a value may begin with a question mark.",
        covers: |case| case.is_about_text() && case.ours == Verdict::Accepted,
    },
];

fn nowhere() -> Verdict {
    Verdict::Refused([String::new()].into())
}
