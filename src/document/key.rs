//! The keys of maps: text in JSON, whatever they are in YAML.

use std::borrow::Cow;

use serde_json::Number;

use crate::{
    diagnostic::{
        Diagnostic, SHOWN, Span,
        catalogue::reading::{KEY, KEY_READ_AS},
        cut,
    },
    document::{
        problems::Problems,
        scalar::{self, Plain},
    },
};

/// How many bytes a key may have. The longest that Kubernetes takes anywhere has 317.
const MAX_BYTES: usize = 1 << 16;

/// A key of a map.
pub(super) enum Key {
    Name(String),
    /// `<<`: the entries of its value join the map.
    Merge,
    /// The entry is dropped; the reason is reported.
    Refused,
}

/// What a scalar says as a key. Numbers and booleans become text, as `kubectl` does it on the way to JSON.
pub(super) fn read(text: Cow<str>, plain: bool, span: Span, problems: &mut Problems) -> Key {
    if text.len() > MAX_BYTES {
        let message = format!("the key has {} bytes, and {MAX_BYTES} is the limit", text.len());
        problems.add(span, Diagnostic::new(&KEY, message));
        return Key::Refused;
    }
    if !plain {
        return Key::Name(text.into_owned());
    }
    if text == "<<" {
        return Key::Merge;
    }
    let name = match scalar::resolve(&text) {
        Plain::Text => return Key::Name(text.into_owned()),
        Plain::Bool(value) => Some(value.to_string()),
        Plain::Number(number) => number_as_key(&number),
        Plain::Null => {
            let problem = Diagnostic::new(&KEY, "a key is missing or null")
                .help("write the key before the colon; quote it if it is a word such as \"null\"");
            problems.add(span, problem);
            return Key::Refused;
        }
        Plain::Outside => None,
    };
    let Some(name) = name else {
        let message = format!("the key `{}` is a number that has no plain text", shown(&text));
        problems.add(span, Diagnostic::new(&KEY, message).help("quote the key"));
        return Key::Refused;
    };
    if name != *text {
        let message = format!("the key `{}` is read as `{name}`", shown(&text));
        let problem = Diagnostic::new(&KEY_READ_AS, message)
            .help(format!("quote it to keep it: \"{}\"", shown(&text)));
        problems.add(span, problem);
    }
    Key::Name(name)
}

/// The problem of a key that is a map, a list, or an alias of something else than text.
pub(super) fn not_text() -> Diagnostic {
    Diagnostic::new(&KEY, "a key is a map, a list, or an alias, where only text can stand")
        .help("JSON has text as keys; in a template, quote `{{ … }}`")
}

/// A text short enough for a message.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    cut(text, SHOWN)
}

/// A number as text, where Go writes it without exponent: floating-point keys have single precision there.
fn number_as_key(number: &Number) -> Option<String> {
    if !number.is_f64() {
        return Some(number.to_string());
    }
    #[expect(clippy::cast_possible_truncation, reason = "the tools round keys to single precision")]
    let value = number.as_f64()? as f32;
    (1e-4..1e6).contains(&value.abs()).then(|| value.to_string())
}
