//! The model of an instance: the agent's configuration, and the variables with its keys.

use serde_json::{Map, Value, json};

use crate::{
    field::{list, text},
    provider::key_variable,
    settings::{Found, without_nulls},
};

/// What the templates need of `spec.model`: `config` for the agent, `env` with the keys, and the `names` in it.
pub fn model(model: &Value) -> Value {
    let mut found = Found::default();
    main(&mut found, model);
    for endpoint in list(model, "endpoints") {
        let name = text(endpoint, "name");
        let variable = endpoint
            .get("keySecretRef")
            .map(|secret| found.route(&format!("ENDPOINT_{name}"), secret));
        add_endpoint(&mut found, name, text(endpoint, "baseURL"), variable.as_deref());
    }
    let mut fallbacks = Vec::new();
    for (index, fallback) in list(model, "fallbacks").iter().enumerate() {
        fallbacks.push(route(&mut found, &format!("FALLBACK_{}", index + 1), fallback));
    }
    if !fallbacks.is_empty() {
        found.config.insert("fallback_providers".to_owned(), fallbacks.into());
    }
    let mut auxiliary = Map::new();
    for model in list(model, "auxiliary") {
        let task = text(model, "task");
        auxiliary.insert(task.to_owned(), route(&mut found, &format!("TASK_{task}"), model));
    }
    if !auxiliary.is_empty() {
        found.config.insert("auxiliary".to_owned(), auxiliary.into());
    }
    found.into_value()
}

/// The model of conversations.
fn main(found: &mut Found, model: &Value) {
    if !["provider", "name", "baseURL"].iter().any(|key| model.get(key).is_some()) {
        return;
    }
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
            add_endpoint(found, name, base_url, variable.as_deref());
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

fn add_endpoint(found: &mut Found, name: &str, base_url: &str, variable: Option<&str>) {
    let providers = found.config.entry("providers").or_insert_with(|| json!({}));
    providers[name] = json!({"base_url": base_url, "key_env": variable});
}

/// A fallback or the model of a task, as the agent reads both.
fn route(found: &mut Found, route: &str, model: &Value) -> Value {
    let variable = model.get("keySecretRef").map(|secret| found.route(route, secret));
    without_nulls(json!({
        "provider": model.get("provider"),
        "model": model.get("name"),
        "base_url": model.get("baseURL"),
        "key_env": variable,
        "timeout": model.get("timeoutSeconds"),
    }))
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

    #[test]
    fn fallbacks_keep_their_order_and_tasks_have_models_of_their_own() {
        let secret = json!({"name": "s", "key": "k"});
        let found = model(&json!({
            "fallbacks": [
                {"provider": "openrouter", "name": "a", "keySecretRef": secret},
                {"provider": "custom", "name": "b", "baseURL": "http://b/v1"},
            ],
            "auxiliary": [
                {"task": "vision", "provider": "gemini", "keySecretRef": secret, "timeoutSeconds": 9},
            ],
        }));
        let first = json!({"provider": "openrouter", "model": "a", "key_env": "AUXILIARY_FALLBACK_1_API_KEY"});
        let second = json!({"provider": "custom", "model": "b", "base_url": "http://b/v1"});
        assert_eq!(found["config"]["fallback_providers"], json!([first, second]));
        let vision =
            json!({"provider": "gemini", "key_env": "AUXILIARY_TASK_VISION_API_KEY", "timeout": 9});
        assert_eq!(found["config"]["auxiliary"], json!({ "vision": vision }));
        assert_eq!(found["names"].as_array().map(Vec::len), Some(2));
    }
}
