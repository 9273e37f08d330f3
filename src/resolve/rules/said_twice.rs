//! Keys of `config.raw` that a field of the instance sets to something else.

use serde_json::Value;

use crate::{
    diagnostic::{Diagnostic, catalogue::rules::SAID_TWICE},
    field_path::FieldPath,
    resolve::{
        Instance,
        rules::{at, is_asked},
    },
    secret, settings,
};

/// Keys that the templates set by themselves, and the fields that make them do so.
const OF_TEMPLATES: &[(&str, &str)] = &[
    ("browser.cdp_url", "spec.browser.enabled"),
    ("dashboard.public_url", "spec.dashboard.publicURL"),
    ("dashboard.trusted_proxies", "spec.dashboard.trustedProxies"),
    ("logging.level", "spec.observability.logging.level"),
    ("memory.provider", "spec.profileStore.honcho.enabled"),
    ("monitoring.export.otlp.endpoint", "spec.observability.otlp.endpoint"),
];

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    const RAW: &str = "spec.config.raw";
    let Some(raw) = instance.get(RAW) else { return };
    if let Some(spec) = instance.get("spec") {
        compare(instance, found, &at(RAW), raw, &settings::of_fields(spec));
    }
    for (key, field) in OF_TEMPLATES {
        let is_said = instance.get(&format!("{RAW}.{key}")).is_some();
        if is_said && is_asked(instance.get(field)) {
            let field = format!("`{}`", field.trim_start_matches("spec."));
            report(instance, found, &at(&format!("{RAW}.{key}")), &field);
        }
    }
}

/// Walks what both say. A map that both have is one map in the end.
fn compare(
    instance: &Instance,
    found: &mut Vec<Diagnostic>,
    path: &FieldPath,
    raw: &Value,
    fields: &Value,
) {
    match (raw, fields) {
        (Value::Object(raw), Value::Object(fields)) => {
            for (key, raw) in raw {
                if let Some(field) = fields.get(key) {
                    compare(instance, found, &path.clone().key(key), raw, field);
                }
            }
        }
        _ if fields.is_null() || raw == fields => {}
        _ => report(instance, found, path, "another field"),
    }
}

/// `field` is what the message calls it.
fn report(instance: &Instance, found: &mut Vec<Diagnostic>, path: &FieldPath, field: &str) {
    let name = path.to_string();
    let name = name.trim_start_matches("spec.");
    let message = format!("`{name}` is not used: {field} of the instance sets the same");
    let problem = instance.problem(&SAID_TWICE, path, message).help("keep one of them");
    let key = name.rsplit('.').next().unwrap_or_default();
    found.push(if secret::is_key(key) { problem.secret() } else { problem });
}
