//! From the JSON of an `OpenAPI` v3 schema to a [`Schema`].

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de};
use serde_json::Value;

use crate::{
    field_path::FieldPath,
    schema::{Kind, Limits, ListType, Pattern, Schema, SchemaError, cel::Rule},
};

/// The keywords that are read; descriptions, titles, and examples are skipped.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a keyword of its own")]
pub(super) struct Raw {
    #[serde(rename = "type", default)]
    kind: RawKind,
    #[serde(default)]
    nullable: bool,
    default: Option<Box<Value>>,
    #[serde(default)]
    properties: BTreeMap<Box<str>, Schema>,
    #[serde(default)]
    required: Vec<Box<str>>,
    additional_properties: Option<SchemaOrBool>,
    items: Option<Box<Schema>>,
    #[serde(rename = "enum")]
    choices: Option<Vec<Value>>,
    pattern: Option<Box<str>>,
    format: Option<Box<str>>,
    minimum: Option<f64>,
    maximum: Option<f64>,
    #[serde(default)]
    exclusive_minimum: bool,
    #[serde(default)]
    exclusive_maximum: bool,
    multiple_of: Option<f64>,
    min_length: Option<u64>,
    max_length: Option<u64>,
    min_items: Option<u64>,
    max_items: Option<u64>,
    #[serde(default)]
    unique_items: bool,
    min_properties: Option<u64>,
    max_properties: Option<u64>,
    #[serde(default)]
    all_of: Vec<Schema>,
    #[serde(default)]
    any_of: Vec<Schema>,
    #[serde(default)]
    one_of: Vec<Schema>,
    not: Option<Box<Schema>>,
    #[serde(rename = "x-kubernetes-int-or-string", default)]
    int_or_string: bool,
    #[serde(rename = "x-kubernetes-preserve-unknown-fields", default)]
    preserve_unknown: bool,
    #[serde(rename = "x-kubernetes-embedded-resource", default)]
    embedded: bool,
    #[serde(rename = "x-kubernetes-list-type", default)]
    list_type: RawListType,
    #[serde(rename = "x-kubernetes-list-map-keys", default)]
    list_map_keys: Vec<Box<str>>,
    #[serde(rename = "x-kubernetes-validations", default)]
    rules: Vec<Rule>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawKind {
    #[default]
    #[serde(rename = "")]
    Any,
    Object,
    Array,
    String,
    Integer,
    Number,
    Boolean,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawListType {
    #[default]
    Atomic,
    Set,
    Map,
}

/// `additionalProperties` is a schema, or says with a boolean whether any field is fine.
enum SchemaOrBool {
    Schema(Box<Schema>),
    Bool(bool),
}

impl<'de> Deserialize<'de> for SchemaOrBool {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = SchemaOrBool;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a schema or a boolean")
            }

            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
                Ok(SchemaOrBool::Bool(value))
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let schema = Schema::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(SchemaOrBool::Schema(Box::new(schema)))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl From<Raw> for Schema {
    fn from(mut raw: Raw) -> Self {
        let limits = limits(&mut raw);
        let (additional, any_field) = match raw.additional_properties {
            Some(SchemaOrBool::Schema(schema)) => (Some(schema), false),
            Some(SchemaOrBool::Bool(any)) => (None, any),
            None => (None, false),
        };
        Schema {
            kind: kind(raw.kind, raw.int_or_string),
            nullable: raw.nullable,
            default: raw.default,
            preserve_unknown: raw.preserve_unknown || any_field,
            embedded: raw.embedded,
            properties: raw.properties.into_iter().collect(),
            required: raw.required,
            additional,
            items: raw.items,
            list: match raw.list_type {
                RawListType::Atomic => ListType::Atomic,
                RawListType::Set => ListType::Set,
                RawListType::Map => ListType::Map(raw.list_map_keys),
            },
            limits,
            rules: raw.rules,
        }
    }
}

fn kind(raw: RawKind, int_or_string: bool) -> Kind {
    match raw {
        _ if int_or_string => Kind::IntOrString,
        RawKind::Any => Kind::Any,
        RawKind::Object => Kind::Object,
        RawKind::Array => Kind::Array,
        RawKind::String => Kind::String,
        RawKind::Integer => Kind::Integer,
        RawKind::Number => Kind::Number,
        RawKind::Boolean => Kind::Boolean,
    }
}

/// The rare keywords, moved out of the raw schema; none when it has none of them, which is the case for nine of ten.
fn limits(raw: &mut Raw) -> Option<Box<Limits>> {
    // The usual `anyOf` of an int-or-string repeats what the keyword says.
    let any_of = if raw.int_or_string { Vec::new() } else { std::mem::take(&mut raw.any_of) };
    let limits = Limits {
        choices: raw.choices.take().unwrap_or_default(),
        pattern: raw.pattern.take().map(Pattern::new),
        format: raw.format.take(),
        minimum: raw.minimum,
        maximum: raw.maximum,
        exclusive_minimum: raw.exclusive_minimum,
        exclusive_maximum: raw.exclusive_maximum,
        multiple_of: raw.multiple_of,
        min_length: raw.min_length,
        max_length: raw.max_length,
        min_items: raw.min_items,
        max_items: raw.max_items,
        unique_items: raw.unique_items,
        min_properties: raw.min_properties,
        max_properties: raw.max_properties,
        all_of: std::mem::take(&mut raw.all_of),
        any_of,
        one_of: std::mem::take(&mut raw.one_of),
        not: raw.not.take(),
    };
    (!limits.is_empty()).then(|| Box::new(limits))
}

/// Compiles every pattern and rule, and says which field the first bad one belongs to.
pub(super) fn compile(schema: &Schema, path: FieldPath) -> Result<(), SchemaError> {
    if let Some(Err(source)) =
        schema.limits.as_ref().and_then(|limits| limits.pattern.as_ref()).map(Pattern::regex)
    {
        return Err(SchemaError::Pattern { path, source: source.clone() });
    }
    for rule in &schema.rules {
        if let Err(message) = rule.compile() {
            return Err(SchemaError::Rule { path, message });
        }
    }
    for (name, property) in &schema.properties {
        compile(property, path.clone().key(name))?;
    }
    for alternative in schema.limits.iter().flat_map(|limits| limits.alternatives()) {
        compile(alternative, path.clone())?;
    }
    let inner = schema.items.iter().map(|items| (items, path.clone().index(0)));
    let other = schema.additional.iter().map(|other| (other, path.clone().key("*")));
    inner.chain(other).try_for_each(|(schema, path)| compile(schema, path))
}
