//! What Flux says of what it cannot apply, and of what does not become ready.

use std::fs;

use anyhow::{Result, ensure};
use serde_json::json;

use crate::lab::{
    Lab, Test,
    agent::instance::Agent,
    flux::{NAMESPACE, cluster, kustomization::Kustomization, source::Way},
    namespace::Apply,
    resting::suspended,
};

pub(crate) const TESTS: &[Test] = &[
    ("flux::controller::what_is_not_ready_is_named", what_is_not_ready_is_named),
    ("flux::controller::a_missing_file_is_named", a_missing_file_is_named),
    ("flux::controller::a_claim_that_waits_for_a_pod_is_no_reason_to_wait", a_claim_that_waits),
    ("flux::controller::a_namespace_that_is_missing_may_stand_beside", a_namespace_is_missing),
    ("flux::controller::an_account_needs_the_rights_of_the_namespace", an_account_needs_the_rights),
];

/// An agent whose image nobody has.
fn what_is_not_ready_is_named(lab: &Lab) -> Result<()> {
    let mut agent = Agent::prepare(lab, "flux-wait")?;
    agent.instance["spec"]["image"] =
        json!({"repository": "lab.invalid/hermes-agent", "tag": "v2026.7.20"});
    let text = agent.instance.to_string();
    let files = [("agents/agent.json", &*text)];
    let mut kustomization =
        Kustomization::create(lab, &agent.namespace, Way::Branch, &files, |object| {
            // The shortest that Flux takes.
            object["spec"]["timeout"] = "30s".into();
        })?;
    kustomization.publish(&[])?;
    let said = kustomization.wait_failed()?;
    let expected = format!("StatefulSet/{}/agent", agent.namespace.name);
    ensure!(said.contains(&expected), "{said}");

    let rests = suspended(&agent.instance, "agent");
    kustomization.source.repository.write("agents/agent.json", &rests)?;
    kustomization.publish(&[])?;
    kustomization.wait_ready()?;
    Ok(())
}

/// A file that `kustomization.yaml` names and somebody removed by hand: nothing is applied of the rest.
fn a_missing_file_is_named(lab: &Lab) -> Result<()> {
    let agent = Agent::prepare(lab, "flux-file")?;
    let (first, second) =
        (suspended(&agent.instance, "first"), suspended(&agent.instance, "second"));
    let files = [("agents/first.json", &*first)];
    let mut kustomization =
        Kustomization::create(lab, &agent.namespace, Way::Artifact, &files, |_| ())?;
    kustomization.publish(&[])?;
    let found = kustomization.wait_ready()?;
    let before = kustomization.versions(&found)?;

    kustomization.source.repository.write("agents/second.json", &second)?;
    let directory = tempfile::tempdir()?;
    let rendered = directory.path().join("rendered");
    kustomization.source.render(&rendered, &[])?;
    fs::remove_file(rendered.join(&agent.namespace.name).join("second/service-second.yaml"))?;
    kustomization.publish_directory(&rendered)?;
    let said = kustomization.wait_failed()?;
    ensure!(said.contains("service-second.yaml"), "{said}");
    assert_eq!(kustomization.versions(&found)?, before);
    let there = agent.namespace.kubectl(&["get", "statefulsets", "--output=name"])?;
    ensure!(!there.contains("second"), "{there}");
    Ok(())
}

/// Most classes of storage make a volume when the first Pod asks for it, so the claim of an instance without a Pod waits, and
/// Flux by itself would take it for something that is not ready.
fn a_claim_that_waits(lab: &Lab) -> Result<()> {
    let agent = Agent::prepare(lab, "flux-claim")?;
    let rests = suspended(&agent.instance, "agent");
    let claim = json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "metadata": {"name": "later", "namespace": agent.namespace.name},
        "spec": {
            "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}},
            // A volume that is not there, because those of the lab are bound at once.
            "volumeName": "later", "storageClassName": "",
        },
    });
    let files = [("agents/agent.json", &*rests), ("agents/claim.json", &*claim.to_string())];
    let mut kustomization =
        Kustomization::create(lab, &agent.namespace, Way::Branch, &files, |_| ())?;
    kustomization.publish(&[])?;
    kustomization.wait_ready()?;
    let claim = agent.namespace.get("v1", "PersistentVolumeClaim", "later")?;
    assert_eq!(claim["status"]["phase"], "Pending");
    Ok(())
}

/// An account without rights, which then gets those of the namespace.
fn an_account_needs_the_rights(lab: &Lab) -> Result<()> {
    let agent = Agent::prepare(lab, "flux-account")?;
    let name = &agent.namespace.name;
    let account = json!({
        "apiVersion": "v1", "kind": "ServiceAccount",
        "metadata": {"name": name, "namespace": NAMESPACE},
    });
    let rests = suspended(&agent.instance, "agent");
    let files = [("agents/agent.json", &*rests)];
    // Before anything is applied there: Flux has a namespace only once it is started.
    cluster(lab)?;
    agent.namespace.apply_one(&account, Apply::default())?.object()?;
    let mut kustomization =
        Kustomization::create(lab, &agent.namespace, Way::Branch, &files, |object| {
            object["spec"]["serviceAccountName"] = json!(name);
        })?;
    kustomization.publish(&[])?;
    let said = kustomization.wait_failed()?;
    ensure!(said.contains(&format!("system:serviceaccount:{NAMESPACE}:{name}")), "{said}");

    let rights = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
        "metadata": {"name": "flux"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "admin"},
        "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": NAMESPACE}],
    });
    agent.namespace.apply_one(&rights, Apply::default())?.object()?;
    kustomization.wait_ready()?;
    Ok(())
}

/// Flux makes no namespace, and names the one that is not there. One that stands beside the instances is applied before them.
fn a_namespace_is_missing(lab: &Lab) -> Result<()> {
    let mut agent = Agent::prepare(lab, "flux-namespace")?;
    let missing = format!("{}-missing", agent.namespace.name);
    agent.instance["metadata"]["namespace"] = json!(missing);
    let rests = suspended(&agent.instance, "agent");
    let files = [("agents/agent.json", &*rests)];
    let mut kustomization =
        Kustomization::create(lab, &agent.namespace, Way::Branch, &files, |_| ())?;
    kustomization.publish(&[])?;
    let said = kustomization.wait_failed()?;
    ensure!(said.contains(&missing), "{said}");

    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": missing}});
    kustomization.source.repository.write("agents/namespace.json", &namespace.to_string())?;
    kustomization.publish(&[])?;
    let found = kustomization.wait_ready()?;
    ensure!(found["status"]["inventory"].to_string().contains("StatefulSet"), "{found}");
    Ok(())
}
