//! Diagnostics as results of a KRM function.

use serde_json::{Map, Value, json};

use crate::{
    diagnostic::{Diagnostic, Level},
    krm::annotation,
};

/// One result. `item` finds the item that a source's name means.
pub(super) fn of<'a>(diagnostic: &Diagnostic, item: &dyn Fn(&str) -> Option<&'a Value>) -> Value {
    let advice = diagnostic.help.as_ref().or(diagnostic.label.as_ref());
    let advice = advice.map_or(String::new(), |advice| format!(": {advice}"));
    let severity = match diagnostic.level() {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "info",
    };
    let mut result = Map::new();
    result.insert("message".to_owned(), format!("{}{advice}", diagnostic.message).into());
    result.insert("severity".to_owned(), severity.into());
    let found = diagnostic.location.as_ref().and_then(|location| item(&location.source.name));
    if let Some(object) = found {
        result.insert("resourceRef".to_owned(), reference(object));
    }
    if let Some(field) = &diagnostic.field {
        result.insert("field".to_owned(), json!({"path": field}));
    }
    if let Some(file) = found.and_then(file) {
        result.insert("file".to_owned(), file);
    }
    result.insert("tags".to_owned(), json!({"code": diagnostic.code.id}));
    result.into()
}

/// A claim that is not rendered any more and stays.
pub(super) fn kept(claim: &Value) -> Value {
    json!({
        "message": "this claim is not rendered any more and stays, because its data would go with it: remove its file to give it up",
        "severity": "warning",
        "resourceRef": reference(claim),
    })
}

fn reference(object: &Value) -> Value {
    let mut reference = Map::new();
    let metadata = &object["metadata"];
    let fields = [
        ("apiVersion", &object["apiVersion"]),
        ("kind", &object["kind"]),
        ("name", &metadata["name"]),
        ("namespace", &metadata["namespace"]),
    ];
    for (name, value) in fields {
        if value.is_string() {
            reference.insert(name.to_owned(), value.clone());
        }
    }
    reference.into()
}

fn file(object: &Value) -> Option<Value> {
    let of = |name: &str| {
        let names = [
            format!("internal.config.kubernetes.io/{name}"),
            format!("config.kubernetes.io/{name}"),
        ];
        annotation(object, &[&names[0], &names[1]])
    };
    let mut file = Map::new();
    file.insert("path".to_owned(), of("path")?.into());
    if let Some(index) = of("index").and_then(|index| index.parse::<u64>().ok()) {
        file.insert("index".to_owned(), index.into());
    }
    Some(file.into())
}
