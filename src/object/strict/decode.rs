//! Decoding into the Kubernetes types, with the path of whatever does not fit.

use serde::de::DeserializeOwned;
use serde_ignored::Path;
use serde_json::Value;

use crate::{
    diagnostic::catalogue::output as codes,
    field_path::{FieldPath, Step},
    object::strict::Fault,
};

/// Decodes, and reports each field that the type lacks and the first value that it cannot hold.
pub(super) fn strict<T: DeserializeOwned>(object: &Value, faults: &mut Vec<Fault>) {
    let decoded = serde_ignored::deserialize::<_, _, T>(object, |path| {
        let path = kept(&path);
        let name = match path.0.last() {
            Some(Step::Key(name)) => name.clone(),
            _ => path.to_string(),
        };
        let message = format!("Kubernetes has no field `{name}` here");
        faults.push(Fault { code: &codes::UNKNOWN_FIELD, path, message });
    });
    if let Err(error) = decoded {
        let path = locate::<T>(object, &error.to_string());
        faults.push(Fault { code: &codes::WRONG_TYPE, path, message: error.to_string() });
    }
}

fn kept(path: &Path<'_>) -> FieldPath {
    match path {
        Path::Root => FieldPath::default(),
        Path::Seq { parent, index } => kept(parent).index(*index),
        Path::Map { parent, key } => kept(parent).key(key),
        Path::Some { parent }
        | Path::NewtypeStruct { parent }
        | Path::NewtypeVariant { parent } => kept(parent),
    }
}

/// Where a decoding error comes from, which serde does not say: the value without which the error is another one. This
/// decodes often, but only for an object that is broken.
fn locate<T: DeserializeOwned>(object: &Value, error: &str) -> FieldPath {
    let mut path = FieldPath::default();
    while let Some(step) = guilty_child::<T>(object, &path, error) {
        path.0.push(step);
    }
    path
}

fn guilty_child<T: DeserializeOwned>(
    object: &Value,
    path: &FieldPath,
    error: &str,
) -> Option<Step> {
    let steps: Vec<Step> = match path.value(object)? {
        Value::Object(map) => map.keys().cloned().map(Step::Key).collect(),
        Value::Array(list) => (0..list.len()).map(Step::Index).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return None,
    };
    steps.into_iter().find(|step| {
        let mut without = object.clone();
        match (at_mut(&mut without, path), step) {
            (Some(Value::Object(map)), Step::Key(key)) => drop(map.shift_remove(key)),
            (Some(Value::Array(list)), Step::Index(index)) => drop(list.remove(*index)),
            _ => return false,
        }
        T::deserialize(&without).map_or_else(|other| other.to_string() != error, |_| true)
    })
}

fn at_mut<'v>(value: &'v mut Value, path: &FieldPath) -> Option<&'v mut Value> {
    path.0.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get_mut(key.as_str()),
        Step::Index(index) => value.get_mut(*index),
    })
}
