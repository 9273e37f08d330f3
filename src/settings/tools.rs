//! Tools of an instance: servers that bring some, sets of them, and commands that need a person's word.

use serde_json::{Map, Value, json};

use crate::{
    field::{entries, list, text},
    settings::{Found, without_nulls},
};

/// What the templates need of `spec.mcpServers`, `toolsets`, and `approvals`: `config` for the agent, `env` with the secrets
/// of servers, and the `names` in it.
pub fn tools(servers: &Value, toolsets: &Value, approvals: &Value) -> Value {
    let mut found = Found::default();
    let mut all = Map::new();
    for given in servers.as_array().into_iter().flatten() {
        all.insert(text(given, "name").to_owned(), server(&mut found, given));
    }
    let platforms: Map<String, Value> = entries(toolsets, "platforms")
        .map(|(name, sets)| (name.to_owned(), sets.clone()))
        .collect();
    let asked = without_nulls(json!({
        "mode": approvals.get("mode"),
        "timeout": approvals.get("timeoutSeconds"),
        "cron_mode": approvals.get("cron"),
        "deny": approvals.get("deny"),
    }));
    for (key, value) in [
        ("mcp_servers", Value::Object(all)),
        ("platform_toolsets", Value::Object(platforms)),
        ("approvals", asked),
    ] {
        if value.as_object().is_some_and(|map| !map.is_empty()) {
            found.config.insert(key.to_owned(), value);
        }
    }
    if let Some(disabled) = toolsets.get("disabled") {
        found.config.insert("agent".to_owned(), json!({ "disabled_toolsets": disabled }));
    }
    if let Some(allow) = approvals.get("allow") {
        found.config.insert("command_allowlist".to_owned(), allow.clone());
    }
    found.into_value()
}

/// One server. Secrets are variables that the agent puts in when it connects.
fn server(found: &mut Found, given: &Value) -> Value {
    let name = text(given, "name");
    let mut headers = values(found, name, list(given, "headers"));
    if let Some(secret) = given.get("bearerTokenSecretRef") {
        let variable = found.route(&format!("MCP_{name}_BEARER"), secret);
        headers.insert("Authorization".to_owned(), format!("Bearer ${{{variable}}}").into());
    }
    let env = values(found, name, list(given, "env"));
    let unless_empty = |map: Map<String, Value>| (!map.is_empty()).then_some(map);
    without_nulls(json!({
        "enabled": given.get("enabled"),
        "url": given.get("url"),
        // What the agent takes for granted is left out.
        "transport": given.get("transport").filter(|transport| *transport == "sse"),
        "headers": unless_empty(headers),
        "command": given.get("command"),
        "args": given.get("args"),
        "env": unless_empty(env),
        "tools": given.get("tools").map(|names| json!({ "include": names })),
        "timeout": given.get("timeoutSeconds"),
    }))
}

/// Headers or variables of a server.
fn values(found: &mut Found, server: &str, given: &[Value]) -> Map<String, Value> {
    let mut values = Map::new();
    for item in given {
        let name = text(item, "name");
        let value = match item.get("secretRef") {
            Some(secret) => {
                let variable = found.route(&format!("MCP_{server}_{name}"), secret);
                format!("${{{variable}}}").into()
            }
            None => item.get("value").cloned().unwrap_or_default(),
        };
        values.insert(name.to_owned(), value);
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_has_its_secrets_by_variables() {
        let secret = json!({"name": "s", "key": "k"});
        let found = tools(
            &json!([{
                "name": "git-hub", "url": "https://mcp.example/", "transport": "http",
                "bearerTokenSecretRef": secret,
                "headers": [{"name": "X-Team", "value": "a"}, {"name": "X-Key", "secretRef": {"name": "t", "key": "k"}}],
                "tools": ["list"],
            }]),
            &Value::Null,
            &Value::Null,
        );
        let expected = json!({
            "url": "https://mcp.example/",
            "headers": {
                "X-Team": "a",
                "X-Key": "${AUXILIARY_MCP_GIT_HUB_X_KEY_API_KEY}",
                "Authorization": "Bearer ${AUXILIARY_MCP_GIT_HUB_BEARER_API_KEY}",
            },
            "tools": {"include": ["list"]},
        });
        assert_eq!(found["config"], json!({"mcp_servers": {"git-hub": expected}}));
        assert!(!found["config"].to_string().contains("secretKeyRef"));
    }

    #[test]
    fn sets_and_approvals_are_the_agents_keys() {
        let found = tools(
            &Value::Null,
            &json!({"disabled": ["web"], "platforms": {"discord": ["file"]}}),
            &json!({"mode": "off", "cron": "approve", "allow": ["ls *"], "timeoutSeconds": 5}),
        );
        assert_eq!(
            found["config"],
            json!({
                "platform_toolsets": {"discord": ["file"]},
                "approvals": {"mode": "off", "timeout": 5, "cron_mode": "approve"},
                "agent": {"disabled_toolsets": ["web"]},
                "command_allowlist": ["ls *"],
            })
        );
    }
}
