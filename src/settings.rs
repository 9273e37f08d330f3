//! What fields of an instance say in the agent's configuration, and the variables that hold their secrets.

pub mod keys;
pub mod model;
pub mod tools;

use serde_json::{Map, Value, json};

use crate::provider::route_variable;

/// The configuration that the fields of a `spec` make. Where `config.raw` says the same key, it is these that hold.
pub fn of_fields(spec: &Value) -> Value {
    let field = |key| spec.get(key).unwrap_or(&Value::Null);
    let model = model::model(field("model"));
    let tools = tools::tools(field("mcpServers"), field("toolsets"), field("approvals"));
    let mut all = Map::new();
    for found in [model, tools] {
        // The two have no key in common.
        all.extend(found["config"].as_object().cloned().unwrap_or_default());
    }
    Value::Object(all)
}

/// Configuration, and the environment that it refers to.
#[derive(Default)]
struct Found {
    config: Map<String, Value>,
    env: Vec<Value>,
}

impl Found {
    /// Sets a variable to what a Secret holds.
    fn secret(&mut self, variable: &str, reference: &Value) {
        self.env.push(json!({"name": variable, "valueFrom": {"secretKeyRef": reference}}));
    }

    /// Sets a variable of a name like this that no other Secret has, and returns it.
    fn route(&mut self, route: &str, reference: &Value) -> String {
        let source = json!({ "secretKeyRef": reference });
        let mut variable = route_variable(route);
        let mut count = 1;
        while let Some(known) = self.env.iter().find(|known| known["name"] == variable) {
            if known["valueFrom"] == source {
                return variable;
            }
            count += 1;
            variable = route_variable(&format!("{route}_{count}"));
        }
        self.secret(&variable, reference);
        variable
    }

    /// What the templates read: `config`, `env`, and the `names` in it.
    fn into_value(self) -> Value {
        let names: Vec<_> = self.env.iter().map(|variable| variable["name"].clone()).collect();
        json!({"config": self.config, "env": self.env, "names": names})
    }
}

/// A map without what is not set.
fn without_nulls(map: Value) -> Value {
    match map {
        Value::Object(map) => map.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_secrets_never_share_a_variable() {
        let mut found = Found::default();
        let (one, other) = (json!({"name": "a", "key": "k"}), json!({"name": "b", "key": "k"}));
        assert_eq!(found.route("MCP_A_B", &one), "AUXILIARY_MCP_A_B_API_KEY");
        assert_eq!(found.route("MCP_A-B", &one), "AUXILIARY_MCP_A_B_API_KEY");
        assert_eq!(found.route("MCP_A_B", &other), "AUXILIARY_MCP_A_B_2_API_KEY");
        assert_eq!(found.env.len(), 2);
    }

    #[test]
    fn fields_that_are_not_set_say_nothing() {
        assert_eq!(of_fields(&json!({})), json!({}));
    }
}
