//! The lab has a registry, and Pods pull from it.

use std::fs;

use anyhow::{Result, ensure};
use serde_json::json;

use crate::lab::{
    Lab, Test,
    agent::instance::render,
    namespace::{Apply, soon},
    sources,
};

pub(crate) const TESTS: &[Test] =
    &[("images::a_restricted_pod_pulls_ours_and_renders", a_restricted_pod_pulls_ours_and_renders)];

/// Nothing puts our image on the node: the Pod is the first that asks for it, and prints what the program prints here.
fn a_restricted_pod_pulls_ours_and_renders(lab: &Lab) -> Result<()> {
    let cluster = lab.node()?;
    let there = cluster.run(&["ctr", "--namespace", "k8s.io", "images", "list", "--quiet"], "")?;
    let there = String::from_utf8(there.stdout)?;
    ensure!(there.contains("hermes-agent"), "this one is on the node: {there}");
    ensure!(!there.contains("petasos/petasos"), "ours is on the node already: {there}");

    let namespace = cluster.namespace("images")?;
    let instance = fs::read_to_string(sources().join("agent/instance.yaml"))?;
    let input = json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "input"},
        "data": {"instance.yaml": instance},
    });
    namespace.apply_one(&input, Apply::default())?.object()?;
    namespace
        .apply(&fs::read_to_string(sources().join("images/render.yaml"))?, Apply::default())?;
    namespace.wait_for("pod/render", "jsonpath={.status.phase}=Succeeded")?;

    // Events come after what they tell of.
    soon(|| {
        let events = namespace.kubectl(&["events", "--for=pod/render"])?;
        ensure!(events.contains("Successfully pulled image \"petasos/petasos:lab\""), "{events}");
        Ok(())
    })?;
    let version = namespace.kubectl(&["logs", "pod/render", "--container=version"])?;
    assert_eq!(version.trim(), concat!("petasos ", env!("CARGO_PKG_VERSION")));
    // The log has both streams, and what is for people may stand anywhere in what is for kubectl.
    let printed = namespace.kubectl(&["logs", "pod/render", "--container=render"])?;
    let is_for_people = |line: &&str| line.ends_with("which `petasos validate` shows\n");
    let printed: String =
        printed.split_inclusive('\n').filter(|line| !is_for_people(line)).collect();
    let expected = render(&instance, "agents")?;
    assert!(printed.contains(&expected), "{printed}");
    Ok(())
}
