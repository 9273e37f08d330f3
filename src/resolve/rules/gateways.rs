//! Gateways that are enabled have what they log in with.

use crate::{
    diagnostic::{Diagnostic, catalogue::rules::GATEWAY_CREDENTIAL},
    field::text,
    resolve::{Instance, rules::at},
};

/// Each platform, and the references that it needs.
const CREDENTIALS: &[(&str, &[&str])] = &[
    ("telegram", &["botTokenSecretRef"]),
    ("discord", &["botTokenSecretRef"]),
    ("slack", &["botTokenSecretRef", "appTokenSecretRef"]),
    ("whatsapp", &["providerSecretRef"]),
    ("signal", &["phoneNumberSecretRef"]),
];

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let Some(gateways) = instance.get("spec.gateways") else { return };
    for (platform, references) in CREDENTIALS {
        let Some(gateway) = gateways.get(platform) else { continue };
        if gateway.get("enabled").and_then(serde_json::Value::as_bool) != Some(true) {
            continue;
        }
        for reference in *references {
            let path = at("spec.gateways").key(platform).key(reference);
            let (path, message) = match gateway.get(reference) {
                None => (path, format!("`{platform}` is enabled without `{reference}`")),
                Some(secret) if text(secret, "name").is_empty() => {
                    (path.key("name"), format!("`{reference}` names no Secret"))
                }
                Some(secret) if text(secret, "key").is_empty() => {
                    (path.key("key"), format!("`{reference}` names no key of its Secret"))
                }
                Some(_) => continue,
            };
            found.push(
                instance
                    .problem(&GATEWAY_CREDENTIAL, &path, message)
                    .help("name a Secret and the key in it"),
            );
        }
    }
}
