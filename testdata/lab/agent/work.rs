//! The agent at work: it answers with the model that the instance names, and has the jobs that it declares.

use std::{collections::BTreeSet, fs};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::lab::{Lab, Test, agent::instance::Agent, namespace::Apply, sources};

pub(crate) const TESTS: &[Test] = &[
    ("agent::work::a_chat_goes_to_the_model_and_back", a_chat_goes_to_the_model_and_back),
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
    let caller = fs::read_to_string(sources().join("agent/caller.yaml"))?;
    agent.namespace.apply(&caller, Apply::default())?;
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
