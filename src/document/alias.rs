//! Anchors and aliases: each alias is a copy, and copies are counted so that a small text cannot become a huge value.

use std::{collections::BTreeMap, mem};

use serde_json::Value;

use crate::{
    diagnostic::{Diagnostic, catalogue::reading::ALIAS_UNKNOWN},
    document::{NodeSpan, key::shown},
};

/// How many values all copies in one document may hold.
const MAX_NODES: usize = 100_000;
/// How many bytes of text all copies in one document may hold.
const MAX_BYTES: usize = 16 << 20;

/// The anchors of one document, and what copies may still cost.
pub(super) struct Anchors {
    known: BTreeMap<usize, Anchor>,
    nodes: usize,
    bytes: usize,
    refused: bool,
}

enum Anchor {
    /// The value has begun and not ended.
    Open,
    Complete(Copied),
    /// Copying the value would cost too much.
    TooLarge,
}

/// The problem of an alias that no anchor stands before.
pub(super) fn unknown(name: &str) -> Diagnostic {
    let message = format!("no anchor `&{}` stands before this alias", shown(name));
    Diagnostic::new(&ALIAS_UNKNOWN, message)
        .help("anchors end with their document; quote the value if it is text that begins with `*`")
}

/// The value of an anchor.
#[derive(Clone)]
pub(super) struct Copied {
    pub(super) value: Value,
    pub(super) spans: Vec<NodeSpan>,
    /// How many levels the value has.
    pub(super) height: usize,
    bytes: usize,
}

/// Why an alias has no value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// It stands inside the value that it names.
    Recursive,
    /// The copies of the document hold too much.
    TooLarge {
        /// It was said before about this document.
        again: bool,
    },
}

impl Anchors {
    pub(super) fn new() -> Self {
        Anchors { known: BTreeMap::new(), nodes: MAX_NODES, bytes: MAX_BYTES, refused: false }
    }

    /// An anchored value begins.
    pub(super) fn open(&mut self, id: usize) {
        self.known.insert(id, Anchor::Open);
    }

    /// An anchored value has ended. Keeping it is a copy too.
    pub(super) fn complete(&mut self, id: usize, value: &Value, spans: &[NodeSpan]) {
        let (height, bytes) = measure(value);
        let anchor = if self.pay(spans.len(), bytes) {
            Anchor::Complete(Copied { value: value.clone(), spans: spans.to_vec(), height, bytes })
        } else {
            Anchor::TooLarge
        };
        self.known.insert(id, anchor);
    }

    /// The value of an alias.
    pub(super) fn copy(&mut self, id: usize) -> Result<Copied, Refused> {
        let (nodes, bytes) = match self.known.get(&id) {
            Some(Anchor::Complete(anchor)) => (anchor.spans.len(), anchor.bytes),
            Some(Anchor::Open) | None => return Err(Refused::Recursive),
            Some(Anchor::TooLarge) => return Err(self.refuse()),
        };
        if !self.pay(nodes, bytes) {
            return Err(self.refuse());
        }
        match self.known.get(&id) {
            Some(Anchor::Complete(anchor)) => Ok(anchor.clone()),
            _ => Err(Refused::Recursive),
        }
    }

    fn refuse(&mut self) -> Refused {
        Refused::TooLarge { again: mem::replace(&mut self.refused, true) }
    }

    fn pay(&mut self, nodes: usize, bytes: usize) -> bool {
        let left = self.nodes.checked_sub(nodes).zip(self.bytes.checked_sub(bytes));
        let Some((nodes, bytes)) = left else { return false };
        (self.nodes, self.bytes) = (nodes, bytes);
        true
    }
}

/// The levels of a value, and the bytes of its texts.
fn measure(value: &Value) -> (usize, usize) {
    let add = |(height, bytes): (usize, usize), (inner_height, inner_bytes): (usize, usize)| {
        (height.max(inner_height + 1), bytes + inner_bytes)
    };
    match value {
        Value::String(text) => (1, text.len()),
        Value::Array(items) => items.iter().map(measure).fold((1, 0), add),
        Value::Object(map) => map
            .iter()
            .map(|(key, inner)| {
                let (height, bytes) = measure(inner);
                (height, bytes + key.len())
            })
            .fold((1, 0), add),
        Value::Null | Value::Bool(_) | Value::Number(_) => (1, 0),
    }
}
