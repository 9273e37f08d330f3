//! Values in the one form that goes into objects: keys sorted, nothing null.

use minijinja::value::{Value as Dynamic, ValueKind};
use serde_json::{Map, Value};

use crate::render::{
    budget::{Meter, TooLarge},
    view::View,
};

/// Why what an expression made is no value.
#[derive(Debug)]
pub(crate) enum Unusable {
    /// It is too large.
    TooLarge,
    /// It cannot stand in an object.
    Kind(String),
}

impl From<TooLarge> for Unusable {
    fn from(TooLarge: TooLarge) -> Self {
        Unusable::TooLarge
    }
}

/// Sorts the keys at every depth, and takes nulls out. A null itself stays.
pub fn canonicalize(value: &mut Value) {
    match value {
        Value::Array(list) => {
            list.retain(|item| !item.is_null());
            list.iter_mut().for_each(canonicalize);
        }
        Value::Object(map) => {
            map.retain(|_, inner| !inner.is_null());
            // Sorting builds the index anew, and most maps are short and sorted.
            if !map.keys().is_sorted() {
                map.sort_keys();
            }
            map.values_mut().for_each(canonicalize);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What an expression made, in canonical form, counted while it is copied. Nothing becomes null.
pub(crate) fn from_dynamic(value: &Dynamic, meter: &mut Meter) -> Result<Value, Unusable> {
    if let Some(seen) = value.downcast_object_ref::<View>().and_then(View::value) {
        // All that a view shows is canonical already: the instance, and what was evaluated before.
        return Ok(meter.copy(seen)?);
    }
    match value.kind() {
        ValueKind::Undefined | ValueKind::None => Ok(Value::Null),
        ValueKind::Bool => Ok(Value::Bool(value.is_true())),
        ValueKind::String => {
            let text = value.as_str().unwrap_or_default();
            meter.write(text.len() + 2)?;
            Ok(Value::from(text))
        }
        ValueKind::Number => serde_json::to_value(value)
            .ok()
            .filter(|number| !number.is_null())
            .ok_or_else(|| Unusable::Kind("a number that JSON cannot hold".to_owned())),
        ValueKind::Seq | ValueKind::Iterable => list(value, meter),
        ValueKind::Map => map(value, meter),
        kind => Err(Unusable::Kind(format!("a value of type {kind}"))),
    }
}

fn list(value: &Dynamic, meter: &mut Meter) -> Result<Value, Unusable> {
    meter.write(2)?;
    let mut list = Vec::new();
    for item in value.try_iter().map_err(|error| Unusable::Kind(error.to_string()))? {
        meter.write(2)?;
        let item = from_dynamic(&item, meter)?;
        if !item.is_null() {
            list.push(item);
        }
    }
    Ok(Value::Array(list))
}

fn map(value: &Dynamic, meter: &mut Meter) -> Result<Value, Unusable> {
    meter.write(2)?;
    let mut entries = Vec::new();
    for key in value.try_iter().map_err(|error| Unusable::Kind(error.to_string()))? {
        let inner = value.get_item(&key).map_err(|error| Unusable::Kind(error.to_string()))?;
        let key = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
        meter.write(key.len() + 2)?;
        let inner = from_dynamic(&inner, meter)?;
        if !inner.is_null() {
            entries.push((key, inner));
        }
    }
    entries.sort_by(|(left, _), (right, _)| left.cmp(right));
    Ok(Value::Object(Map::from_iter(entries)))
}
