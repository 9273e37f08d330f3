//! What is wrong, where, and what to do about it.
//!
//! A mistake in a user's file is a value, not an error that stops the program: every stage appends to one
//! `Vec<Diagnostic>`, and `terminal` prints them all. Each carries a [`Code`] that never changes its meaning.

use std::{borrow::Cow, cmp::Ordering, fmt, sync::Arc};

pub mod catalogue;

/// How many characters of a name or a value stand in a message.
pub(crate) const SHOWN: usize = 60;

/// The beginning of a text, with `…` in place of what is over `most` characters.
pub(crate) fn cut(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// A text of a server or a program as one line of a message: no control codes, and not too long.
#[cfg(any(feature = "git", feature = "oci"))]
pub(crate) fn printable(text: &str) -> String {
    /// As much as helps.
    const MOST: usize = 400;
    let line: String =
        text.trim().chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    cut(&line, MOST).into_owned()
}

/// One text that documents are read from.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// The name that messages show: a path as the user gave it, or `<stdin>`.
    pub name: String,
    /// The whole text.
    pub text: String,
}

impl Source {
    /// The line and column of a byte offset, both counted from 1, the column in characters.
    pub fn position(&self, offset: u32) -> (usize, usize) {
        let before = self.text.get(..offset as usize).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

/// A range of bytes in a [`Source`], the end excluded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

/// A range of bytes in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The text.
    pub source: Arc<Source>,
    /// The bytes that are meant.
    pub span: Span,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing is rendered.
    Error,
    /// It renders, and is probably not what the author wants.
    Warning,
    /// Good to know.
    Note,
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        })
    }
}

/// One kind of problem: its stable identifier and its page in the documentation.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// `P` and four digits. Never reused for something else.
    pub id: &'static str,
    /// How bad it is, always.
    pub level: Level,
    /// A short sentence without full stop, the title of the page.
    pub title: &'static str,
    /// The page in Markdown: what it means, why it is so, what to write instead.
    pub page: &'static str,
}

/// One problem in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of problem.
    pub code: &'static Code,
    /// What is wrong, here: a fragment in lower case without full stop. Never holds a secret's value.
    pub message: String,
    /// Where; none when the problem is about the run as a whole.
    pub location: Option<Location>,
    /// The object that it is about, such as `HermesInstance agents/demo`.
    pub object: Option<String>,
    /// The path of the field in that object, such as `spec.env[0].name`.
    pub field: Option<String>,
    /// A few words under the marked text.
    pub label: Option<String>,
    /// What to do: one sentence.
    pub help: Option<String>,
    /// Whether the marked text is a secret, which no report shows.
    pub is_secret: bool,
}

impl Diagnostic {
    /// A problem that is not yet placed.
    pub fn new(code: &'static Code, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            message: message.into(),
            location: None,
            object: None,
            field: None,
            label: None,
            help: None,
            is_secret: false,
        }
    }

    /// The same, at a place.
    #[must_use]
    pub fn at(self, location: Location) -> Self {
        Diagnostic { location: Some(location), ..self }
    }

    /// The same, about an object.
    #[must_use]
    pub fn about(self, object: impl Into<String>) -> Self {
        Diagnostic { object: Some(object.into()), ..self }
    }

    /// The same, about a field.
    #[must_use]
    pub fn field(self, field: impl fmt::Display) -> Self {
        Diagnostic { field: Some(field.to_string()), ..self }
    }

    /// The same, with a few words under the marked text.
    #[must_use]
    pub fn label(self, label: impl Into<String>) -> Self {
        Diagnostic { label: Some(label.into()), ..self }
    }

    /// The same, with what to do.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Diagnostic { help: Some(help.into()), ..self }
    }

    /// The same, with the marked text hidden from every report.
    #[must_use]
    pub fn secret(self) -> Self {
        Diagnostic { is_secret: true, ..self }
    }

    /// How bad it is.
    pub fn level(&self) -> Level {
        self.code.level
    }

    /// The order of a report: by file, place, code, and message.
    pub fn order(&self, other: &Self) -> Ordering {
        fn key(diagnostic: &Diagnostic) -> (Option<(&str, Span)>, &str, &str, &str) {
            let place =
                diagnostic.location.as_ref().map(|place| (place.source.name.as_str(), place.span));
            let field = diagnostic.field.as_deref().unwrap_or_default();
            (place, diagnostic.code.id, &diagnostic.message, field)
        }
        key(self).cmp(&key(other))
    }
}
