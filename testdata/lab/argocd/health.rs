//! The Application that petasos prints for a target, and what Argo CD says of the health of the instances in its output.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::lab::{
    Lab, Test,
    agent::instance::Agent,
    argocd::{
        SERVER,
        application::{Application, Refresh},
        repository::Repository,
    },
    namespace::documents,
    resting::suspended,
};

pub(crate) const TESTS: &[Test] =
    &[("argocd::the_health_of_instances_is_that_of_the_application", the_health_of_instances)];

fn the_health_of_instances(lab: &Lab) -> Result<()> {
    let agent = Agent::prepare(lab, "argocd-health")?;
    let target =
        json!({"name": "prod", "namespace": agent.namespace.name, "includeInstances": true});
    let repository = Repository::new(&[
        ("petasos.yaml", &json!({"sources": ["agents"], "targets": [target]}).to_string()),
        ("agents/agent.json", &agent.instance.to_string()),
    ])?;
    let first = repository.git(&["rev-parse", "HEAD"])?;
    let printed = application(&repository)?;
    let application = Application::apply(lab, &agent.namespace, repository, &printed)?;
    application.wait_healthy(&first)?;
    agent.namespace.get("hermes.agent/v1", "HermesInstance", "agent")?;

    report(&agent, "Ready")?;
    application.refresh(Refresh::Normal)?;
    application.wait_healthy(&first)?;
    report(&agent, "Degraded")?;
    application.wait("is Degraded", is("Degraded"))?;
    report(&agent, "Pending")?;
    application.wait("is Progressing", is("Progressing"))?;

    application.repository.write("agents/agent.json", &suspended(&agent.instance, "agent"))?;
    application.repository.commit("to rest")?;
    application.refresh(Refresh::Normal)?;
    let found = application.wait("is Suspended", is("Suspended"))?;
    assert_eq!(
        found["status"]["sync"]["status"], "Synced",
        "what a controller reports is no difference"
    );
    Ok(())
}

/// Whether an Application has a health.
fn is(health: &str) -> impl Fn(&Value) -> bool {
    move |found| found["status"]["health"]["status"] == health
}

/// Reports a phase in place of a controller.
fn report(agent: &Agent<'_>, phase: &str) -> Result<()> {
    let status = json!({"status": {"phase": phase, "observedGeneration": 1_000}}).to_string();
    let patch =
        ["patch", "hermesinstance/agent", "--subresource=status", "--type=merge", "--patch"];
    agent.namespace.kubectl(&[&patch[..], &[&status]].concat()).map(drop)
}

/// What petasos prints for the one target.
fn application(repository: &Repository) -> Result<Value> {
    let url = repository.url();
    let arguments = ["argocd", "app", "--revision", "main", "--server", SERVER, "--url", &url];
    let printed = documents(&repository.petasos(&arguments)?)?;
    ensure!(printed.len() == 1, "{printed:?}");
    printed.into_iter().next().context("an Application")
}
