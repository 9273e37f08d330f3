//! JSON patches (RFC 6902) and merge patches (RFC 7396).

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::api;

/// One operation of a JSON patch.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Operation {
    /// What is done
    pub op: Verb,
    /// Where, as a JSON pointer such as /spec/env/0
    pub path: String,
    /// Where a value is moved or copied from
    pub from: Option<String>,
    /// The value that is added, put in place of another, or expected
    #[serde(default)]
    #[schemars(schema_with = "api::structural::any_value")]
    pub value: Value,
}

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    /// Puts a value into a map or a list
    Add,
    /// Takes a value away
    Remove,
    /// Puts a value in place of another
    Replace,
    /// Takes a value from one place to another
    Move,
    /// Puts the same value in another place too
    Copy,
    /// Fails unless the value is this one
    Test,
}

/// Why an operation cannot be done.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum PatchError {
    Pointer(String),
    Nothing(String),
    NoContainer(String),
    NoFrom,
    Inside,
    Test(String),
}

impl fmt::Display for PatchError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PatchError::Pointer(path) => {
                write!(formatter, "{path:?} is no JSON pointer: it begins with a slash")
            }
            PatchError::Nothing(path) => write!(formatter, "the document has nothing at {path}"),
            PatchError::NoContainer(path) => {
                write!(formatter, "the document has no map or list for {path}")
            }
            PatchError::NoFrom => formatter.write_str("the operation has no `from`"),
            PatchError::Inside => formatter.write_str("a value cannot move into itself"),
            PatchError::Test(path) => write!(formatter, "another value stands at {path}"),
        }
    }
}

/// Applies operations in order. The value is of no use after an error.
pub(super) fn patch(document: &mut Value, operations: &[Operation]) -> Result<(), PatchError> {
    operations.iter().try_for_each(|operation| apply(document, operation))
}

fn apply(document: &mut Value, operation: &Operation) -> Result<(), PatchError> {
    let Operation { op, path, from, value } = operation;
    let nothing = || PatchError::Nothing(path.clone());
    match op {
        Verb::Add => add(document, path, value.clone()),
        Verb::Remove => take(document, path).map(drop),
        Verb::Replace => {
            *document.pointer_mut(pointer(path)?).ok_or_else(nothing)? = value.clone();
            Ok(())
        }
        Verb::Test => match document.pointer(pointer(path)?) {
            Some(found) if found == value => Ok(()),
            Some(_) => Err(PatchError::Test(path.clone())),
            None => Err(nothing()),
        },
        Verb::Move => {
            let from = from.as_deref().ok_or(PatchError::NoFrom)?;
            if path.starts_with(&format!("{from}/")) {
                return Err(PatchError::Inside);
            }
            let value = take(document, from)?;
            add(document, path, value)
        }
        Verb::Copy => {
            let from = from.as_deref().ok_or(PatchError::NoFrom)?;
            let found = document.pointer(pointer(from)?);
            let value = found.cloned().ok_or_else(|| PatchError::Nothing(from.to_owned()))?;
            add(document, path, value)
        }
    }
}

fn pointer(path: &str) -> Result<&str, PatchError> {
    if path.is_empty() || path.starts_with('/') {
        Ok(path)
    } else {
        Err(PatchError::Pointer(path.to_owned()))
    }
}

/// The container of a place, and the name of the place in it.
fn container<'v>(
    document: &'v mut Value,
    path: &str,
) -> Result<(&'v mut Value, String), PatchError> {
    let (parent, name) =
        pointer(path)?.rsplit_once('/').ok_or_else(|| PatchError::NoContainer("/".to_owned()))?;
    let parent = document.pointer_mut(parent);
    let parent = parent.ok_or_else(|| PatchError::NoContainer(path.to_owned()))?;
    Ok((parent, name.replace("~1", "/").replace("~0", "~")))
}

fn add(document: &mut Value, path: &str, value: Value) -> Result<(), PatchError> {
    let (container, name) = container(document, path)?;
    let refused = || PatchError::NoContainer(path.to_owned());
    match container {
        Value::Object(map) => {
            map.insert(name, value);
        }
        Value::Array(list) if name == "-" => list.push(value),
        Value::Array(list) => {
            let index = index(&name).filter(|index| *index <= list.len()).ok_or_else(refused)?;
            list.insert(index, value);
        }
        _ => return Err(refused()),
    }
    Ok(())
}

fn take(document: &mut Value, path: &str) -> Result<Value, PatchError> {
    let (container, name) = container(document, path)?;
    let taken = match container {
        Value::Object(map) => map.shift_remove(&name),
        Value::Array(list) => {
            let index = index(&name).filter(|index| *index < list.len());
            index.map(|index| list.remove(index))
        }
        _ => None,
    };
    taken.ok_or_else(|| PatchError::Nothing(path.to_owned()))
}

/// An index as RFC 6901 writes it: no sign, no leading zero.
fn index(name: &str) -> Option<usize> {
    let is_plain =
        name.bytes().all(|byte| byte.is_ascii_digit()) && (name == "0" || !name.starts_with('0'));
    name.parse().ok().filter(|_| is_plain)
}

/// Merges a document into another: maps are merged, null removes, everything else replaces.
pub(super) fn merge(document: &mut Value, with: &Value) {
    let Value::Object(changes) = with else {
        *document = with.clone();
        return;
    };
    if !document.is_object() {
        *document = Value::Object(Map::new());
    }
    let Value::Object(map) = document else { return };
    for (key, change) in changes {
        match change {
            Value::Null => {
                map.shift_remove(key);
            }
            change => merge(map.entry(key.clone()).or_insert(Value::Null), change),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(mut document: Value, operations: Value, expected: Result<Value, &str>) {
        let operations: Vec<Operation> = serde_json::from_value(operations).unwrap();
        let result = patch(&mut document, &operations).map(|()| document);
        assert_eq!(result.map_err(|error| error.to_string()), expected.map_err(str::to_owned));
    }

    #[test]
    fn each_operation_does_what_it_says() {
        let one = || json!({"a": [1, 2], "b/c": {"~": 0}});
        check(
            one(),
            json!([{"op": "add", "path": "/a/1", "value": 9}]),
            Ok(json!({"a": [1, 9, 2], "b/c": {"~": 0}})),
        );
        check(
            one(),
            json!([{"op": "add", "path": "/a/-", "value": 9}]),
            Ok(json!({"a": [1, 2, 9], "b/c": {"~": 0}})),
        );
        check(one(), json!([{"op": "remove", "path": "/b~1c"}]), Ok(json!({"a": [1, 2]})));
        check(
            one(),
            json!([{"op": "replace", "path": "/b~1c/~0", "value": 5}]),
            Ok(json!({"a": [1, 2], "b/c": {"~": 5}})),
        );
        check(
            one(),
            json!([{"op": "move", "from": "/a/0", "path": "/x"}]),
            Ok(json!({"a": [2], "b/c": {"~": 0}, "x": 1})),
        );
        check(
            one(),
            json!([{"op": "copy", "from": "/a", "path": "/x"}]),
            Ok(json!({"a": [1, 2], "b/c": {"~": 0}, "x": [1, 2]})),
        );
        check(one(), json!([{"op": "test", "path": "/a/0", "value": 1}]), Ok(one()));
    }

    #[test]
    fn an_operation_that_meets_nothing_fails() {
        let one = || json!({"a": [1, 2], "b": 1});
        check(
            one(),
            json!([{"op": "remove", "path": "/x"}]),
            Err("the document has nothing at /x"),
        );
        check(
            one(),
            json!([{"op": "replace", "path": "/a/2", "value": 0}]),
            Err("the document has nothing at /a/2"),
        );
        check(
            one(),
            json!([{"op": "add", "path": "/x/y", "value": 0}]),
            Err("the document has no map or list for /x/y"),
        );
        check(
            one(),
            json!([{"op": "add", "path": "/a/3", "value": 0}]),
            Err("the document has no map or list for /a/3"),
        );
        check(
            one(),
            json!([{"op": "add", "path": "/a/01", "value": 0}]),
            Err("the document has no map or list for /a/01"),
        );
        check(
            one(),
            json!([{"op": "add", "path": "/b/x", "value": 0}]),
            Err("the document has no map or list for /b/x"),
        );
        check(
            one(),
            json!([{"op": "add", "path": "", "value": 0}]),
            Err("the document has no map or list for /"),
        );
        check(
            one(),
            json!([{"op": "add", "path": "a", "value": 0}]),
            Err("\"a\" is no JSON pointer: it begins with a slash"),
        );
        check(
            one(),
            json!([{"op": "test", "path": "/b", "value": 2}]),
            Err("another value stands at /b"),
        );
        check(one(), json!([{"op": "move", "path": "/b"}]), Err("the operation has no `from`"));
        check(
            one(),
            json!([{"op": "move", "from": "/a", "path": "/a/0"}]),
            Err("a value cannot move into itself"),
        );
    }

    #[test]
    fn a_merge_replaces_and_removes() {
        let mut document = json!({"a": {"b": 1, "c": 2}, "d": [1, 2]});
        merge(&mut document, &json!({"a": {"b": null, "x": {"y": null, "z": 1}}, "d": [3]}));
        assert_eq!(document, json!({"a": {"c": 2, "x": {"z": 1}}, "d": [3]}));
    }
}
