//! From the JSON of an `OpenAPI` v3 schema to a [`Schema`]: a user's, where each schema holds its parts, or a line of the
//! program's table, where it names them.

use std::{collections::BTreeMap, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{
        self,
        value::{BorrowedStrDeserializer, MapAccessDeserializer},
    },
};
use serde_json::Value;

use crate::{
    field_path::FieldPath,
    schema::{Kind, Limits, ListType, Node, NodeKind, Pattern, Schema, SchemaError, cel::Rule},
};

/// The keywords that are read; descriptions, titles, and examples are skipped. `S` is how a schema within it is written.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a keyword of its own")]
pub(super) struct Raw<S> {
    #[serde(rename = "type", default)]
    kind: Kind,
    #[serde(default)]
    nullable: bool,
    default: Option<Box<Value>>,
    #[serde(default = "BTreeMap::new")]
    properties: BTreeMap<Box<str>, S>,
    #[serde(default)]
    defaulted: Vec<Box<str>>,
    #[serde(default)]
    required: Vec<Box<str>>,
    additional_properties: Option<SchemaOrBool<S>>,
    items: Option<S>,
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
    #[serde(default = "Vec::new")]
    all_of: Vec<S>,
    #[serde(default = "Vec::new")]
    any_of: Vec<S>,
    #[serde(default = "Vec::new")]
    one_of: Vec<S>,
    not: Option<S>,
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

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawListType {
    #[default]
    Atomic,
    Set,
    Map,
}

/// `additionalProperties` is a schema, or says with a boolean whether any field is fine.
enum SchemaOrBool<S> {
    Schema(S),
    Bool(bool),
}

impl<'de, S: Deserialize<'de>> Deserialize<'de> for SchemaOrBool<S> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor<S>(PhantomData<S>);
        impl<'de, S: Deserialize<'de>> de::Visitor<'de> for Visitor<S> {
            type Value = SchemaOrBool<S>;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a schema or a boolean")
            }

            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
                Ok(SchemaOrBool::Bool(value))
            }

            fn visit_borrowed_str<E: de::Error>(self, name: &'de str) -> Result<Self::Value, E> {
                S::deserialize(BorrowedStrDeserializer::new(name)).map(SchemaOrBool::Schema)
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                S::deserialize(MapAccessDeserializer::new(map)).map(SchemaOrBool::Schema)
            }
        }
        deserializer.deserialize_any(Visitor(PhantomData))
    }
}

/// A schema that holds the schemas of its parts, as a user writes it.
#[derive(Deserialize)]
#[serde(from = "Raw<Owned>")]
pub(super) struct Owned(pub(super) Schema);

impl From<Raw<Owned>> for Owned {
    fn from(mut raw: Raw<Owned>) -> Self {
        let with_default = raw.properties.iter().filter(|(_, owned)| owned.0.default.is_some());
        raw.defaulted = with_default.map(|(name, _)| name.clone()).collect();
        Owned(Schema::from(raw))
    }
}

impl From<Owned> for Node {
    fn from(Owned(schema): Owned) -> Self {
        Node(NodeKind::Own(Box::new(schema)))
    }
}

impl<S: Into<Node>> From<Raw<S>> for Schema {
    fn from(mut raw: Raw<S>) -> Self {
        let limits = limits(&mut raw);
        let (additional, any_field) = match raw.additional_properties {
            Some(SchemaOrBool::Schema(schema)) => (Some(schema.into()), false),
            Some(SchemaOrBool::Bool(any)) => (None, any),
            None => (None, false),
        };
        Schema {
            kind: if raw.int_or_string { Kind::IntOrString } else { raw.kind },
            nullable: raw.nullable,
            default: raw.default,
            preserve_unknown: raw.preserve_unknown || any_field,
            embedded: raw.embedded,
            properties: raw
                .properties
                .into_iter()
                .map(|(name, inner)| (name, inner.into()))
                .collect(),
            defaulted: raw.defaulted,
            required: raw.required,
            additional,
            items: raw.items.map(Into::into),
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

/// The rare keywords, moved out of the raw schema; none when it has none of them, which is the case for nine of ten.
fn limits<S: Into<Node>>(raw: &mut Raw<S>) -> Option<Box<Limits>> {
    // The usual `anyOf` of an int-or-string repeats what the keyword says.
    let any_of = if raw.int_or_string { Vec::new() } else { nodes(&mut raw.any_of) };
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
        all_of: nodes(&mut raw.all_of),
        any_of,
        one_of: nodes(&mut raw.one_of),
        not: raw.not.take().map(Into::into),
    };
    (!limits.is_empty()).then(|| Box::new(limits))
}

fn nodes<S: Into<Node>>(schemas: &mut Vec<S>) -> Vec<Node> {
    std::mem::take(schemas).into_iter().map(Into::into).collect()
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
