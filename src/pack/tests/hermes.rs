//! What the Hermes pack decides by many fields at once.

use serde_json::{Value, json};

use super::*;

/// The Pod of an instance that says nothing but this.
#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "a case reads better without `&`")]
fn pod(spec: Value) -> Value {
    let pack = Pack::builtin("hermes").unwrap().unwrap();
    let mut instance = pack.defaults.clone();
    let given = json!({
        "apiVersion": "hermes.agent/v1",
        "kind": "HermesInstance",
        "metadata": {"name": "demo"},
        "spec": spec,
    });
    render::merge_into(&mut instance, given);
    let objects = pack.render_value(&instance, None, &BTreeMap::new(), None).unwrap();
    let set = objects.iter().find(|object| object.template == "statefulset.yaml").unwrap();
    set.value["spec"]["template"]["spec"].clone()
}

#[test]
fn a_running_turn_may_finish_within_the_grace_period() {
    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "a case reads better without `&`")]
    fn check(spec: Value, expected: &str) {
        let pod = pod(spec.clone());
        let variables = pod["containers"][0]["env"].as_array().unwrap();
        let found: Vec<_> = variables
            .iter()
            .filter(|variable| variable["name"] == "HERMES_RESTART_DRAIN_TIMEOUT")
            .map(|variable| &variable["value"])
            .collect();
        assert_eq!(found, [expected], "{spec}");
    }
    check(json!({}), "90");
    check(json!({"terminationGracePeriodSeconds": 600}), "570");
    check(json!({"terminationGracePeriodSeconds": 10}), "0");
    let variable = json!({"name": "HERMES_RESTART_DRAIN_TIMEOUT", "value": "5"});
    check(json!({"env": [variable]}), "5");
}

#[test]
fn a_migration_has_an_hour() {
    let minutes = |pod: &Value, index: usize| {
        let probe = &pod["containers"][index]["startupProbe"];
        let count = |key: &str| probe[key].as_u64().unwrap();
        count("failureThreshold") * count("periodSeconds") / 60
    };
    let beside = json!({"enabled": true});
    let usual = pod(json!({"dashboard": beside}));
    assert_eq!((minutes(&usual, 0), minutes(&usual, 1)), (5, 10));
    let source = json!({"fromOpenClaw": {"source": {"openclawInstanceRef": {"name": "a"}}}});
    let first = pod(json!({"dashboard": beside, "migration": source}));
    assert_eq!((minutes(&first, 0), minutes(&first, 1)), (60, 65));
    let own = json!({"startup": {"failureThreshold": 12}});
    let own = pod(json!({"migration": source, "probes": own}));
    assert_eq!(minutes(&own, 0), 1);
}

#[test]
fn conversations_of_the_dashboard_have_what_those_of_the_agent_have() {
    let key = json!({"name": "keys", "key": "key"});
    let pod = pod(json!({
        "dashboard": {"enabled": true},
        "model": {"provider": "openrouter", "name": "a", "keySecretRef": key},
        "mcpServers": [{"name": "far", "url": "https://a.example/mcp", "bearerTokenSecretRef": key}],
        "profileStore": {"honcho": {"enabled": true, "apiKeySecretRef": key}},
        "security": {"caBundle": {"configMapName": "ca"}},
        "gateways": {"discord": {"enabled": true, "botTokenSecretRef": key}},
        "apiServer": {"keySecretRef": key},
        "env": [{"name": "NODE_EXTRA_CA_CERTS", "value": "/mine"}],
    }));
    let names = |index: usize| -> Vec<&str> {
        let variables = pod["containers"][index]["env"].as_array().unwrap();
        let names = variables.iter().filter_map(|variable| variable["name"].as_str());
        let mut names: Vec<_> = names
            .filter(|name| !name.starts_with("API_SERVER_") && *name != "HERMES_HOME")
            .collect();
        names.sort_unstable();
        names
    };
    let (agent, dashboard) = (names(0), names(1));
    let missing: Vec<_> = agent.iter().filter(|name| !dashboard.contains(name)).collect();
    assert_eq!(
        missing,
        [&"DISCORD_BOT_TOKEN", &"HERMES_GATEWAY_NO_SUPERVISE", &"HERMES_RESTART_DRAIN_TIMEOUT"]
    );
    let mine = dashboard.iter().filter(|name| **name == "NODE_EXTRA_CA_CERTS");
    assert_eq!(mine.count(), 1);
}

#[test]
fn only_an_agent_that_is_alone_shares_its_processes() {
    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "a case reads better without `&`")]
    fn check(spec: Value, expected: bool) {
        assert_eq!(pod(spec.clone())["shareProcessNamespace"], expected, "{spec}");
    }
    let container = json!({"name": "a", "image": "a:1"});
    let mut stays = container.clone();
    stays["restartPolicy"] = "Always".into();
    check(json!({}), true);
    check(json!({"initContainers": [container], "ollama": {"enabled": true}}), true);
    check(json!({"shareProcessNamespace": false}), false);
    check(json!({"sidecars": []}), true);
    for beside in [
        json!({"initContainers": [container, stays]}),
        json!({"sidecars": [container]}),
        json!({"dashboard": {"enabled": true}}),
        json!({"gateways": {"signal": {"enabled": true, "daemon": {"image": "a:1"}}}}),
        json!({"observability": {"collector": {"enabled": true}}}),
        json!({"tailscale": {"enabled": true}}),
        json!({"webTerminal": {"enabled": true}}),
        json!({"browser": {"enabled": true}}),
    ] {
        check(beside.clone(), false);
        let mut asked = beside;
        asked["shareProcessNamespace"] = true.into();
        check(asked, true);
    }
}
