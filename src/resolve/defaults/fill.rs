//! Values into the fields that are unset.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use crate::{
    api::defaults_map::{ALTERNATIVES, FILLINGS, Filling, Shape},
    resolve::defaults::{applies, at},
};

/// Fills what the instance leaves unset below `spec` from the `spec` of the cluster's defaults.
pub(super) fn from_cluster(spec: &mut Value, given: &Value) {
    // Each condition is about what the instance itself says, so all are decided before anything is filled.
    let fillings: Vec<&Filling> =
        FILLINGS.iter().filter(|filling| applies(filling, spec)).collect();
    let Value::Object(spec) = spec else { return };
    for filling in fillings {
        if let Some(value) = at(given, filling.from).and_then(|value| shaped(value, filling.shape))
        {
            fill_at(spec, filling.to, &value);
        }
    }
}

/// Fills what is unset after that from the `spec` of the pack's defaults.
pub(super) fn from_pack(spec: &mut Value, given: &Value) {
    let is_taken = |group: &&&[&str]| group.iter().any(|path| at(spec, path).is_some());
    let kept: Vec<&str> =
        ALTERNATIVES.iter().filter(is_taken).copied().flatten().copied().collect();
    if let (Value::Object(spec), Value::Object(given)) = (spec, given) {
        fill(spec, given, &kept);
    }
}

/// A value in the shape that the instance has for it; none if the value is not what the shape is made of.
fn shaped(value: &Value, shape: Shape) -> Option<Cow<'_, Value>> {
    match shape {
        Shape::Same => Some(Cow::Borrowed(value)),
        Shape::ListOfOneName => value.as_str().map(|name| Cow::Owned(json!([{ "name": name }]))),
    }
}

/// Fills one field, given by its path with dots, and makes the maps above it.
fn fill_at(target: &mut Map<String, Value>, path: &str, given: &Value) {
    let Some((key, rest)) = path.split_once('.') else { return fill_key(target, path, given, &[]) };
    match target.get_mut(key) {
        Some(Value::Object(inner)) => fill_at(inner, rest, given),
        Some(_) => {}
        None => {
            let mut made = Map::new();
            fill_at(&mut made, rest, given);
            if !made.is_empty() {
                target.insert(key.to_owned(), Value::Object(made));
            }
        }
    }
}

/// Fills what `target` leaves unset with what is `given`, but for the paths (with dots) that are kept as they are.
fn fill(target: &mut Map<String, Value>, given: &Map<String, Value>, kept: &[&str]) {
    for (key, value) in given {
        if !kept.contains(&key.as_str()) {
            let kept: Vec<&str> = kept
                .iter()
                .filter_map(|path| path.strip_prefix(key.as_str())?.strip_prefix('.'))
                .collect();
            fill_key(target, key, value, &kept);
        }
    }
}

fn fill_key(target: &mut Map<String, Value>, key: &str, given: &Value, kept: &[&str]) {
    match (target.get_mut(key), given) {
        (Some(Value::Object(set)), Value::Object(given)) => fill(set, given, kept),
        (Some(_), _) | (None, Value::Null) => {}
        (None, Value::Object(given)) => {
            let mut made = Map::new();
            fill(&mut made, given, kept);
            // A map of which every entry is kept or unset is as good as no map.
            if !made.is_empty() || given.is_empty() {
                target.insert(key.to_owned(), Value::Object(made));
            }
        }
        (None, given) => {
            target.insert(key.to_owned(), without_nulls(given));
        }
    }
}

/// The same value, without the keys that are null.
pub(super) fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| (key.clone(), without_nulls(value)))
                .collect(),
        ),
        Value::Array(list) => Value::Array(list.iter().map(without_nulls).collect()),
        other => other.clone(),
    }
}
