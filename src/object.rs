//! One rendered Kubernetes object: identity, canonical text, order.

use std::{fmt, sync::Arc};

use serde_json::{Map, Value};

use crate::diagnostic::Location;

pub mod list_keys;
pub mod one_writer;
pub mod order;
pub mod pod_security;
pub mod release;
pub mod select;
pub mod strict;
pub mod yaml;

/// How objects are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// Canonical YAML.
    #[default]
    Yaml,
    /// JSON with two spaces of indent.
    Json,
}

/// One object of the output: the text, and what is needed to place it.
#[derive(Debug, Clone)]
pub struct RenderedObject {
    /// What makes it itself.
    pub identity: Identity,
    /// The instance that it was rendered from; none for an object that passed through.
    pub instance: Option<Arc<str>>,
    /// The canonical text, with a final newline.
    pub text: String,
    /// The document that it comes from.
    pub location: Location,
}

/// The text of an object.
pub fn to_text(object: &Value, format: Format) -> String {
    let mut text = String::with_capacity(1024);
    match format {
        Format::Yaml => yaml::emit(&mut text, object),
        Format::Json => {
            text.push_str(
                &serde_json::to_string_pretty(object)
                    .expect("a JSON value with string keys is always JSON"),
            );
            text.push('\n');
        }
    }
    // Thousands of texts are kept until the end of a run.
    text.shrink_to_fit();
    text
}

/// Adds annotations to an object.
pub(crate) fn annotate<'a>(
    object: &mut Value,
    annotations: impl IntoIterator<Item = (&'a str, Value)>,
) {
    for (name, value) in annotations {
        let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) else {
            return;
        };
        let all = metadata.entry("annotations").or_insert(Value::Null);
        if !all.is_object() {
            *all = Map::new().into();
        }
        if let Some(all) = all.as_object_mut() {
            all.insert(name.to_owned(), value);
        }
    }
}

/// What makes an object the same object: group, kind, namespace, and name, but not the version.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    /// The API group, empty for the core group.
    pub group: String,
    /// The kind.
    pub kind: String,
    /// The namespace, where the object names one.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
}

impl Identity {
    /// The identity of an object, or none if kind, apiVersion, or metadata.name is missing or not a string.
    pub fn of(object: &Value) -> Option<Self> {
        let api_version = object.get("apiVersion")?.as_str()?;
        let metadata = object.get("metadata")?;
        Some(Identity {
            group: api_version.split_once('/').map_or("", |(group, _)| group).to_owned(),
            kind: object.get("kind")?.as_str()?.to_owned(),
            namespace: metadata.get("namespace").and_then(Value::as_str).map(str::to_owned),
            name: metadata.get("name")?.as_str()?.to_owned(),
        })
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(formatter, "{} {namespace}/{}", self.kind, self.name),
            None => write!(formatter, "{} {}", self.kind, self.name),
        }
    }
}
