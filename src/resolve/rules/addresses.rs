//! Addresses with a password in them, which whoever reads the manifests then has.

use serde_json::Value;

use crate::{
    diagnostic::{
        Diagnostic,
        catalogue::rules::{ADDRESS_SECRET, LITERAL_SECRET},
    },
    field_path::FieldPath,
    resolve::{Instance, rules::at},
    secret,
};

/// Where addresses stand in fields of ours. `env`, the configuration, and skills have rules of their own.
const PLACES: &[&str] = &[
    "spec.model",
    "spec.mcpServers",
    "spec.gateways",
    "spec.dashboard",
    "spec.observability.otlp",
];
/// A field that hermes-operator accepts with anything in it.
const ACCEPTED: &str = "spec.gateways.telegram.webhookURL";

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    for place in PLACES {
        if let Some(value) = instance.get(place) {
            walk(instance, found, &at(place), value);
        }
    }
}

fn walk(instance: &Instance, found: &mut Vec<Diagnostic>, path: &FieldPath, value: &Value) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                walk(instance, found, &path.clone().key(key), inner);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                walk(instance, found, &path.clone().index(index), inner);
            }
        }
        Value::String(text) if secret::is_in_address(text) => {
            let code = if *path == at(ACCEPTED) { &LITERAL_SECRET } else { &ADDRESS_SECRET };
            let problem = instance.problem(code, path, "this address holds a password").secret();
            found.push(problem.help(
                "write it without user and password, and name a Secret where the field has one",
            ));
        }
        _ => {}
    }
}
