//! The life of an agent that Argo CD runs: it comes with a commit, changes with the next, and goes with its instance.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::lab::{
    Lab, Test,
    agent::instance::Agent,
    argocd::{
        application::{Application, Refresh},
        repository::Repository,
    },
    resting::suspended,
};

pub(crate) const TESTS: &[Test] = &[
    ("argocd::a_commit_runs_an_agent_and_the_next_rolls_it", a_commit_runs_an_agent),
    ("argocd::an_instance_that_goes_is_pruned_and_keeps_its_volume", an_instance_that_goes),
    ("argocd::a_hand_edit_is_undone", a_hand_edit_is_undone),
];

fn a_commit_runs_an_agent(lab: &Lab) -> Result<()> {
    let mut agent = Agent::prepare(lab, "argocd-roll")?;
    let repository = Repository::new(&[("agents/agent.json", &agent.instance.to_string())])?;
    let first = repository.git(&["rev-parse", "HEAD"])?;
    let application = Application::create(lab, &agent.namespace, repository, |_| ())?;
    let found = application.wait_healthy(&first)?;
    ensure!(found["status"]["sourceType"] == "Plugin", "{}", found["status"]);
    assert_eq!(agent.hermes(&["config", "get", "model.default"])?, "first-model");
    let pod = agent.pod_identity()?;

    agent.instance["spec"]["model"]["name"] = "second-model".into();
    application.repository.write("agents/agent.json", &agent.instance.to_string())?;
    let second = application.repository.commit("another model")?;
    application.refresh(Refresh::Normal)?;
    application.wait_healthy(&second)?;
    assert_eq!(agent.hermes(&["config", "get", "model.default"])?, "second-model");
    assert_ne!(agent.pod_identity()?, pod, "the Pod is a new one");
    Ok(())
}

/// Without Pods: what is pruned does not depend on what runs.
fn an_instance_that_goes(lab: &Lab) -> Result<()> {
    let agent = Agent::prepare(lab, "argocd-prune")?;
    let (stays, goes) = (suspended(&agent.instance, "stays"), suspended(&agent.instance, "goes"));
    let repository = Repository::new(&[("stays.json", &stays), ("goes.json", &goes)])?;
    let first = repository.git(&["rev-parse", "HEAD"])?;
    let application = Application::create(lab, &agent.namespace, repository, |_| ())?;
    application.wait_synced(&first)?;
    let claims = || agent.namespace.kubectl(&["get", "pvc", "--output=name"]);
    let before = claims()?;
    ensure!(before.contains("goes"), "the instance has a volume: {before}");

    application.repository.remove("goes.json")?;
    application.repository.commit("one agent less")?;
    application.refresh(Refresh::Normal)?;
    let gone = |found: &Value| {
        let resources = found["status"]["resources"].as_array().into_iter().flatten();
        let of_it = |one: &&Value| one["name"].as_str().is_some_and(|name| name.contains("goes"));
        resources.filter(of_it).all(|one| one["kind"] == "PersistentVolumeClaim")
    };
    application.wait("has removed all of the instance but its volume", gone)?;
    let left = agent.namespace.kubectl(&["get", "statefulsets,services", "--output=name"])?;
    ensure!(!left.contains("goes") && left.contains("stays"), "{left}");
    assert_eq!(claims()?, before, "the volumes are there");
    Ok(())
}

fn a_hand_edit_is_undone(lab: &Lab) -> Result<()> {
    let agent = Agent::prepare(lab, "argocd-heal")?;
    let repository = Repository::new(&[("agent.json", &suspended(&agent.instance, "agent"))])?;
    let first = repository.git(&["rev-parse", "HEAD"])?;
    let application = Application::create(lab, &agent.namespace, repository, |_| ())?;
    application.wait_synced(&first)?;
    let image = || -> Result<Value> {
        let found = agent.namespace.get("apps/v1", "StatefulSet", "agent")?;
        Ok(found["spec"]["template"]["spec"]["containers"][0]["image"].clone())
    };
    let before = image()?;
    let container = agent.namespace.get("apps/v1", "StatefulSet", "agent")?;
    let name = container["spec"]["template"]["spec"]["containers"][0]["name"].as_str();
    let set = format!("{}=lab.invalid/other:1", name.context("a container has a name")?);
    agent.namespace.kubectl(&["set", "image", "statefulset/agent", &set])?;
    application.wait("undoes the edit", |_| image().is_ok_and(|image| image == before))?;
    application.wait_synced(&first)?;
    Ok(())
}
