//! An agent that takes over what an `OpenClaw` agent knew.

use std::fs;

use anyhow::Result;
use serde_json::json;

use crate::lab::{Lab, Test, agent::instance::Agent, namespace::Apply, sources};

pub(crate) const TESTS: &[Test] =
    &[("agent::migration::openclaw_comes_along_once", openclaw_comes_along_once)];

/// From a volume whose files another user alone can read.
fn openclaw_comes_along_once(lab: &Lab) -> Result<()> {
    let mut agent = Agent::prepare(lab, "migration")?;
    let claw = fs::read_to_string(sources().join("agent/openclaw.yaml"))?;
    agent.namespace.apply(&claw, Apply::default())?;
    agent.namespace.wait_for("pod/claw", "jsonpath={.status.phase}=Succeeded")?;
    agent.instance["spec"]["migration"] = json!({"fromOpenClaw": {"source": {"openclawInstanceRef": {
        "name": "claw", "namespace": agent.namespace.name,
    }}}});
    agent.apply()?;
    assert_eq!(agent.shell("cat /opt/data/SOUL.md")?.trim(), "I am the old claw.");
    assert!(agent.shell("cat /opt/data/memories/MEMORY.md")?.contains("one lamp"));
    let listed = agent.hermes(&["skills", "list"])?;
    assert!(listed.contains("greet"), "{listed}");
    assert_eq!(agent.hermes(&["config", "get", "model.default"])?, "first-model");
    let kept = agent.shell("cat /opt/data/.env /opt/data/config.yaml")?;
    assert!(!kept.contains("123:abc"), "{kept}");

    agent.shell("echo 'I have changed.' > /opt/data/SOUL.md")?;
    agent.replace_pod()?;
    assert_eq!(agent.shell("cat /opt/data/SOUL.md")?.trim(), "I have changed.");
    assert_eq!(agent.shell("ls /opt/data/migration/openclaw | wc -l")?.trim(), "1");
    assert_eq!(agent.shell("ls /etc/petasos-openclaw")?.trim(), "", "nothing is copied again");

    if let Some(spec) = agent.instance["spec"].as_object_mut() {
        spec.remove("migration");
    }
    agent.apply()?;
    assert_eq!(agent.shell("cat /opt/data/SOUL.md")?.trim(), "I have changed.");
    Ok(())
}
