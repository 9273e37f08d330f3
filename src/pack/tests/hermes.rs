//! What the Hermes pack decides by many fields at once.

use serde_json::{Value, json};

use super::*;

/// The Pod of an instance that says nothing but this.
#[track_caller]
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
