//! The model of an instance: the agent's configuration, and the variables with its keys.

use serde_json::{Map, Value, json};

use crate::{
    field::{list, text},
    provider::{endpoint_variable, key_variable},
};

/// What the templates need of `spec.model`: `config` for the agent, `env` with the keys, and the `names` in it.
pub fn model(model: &Value) -> Value {
    let mut found = Found::default();
    if ["provider", "name", "baseURL"].iter().any(|key| model.get(key).is_some()) {
        let provider = text(model, "provider");
        found.config.insert(
            "model".to_owned(),
            json!({
                "provider": model.get("provider"),
                "default": model.get("name"),
                // Without it, an address that is on the volume would stay in use with the new provider.
                "base_url": text(model, "baseURL"),
            }),
        );
        let base_url = text(model, "baseURL");
        let secret = model.get("keySecretRef");
        let variable = secret.and_then(|_| key_variable(provider));
        match (provider.strip_prefix("custom:"), &variable) {
            // The agent knows no provider of that name otherwise, with a key or without.
            (Some(name), _) if variable.is_some() || !base_url.is_empty() => {
                found.endpoint(name, base_url, variable.as_deref());
            }
            (None, Some(variable)) if provider == "custom" => {
                found.config["model"]["api_key"] = format!("${{{variable}}}").into();
            }
            _ => {}
        }
        if let (Some(secret), Some(variable)) = (secret, &variable) {
            found.secret(variable, secret);
        }
    }
    for endpoint in list(model, "endpoints") {
        let name = text(endpoint, "name");
        let variable = endpoint.get("keySecretRef").map(|secret| {
            let variable = endpoint_variable(name);
            found.secret(&variable, secret);
            variable
        });
        found.endpoint(name, text(endpoint, "baseURL"), variable.as_deref());
    }
    let names: Vec<_> = found.env.iter().map(|variable| variable["name"].clone()).collect();
    json!({"config": found.config, "env": found.env, "names": names})
}

#[derive(Default)]
struct Found {
    config: Map<String, Value>,
    env: Vec<Value>,
}

impl Found {
    fn secret(&mut self, variable: &str, reference: &Value) {
        if self.env.iter().all(|known| known["name"] != variable) {
            self.env.push(json!({"name": variable, "valueFrom": {"secretKeyRef": reference}}));
        }
    }

    fn endpoint(&mut self, name: &str, base_url: &str, variable: Option<&str>) {
        let providers = self.config.entry("providers").or_insert_with(|| json!({}));
        providers[name] = json!({"base_url": base_url, "key_env": variable});
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reaches_the_provider_and_stands_nowhere() {
        let secret = json!({"name": "s", "key": "k"});
        let found = model(&json!({"provider": "openrouter", "name": "m", "keySecretRef": secret}));
        assert_eq!(found["names"], json!(["OPENROUTER_API_KEY"]));
        assert_eq!(found["config"]["model"]["base_url"], "");

        let custom =
            model(&json!({"provider": "custom", "baseURL": "http://a/v1", "keySecretRef": secret}));
        assert_eq!(custom["config"]["model"]["api_key"], "${AUXILIARY_ENDPOINT_API_KEY}");

        let named =
            json!({"provider": "custom:lite", "baseURL": "http://a/v1", "keySecretRef": secret});
        let named = model(&named);
        let expected =
            json!({"base_url": "http://a/v1", "key_env": "AUXILIARY_ENDPOINT_LITE_API_KEY"});
        assert_eq!(named["config"]["providers"]["lite"], expected);
        assert_eq!(named["env"][0]["valueFrom"]["secretKeyRef"], secret);
    }

    #[test]
    fn an_own_provider_without_a_key_is_declared() {
        let found =
            model(&json!({"provider": "custom:ollama", "baseURL": "http://ollama:11434/v1"}));
        let expected = json!({"base_url": "http://ollama:11434/v1", "key_env": null});
        assert_eq!(found["config"]["providers"]["ollama"], expected);
        assert_eq!(found["names"], json!([]));

        // Where it is, somebody else says.
        let elsewhere = model(&json!({"provider": "custom:ollama", "name": "m"}));
        assert_eq!(elsewhere["config"].get("providers"), None);
    }

    #[test]
    fn an_endpoint_needs_no_key_and_no_model_gives_nothing() {
        let endpoints =
            json!({"endpoints": [{"name": "ollama", "baseURL": "http://ollama:11434/v1"}]});
        let found = model(&endpoints);
        assert_eq!(found["config"]["providers"]["ollama"]["key_env"], Value::Null);
        assert_eq!(found["names"], json!([]));
        assert_eq!(model(&Value::Null)["config"], json!({}));
    }
}
