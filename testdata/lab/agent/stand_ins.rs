//! An agent with every companion. No package brings the companions, so small programs stand in for them: what is shown is
//! that our manifests start them with what they need, and that the agent, the kubelet, and others reach them.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::lab::{
    Lab, Test,
    agent::instance::Agent,
    namespace::{Apply, soon},
    sources,
};

pub(crate) const TESTS: &[Test] = &[(
    "agent::stand_ins::all_companions_run_beside_one_agent",
    all_companions_run_beside_one_agent,
)];

/// Sends one measurement, as the agent does from 0.20 on.
const MEASURE: &str = r#"
import urllib.request
body = b'{"resourceMetrics": [{"scopeMetrics": [{"metrics": [{"name": "lab.measured", "gauge": {"dataPoints": [{"asDouble": 7}]}}]}]}]}'
print(urllib.request.urlopen("http://127.0.0.1:4318/v1/metrics", body, 5).status)
"#;

fn all_companions_run_beside_one_agent(lab: &Lab) -> Result<()> {
    let mut agent = Agent::prepare(lab, "stand-ins")?;
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "companions"},
        "stringData": {
            "database": "database-1", "model": "model-1", "number": "+15550000001", "tailscale": "tskey-1",
            "terminal": "admin:terminal-1",
        },
    });
    agent.namespace.apply_one(&secret, Apply::default())?.object()?;
    let spec = fs::read_to_string(sources().join("agent/stand-ins.yaml"))?;
    let spec = Value::deserialize(yaml_serde::Deserializer::from_str(&spec))?;
    for (field, value) in spec.as_object().context("a map")? {
        agent.instance["spec"][field] = value.clone();
    }
    agent.start_here()?;
    for workload in [
        "statefulset/agent-honcho-db",
        "deployment/agent-honcho",
        "deployment/agent-honcho-deriver",
        "deployment/agent-ollama",
    ] {
        agent.namespace.wait_ready(workload)?;
    }
    models(&agent)?;
    memory(&agent)?;
    metrics(&agent)?;
    beside(&agent)?;
    messages(&agent)
}

/// A chat goes through the Service of Ollama to a model that was fetched when it started, and back.
fn models(agent: &Agent<'_>) -> Result<()> {
    let body = json!({"model": "hermes-agent", "messages": [{"role": "user", "content": "ping"}]});
    let answer = agent.ask("/v1/chat/completions", &body.to_string())?;
    let said = answer["choices"][0]["message"]["content"].as_str().context("no answer")?;
    ensure!(said.contains("qwen3:8b heard ping"), "{answer}");
    Ok(())
}

/// Honcho has its database, which was prepared once, and the agent gives it what was said.
fn memory(agent: &Agent<'_>) -> Result<()> {
    log_has(agent, "statefulset/agent-honcho-db", "postgres", "prepared with ['extension.sql']")?;
    log_has(agent, "deployment/agent-honcho", "honcho", "the database answers")?;
    log_has(agent, "deployment/agent-honcho-deriver", "deriver", "waits for work")?;
    assert_eq!(agent.hermes(&["config", "get", "memory.provider"])?, "honcho");
    soon(|| {
        let seen = fetch(agent, "agent-honcho", 8000, "/seen", "")?;
        ensure!(seen.contains("\"content\": \"ping\""), "Honcho was not told: {seen}");
        Ok(())
    })
}

/// What is sent to the collector beside the agent is what Prometheus reads through its Service.
fn metrics(agent: &Agent<'_>) -> Result<()> {
    // Nothing says when the companions of a Pod listen.
    let sent = agent.namespace.exec_soon("pod/agent-0", &["python3", "-c", MEASURE])?;
    assert_eq!(sent.trim(), "200");
    let shown = fetch(agent, "agent-metrics", 9464, "/metrics", "")?;
    assert_eq!(shown.trim(), "200 lab_measured 7");
    Ok(())
}

/// Those in the agent's own Pod.
fn beside(agent: &Agent<'_>) -> Result<()> {
    let address = agent.hermes(&["config", "get", "browser.cdp_url"])?;
    let program = format!(
        "import urllib.request; print(urllib.request.urlopen('{address}/json/version', timeout=5).read().decode())"
    );
    let browser = agent.namespace.exec_soon("pod/agent-0", &["python3", "-c", &program])?;
    ensure!(browser.contains("Stand-in/1"), "{browser}");

    for container in ["browser", "collector", "signal-cli", "tailscale", "terminal"] {
        let seen = agent.seen_from(container, "API_SERVER_KEY")?;
        ensure!(seen.is_empty(), "{container} sees {seen}");
    }
    let others = agent.seen_from("hermes", "TS_AUTHKEY")?;
    ensure!(others.is_empty(), "the agent sees the key of tailscale");

    log_has(agent, "pod/agent-0", "tailscale", "agent serves http://127.0.0.1:8642 at ")?;

    let refused = fetch(agent, "agent-terminal", 7681, "/", "")?;
    ensure!(refused.starts_with("401 "), "{refused}");
    let seen = fetch(agent, "agent-terminal", 7681, "/", "admin:terminal-1")?;
    ensure!(seen.contains("config.yaml") && seen.contains("state.db"), "{seen}");
    Ok(())
}

/// The agent does not wait for signal-cli to listen. It tries again after half a minute, and after a minute more.
fn messages(agent: &Agent<'_>) -> Result<()> {
    soon(|| {
        let health = agent.ask("/health/detailed", "")?;
        let signal = &health["platforms"]["signal"];
        ensure!(signal["state"] == "connected", "{signal}");
        Ok(())
    })?;
    let seen = ["cat", "/var/lib/signal-cli/seen"];
    let asked = agent.namespace.exec_in("pod/agent-0", "signal-cli", &seen)?;
    ensure!(asked.contains("daemon /api/v1/check"), "{asked}");
    Ok(())
}

/// What a Service answers to a Pod beside the agent, with a name and a password where there are some.
fn fetch(agent: &Agent<'_>, service: &str, port: u16, path: &str, user: &str) -> Result<String> {
    const PROGRAM: &str = "
import base64, sys, urllib.error, urllib.request
request = urllib.request.Request(sys.argv[1])
if sys.argv[2]:
    request.add_header('Authorization', 'Basic ' + base64.b64encode(sys.argv[2].encode()).decode())
try:
    with urllib.request.urlopen(request, timeout=5) as answer:
        print(answer.status, answer.read().decode())
except urllib.error.HTTPError as error:
    print(error.code, '')
";
    let url = format!("http://{service}.{}.svc.cluster.local:{port}{path}", agent.namespace.name);
    agent.namespace.exec_soon("pod/caller", &["python3", "-c", PROGRAM, &url, user])
}

fn log_has(agent: &Agent<'_>, workload: &str, container: &str, expected: &str) -> Result<()> {
    let container = format!("--container={container}");
    soon(|| {
        let log = agent.namespace.kubectl(&["logs", workload, &container])?;
        ensure!(log.contains(expected), "the log of {workload} lacks {expected:?}: {log}");
        Ok(())
    })
}
