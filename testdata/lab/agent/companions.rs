//! What the agent says of companions, and what the cluster measures of the agent.

use std::{collections::BTreeSet, fs};

use anyhow::{Result, ensure};
use serde_json::json;

use crate::lab::{Lab, Test, agent::instance::Agent, golden::root, namespace::soon};

pub(crate) const TESTS: &[Test] = &[
    ("agent::companions::the_agent_has_their_settings", the_agent_has_their_settings),
    (
        "agent::companions::dashboards_ask_for_what_the_kubelet_measures",
        dashboards_ask_for_what_the_kubelet_measures,
    ),
];

/// Honcho itself is not here: its images cannot be pulled. The agent starts without it, and knows where it would be.
fn the_agent_has_their_settings(lab: &Lab) -> Result<()> {
    let mut agent = Agent::prepare(lab, "companions")?;
    let endpoint = "http://collector.monitoring.svc:4318/v1/metrics";
    agent.instance["spec"]["observability"] =
        json!({"otlp": {"enabled": true, "endpoint": endpoint}});
    agent.instance["spec"]["profileStore"] = json!({"honcho": {
        "enabled": true, "envFrom": [{"secretRef": {"name": "honcho-models"}}],
        "database": {"uriSecretRef": {"name": "honcho", "key": "uri"}},
    }});
    agent.apply()?;
    assert_eq!(agent.hermes(&["config", "get", "memory.provider"])?, "honcho");
    assert_eq!(agent.hermes(&["config", "get", "monitoring.export.otlp.endpoint"])?, endpoint);
    assert_eq!(agent.shell("printenv HONCHO_BASE_URL")?.trim(), "http://agent-honcho:8000");
    Ok(())
}

/// Of the series that the alerts and dashboards ask for, those of containers are asked of the kubelet. Others are not: the
/// lab has no kube-state-metrics (`kube_*`), and its kubelet counts no local volumes (`kubelet_volume_*`).
fn dashboards_ask_for_what_the_kubelet_measures(lab: &Lab) -> Result<()> {
    let mut agent = Agent::prepare(lab, "measured")?;
    agent.instance["spec"]["observability"] =
        json!({"metrics": {"grafanaDashboard": {"enabled": true}}});
    agent.start_here()?;
    let text = fs::read_to_string(root().join("examples/observability/stdout"))?;
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let asked: BTreeSet<&str> = words.filter(|word| word.starts_with("container_")).collect();
    ensure!(asked.len() >= 4, "only {asked:?} are asked for");

    let node = agent.namespace.get("v1", "Pod", "agent-0")?["spec"]["nodeName"].clone();
    let node = node.as_str().unwrap_or_default();
    soon(|| {
        let path = format!("/api/v1/nodes/{node}/proxy/metrics/cadvisor");
        let measured = agent.namespace.kubectl(&["get", "--raw", &path])?;
        let of_the_agent = |name: &&str| {
            measured.lines().any(|line| {
                line.starts_with(&format!("{name}{{")) && line.contains(&agent.namespace.name)
            })
        };
        let missing: Vec<_> = asked.iter().filter(|name| !of_the_agent(name)).collect();
        ensure!(missing.is_empty(), "the kubelet measures no {missing:?} of the agent");
        Ok(())
    })
}
