//! Chat platforms for the templates: the agent's environment, the managed `.env`, and the ports.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::gateway::{self, Setting};

/// What the templates need of `spec.gateways`: `env` of the container, `settings` of the managed `.env` (each on a new
/// line), the `names` of both, and `listeners`.
pub fn gateways(gateways: &Value) -> Value {
    let variables = gateway::variables(gateways);
    let mut settings = String::new();
    let mut env = Vec::with_capacity(variables.len());
    for variable in &variables {
        env.push(match &variable.value {
            Setting::Plain(text) => {
                if let Some(quoted) = gateway::quote(text) {
                    // Writing to a string does not fail.
                    let _ = write!(settings, "\n{}={quoted}", variable.name);
                }
                json!({"name": variable.name, "value": text})
            }
            Setting::Secret(reference) => {
                json!({"name": variable.name, "valueFrom": {"secretKeyRef": reference}})
            }
        });
    }
    let listeners: Vec<_> = gateway::listeners(gateways)
        .into_iter()
        .map(
            |listener| json!({"name": listener.name, "port": listener.port, "path": listener.path}),
        )
        .collect();
    let names: Vec<_> = variables.iter().map(|variable| variable.name).collect();
    json!({"env": env, "settings": settings, "names": names, "listeners": listeners})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_references_and_in_no_file() {
        let discord = json!({
            "enabled": true, "botTokenSecretRef": {"name": "s", "key": "k"}, "homeChannel": "7",
        });
        let found = gateways(&json!({ "discord": discord }));
        assert_eq!(found["settings"], "\nDISCORD_HOME_CHANNEL='7'");
        assert_eq!(found["env"][0]["valueFrom"]["secretKeyRef"]["key"], "k");
        assert_eq!(found["names"], json!(["DISCORD_BOT_TOKEN", "DISCORD_HOME_CHANNEL"]));
    }
}
