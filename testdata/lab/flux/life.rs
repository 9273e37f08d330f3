//! The life of an agent that Flux runs: it comes with a commit, changes with the next, and goes with its instance.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::lab::{
    Lab, Test,
    agent::instance::Agent,
    flux::{cluster, kustomization::Kustomization, source::Way},
    resting::{examples, suspended},
};

pub(crate) const TESTS: &[Test] = &[
    ("flux::controller::a_commit_runs_an_agent_and_the_next_rolls_it", a_commit_runs_an_agent),
    (
        "flux::controller::an_instance_that_goes_is_pruned_and_keeps_its_volume",
        an_instance_that_goes,
    ),
    ("flux::controller::a_hand_edit_is_undone", a_hand_edit_is_undone),
    (
        "flux::controller::nothing_changes_in_fifty_reconciliations",
        nothing_changes_in_fifty_reconciliations,
    ),
];

fn a_commit_runs_an_agent(lab: &Lab) -> Result<()> {
    let mut agent = Agent::prepare(lab, "flux-roll")?;
    let first = agent.instance.to_string();
    let files = [("agents/agent.json", &*first)];
    let mut kustomization =
        Kustomization::create(lab, &agent.namespace, Way::Branch, &files, |_| ())?;
    kustomization.publish(&[])?;
    kustomization.wait_ready()?;
    // It waited for the agent, and not only for the objects.
    assert_eq!(agent.hermes(&["config", "get", "model.default"])?, "first-model");
    let pod = agent.pod_identity()?;

    agent.instance["spec"]["model"]["name"] = "second-model".into();
    kustomization.source.repository.write("agents/agent.json", &agent.instance.to_string())?;
    kustomization.publish(&[])?;
    kustomization.wait_ready()?;
    assert_eq!(agent.hermes(&["config", "get", "model.default"])?, "second-model");
    assert_ne!(agent.pod_identity()?, pod, "the Pod is a new one");
    Ok(())
}

/// Without Pods: what is pruned does not depend on what runs.
fn an_instance_that_goes(lab: &Lab) -> Result<()> {
    let agent = Agent::prepare(lab, "flux-prune")?;
    let (stays, goes) = (suspended(&agent.instance, "stays"), suspended(&agent.instance, "goes"));
    let files = [("agents/stays.json", &*stays), ("agents/goes.json", &*goes)];
    let mut kustomization =
        Kustomization::create(lab, &agent.namespace, Way::Branch, &files, |_| ())?;
    kustomization.publish(&[])?;
    kustomization.wait_ready()?;
    let claims = || agent.namespace.kubectl(&["get", "pvc", "--output=name"]);
    let before = claims()?;
    ensure!(before.contains("goes"), "the instance has a volume: {before}");

    kustomization.source.repository.remove("agents/goes.json")?;
    let removed = format!("{}/goes", agent.namespace.name);
    kustomization.publish(&["--remove", &removed, "--most-lost", "90"])?;
    let found = kustomization.wait_ready()?;
    ensure!(!found["status"]["inventory"].to_string().contains("goes"), "{}", found["status"]);
    let kinds = "statefulsets,services,configmaps,networkpolicies,serviceaccounts";
    let left = agent.namespace.kubectl(&["get", kinds, "--output=name"])?;
    ensure!(!left.contains("goes") && left.contains("stays"), "{left}");
    assert_eq!(claims()?, before, "the volumes are there");

    // The same holds when all of it goes.
    kustomization.delete()?;
    let left = agent.namespace.kubectl(&["get", "statefulsets,services", "--output=name"])?;
    assert_eq!(left, "");
    assert_eq!(claims()?, before, "the volumes are there");
    Ok(())
}

/// An image that is another one, and an object that is gone.
fn a_hand_edit_is_undone(lab: &Lab) -> Result<()> {
    let agent = Agent::prepare(lab, "flux-heal")?;
    let rests = suspended(&agent.instance, "agent");
    let files = [("agents/agent.json", &*rests)];
    let mut kustomization =
        Kustomization::create(lab, &agent.namespace, Way::Branch, &files, |_| ())?;
    kustomization.publish(&[])?;
    kustomization.wait_ready()?;
    let container = || -> Result<Value> {
        let found = agent.namespace.get("apps/v1", "StatefulSet", "agent")?;
        Ok(found["spec"]["template"]["spec"]["containers"][0].clone())
    };
    let before = container()?;
    let name = before["name"].as_str().context("a container has a name")?;
    let set = format!("{name}=lab.invalid/other:1");
    agent.namespace.kubectl(&["set", "image", "statefulset/agent", &set])?;
    agent.namespace.kubectl(&["delete", "service/agent"])?;
    assert_ne!(container()?, before);
    kustomization.reconcile()?;
    kustomization.wait_ready()?;
    assert_eq!(container()?, before);
    agent.namespace.get("v1", "Service", "agent")?;
    Ok(())
}

fn nothing_changes_in_fifty_reconciliations(lab: &Lab) -> Result<()> {
    let namespace = cluster(lab)?.namespace("flux-still")?;
    let files: Vec<(String, String)> =
        examples()?.into_iter().map(|(name, text)| (format!("agents/{name}"), text)).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, &**text)).collect();
    let mut kustomization = Kustomization::create(lab, &namespace, Way::Branch, &files, |_| ())?;
    kustomization.publish(&[])?;
    let found = kustomization.wait_ready()?;
    let before = kustomization.versions(&found)?;
    ensure!(before.len() > 30, "{} objects: the others are not found", before.len());
    for _ in 0..50 {
        kustomization.reconcile()?;
    }
    kustomization.wait_ready()?;
    assert_eq!(kustomization.versions(&found)?, before);
    Ok(())
}
