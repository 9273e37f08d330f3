//! The real Argo CD: its application controller, repository server, plugin server, and cache, with our plugin, in the cluster.

pub(crate) mod application;
pub(crate) mod artifact;
pub(crate) mod calls;
pub(crate) mod differences;
pub(crate) mod health;
pub(crate) mod life;
pub(crate) mod plugin;

use std::fs;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::case::PROGRAM;
use crate::lab::{
    Lab, accepted,
    cluster::Cluster,
    engine,
    golden::root,
    namespace::{Apply, documents},
    repository,
};

/// The namespace of Argo CD, which its programs are told and nothing else has.
pub(crate) const NAMESPACE: &str = "argocd";

/// The API server as the programs of Argo CD reach it, and as Applications name it.
pub(crate) const SERVER: &str = "https://127.0.0.1:6443";

/// The registry beside Argo CD, which knows no TLS.
pub(crate) const REGISTRY: &str = "127.0.0.1:5000";

/// The cluster with Argo CD in it: the first test that asks starts it, and it ends with the cluster.
pub(crate) fn cluster(lab: &Lab) -> Result<&Cluster> {
    engine::cluster(lab, &lab.argocd, "Argo CD", start_in)
}

fn start_in(lab: &Lab, cluster: &Cluster) -> Result<()> {
    // Before it starts: it learns how kinds merge when it first looks at the cluster, and of others with a delay.
    accepted::install_definitions(lab, cluster)?;
    cluster.ensure_namespace(NAMESPACE)?;
    // Only what is applied lives there: this one goes.
    let namespace = cluster.namespace("argocd-start")?;
    for object in settings(&token(cluster)?)? {
        namespace.apply_one(&object, Apply::default())?.object()?;
    }
    engine::run(lab, cluster, "argocd", &[PROGRAM])
}

/// The token that the cluster's own kubeconfig has.
fn token(cluster: &Cluster) -> Result<String> {
    let kubeconfig = documents(&fs::read_to_string(cluster.directory.join("kubeconfig"))?)?;
    let token = kubeconfig.first().and_then(|file| file["users"][0]["user"]["token"].as_str());
    Ok(token.context("a kubeconfig with a token")?.to_owned())
}

/// What an installation of Argo CD has, and the cluster that it deploys to: this one.
fn settings(token: &str) -> Result<Vec<Value>> {
    let object = |kind: &str, name: &str, label: (&str, &str), data: Value| {
        let field = if kind == "Secret" { "stringData" } else { "data" };
        let labels = json!({label.0: label.1});
        json!({
            "apiVersion": "v1", "kind": kind, field: data,
            "metadata": {"name": name, "namespace": NAMESPACE, "labels": labels},
        })
    };
    // Ours says what makes an instance healthy. Argo CD reads settings that have its label.
    let mut of_ours =
        documents(&fs::read_to_string(root().join("argocd/argocd-cm.yaml"))?)?.remove(0);
    of_ours["metadata"]["namespace"] = NAMESPACE.into();
    of_ours["metadata"]["labels"] = json!({"app.kubernetes.io/part-of": "argocd"});
    let ours = ("app.kubernetes.io/part-of", "argocd");
    let access = json!({"bearerToken": token, "tlsClientConfig": {"insecure": true}}).to_string();
    let any = json!([{"group": "*", "kind": "*"}]);
    Ok(vec![
        of_ours,
        object("ConfigMap", "argocd-rbac-cm", ours, json!({})),
        object("Secret", "argocd-secret", ours, json!({"server.secretkey": "of-the-lab"})),
        object(
            "Secret",
            "lab",
            ("argocd.argoproj.io/secret-type", "cluster"),
            json!({"name": "lab", "server": SERVER, "config": access}),
        ),
        object(
            "Secret",
            "registry",
            ("argocd.argoproj.io/secret-type", "repository"),
            json!({
                "type": "oci", "url": format!("oci://{REGISTRY}/team/agents"),
                "insecureOCIForceHttp": "true",
            }),
        ),
        json!({
            "apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject",
            "metadata": {"name": "default", "namespace": NAMESPACE},
            "spec": {
                "sourceRepos": ["*"], "clusterResourceWhitelist": any,
                "destinations": [{"server": "*", "namespace": "*"}],
            },
        }),
    ])
}
