//! Rust types to the structural schemas that a custom resource definition may hold.
//!
//! A structural schema has no references, no unions, and no nulls. The types of Kubernetes within our own lose
//! their descriptions (they would make up most of the file) and get what their Rust types do not know: how lists
//! and maps merge, what a quantity looks like, and which names may be left out.

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};
use serde_json::{Map, Value, json};

use crate::{notation::quantity, object::list_keys};

/// Keywords that a structural schema may have and that are taken over as they are, in the order of output.
const KEYWORDS: &[&str] = &[
    "type",
    "format",
    "enum",
    "pattern",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "x-kubernetes-int-or-string",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-list-type",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-map-type",
    "x-kubernetes-validations",
];

/// Types of Kubernetes that are owned as a whole: who sets one field sets all of them.
const ATOMIC: &[&str] = &[
    "ConfigMapEnvSource",
    "ConfigMapKeySelector",
    "ConfigMapProjection",
    "ConfigMapVolumeSource",
    "FileKeySelector",
    "LabelSelector",
    "LocalObjectReference",
    "NodeSelector",
    "NodeSelectorTerm",
    "ObjectFieldSelector",
    "ResourceFieldSelector",
    "SecretEnvSource",
    "SecretKeySelector",
    "SecretProjection",
    "SecretReference",
    "TypedLocalObjectReference",
];

/// The schema of a type.
pub(crate) fn of<T: JsonSchema>() -> Map<String, Value> {
    let root = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
    let root = root.as_object().cloned().unwrap_or_default();
    let definitions = root.get("$defs").and_then(Value::as_object).cloned().unwrap_or_default();
    Definitions(definitions).schema(&root, true)
}

/// A field that may hold any map.
pub(crate) fn any_object(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "object", "x-kubernetes-preserve-unknown-fields": true })
}

/// A field that may hold anything.
pub(crate) fn any_value(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "x-kubernetes-preserve-unknown-fields": true })
}

/// Named schemas. Those of Kubernetes are named with their group and version: `io.k8s.api.core.v1.Container`.
struct Definitions(Map<String, Value>);

impl Definitions {
    /// One schema, structural, with descriptions or without.
    fn schema(&self, raw: &Map<String, Value>, describe: bool) -> Map<String, Value> {
        let mut out = Map::new();
        if describe && let Some(text) = raw.get("description").and_then(Value::as_str) {
            out.insert("description".to_owned(), json!(one_line(text)));
        }
        if let Some(inner) = self.inner(raw, describe) {
            for (key, value) in inner {
                out.entry(key).or_insert(value);
            }
        }
        if let Some(names) = variants(raw) {
            out.insert("type".to_owned(), json!("string"));
            out.insert("enum".to_owned(), names);
        }
        for keyword in KEYWORDS {
            if let Some(value) = raw.get(*keyword) {
                out.insert((*keyword).to_owned(), without_null(value));
            }
        }
        if let Some(items) = raw.get("items").and_then(Value::as_object) {
            out.insert("items".to_owned(), Value::Object(self.schema(items, describe)));
        }
        if let Some(values) = raw.get("additionalProperties").and_then(Value::as_object) {
            let values = Value::Object(self.schema(values, describe));
            out.insert("additionalProperties".to_owned(), values);
        }
        if let Some(required) = raw.get("required") {
            out.insert("required".to_owned(), required.clone());
        }
        if let Some(properties) = raw.get("properties").and_then(Value::as_object) {
            let properties = properties.iter().filter_map(|(name, property)| {
                Some((name.clone(), Value::Object(self.schema(property.as_object()?, describe))))
            });
            out.insert("properties".to_owned(), Value::Object(properties.collect()));
        }
        out
    }

    /// The schema that another one only refers to: by name, or as "this or null".
    fn inner(&self, raw: &Map<String, Value>, describe: bool) -> Option<Map<String, Value>> {
        if let Some(reference) = raw.get("$ref").and_then(Value::as_str) {
            let name = reference.strip_prefix("#/$defs/")?;
            let definition = self.0.get(name)?.as_object()?;
            return Some(match name.strip_prefix("io.k8s.") {
                Some(path) => self.kubernetes(path, definition),
                None => self.schema(definition, true),
            });
        }
        let [first, second] = raw.get("anyOf")?.as_array()?.as_slice() else { return None };
        let is_optional = second.get("type")? == "null";
        is_optional.then_some(self.schema(first.as_object()?, describe))
    }

    /// The schema of a type of Kubernetes.
    fn kubernetes(&self, path: &str, definition: &Map<String, Value>) -> Map<String, Value> {
        let name = path.rsplit('.').next().unwrap_or(path);
        let mut schema = match name {
            // Only these fields of a claim's metadata reach the claim.
            "ObjectMeta" => return metadata(),
            _ => self.schema(definition, false),
        };
        if name == "Quantity" {
            schema.insert("pattern".to_owned(), json!(quantity::PATTERN));
        }
        if ATOMIC.contains(&name) {
            schema.insert("x-kubernetes-map-type".to_owned(), json!("atomic"));
            if name != "TypedLocalObjectReference" {
                allow_no_name(&mut schema);
            }
        }
        let place = match name {
            "Container" => "containers",
            "ResourceRequirements" => "resources",
            _ => "",
        };
        let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
        for (field, property) in properties.into_iter().flatten() {
            if let Some(keys) = list_keys::of("", &[place, field]) {
                property["x-kubernetes-list-type"] = json!("map");
                property["x-kubernetes-list-map-keys"] = json!(keys);
            }
        }
        match name {
            // The API server wants a key of a list to be required or to have a default; this is Kubernetes' own.
            "ContainerPort" => schema["properties"]["protocol"]["default"] = json!("TCP"),
            "ContainerRestartRuleOnExitCodes" => {
                schema["properties"]["values"]["x-kubernetes-list-type"] = json!("set");
            }
            _ => {}
        }
        schema
    }
}

/// Takes `name` from the required fields. Kubernetes takes a missing name of a reference for an empty one, which its
/// Rust types do not say.
fn allow_no_name(schema: &mut Map<String, Value>) {
    let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) else { return };
    required.retain(|field| field != "name");
    if required.is_empty() {
        schema.shift_remove("required");
    }
}

/// The metadata of a claim that a Pod makes.
fn metadata() -> Map<String, Value> {
    let texts = json!({ "type": "object", "additionalProperties": { "type": "string" } });
    let properties = json!({ "annotations": texts, "labels": texts });
    Map::from_iter([("type".to_owned(), json!("object")), ("properties".to_owned(), properties)])
}

/// The names of an enum whose variants are documented one by one.
fn variants(raw: &Map<String, Value>) -> Option<Value> {
    let branches = raw.get("oneOf")?.as_array()?;
    let names =
        branches.iter().flat_map(|branch| match (branch.get("const"), branch.get("enum")) {
            (Some(name), _) => vec![name.clone()],
            (None, names) => names.and_then(Value::as_array).cloned().unwrap_or_default(),
        });
    Some(names.collect())
}

/// A keyword's value without the null that an optional field adds to it.
fn without_null(value: &Value) -> Value {
    let Value::Array(list) = value else { return value.clone() };
    match list.as_slice() {
        [only, null] | [null, only] if null == "null" => only.clone(),
        _ => value.clone(),
    }
}

/// A doc comment as one paragraph.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
