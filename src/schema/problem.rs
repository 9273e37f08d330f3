//! One finding of the walk, before it is known in which text it stands.

use crate::{
    diagnostic::{Code, Diagnostic},
    document::Document,
    field_path::{FieldPath, PathRef},
};

/// What is wrong with one value of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What kind of problem.
    pub code: &'static Code,
    /// The value.
    pub path: FieldPath,
    /// What of it is marked in the text.
    pub mark: Mark,
    /// What is wrong.
    pub message: String,
    /// A few words under the marked text.
    pub label: Option<String>,
    /// What to do.
    pub help: Option<String>,
}

/// What is marked in the text of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// The value.
    Value,
    /// The key before the value.
    Key,
    /// A field of the value, which says best what is wrong with the whole.
    Field(String),
}

impl Problem {
    /// A problem with the value at a path.
    pub(crate) fn new(code: &'static Code, path: PathRef<'_>, message: impl Into<String>) -> Self {
        Problem {
            code,
            path: path.to_path(),
            mark: Mark::Value,
            message: message.into(),
            label: None,
            help: None,
        }
    }

    /// The same, about the key.
    pub(crate) fn at_key(self) -> Self {
        Problem { mark: Mark::Key, ..self }
    }

    /// The same, with the mark at a field of the value.
    pub(crate) fn at_field(self, name: &str) -> Self {
        Problem { mark: Mark::Field(name.to_owned()), ..self }
    }

    /// The same, with a few words under the marked text.
    pub(crate) fn label(self, label: impl Into<String>) -> Self {
        Problem { label: Some(label.into()), ..self }
    }

    /// The same, with what to do.
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Problem { help: Some(help.into()), ..self }
    }

    /// The diagnostic, placed in the document that was walked.
    pub fn in_document(self, document: &Document) -> Diagnostic {
        let Problem { code, path, mark, message, label, help } = self;
        let location = match mark {
            Mark::Value => document.location(&path),
            Mark::Key => document.key_location(&path),
            Mark::Field(name) => document.location(&path.clone().key(&name)),
        };
        Diagnostic {
            location: Some(location),
            object: Some(document.title()),
            field: Some(path.to_string()),
            label,
            help,
            ..Diagnostic::new(code, message)
        }
    }
}
