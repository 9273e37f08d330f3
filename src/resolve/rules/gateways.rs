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
            let named = gateway.get(reference).is_some_and(|secret| {
                !text(secret, "name").is_empty() && !text(secret, "key").is_empty()
            });
            if !named {
                let path = at("spec.gateways").key(platform).key(reference);
                let message = format!("`{platform}` is enabled without `{reference}`");
                found.push(
                    instance
                        .problem(&GATEWAY_CREDENTIAL, &path, message)
                        .help("name a Secret and the key in it"),
                );
            }
        }
    }
}
