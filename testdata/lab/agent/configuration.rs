//! What the agent believes is what its custom resource says.

use std::fs;

use anyhow::Result;
use serde_json::json;

use crate::lab::{
    Lab, Test,
    agent::instance::{Agent, KEY},
    sources,
};

pub(crate) const TESTS: &[Test] = &[
    (
        "agent::configuration::the_instance_wins_over_volume_and_environment",
        the_instance_wins_over_volume_and_environment,
    ),
    (
        "agent::configuration::a_changed_instance_replaces_the_pod",
        a_changed_instance_replaces_the_pod,
    ),
    (
        "agent::configuration::a_rotated_key_is_seen_at_the_next_start",
        a_rotated_key_is_seen_at_the_next_start,
    ),
];

/// A user's own file, the `.env` on the volume, and the environment all say something else.
fn the_instance_wins_over_volume_and_environment(lab: &Lab) -> Result<()> {
    let mut agent = Agent::prepare(lab, "configuration")?;
    let variable = json!({"name": "HERMES_INFERENCE_MODEL", "value": "of-the-environment"});
    if let Some(variables) = agent.instance["spec"]["env"].as_array_mut() {
        variables.push(variable);
    }
    agent.apply()?;
    agent.shell(&fs::read_to_string(sources().join("agent/contradict.sh"))?)?;
    agent.replace_pod()?;

    let environment = agent.shell("printenv HERMES_INFERENCE_MODEL; cat /opt/data/.env")?;
    assert!(environment.contains("of-the-environment"), "{environment}");
    assert!(environment.contains("API_SERVER_PORT=9999"), "{environment}");
    assert_eq!(agent.hermes(&["config", "get", "model.default"])?, "first-model");
    assert_eq!(agent.hermes(&["config", "get", "model.base_url"])?, "http://models.example/v1");
    assert_eq!(
        agent.hermes(&["config", "get", "display.personality"])?,
        "of-the-volume",
        "what the instance does not say is the user's"
    );
    let error = agent.hermes(&["config", "set", "model.default", "another"]).err();
    let error = format!("{error:?}");
    assert!(error.contains("it is managed by your administrator"), "{error}");
    Ok(())
}

fn a_changed_instance_replaces_the_pod(lab: &Lab) -> Result<()> {
    let mut agent = Agent::start(lab, "changed")?;
    assert_eq!(agent.hermes(&["config", "get", "model.default"])?, "first-model");
    let before = agent.pod_identity()?;

    agent.instance["spec"]["model"]["name"] = "second-model".into();
    agent.apply()?;
    assert_ne!(agent.pod_identity()?, before);
    assert_eq!(agent.hermes(&["config", "get", "model.default"])?, "second-model");
    assert_eq!(agent.ask("/health", "")?["status"], "ok");
    Ok(())
}

fn a_rotated_key_is_seen_at_the_next_start(lab: &Lab) -> Result<()> {
    let rotated = "a-key-of-the-lab-0002";
    let mut agent = Agent::prepare(lab, "rotated")?;
    let key = json!({"name": "agent-keys", "key": "API_SERVER_KEY"});
    agent.instance["spec"]["apiServer"] = json!({"keySecretRef": key});
    agent.instance["spec"]["env"] = json!([]);
    agent.start_here()?;
    assert_eq!(agent.call("/api/jobs", KEY, "")?.0, 200);
    assert_eq!(agent.call("/api/jobs", rotated, "")?.0, 401);

    agent.set_key(rotated)?;
    agent.replace_pod()?;
    assert_eq!(agent.call("/api/jobs", rotated, "")?.0, 200);
    assert_eq!(agent.call("/api/jobs", KEY, "")?.0, 401);
    Ok(())
}
