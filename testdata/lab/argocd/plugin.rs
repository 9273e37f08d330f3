//! The plugin as Argo CD calls it: what reaches it, when it is chosen, and what a person sees of what is wrong.

use std::fs;

use anyhow::{Result, ensure};
use serde_json::json;

use crate::lab::{
    Lab, Test,
    agent::instance::Agent,
    argocd::{
        application::{Application, Refresh},
        repository::Repository,
    },
    resting::suspended,
    sources,
};

pub(crate) const TESTS: &[Test] = &[
    ("argocd::a_mistake_is_in_the_condition_and_changes_nothing", a_mistake_changes_nothing),
    ("argocd::parameters_and_variables_arrive", parameters_and_variables_arrive),
    ("argocd::a_directory_with_an_instance_is_ours", a_directory_with_an_instance_is_ours),
    ("argocd::a_directory_of_manifests_is_not_ours", a_directory_of_manifests_is_not_ours),
];

fn a_mistake_changes_nothing(lab: &Lab) -> Result<()> {
    let agent = Agent::prepare(lab, "argocd-mistake")?;
    let good = fs::read_to_string(sources().join("agent/instance.yaml"))?
        .replace("\nspec:\n", "\nspec:\n  suspended: true\n");
    let repository = Repository::new(&[("agents/agent.yaml", &good)])?;
    let first = repository.git(&["rev-parse", "HEAD"])?;
    let application = Application::create(lab, &agent.namespace, repository, |object| {
        object["spec"]["source"]["path"] = "agents".into();
    })?;
    let at_first = application.wait_synced(&first)?;
    let before = application.versions(&at_first)?;

    application.repository.write("agents/agent.yaml", &good.replace("custom", "7"))?;
    application.repository.commit("a mistake")?;
    let found = application.refresh(Refresh::Normal)?;
    let said = Application::conditions(&found);
    let expected = "agents/agent.yaml:11:15: P2002 spec.model.provider: expected a string, found the number 7; put it into quotes";
    ensure!(said.contains(expected), "{said}");
    // All that is before it is what Argo CD says of the call.
    let before_it = said.split(expected).next().unwrap_or_default();
    ensure!(before_it.lines().count() <= 1, "{said}");
    ensure!(found["status"]["sync"]["status"] == "Unknown", "{}", found["status"]);
    assert_eq!(application.versions(&at_first)?, before);

    application.repository.write("agents/agent.yaml", &good)?;
    let third = application.repository.commit("no mistake")?;
    application.refresh(Refresh::Normal)?;
    let found = application.wait_synced(&third)?;
    assert_eq!(Application::conditions(&found), "");
    assert_eq!(application.versions(&at_first)?, before);
    Ok(())
}

/// A target with a change of its own, so that the result says whether it was chosen.
const PROJECT: &str = "sources: [agents]\ntargets: [{name: prod, overlays: \
    [{select: hermesinstance/*, merge: {spec: {model: {name: of-the-target}}}}]}]\n";

fn parameters_and_variables_arrive(lab: &Lab) -> Result<()> {
    let agent = Agent::prepare(lab, "argocd-parameters")?;
    let repository = Repository::new(&[
        ("petasos.yaml", PROJECT),
        ("agents/agent.json", &suspended(&agent.instance, "agent")),
    ])?;
    let first = repository.git(&["rev-parse", "HEAD"])?;
    let variable = |name: &str, value: &str| json!([{"name": name, "value": value}]);
    let parameter = |name: &str, value: &str| json!([{"name": name, "string": value}]);
    let application = Application::create(lab, &agent.namespace, repository, |object| {
        object["spec"]["source"]["plugin"]["env"] = variable("PETASOS_STRICT", "perhaps");
    })?;
    let said = |plugin| -> Result<String> {
        Ok(Application::conditions(&application.set_plugin(&plugin)?))
    };
    let wrong = said(json!({"name": "petasos", "env": variable("PETASOS_STRICT", "perhaps")}))?;
    ensure!(wrong.contains("strict is \"perhaps\": write \"true\" or \"false\""), "{wrong}");
    let wrong = said(json!({"env": null, "parameters": parameter("tarket", "prod")}))?;
    ensure!(wrong.contains("there is no parameter \"tarket\"; did you mean target?"), "{wrong}");
    let right = said(json!({"parameters": parameter("target", "prod")}))?;
    ensure!(right.is_empty(), "{right}");
    application.wait_synced(&first)?;
    let rendered = agent.namespace.kubectl(&["get", "configmaps", "--output=yaml"])?;
    ensure!(rendered.contains("of-the-target"), "{rendered}");
    Ok(())
}

fn a_directory_with_an_instance_is_ours(lab: &Lab) -> Result<()> {
    let agent = Agent::prepare(lab, "argocd-found")?;
    let repository =
        Repository::new(&[("agents/agent.json", &suspended(&agent.instance, "agent"))])?;
    let first = repository.git(&["rev-parse", "HEAD"])?;
    let application = without_plugin(lab, &agent, repository, "agents")?;
    let found = application.wait_synced(&first)?;
    assert_eq!(found["status"]["sourceType"], "Plugin");
    agent.namespace.get("apps/v1", "StatefulSet", "agent")?;
    Ok(())
}

fn a_directory_of_manifests_is_not_ours(lab: &Lab) -> Result<()> {
    let agent = Agent::prepare(lab, "argocd-not-found")?;
    let plain = "{apiVersion: v1, kind: ConfigMap, metadata: {name: plain}}";
    let repository = Repository::new(&[
        ("plain/plain.yaml", plain),
        ("agents/agent.json", &suspended(&agent.instance, "agent")),
    ])?;
    let first = repository.git(&["rev-parse", "HEAD"])?;
    let application = without_plugin(lab, &agent, repository, "plain")?;
    let found = application.wait_synced(&first)?;
    assert_eq!(found["status"]["sourceType"], "Directory");
    agent.namespace.get("v1", "ConfigMap", "plain")?;
    Ok(())
}

/// An Application that names no plugin: Argo CD asks each whether the directory is its own.
fn without_plugin<'a>(
    lab: &Lab,
    agent: &'a Agent<'_>,
    repository: Repository,
    path: &str,
) -> Result<Application<'a>> {
    Application::create(lab, &agent.namespace, repository, |object| {
        if let Some(source) = object["spec"]["source"].as_object_mut() {
            source.remove("plugin");
            source.insert("path".to_owned(), path.into());
        }
    })
}
