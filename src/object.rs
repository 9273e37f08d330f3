//! One rendered Kubernetes object: identity, canonical text, order.

use std::fmt;

use serde_json::Value;

pub mod list_keys;

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
