//! What a tag such as `!!str` makes of a value.

use granit_parser::Tag;

use crate::{
    diagnostic::{Diagnostic, catalogue::reading::TAG},
    document::scalar::{self, Plain},
};

const CORE: &str = "tag:yaml.org,2002:";

/// What a tag asks for.
pub(super) enum Wanted {
    /// What the value would be without the tag.
    Usual,
    /// Text, whatever it looks like.
    Text,
    /// What the text means although it may be quoted.
    Meaning,
}

/// What the tag of a scalar asks for, or why it is refused.
pub(super) fn of_scalar(tag: &Tag, text: &str) -> Result<Wanted, Box<Diagnostic>> {
    if is_plain_mark(tag) {
        return Ok(Wanted::Text);
    }
    let name = tag.suffix_in_namespace(CORE).ok_or_else(|| unknown(tag))?;
    let plain = || scalar::resolve(text);
    let agrees = match &*name {
        "str" | "timestamp" => return Ok(Wanted::Text),
        "null" => plain() == Plain::Null,
        "bool" => matches!(plain(), Plain::Bool(_)),
        "int" => matches!(plain(), Plain::Number(number) if !number.is_f64()),
        "float" => matches!(plain(), Plain::Number(_)),
        "binary" => return Err(binary()),
        _ => return Err(unknown(tag)),
    };
    if agrees { Ok(Wanted::Meaning) } else { Err(disagrees(tag)) }
}

/// Whether the tag of a map or list says what it is anyway.
pub(super) fn of_collection(tag: &Tag, expected: &str) -> Result<(), Box<Diagnostic>> {
    if is_plain_mark(tag) || tag.is_yaml_core_schema_tag(expected) {
        return Ok(());
    }
    Err(if tag.is_yaml_core_schema() { disagrees(tag) } else { unknown(tag) })
}

/// `!` alone: the value is what it looks like, and a scalar is text.
fn is_plain_mark(tag: &Tag) -> bool {
    tag.handle().is_empty() && tag.suffix() == "!"
}

fn unknown(tag: &Tag) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::new(&TAG, format!("the tag `{}` means nothing to Kubernetes", tag.original()))
            .help("remove the tag"),
    )
}

fn disagrees(tag: &Tag) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::new(&TAG, format!("the value is not what its tag `{}` says", tag.original()))
            .help("remove the tag, or correct the value"),
    )
}

fn binary() -> Box<Diagnostic> {
    Box::new(
        Diagnostic::new(&TAG, "the tag `!!binary` asks for bytes, and JSON has none")
            .help("remove the tag and keep the base64 text, as in the `data` of a Secret"),
    )
}
