//! Chat platforms for the templates: the agent's environment, the managed `.env`, and the ports.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::{
    field::text,
    gateway::{self, Setting},
};

/// What the templates need of `spec.gateways`: `env` of the container, `settings` of the managed `.env` (each on a new
/// line), the `names` that the volume must not give, and `listeners`. `given` are the user's variables.
pub fn gateways(gateways: &Value, given: &Value) -> Value {
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
    let mut names: Vec<_> = variables.iter().map(|variable| variable.name).collect();
    for name in gateway::doors(gateways) {
        if !names.contains(&name) {
            names.push(name);
            let mut given = given.as_array().into_iter().flatten();
            let is_the_users = given.any(|variable| text(variable, "name") == name);
            // Shut, and not set to `false`: where one of them says anything, the agent pairs with nobody on Telegram.
            if name.ends_with("_ALLOW_ALL_USERS") && !is_the_users {
                let _ = write!(settings, "\n{name}=''");
            }
        }
    }
    let listeners: Vec<_> = gateway::listeners(gateways)
        .into_iter()
        .map(
            |listener| json!({"name": listener.name, "port": listener.port, "path": listener.path}),
        )
        .collect();
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
        let found = gateways(&json!({ "discord": discord }), &Value::Null);
        let settings = found["settings"].as_str().unwrap();
        assert!(settings.starts_with("\nDISCORD_HOME_CHANNEL='7'\n"), "{settings}");
        assert!(!settings.contains("TOKEN"), "{settings}");
        assert_eq!(found["env"][0]["valueFrom"]["secretKeyRef"]["key"], "k");
    }

    #[test]
    fn only_the_instance_lets_everybody_in() {
        #[track_caller]
        #[expect(clippy::needless_pass_by_value, reason = "a case reads better without `&`")]
        fn check(sms: Value, env: Value, expected: &str) {
            let found = gateways(&json!({ "sms": sms }), &env);
            let settings = found["settings"].as_str().unwrap();
            let lines = settings.lines().filter(|line| line.contains("_ALLOW"));
            assert_eq!(lines.collect::<Vec<_>>().join(" "), expected);
            let names = found["names"].as_array().unwrap();
            for name in ["SMS_ALLOWED_USERS", "SMS_ALLOW_ALL_USERS", "GATEWAY_ALLOW_ALL_USERS"] {
                assert_eq!(names.iter().filter(|found| *found == name).count(), 1, "{names:?}");
            }
        }
        let shut = "SMS_ALLOW_ALL_USERS='' GATEWAY_ALLOW_ALL_USERS=''";
        check(json!({"enabled": true}), Value::Null, shut);
        check(
            json!({"enabled": true, "allowAllUsers": true}),
            Value::Null,
            "SMS_ALLOW_ALL_USERS='true' GATEWAY_ALLOW_ALL_USERS=''",
        );
        check(
            json!({"enabled": true}),
            json!([{"name": "GATEWAY_ALLOW_ALL_USERS", "value": "true"}]),
            "SMS_ALLOW_ALL_USERS=''",
        );
        assert_eq!(gateways(&Value::Null, &Value::Null)["settings"], "");
    }
}
