//! Values that a schema accepts, made from the schema alone.

use std::sync::LazyLock;

use petasos::field_path::Step;
use serde_json::{Map, Value, json};

/// What cannot be derived: strings that keep and break each pattern and format, and values for each CEL rule.
pub(crate) static VALUES: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("values.json")).expect("the file is part of the tests")
});

/// How much of a value is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// Only what is required.
    Smallest,
    /// Every field, one item in each list, one entry in each map.
    Full,
}

/// A value that the schema accepts. Those of different `number` differ, where the schema leaves room.
pub(crate) fn good(schema: &Value, size: Size, number: usize) -> Value {
    if schema["x-kubernetes-int-or-string"] == true {
        return json!(number + 1);
    }
    match schema["type"].as_str() {
        Some("object") => object(schema, size, number),
        Some("array") => array(schema, size),
        Some("string") => Value::String(string(schema, number)),
        Some("integer" | "number") => json!(lowest(schema) + number as u64),
        Some("boolean") => json!(true),
        _ => json!("anything"),
    }
}

/// The entry that a list of good values begins with and a map of good values has.
pub(crate) const ENTRY: &str = "entry";

fn object(schema: &Value, size: Size, number: usize) -> Value {
    let mut object = Map::new();
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        let is_required = list(&schema["required"]).any(|required| required == name);
        if is_required || size == Size::Full {
            object.insert(name.clone(), good(inner, size, number));
        }
    }
    let additional = &schema["additionalProperties"];
    if size == Size::Full && additional.is_object() {
        object.insert(ENTRY.to_owned(), good(additional, size, 0));
    }
    for rule in list(&schema["x-kubernetes-validations"]) {
        let keep = &VALUES["rules"][rule["rule"].as_str().unwrap_or_default()]["keep"][0];
        object.extend(keep.as_object().expect("every rule has values").clone());
    }
    Value::Object(object)
}

fn array(schema: &Value, size: Size) -> Value {
    let least = usize::try_from(schema["minItems"].as_u64().unwrap_or(0)).unwrap_or(0);
    let count = if size == Size::Full { least.max(1) } else { least };
    items(schema, size, count)
}

/// So many good items that differ.
pub(crate) fn items(schema: &Value, size: Size, count: usize) -> Value {
    (0..count).map(|number| good(&schema["items"], size, number)).collect()
}

fn string(schema: &Value, number: usize) -> String {
    if let Some(choices) = schema["enum"].as_array() {
        return choices[number % choices.len()].as_str().unwrap_or_default().to_owned();
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        let good = &VALUES["patterns"][pattern]["good"][0];
        let good = good.as_str().expect("every pattern has values");
        // No two items of a list are the same. The patterns of keys take more letters.
        return if number == 0 { good.to_owned() } else { format!("{good}{number}") };
    }
    if let Some(format) = schema["format"].as_str() {
        let good = &VALUES["formats"][format]["good"];
        return good[0].as_str().expect("every format has values").to_owned();
    }
    format!("a{number}")
}

fn lowest(schema: &Value) -> u64 {
    schema["minimum"].as_f64().map_or(1, |least| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the bounds are small"
        )]
        let least = least.max(1.0) as u64;
        least
    })
}

/// The place of a path, with what has to stand around it: required fields, and items before and containers above it.
pub(crate) fn place<'v>(root: &'v mut Value, schema: &Value, path: &[Step]) -> &'v mut Value {
    let (mut value, mut schema) = (root, schema);
    for step in path {
        let inner = inner(schema, step);
        value = match step {
            Step::Key(key) => {
                if !value.is_object() {
                    *value = json!({});
                }
                let map = value.as_object_mut().expect("it was made one");
                map.entry(key).or_insert_with(|| good(inner, Size::Smallest, 0))
            }
            Step::Index(index) => {
                if !value.is_array() {
                    *value = json!([]);
                }
                let list = value.as_array_mut().expect("it was made one");
                while list.len() <= *index {
                    list.push(good(inner, Size::Smallest, list.len()));
                }
                &mut list[*index]
            }
        };
        schema = inner;
    }
    value
}

/// The schema one step further in; null where there is none.
pub(crate) fn inner<'s>(schema: &'s Value, step: &Step) -> &'s Value {
    match step {
        Step::Index(_) => &schema["items"],
        Step::Key(key) => match &schema["properties"][key.as_str()] {
            Value::Null => &schema["additionalProperties"],
            property => property,
        },
    }
}

/// The items of a list, and none of anything else.
pub(crate) fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
