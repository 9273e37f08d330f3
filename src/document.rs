//! YAML text to values with spans.
//!
//! A document says what `kubectl` would send for the same text: [`scalar`] has the rules. [`parse`] never stops at the
//! first problem, and never trusts the text: depth, aliases, keys, documents, and problems are all counted.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    diagnostic::{Code, Diagnostic, Location, Source, Span},
    field,
    field_path::{FieldPath, Step},
};

mod alias;
mod encoding;
mod key;
mod merge;
mod problems;
mod read;
pub mod scalar;
mod shape;
mod syntax;
mod tag;
mod token;
mod told;
mod tree;

pub use encoding::decode;
pub use read::read;
pub(crate) use read::read_as;

/// How deep values may be nested. Every walk over a document's values recurses, so this bounds the stack.
pub const MAX_DEPTH: usize = 100;

/// One YAML document, or one item of a `kind: List`.
#[derive(Debug, Clone)]
pub struct Document {
    /// The text that it was read from.
    pub source: Arc<Source>,
    /// What it says.
    pub value: Value,
    spans: Spans,
}

/// Where each value of a document stands: one entry a value, in the order of a walk from the root, parents first.
#[derive(Debug, Clone, Default)]
struct Spans(Vec<NodeSpan>);

/// Where one value and the key before it stand.
#[derive(Debug, Clone, Copy, Default)]
struct NodeSpan {
    key: Span,
    value: Span,
}

/// Every Kubernetes object of a text, the items of lists included. Problems go to the report, and a document that cannot
/// be understood is left out; where a part of it cannot, the rest is kept so that the report can be complete.
pub fn parse(source: &Arc<Source>, report: &mut Vec<Diagnostic>) -> Vec<Document> {
    let mut objects = Vec::new();
    for document in read(source, report) {
        shape::objects(document, &mut objects, report);
    }
    objects
}

impl Document {
    /// A document that says nothing.
    pub(crate) fn empty(source: &Arc<Source>) -> Self {
        let value = Value::Object(serde_json::Map::new());
        Document { source: Arc::clone(source), value, spans: Spans::default() }
    }

    /// The value at a path.
    pub fn get(&self, path: &FieldPath) -> Option<&Value> {
        path.value(&self.value)
    }

    /// Where the value at a path stands. A path that leads out of the document gives the last value on the way. A block
    /// map or list begins with its first entry, which is not what is meant: the key before it stands for it.
    pub fn location(&self, path: &FieldPath) -> Location {
        let (key, value) = self.place(path);
        let first = self.source.text.as_bytes().get(value.span.start as usize);
        let is_whole = matches!(first, Some(b'{' | b'[' | b'*'));
        let is_block = !is_whole && self.leads_to_container(path);
        if is_block && key.span != Span::default() { key } else { value }
    }

    /// Whether the last value on the way of a path holds others.
    fn leads_to_container(&self, path: &FieldPath) -> bool {
        let mut here = &self.value;
        for step in &path.0 {
            match step.of(here) {
                Some(inner) => here = inner,
                None => break,
            }
        }
        here.is_object() || here.is_array()
    }

    /// Where the key of the last step of a path stands; for an item of a list, the item.
    pub fn key_location(&self, path: &FieldPath) -> Location {
        self.place(path).0
    }

    fn place(&self, path: &FieldPath) -> (Location, Location) {
        let mut node = 0;
        let mut value = &self.value;
        for step in &path.0 {
            let mut child = node + 1;
            let found = match (value, step) {
                (Value::Object(map), Step::Key(wanted)) => map.iter().find_map(|(key, inner)| {
                    let at = child;
                    child += size(inner);
                    (key == wanted).then_some((at, inner))
                }),
                (Value::Array(list), Step::Index(wanted)) => {
                    list.iter().enumerate().find_map(|(index, inner)| {
                        let at = child;
                        child += size(inner);
                        (index == *wanted).then_some((at, inner))
                    })
                }
                _ => None,
            };
            match found {
                Some(found) => (node, value) = found,
                None => break,
            }
        }
        let span = self.spans.0.get(node).copied().unwrap_or_default();
        let at = |span| Location { source: Arc::clone(&self.source), span };
        (at(span.key), at(span.value))
    }

    /// A problem at the value of a path in this document, with the object's name and the path filled in.
    pub fn problem(
        &self,
        code: &'static Code,
        path: &FieldPath,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::new(code, message).at(self.location(path)).about(self.title()).field(path)
    }

    /// `kind`, or nothing.
    pub fn kind(&self) -> &str {
        self.text("kind")
    }

    /// `apiVersion`, or nothing.
    pub fn api_version(&self) -> &str {
        self.text("apiVersion")
    }

    /// `metadata.name`, or nothing.
    pub fn name(&self) -> &str {
        self.metadata("name").unwrap_or_default()
    }

    /// `metadata.namespace`, where the document names one.
    pub fn namespace(&self) -> Option<&str> {
        self.metadata("namespace")
    }

    /// What messages call this document: `HermesInstance agents/demo`.
    pub fn title(&self) -> String {
        let name = match self.name() {
            "" => "(no name)",
            name => name,
        };
        let mut title = self.kind().to_owned();
        if !title.is_empty() {
            title.push(' ');
        }
        if let Some(namespace) = self.namespace() {
            title.extend([namespace, "/"]);
        }
        title + name
    }

    fn text(&self, key: &str) -> &str {
        field::text(&self.value, key)
    }

    fn metadata(&self, key: &str) -> Option<&str> {
        self.value.get("metadata")?.get(key)?.as_str()
    }
}

#[cfg(test)]
impl Document {
    /// A document that was read from nowhere: every span is empty.
    pub(crate) fn from_value(value: Value) -> Self {
        let source = Arc::new(Source { name: "test.yaml".to_owned(), text: String::new() });
        Document { source, value, spans: Spans::default() }
    }
}

/// How many values a tree holds, itself included.
fn size(value: &Value) -> usize {
    match value {
        Value::Object(map) => 1 + map.values().map(size).sum::<usize>(),
        Value::Array(list) => 1 + list.iter().map(size).sum::<usize>(),
        _ => 1,
    }
}

#[cfg(test)]
mod tests;
