//! The walk over a value and its schema side by side.

use serde_json::{Map, Value};

use crate::{
    diagnostic::catalogue::schema as codes,
    field_path::PathRef,
    schema::{Kind, Problem, Schema, cel, combine, limits, unique, unknown},
};

/// What a part of an object is checked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// Everything.
    All,
    /// The names of its fields only: the API server drops `status` when it creates an object.
    Names,
    /// Its values only: what `anyOf` and the like say adds nothing to the names that are known.
    Values,
}

struct Walk<'a> {
    sink: &'a mut dyn FnMut(Problem),
    found: usize,
    root: &'a Schema,
}

/// Walks a whole object. Its `apiVersion`, `kind`, and `metadata` are always known.
pub(super) fn root(object: &Value, schema: &Schema, sink: &mut dyn FnMut(Problem)) {
    let mut walk = Walk { sink, found: 0, root: schema };
    walk.value(object, schema, PathRef::Root, Scope::All);
}

/// Walks a part of an object that has a schema of its own.
pub(super) fn within(
    value: &Value,
    schema: &Schema,
    path: PathRef<'_>,
    sink: &mut dyn FnMut(Problem),
) {
    Walk { sink, found: 0, root: schema }.value(value, schema, path, Scope::All);
}

/// Walks one value without complaining about names; for schemas inside `anyOf` and the like.
pub(super) fn values(
    value: &Value,
    schema: &Schema,
    path: PathRef<'_>,
    sink: &mut dyn FnMut(Problem),
) {
    Walk { sink, found: 0, root: schema }.value(value, schema, path, Scope::Values);
}

impl Walk<'_> {
    fn report(&mut self, problem: Problem) {
        self.found += 1;
        (self.sink)(problem);
    }

    fn value(&mut self, value: &Value, schema: &Schema, path: PathRef<'_>, scope: Scope) {
        let before = self.found;
        if scope != Scope::Names && !fits(value, schema) {
            self.report(wrong_type(value, schema, path));
            // Inside a value of the wrong type nothing can be said.
            return;
        }
        match value {
            Value::Object(map) => self.map(map, schema, path, scope),
            Value::Array(list) => self.list(list, schema, path, scope),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
        if scope == Scope::Names {
            return;
        }
        if let Some(limits) = &schema.limits {
            let mut report = |problem| self.report(problem);
            limits.check(schema.kind, value, path, &mut report);
            combine::check(limits, value, path, &mut report);
        }
        // A rule may rely on the schema, so it says nothing of use about a value that the schema refuses.
        if scope == Scope::All && self.found == before && !schema.rules.is_empty() {
            cel::check(value, schema, path, &mut |problem| self.report(problem));
        }
    }

    fn map(&mut self, map: &Map<String, Value>, schema: &Schema, path: PathRef<'_>, scope: Scope) {
        let is_object = matches!(path, PathRef::Root) || schema.embedded;
        let mut count = 0;
        for (key, value) in map {
            let at = PathRef::Key(&path, key);
            let known = schema.property(key).or(schema.additional.as_deref());
            if is_dropped(value, known) {
                continue;
            }
            count += 1;
            match known {
                Some(inner) => {
                    self.value(value, inner, at, inner_scope(is_object, path, key, scope));
                }
                None if schema.preserve_unknown || scope == Scope::Values => {}
                None if is_object && matches!(&**key, "apiVersion" | "kind" | "metadata") => {}
                None => {
                    let problem = unknown::unknown_field(self.root, schema, at, key);
                    self.report(problem);
                }
            }
        }
        if scope == Scope::Names {
            return;
        }
        for name in &schema.required {
            let field = schema.property(name);
            let is_there = map.get(&**name).is_some_and(|value| !is_dropped(value, field));
            if !is_there && !schema.defaulted.contains(name) {
                let problem = Problem::new(
                    &codes::REQUIRED,
                    PathRef::Key(&path, name),
                    format!("the field `{name}` is missing"),
                );
                self.report(problem);
            }
        }
        if let Some(limits) = &schema.limits {
            limits.fields(count, path, &mut |problem| self.report(problem));
        }
    }

    fn list(&mut self, list: &[Value], schema: &Schema, path: PathRef<'_>, scope: Scope) {
        if let Some(items) = &schema.items {
            for (index, item) in list.iter().enumerate() {
                self.value(item, items, PathRef::Index(&path, index), scope);
            }
        }
        if scope != Scope::Names {
            unique::check(list, schema, path, &mut |problem| self.report(problem));
        }
    }
}

/// What a field of an object is checked for. `status` is never stored from what a user writes, and the names of
/// `metadata` are not the schema's to say.
fn inner_scope(is_object: bool, parent: PathRef<'_>, key: &str, scope: Scope) -> Scope {
    match key {
        "metadata" if is_object && scope == Scope::All => Scope::Values,
        "status" if matches!(parent, PathRef::Root) => Scope::Names,
        _ => scope,
    }
}

/// Whether the API server drops the field before it looks at it.
pub(super) fn is_dropped(value: &Value, schema: Option<&Schema>) -> bool {
    value.is_null() && schema.is_some_and(|schema| !schema.nullable)
}

fn fits(value: &Value, schema: &Schema) -> bool {
    match (schema.kind, value) {
        (Kind::Any, _)
        | (Kind::Object, Value::Object(_))
        | (Kind::Array, Value::Array(_))
        | (Kind::String | Kind::IntOrString, Value::String(_))
        | (Kind::Number, Value::Number(_))
        | (Kind::Boolean, Value::Bool(_)) => true,
        (Kind::Integer | Kind::IntOrString, Value::Number(number)) => {
            number.as_i64().is_some()
                || number.as_f64().is_some_and(|float| {
                    limits::is_whole(float) && float.abs() <= MOST_EXACT && !number.is_u64()
                })
        }
        (_, Value::Null) => schema.nullable,
        _ => false,
    }
}

/// The largest whole number up to which every whole number has a float: 2^53 - 1.
const MOST_EXACT: f64 = 9_007_199_254_740_991.0;

fn wrong_type(value: &Value, schema: &Schema, path: PathRef<'_>) -> Problem {
    let expected = match schema.kind {
        Kind::Any => "a value",
        Kind::Object => "a map",
        Kind::Array => "a list",
        Kind::String => "a string",
        Kind::Integer => "a whole number",
        Kind::Number => "a number",
        Kind::Boolean => "true or false",
        Kind::IntOrString => "a whole number or a string",
    };
    // The value of a variable may be a secret.
    let is_value = matches!(path, PathRef::Key(_, "value"));
    let found = match value {
        Value::Bool(_) if is_value => "a boolean".to_owned(),
        Value::Number(_) if is_value => "a number".to_owned(),
        Value::String(_) if is_value => "a string".to_owned(),
        Value::Null => "null".to_owned(),
        Value::Bool(_) => format!("the boolean {value}"),
        Value::Number(_) => format!("the number {value}"),
        Value::String(text) => format!("the string {}", limits::quoted(text)),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a map".to_owned(),
    };
    let problem =
        Problem::new(&codes::WRONG_TYPE, path, format!("expected {expected}, found {found}"));
    match advice(value, schema.kind) {
        Some(advice) => problem.help(advice),
        None => problem,
    }
}

/// What to write instead, where the mistake is one of the usual ones.
fn advice(value: &Value, kind: Kind) -> Option<String> {
    match (kind, value) {
        (Kind::String, Value::Bool(_) | Value::Number(_)) => Some("put it into quotes".to_owned()),
        (Kind::Integer | Kind::Number, Value::String(text)) if text.parse::<f64>().is_ok() => {
            Some(format!("remove the quotes: {text}"))
        }
        (Kind::Boolean, Value::String(text)) => match &*text.to_ascii_lowercase() {
            "true" | "yes" | "on" => Some("write true, without quotes".to_owned()),
            "false" | "no" | "off" => Some("write false, without quotes".to_owned()),
            _ => None,
        },
        (Kind::Array, Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
            Some("put each item on a line that starts with `- `".to_owned())
        }
        (Kind::Array, Value::Object(_)) => {
            Some("write `- ` before the first field of each item".to_owned())
        }
        (Kind::Object, Value::Array(_)) => Some("remove the `- `: this is a single map".to_owned()),
        (Kind::Any, _) => Some("remove the item, or give it a value".to_owned()),
        _ => None,
    }
}
