//! Secrets: which ones are read, and that their values differ. No value is in a message.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    diagnostic::catalogue::change::{SECRET_REFERENCE, SECRET_VALUE},
    diff::Happened,
    field,
    risk::{Risk, Sides, listed},
};

pub(super) fn find(sides: &Sides<'_>, risks: &mut Vec<Risk>) {
    // What an instance names is in the objects that it renders to.
    if sides.happened() != Happened::Changed || sides.group == "hermes.agent" {
        return;
    }
    if sides.is("", &["Secret"]) {
        let differs = |key: &str| sides.old.get(key) != sides.new.get(key);
        if ["data", "stringData"].into_iter().any(differs) {
            risks.push(Risk::new(&SECRET_VALUE, "its values differ"));
        }
        return;
    }
    let (before, after) = (references(sides.old), references(sides.new));
    let new: Vec<String> = after.difference(&before).cloned().collect();
    let gone: Vec<String> = before.difference(&after).cloned().collect();
    let message = match (gone.is_empty(), new.is_empty()) {
        (true, true) => return,
        (true, false) => format!("{} is read", listed(&new)),
        (false, true) => format!("{} is no longer read", listed(&gone)),
        (false, false) => format!("{} is read in place of {}", listed(&new), listed(&gone)),
    };
    risks.push(Risk::new(&SECRET_REFERENCE, message));
}

/// The Secrets that an object names, with the key where one is meant.
fn references(object: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk("", object, &mut found);
    found
}

fn walk(key: &str, value: &Value, found: &mut BTreeSet<String>) {
    let name = match key {
        "secretKeyRef" | "secretRef" | "imagePullSecrets" => field::text(value, "name"),
        "secret" | "tls" | "certificateRefs" => match field::text(value, "secretName") {
            "" => field::text(value, "name"),
            name => name,
        },
        _ => "",
    };
    if !name.is_empty() {
        let key = match field::text(value, "key") {
            "" => String::new(),
            key => format!(" ({key})"),
        };
        found.insert(format!("Secret {name}{key}"));
    }
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| walk(key, value, found)),
        Value::Array(items) => items.iter().for_each(|item| walk(key, item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
