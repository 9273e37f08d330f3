//! Changes of `metadata`, whose fields are the same for every kind and whose schema is in no definition.

use petasos::field_path::FieldPath;
use serde_json::{Value, json};

use crate::lab::verdict::{
    input::{Change, Input, Subject},
    sample::list,
};

/// Every change of the metadata of a kind.
pub(crate) fn of(subject: &Subject) -> Vec<Input<'_>> {
    let fields: Value =
        serde_json::from_str(include_str!("metadata.json")).expect("the file is part of the tests");
    let mut inputs = Vec::new();
    let mut add = |path: &FieldPath, what: String, value: Value| {
        let (path, change) = (path.clone(), Change::Set(value));
        inputs.push(Input { subject, class: "metadata", what, path, change });
    };
    for field in list(&fields) {
        let path = FieldPath::of(field["path"].as_str().expect("every field has a path"));
        for value in TYPES.iter().filter_map(|text| serde_json::from_str(text).ok()) {
            add(&path, format!("is `{value}`"), value);
        }
        for value in list(&field["values"]) {
            let shown: String = value.to_string().chars().take(200).collect();
            add(&path, format!("is `{shown}`"), value.clone());
        }
        for length in list(&field["lengths"]).filter_map(Value::as_u64) {
            let text = "a".repeat(usize::try_from(length).unwrap_or(0));
            add(&path, format!("has {length} letters"), text.into());
        }
    }
    let annotations = FieldPath::of("metadata.annotations");
    for size in [262_144, 262_145] {
        let value = json!({"a": "x".repeat(size - 1)});
        add(&annotations, format!("have {size} bytes"), value);
    }
    inputs
}

/// One value of each type.
const TYPES: [&str; 8] = ["null", "{}", "[]", "\"\"", "1", "1.5", "true", "[null]"];
