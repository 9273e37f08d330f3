//! What the agent does after it ended, by its own will or not.

use std::{fs, thread};

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::lab::{
    Lab, Test,
    agent::instance::{Agent, KEY},
    namespace::{Apply, soon},
    sources,
};

pub(crate) const TESTS: &[Test] = &[
    ("agent::restarts::a_killed_container_comes_back", a_killed_container_comes_back),
    ("agent::restarts::a_running_turn_is_finished_first", a_running_turn_is_finished_first),
    ("agent::restarts::state_survives_a_new_pod", state_survives_a_new_pod),
    (
        "agent::restarts::suspended_and_resumed_keeps_the_volume",
        suspended_and_resumed_keeps_the_volume,
    ),
];

/// SIGKILL from the node, with files left behind that name a process which lives: the first one of the Pod.
fn a_killed_container_comes_back(lab: &Lab) -> Result<()> {
    let agent = Agent::start(lab, "killed")?;
    agent.shell(&fs::read_to_string(sources().join("agent/reuse-pid.sh"))?)?;
    let process = main_process(&agent)?;
    let killed = agent.namespace.cluster.run(&["kill", "-KILL", &process], "")?;
    ensure!(killed.status.success(), "{}", String::from_utf8_lossy(&killed.stderr));

    let pod = soon(|| {
        let pod = agent.namespace.get("v1", "Pod", "agent-0")?;
        let restarts = &pod["status"]["containerStatuses"][0]["restartCount"];
        ensure!(restarts.as_u64() > Some(0), "it does not start again: {pod}");
        Ok(pod)
    })?;
    agent.wait_for_pod("condition=Ready")?;
    let ended = &pod["status"]["containerStatuses"][0]["lastState"]["terminated"];
    assert_eq!(ended["exitCode"], 137, "{ended}");
    assert_eq!(agent.ask("/health", "")?["status"], "ok");
    Ok(())
}

/// The number of the agent's first process, as the node sees it.
fn main_process(agent: &Agent<'_>) -> Result<String> {
    let pod = agent.namespace.get("v1", "Pod", "agent-0")?;
    let container = pod["status"]["containerStatuses"][0]["containerID"].as_str();
    let container = container.and_then(|id| id.strip_prefix("containerd://"));
    let container = container.context("a container without an ID")?;
    let tasks =
        agent.namespace.cluster.run(&["ctr", "--namespace", "k8s.io", "tasks", "list"], "")?;
    let tasks = String::from_utf8(tasks.stdout)?;
    let task = tasks.lines().find_map(|line| line.strip_prefix(container));
    let process = task.and_then(|columns| columns.split_whitespace().next());
    process.map(str::to_owned).with_context(|| format!("no task {container} in {tasks}"))
}

/// The Pod is deleted while the model thinks. Beside another container the agent hears of it from the start program.
fn a_running_turn_is_finished_first(lab: &Lab) -> Result<()> {
    let mut agent = Agent::prepare(lab, "turn")?;
    let models = fs::read_to_string(sources().join("agent/models.yaml"))?;
    agent.namespace.apply(&models, Apply::default())?;
    agent.await_servers(&["http://models:4000/v1/models"])?;
    agent.instance["spec"]["model"] =
        json!({"provider": "custom:litellm", "name": "tiny", "baseURL": "http://models:4000/v1"});
    agent.instance["spec"]["sidecars"] = json!([{
        "name": "beside", "image": "nousresearch/hermes-agent:v2026.7.20",
        "command": ["sh", "-c", "trap exit TERM; sleep infinity & wait"],
    }]);
    agent.apply()?;
    // Its Service knows it, so that the next call is not sent twice.
    agent.ask("/health", "")?;

    let url =
        format!("http://agent.{}.svc.cluster.local:8642/v1/chat/completions", agent.namespace.name);
    let program = fs::read_to_string(sources().join("agent/call.py"))?;
    let body = json!({"model": "hermes-agent", "messages": [{"role": "user", "content": "wait"}]});
    let body = body.to_string();
    let namespace = &agent.namespace;
    thread::scope(|scope| {
        let command = ["python3", "-c", &program, &url, KEY, &body];
        let answer = scope.spawn(move || namespace.exec("pod/caller", &command));
        soon(|| {
            let log = namespace.kubectl(&["logs", "pod/models"])?;
            ensure!(log.contains("it thinks"), "the model was not asked: {log}");
            Ok(())
        })?;
        namespace.kubectl(&["delete", "pod/agent-0"])?;
        let answer = answer.join().map_err(|_| anyhow::anyhow!("the call panicked"))??;
        ensure!(answer.starts_with("200 ") && answer.contains("tiny heard wait"), "{answer}");
        Ok(())
    })
}

fn state_survives_a_new_pod(lab: &Lab) -> Result<()> {
    let agent = Agent::start(lab, "state")?;
    plan_a_job(&agent)?;
    agent.replace_pod()?;
    expect_the_job(&agent)
}

fn suspended_and_resumed_keeps_the_volume(lab: &Lab) -> Result<()> {
    let mut agent = Agent::start(lab, "suspended")?;
    plan_a_job(&agent)?;
    let claim = |agent: &Agent<'_>| {
        let claim = agent.namespace.get("v1", "PersistentVolumeClaim", "agent-data")?;
        anyhow::Ok((claim["metadata"]["uid"].clone(), claim["spec"]["volumeName"].clone()))
    };
    let before = claim(&agent)?;

    agent.instance["spec"]["suspended"] = true.into();
    agent.apply()?;
    agent.wait_for_pod("delete")?;
    assert_eq!(claim(&agent)?, before);

    agent.instance["spec"]["suspended"] = false.into();
    agent.apply()?;
    assert_eq!(claim(&agent)?, before);
    expect_the_job(&agent)
}

fn plan_a_job(agent: &Agent<'_>) -> Result<()> {
    let job = r#"{"name": "nightly", "schedule": "0 3 * * *", "prompt": "hello"}"#;
    agent.ask("/api/jobs", job).map(drop)
}

fn expect_the_job(agent: &Agent<'_>) -> Result<()> {
    let jobs = agent.ask("/api/jobs", "")?;
    assert_eq!(jobs["jobs"][0]["name"], "nightly", "{jobs}");
    Ok(())
}
