//! The table is what the Rust types of our kinds and of Kubernetes say.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::{Value, json};

use super::*;
use crate::{api, digest, object::strict::kubernetes};

/// The file, from the schemas of all kinds.
fn table() -> String {
    let ours = api::kinds().iter().map(|kind| {
        let name = format!("{}/{}", kind.api_version(), kind.kind);
        (name, api::compact_schema(kind.kind).unwrap())
    });
    let metadata: Value = serde_json::from_str(include_str!("../metadata.json")).unwrap();
    let metadata = [("metadata".to_owned(), metadata)];
    let mut lines = BTreeMap::new();
    let mut kinds: Vec<_> = (ours.chain(kubernetes::schemas()).chain(metadata))
        .map(|(kind, schema)| format!("{kind} {}", add(schema, &mut lines)))
        .collect();
    kinds.sort();
    let lines: Vec<_> = lines.iter().map(|(name, text)| format!("{name} {text}")).collect();
    format!("{}\n\n{}\n", kinds.join("\n"), lines.join("\n"))
}

/// Adds a schema and those within it, and gives its name.
fn add(mut schema: Value, lines: &mut BTreeMap<String, String>) -> String {
    let with_default = |(name, inner): (&String, &Value)| {
        inner.get("default").is_some().then(|| Value::from(name.clone()))
    };
    let properties = schema.get("properties").and_then(Value::as_object);
    let defaulted: Vec<_> = properties.into_iter().flatten().filter_map(with_default).collect();
    if !defaulted.is_empty() {
        schema["defaulted"] = defaulted.into();
    }
    for (keyword, value) in schema.as_object_mut().unwrap() {
        let mut add_one = |value: &mut Value| {
            let name = add(value.take(), lines);
            *value = Value::from(name);
        };
        match (keyword.as_str(), value) {
            ("properties", Value::Object(inner)) => inner.values_mut().for_each(add_one),
            ("allOf" | "anyOf" | "oneOf", Value::Array(inner)) => {
                inner.iter_mut().for_each(add_one);
            }
            ("items" | "not" | "additionalProperties", inner @ Value::Object(_)) => add_one(inner),
            _ => {}
        }
    }
    let text = schema.to_string();
    let name = digest::sha256(text.as_bytes())[..8].to_owned();
    let before = lines.insert(name.clone(), text.clone());
    assert!(before.is_none_or(|before| before == text), "two schemas are named {name}");
    name
}

#[test]
fn the_table_is_what_the_types_say() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/schema/table.txt");
    let table = table();
    #[expect(clippy::disallowed_methods, reason = "the switch that rewrites the file")]
    if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
        fs::write(&file, &table).unwrap();
    }
    let there = fs::read_to_string(&file).unwrap();
    assert!(there == table, "src/schema/table.txt is old: run the tests with SNAPSHOTS=overwrite");
}

#[test]
fn every_line_is_read_and_every_pattern_and_rule_in_it_compiles() {
    assert!(TABLE.lines.len() > 100);
    for (kind, _) in &TABLE.kinds {
        let schema = find(kind).unwrap();
        crate::schema::load::compile(schema, crate::field_path::FieldPath::default())
            .unwrap_or_else(|error| panic!("{kind}: {error}"));
    }
}

#[test]
fn a_user_cannot_name_a_schema_of_the_table() {
    let (_, name) = TABLE.kinds[0];
    for schema in [
        json!({"type": "object", "properties": {"a": name}}),
        json!({"type": "array", "items": name}),
        json!({"type": "object", "additionalProperties": name}),
    ] {
        assert!(Schema::from_value(&schema).is_err(), "{schema}");
    }
}
