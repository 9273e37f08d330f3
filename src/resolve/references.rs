//! ConfigMaps and Secrets that an agent's Pod reads and that are not rendered from its instance.
//!
//! A Pod sees a change of them at its next start, and nothing starts it. So the content of those that are part of the
//! input goes into the digest that rolls the Pod out, and the others are noted. Values of Secrets are never hashed.

use serde_json::Value;

use crate::{field_path::FieldPath, resolve::Instance};

/// The fields of `spec` that may name them for the Pod.
const FIELDS: &[&str] = &[
    "spec.apiServer",
    "spec.config.configMapRef",
    "spec.dashboard",
    "spec.env",
    "spec.envFrom",
    "spec.extraVolumes",
    "spec.initContainers",
    "spec.mcpServers",
    "spec.migration",
    "spec.model",
    "spec.observability.otlp",
    "spec.profileStore.honcho.apiKeySecretRef",
    "spec.security.caBundle",
    "spec.sidecars",
    "spec.skills",
    "spec.tailscale",
    "spec.webTerminal",
    "spec.workspace.configMapRef",
];

/// What a reference leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReferenceKind {
    /// A ConfigMap.
    ConfigMap,
    /// A Secret.
    Secret,
}

/// One ConfigMap or Secret that the Pod reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference<'a> {
    /// What it leads to.
    pub kind: ReferenceKind,
    /// The name of the object, in the namespace of the instance.
    pub name: &'a str,
}

/// Every reference of an instance and the field that it stands in or below, each object once, in the order of their names.
pub fn references(instance: &Instance) -> Vec<(Reference<'_>, FieldPath)> {
    let mut found = Vec::new();
    for field in FIELDS {
        let Some(value) = instance.get(field) else { continue };
        let key = field.rsplit('.').next().unwrap_or(field);
        walk(key, value, &mut |reference| found.push((reference, FieldPath::of(field))));
    }
    found.sort();
    found.dedup_by(|right, left| right.0 == left.0);
    found
}

fn walk<'a>(key: &str, value: &'a Value, found: &mut dyn FnMut(Reference<'a>)) {
    let mut named = |kind, field: &str| {
        if let Some(name) = value.get(field).and_then(Value::as_str).filter(|name| !name.is_empty())
        {
            found(Reference { kind, name });
        }
    };
    match key {
        "configMap" | "configMapKeyRef" | "configMapRef" => named(ReferenceKind::ConfigMap, "name"),
        "secretKeyRef" | "secretRef" => named(ReferenceKind::Secret, "name"),
        key if key.ends_with("SecretRef") => named(ReferenceKind::Secret, "name"),
        // A volume calls it `secretName`, a source of a projected volume `name`.
        "secret" => {
            named(ReferenceKind::Secret, "secretName");
            named(ReferenceKind::Secret, "name");
        }
        "caBundle" => {
            named(ReferenceKind::ConfigMap, "configMapName");
            named(ReferenceKind::Secret, "secretName");
        }
        // A skill's ConfigMap is named in one text with its kind.
        "source" => {
            if let Some(name) = value.as_str().and_then(|text| text.strip_prefix("configmap:")) {
                found(Reference { kind: ReferenceKind::ConfigMap, name });
            }
        }
        _ => {}
    }
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| walk(key, value, found)),
        Value::Array(list) => list.iter().for_each(|value| walk("", value, found)),
        _ => {}
    }
}
