//! From a JSON value to the CEL value that a rule sees, by its schema.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use cel::{
    Context, Program,
    objects::{Key, Map},
};
use serde_json::{Number, Value};

use crate::schema::{Kind, Schema, cel::ENVIRONMENT};

/// The value as the API server would show it to a rule: nulls that mean "not set" are gone, whole numbers are signed
/// integers, defaults are filled in, times are times, and names of fields are escaped.
pub(super) fn convert(value: &Value, schema: &Schema) -> cel::Value {
    match value {
        Value::Null => cel::Value::Null,
        Value::Bool(value) => cel::Value::Bool(*value),
        Value::Number(number) => convert_number(number, schema.kind),
        Value::String(text) => convert_string(text, schema),
        Value::Array(list) => {
            let items = schema.items.as_deref().unwrap_or_else(|| Schema::anything());
            cel::Value::List(Arc::new(list.iter().map(|item| convert(item, items)).collect()))
        }
        Value::Object(map) => {
            let mut entries = HashMap::with_capacity(map.len());
            for (name, value) in map {
                let (key, inner) = match (schema.property(name), &schema.additional) {
                    (Some(property), _) => (escape(name), Some(property)),
                    (None, other) => (name.clone(), other.as_deref()),
                };
                if value.is_null() && inner.is_some_and(|inner| !inner.nullable) {
                    continue;
                }
                let inner = inner.unwrap_or_else(|| Schema::anything());
                entries.insert(Key::from(key), convert(value, inner));
            }
            for name in &schema.defaulted {
                let Some(property) = schema.property(name) else { continue };
                let is_set = map.get(&**name).is_some_and(|value| !value.is_null());
                if let Some(default) = property.default.as_deref().filter(|_| !is_set) {
                    entries.insert(Key::from(escape(name)), convert(default, property));
                }
            }
            cel::Value::Map(Map { map: Arc::new(entries) })
        }
    }
}

fn convert_number(number: &Number, kind: Kind) -> cel::Value {
    let float = number.as_f64().unwrap_or_default();
    match (kind, number.as_i64()) {
        (Kind::Number, _) => cel::Value::Float(float),
        (_, Some(whole)) => cel::Value::Int(whole),
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the schema walk has checked the range"
        )]
        (Kind::Integer | Kind::IntOrString, None) => cel::Value::Int(float as i64),
        (_, None) => cel::Value::Float(float),
    }
}

/// Times and durations have types of their own in rules. The function of the same name reads them.
fn convert_string(text: &str, schema: &Schema) -> cel::Value {
    static TIMESTAMP: LazyLock<Option<Program>> = LazyLock::new(|| reader("timestamp(text)"));
    static DURATION: LazyLock<Option<Program>> = LazyLock::new(|| reader("duration(text)"));
    let format = schema.limits.as_ref().and_then(|limits| limits.format.as_deref());
    let read = match format {
        Some("date-time" | "datetime") => read(TIMESTAMP.as_ref(), text),
        Some("date") => read(TIMESTAMP.as_ref(), &format!("{text}T00:00:00Z")),
        Some("duration") => read(DURATION.as_ref(), text),
        _ => None,
    };
    read.unwrap_or_else(|| cel::Value::from(text))
}

fn reader(source: &str) -> Option<Program> {
    ENVIRONMENT.compile(source).ok()
}

fn read(reader: Option<&Program>, text: &str) -> Option<cel::Value> {
    let mut context = Context::with_env(Arc::clone(&ENVIRONMENT));
    context.add_variable_from_value("text", text);
    reader?.execute(&context).ok()
}

/// The name of a field in a rule: `my-key` is `my__dash__key`, `namespace` is `__namespace__`.
fn escape(name: &str) -> String {
    const RESERVED: [&str; 21] = [
        "true",
        "false",
        "null",
        "in",
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
        "var",
        "void",
        "while",
    ];
    if RESERVED.contains(&name) {
        return format!("__{name}__");
    }
    if !name.contains(['-', '.', '/']) && !name.contains("__") {
        return name.to_owned();
    }
    name.replace("__", "__underscores__")
        .replace('-', "__dash__")
        .replace('.', "__dot__")
        .replace('/', "__slash__")
}
