//! The agent at work: it answers with the model that the instance names, and has the jobs that it declares.

use std::{collections::BTreeSet, fs};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::lab::{Lab, Test, agent::instance::Agent, namespace::Apply, sources};

pub(crate) const TESTS: &[Test] = &[
    ("agent::work::a_chat_goes_to_the_model_and_back", a_chat_goes_to_the_model_and_back),
    (
        "agent::work::what_the_instance_says_is_what_the_model_hears",
        what_the_instance_says_is_what_the_model_hears,
    ),
    ("agent::work::tools_of_servers_are_called", tools_of_servers_are_called),
    (
        "agent::work::skills_come_from_where_the_instance_says",
        skills_come_from_where_the_instance_says,
    ),
    (
        "agent::work::declared_jobs_come_and_go_and_others_stay",
        declared_jobs_come_and_go_and_others_stay,
    ),
];

/// An endpoint of the user's in the cluster, with a key from a Secret.
fn a_chat_goes_to_the_model_and_back(lab: &Lab) -> Result<()> {
    let mut agent = Agent::prepare(lab, "chat")?;
    let models = fs::read_to_string(sources().join("agent/models.yaml"))?;
    agent.namespace.apply(&models, Apply::default())?;
    agent.await_servers(&["http://models:4000/v1/models"])?;
    agent.instance["spec"]["model"] = json!({
        "provider": "custom:litellm", "name": "tiny", "baseURL": "http://models:4000/v1",
        "keySecretRef": {"name": "models", "key": "key"},
    });
    agent.apply()?;

    let body = json!({"model": "hermes-agent", "messages": [{"role": "user", "content": "ping"}]});
    let answer = agent.ask("/v1/chat/completions", &body.to_string())?;
    let said = answer["choices"][0]["message"]["content"].as_str().context("no answer")?;
    assert!(said.contains("tiny heard ping with Bearer the-key-of-the-models"), "{answer}");
    // The key is in the environment alone, and not in what is managed.
    let config = agent.shell("cat /etc/hermes-managed/config.yaml /etc/hermes-managed/.env")?;
    assert!(!config.contains("the-key-of-the-models"), "{config}");
    Ok(())
}

/// Who the agent is, which tools it has, and the model that answers where the first one fails.
fn what_the_instance_says_is_what_the_model_hears(lab: &Lab) -> Result<()> {
    let mut agent = Agent::prepare(lab, "fields")?;
    let models = fs::read_to_string(sources().join("agent/models.yaml"))?;
    agent.namespace.apply(&models, Apply::default())?;
    agent.await_servers(&["http://models:4000/v1/models"])?;
    let key = json!({"name": "models", "key": "key"});
    let spec = &mut agent.instance["spec"];
    spec["model"] = json!({
        "provider": "custom:litellm", "name": "tiny", "baseURL": "http://models:4000/broken/v1",
        "fallbacks": [{"provider": "custom", "name": "second", "baseURL": "http://models:4000/v1", "keySecretRef": key}],
        "auxiliary": [{"task": "vision", "name": "eye", "baseURL": "http://models:4000/v1", "keySecretRef": key}],
    });
    spec["soul"] = "I am the lamp of the lab.".into();
    spec["toolsets"] = json!({"disabled": ["web"], "platforms": {"api_server": ["web", "file"]}});
    spec["approvals"] = json!({"mode": "manual", "cron": "approve", "allow": ["ls *"]});
    spec["mcpServers"] = json!([
        {"name": "notes", "url": "http://notes:4000/mcp", "bearerTokenSecretRef": key},
        {"name": "local", "command": "true", "enabled": false},
    ]);
    spec["config"] =
        json!({"raw": {"agent": {"api_max_retries": 1}, "skills": {"external_dirs": ["/tmp"]}}});
    agent.apply()?;

    let say = |word: &str| -> Result<String> {
        let body =
            json!({"model": "hermes-agent", "messages": [{"role": "user", "content": word}]});
        let answer = agent.ask("/v1/chat/completions", &body.to_string())?;
        let said = answer["choices"][0]["message"]["content"].as_str().context("no answer")?;
        Ok(said.to_owned())
    };
    let said = say("ping")?;
    assert!(said.contains("second heard ping with Bearer the-key-of-the-models"), "{said}");
    let said = say("soul")?;
    assert!(said.contains("I am the lamp of the lab."), "{said}");
    let said = say("have")?;
    assert!(said.contains("read_file") && !said.contains("web_search"), "{said}");

    for (name, value) in [
        ("approvals.mode", "manual"),
        ("approvals.cron_mode", "approve"),
        ("auxiliary.vision.model", "eye"),
    ] {
        assert_eq!(agent.hermes(&["config", "get", name])?, value, "{name}");
    }
    let servers = agent.hermes(&["mcp", "list"])?;
    assert!(servers.contains("notes") && servers.contains("disabled"), "{servers}");
    let tools = agent.hermes(&["tools", "list", "--platform", "api_server"])?;
    assert!(tools.lines().any(|line| line.contains("enabled") && line.contains("file")), "{tools}");
    // Parts of the agent read the volume's file only.
    let own = agent.shell("cat /opt/data/config.yaml")?;
    assert!(own.contains("fallback_providers") && own.contains("/tmp"), "{own}");
    assert!(!own.contains("the-key-of-the-models"), "{own}");
    Ok(())
}

/// One that listens in the cluster and asks for a token, and one that the agent starts: the model has both called.
fn tools_of_servers_are_called(lab: &Lab) -> Result<()> {
    let mut agent = Agent::prepare(lab, "tools")?;
    for file in ["agent/models.yaml", "agent/tools.yaml"] {
        agent.namespace.apply(&fs::read_to_string(sources().join(file))?, Apply::default())?;
    }
    agent.await_servers(&["http://models:4000/v1/models", "http://tools:4001/mcp"])?;
    let key = json!({"name": "models", "key": "key"});
    let program = "import os\nfrom mcp.server.fastmcp import FastMCP\nserver = FastMCP('clock')\n\
         @server.tool()\ndef hour_of_the_lab() -> str:\n    return 'nine, and the key ' + os.environ['KEY']\nserver.run()\n";
    let spec = &mut agent.instance["spec"];
    spec["model"] = json!({"provider": "custom:litellm", "name": "tiny", "baseURL": "http://models:4000/v1", "keySecretRef": key});
    spec["workspace"] = json!({"initialFiles": [{"path": "servers/clock.py", "content": program}]});
    spec["mcpServers"] = json!([
        {"name": "far", "url": "http://tools:4001/mcp", "bearerTokenSecretRef": key},
        {"name": "clock", "command": "/opt/hermes/.venv/bin/python", "args": ["/opt/data/servers/clock.py"],
         "env": [{"name": "KEY", "secretRef": key}], "tools": ["hour_of_the_lab"]},
    ]);
    agent.apply()?;

    let body = json!({"model": "hermes-agent", "messages": [{"role": "user", "content": "call"}]});
    let answer = agent.ask("/v1/chat/completions", &body.to_string())?;
    let said = answer["choices"][0]["message"]["content"].as_str().context("no answer")?;
    assert!(said.contains("the lamp is lit for Bearer the-key-of-the-models"), "{said}");
    assert!(said.contains("nine, and the key the-key-of-the-models"), "{said}");
    let config = agent.shell("cat /etc/hermes-managed/config.yaml /opt/data/config.yaml")?;
    assert!(config.contains("far") && !config.contains("the-key-of-the-models"), "{config}");
    Ok(())
}

/// A ConfigMap, the agent's own catalog, and a file that a server of the cluster has. One that cannot be had stops nothing.
fn skills_come_from_where_the_instance_says(lab: &Lab) -> Result<()> {
    let mut agent = Agent::prepare(lab, "skills")?;
    let served = fs::read_to_string(sources().join("agent/skills.yaml"))?;
    agent.namespace.apply(&served, Apply::default())?;
    agent.await_servers(&["http://skills:8000/rota/SKILL.md"])?;
    agent.instance["spec"]["config"] = json!({"raw": {"security": {"allow_private_urls": true}}});
    agent.instance["spec"]["skills"] = json!([
        {"source": "configmap:on-call"},
        {"source": "official/devops/watchers"},
        {"source": "http://skills:8000/rota/SKILL.md"},
        {"source": "git+https://git.invalid/team/tools@0123456789abcdef0123456789abcdef01234567"},
    ]);
    agent.apply()?;
    let listed = agent.hermes(&["skills", "list"])?;
    for name in ["on-call", "watchers", "rota"] {
        assert!(listed.contains(name), "{name}: {listed}");
    }
    let log = agent.namespace.kubectl(&["logs", "pod/agent-0"])?;
    assert!(
        log.contains("the skill tools is left out: https://git.invalid/team/tools cannot"),
        "{log}"
    );

    agent.instance["spec"]["skills"] = json!([{"source": "official/devops/watchers"}]);
    agent.apply()?;
    let listed = agent.hermes(&["skills", "list"])?;
    assert!(listed.contains("watchers"), "{listed}");
    assert!(!listed.contains("on-call") && !listed.contains("rota"), "{listed}");
    Ok(())
}

fn declared_jobs_come_and_go_and_others_stay(lab: &Lab) -> Result<()> {
    let mut agent = Agent::prepare(lab, "jobs")?;
    let caller = fs::read_to_string(sources().join("agent/caller.yaml"))?;
    agent.namespace.apply(&caller, Apply::default())?;
    agent.instance["spec"]["cron"] = json!([
        {"name": "health", "schedule": "*/15 * * * *", "prompt": "Look at the cluster.", "deliver": "local"},
        {"name": "report", "schedule": "0 8 * * 1-5", "prompt": "Report.", "toolsets": ["web"]},
        {"name": "sweep", "schedule": "every 2h", "prompt": "Sweep.", "suspend": true},
    ]);
    agent.apply()?;
    let jobs = jobs(&agent)?;
    assert_eq!(names(&jobs), ["health", "report", "sweep"].into());
    let health = jobs.iter().find(|job| job["name"] == "health").context("a job")?.clone();
    assert_eq!(health["schedule_display"], "*/15 * * * *");
    let listed = agent.hermes(&["cron", "list", "--all"])?;
    for name in ["health", "report", "sweep"] {
        assert!(listed.contains(name), "{listed}");
    }

    let own = json!({"name": "of a user", "schedule": "0 3 * * *", "prompt": "hello"});
    agent.ask("/api/jobs", &own.to_string())?;
    agent.replace_pod()?;
    let all = ["health", "report", "sweep", "of a user"].into();
    let jobs_after = self::jobs(&agent)?;
    assert_eq!(names(&jobs_after), all);
    assert_eq!(jobs_after.len(), 4, "a second start adds none");
    assert!(jobs_after.iter().any(|job| job["id"] == health["id"]));

    agent.instance["spec"]["cron"].as_array_mut().context("a list")?.remove(1);
    agent.apply()?;
    assert_eq!(names(&self::jobs(&agent)?), ["health", "sweep", "of a user"].into());
    Ok(())
}

/// All jobs, those that wait among them.
fn jobs(agent: &Agent<'_>) -> Result<Vec<Value>> {
    let found = agent.ask("/api/jobs?include_disabled=true", "")?;
    found["jobs"].as_array().cloned().context("no jobs")
}

fn names(jobs: &[Value]) -> BTreeSet<&str> {
    jobs.iter().filter_map(|job| job["name"].as_str()).collect()
}
