//! The real agent on the node.

pub(crate) mod companions;
pub(crate) mod configuration;
pub(crate) mod dashboard;
pub(crate) mod gateways;
pub(crate) mod instance;
pub(crate) mod migration;
pub(crate) mod platform;
pub(crate) mod restarts;
pub(crate) mod stand_ins;
pub(crate) mod versions;
pub(crate) mod work;

use std::{fs, process::Command, time::Instant};

use anyhow::{Context as _, Result, ensure};

use crate::case::PROGRAM;
use crate::lab::{
    Lab, Test, figures,
    namespace::{Apply, Namespace, soon},
    sources,
};

pub(crate) const TESTS: &[Test] = &[
    (
        "agent::by_hand_is_ready_in_a_restricted_namespace",
        by_hand_is_ready_in_a_restricted_namespace,
    ),
    ("agent::the_quickstart_is_ready", the_quickstart_is_ready),
    ("agent::a_pod_that_is_not_restricted_is_refused", a_pod_that_is_not_restricted_is_refused),
];

/// The lab itself: volumes, images, names, and probes do for the agent what a real cluster does.
fn by_hand_is_ready_in_a_restricted_namespace(lab: &Lab) -> Result<()> {
    let namespace = lab.node()?.namespace("by-hand")?;
    let manifests = fs::read_to_string(sources().join("by-hand/agent.yaml"))?;
    namespace.apply(&manifests, Apply::default())?;
    namespace.wait_ready("statefulset/by-hand")?;

    let url = format!("http://by-hand.{}.svc.cluster.local:8642/health", namespace.name);
    let fetch = format!(
        "import urllib.request; print(urllib.request.urlopen('{url}', timeout=10).read().decode())"
    );
    let answer = namespace.exec_soon("statefulset/by-hand", &["python3", "-c", &fetch])?;
    assert!(answer.contains("\"ok\""), "{answer}");
    if lab.kubeconfig.is_none() {
        let from_the_node = soon(|| {
            let output = namespace.cluster.run(&["python3", "-c", &fetch], "")?;
            let errors = String::from_utf8_lossy(&output.stderr);
            ensure!(output.status.success(), "a Service, from where people's shells are: {errors}");
            Ok(String::from_utf8(output.stdout)?)
        })?;
        assert!(from_the_node.contains("\"ok\""), "{from_the_node}");
    }

    assert_eq!(
        configured(&namespace, "statefulset/by-hand", "model.base_url")?,
        "http://models.example/v1",
        "what the managed directory says is what the agent sees"
    );
    Ok(())
}

/// What the first page of the documentation promises: render, apply, Ready.
fn the_quickstart_is_ready(lab: &Lab) -> Result<()> {
    let namespace = lab.node()?.namespace("quickstart")?;
    let instance = fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/examples/quickstart/instance.yaml"
    ))?;
    let directory = tempfile::tempdir()?;
    fs::write(
        directory.path().join("instance.yaml"),
        instance.replace("namespace: agents", &format!("namespace: {}", namespace.name)),
    )?;
    let rendered = Command::new(PROGRAM).arg("render").arg(directory.path()).output()?;
    let secret = "{apiVersion: v1, kind: Secret, metadata: {name: demo-keys}, stringData: {OPENROUTER_API_KEY: none}}";
    namespace.apply(secret, Apply::default())?;
    ensure!(rendered.status.success(), "{}", String::from_utf8_lossy(&rendered.stderr));
    let start = Instant::now();
    let apply = ["kubectl", "apply", "--filename=-"];
    let applied = namespace.cluster.run(&apply, &String::from_utf8(rendered.stdout)?)?;
    ensure!(applied.status.success(), "{}", String::from_utf8_lossy(&applied.stderr));
    namespace.wait_ready("statefulset/demo")?;
    assert_eq!(namespace.get("apps/v1", "StatefulSet", "demo")?["status"]["readyReplicas"], 1);
    lab.figures.time("the quickstart, from apply to Ready", start);
    if lab.kubeconfig.is_none() {
        let processes = namespace.cluster.process_namespace()?;
        let memory = figures::memory(&processes, None)?;
        lab.figures.memory("a cluster with a node, memory of all processes", memory);
    }

    assert_eq!(
        configured(&namespace, "statefulset/demo", "model.default")?,
        "anthropic/claude-opus-4.6",
        "what the instance says is what the agent sees"
    );
    Ok(())
}

/// What the agent itself says of its configuration.
fn configured(namespace: &Namespace<'_>, object: &str, key: &str) -> Result<String> {
    let command = ["/opt/hermes/.venv/bin/hermes", "config", "get", key];
    Ok(namespace.exec(object, &command)?.trim().to_owned())
}

fn a_pod_that_is_not_restricted_is_refused(lab: &Lab) -> Result<()> {
    let namespace = lab.node()?.namespace("refused")?;
    let pod = "{apiVersion: v1, kind: Pod, metadata: {name: root}, spec: {containers: [{name: a, image: 'lab.invalid/tools:1'}]}}";
    let error = namespace.apply(pod, Apply::default()).err().context("the pod was accepted")?;
    assert!(error.to_string().contains("violates PodSecurity \"restricted:latest\""), "{error:?}");
    Ok(())
}
