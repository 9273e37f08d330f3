//! Argo CD applies an artifact that petasos pushed to a registry.

use std::{fs, path::Path, process::Command};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::{
    case::PROGRAM,
    lab::{
        Lab, Test,
        agent::instance::Agent,
        argocd::{
            REGISTRY,
            application::{Application, Refresh},
            cluster,
            repository::Repository,
        },
        cluster::Cluster,
        resting::suspended,
    },
};

pub(crate) const TESTS: &[Test] =
    &[("argocd::an_artifact_is_applied_and_the_next_replaces_it", an_artifact_is_applied)];

fn an_artifact_is_applied(lab: &Lab) -> Result<()> {
    let mut agent = Agent::prepare(lab, "argocd-artifact")?;
    let cluster = cluster(lab)?;
    let directory = tempfile::tempdir()?;
    let first = push(cluster, directory.path(), &suspended(&agent.instance, "agent"))?;
    let application =
        Application::create(lab, &agent.namespace, Repository::new(&[])?, |object| {
            let address = format!("oci://{REGISTRY}/team/agents");
            object["spec"]["source"] =
                json!({"repoURL": address, "targetRevision": "prod-argocd", "path": "."});
        })?;
    application.wait_synced(&first)?;

    agent.instance["spec"]["model"]["name"] = "second-model".into();
    let second = push(cluster, directory.path(), &suspended(&agent.instance, "agent"))?;
    ensure!(first != second, "another instance is another artifact");
    application.refresh(Refresh::Hard)?;
    application.wait_synced(&second)?;
    let rendered = agent.namespace.kubectl(&["get", "configmaps", "--output=yaml"])?;
    ensure!(rendered.contains("second-model"), "{rendered}");
    Ok(())
}

/// Renders an instance and pushes it for Flux and Argo CD; the digest of the one for Argo CD.
fn push(cluster: &Cluster, directory: &Path, instance: &str) -> Result<String> {
    let (input, rendered) = (directory.join("agent.json"), directory.join("rendered"));
    fs::write(&input, instance)?;
    let output =
        Command::new(PROGRAM).arg("render").arg(&input).arg("--output").arg(&rendered).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let address = format!("oci://{REGISTRY}/team/agents:prod");
    let rendered = rendered.to_string_lossy();
    let command = [
        PROGRAM,
        "push",
        &address,
        &rendered,
        "--plain-http",
        "--for=both",
        "--output=json",
        "--source=https://git.example.com/agents.git",
        "--revision=main@sha1:0123",
    ];
    let output = cluster.run(&command, "")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answer: Value = serde_json::from_slice(&output.stdout)?;
    Ok(answer["artifacts"][1]["digest"].as_str().context("a digest")?.to_owned())
}
