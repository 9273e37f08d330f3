//! An Application of Argo CD, with the repository that it comes from and the namespace that it goes to.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::lab::{
    Lab,
    argocd::{NAMESPACE, SERVER, cluster, repository::Repository},
    engine::Reporter,
    namespace::Namespace,
};

const VERSION: &str = "argoproj.io/v1alpha1";

/// What asks for a comparison; Argo CD removes it once it has compared.
const REFRESH: &str = "argocd.argoproj.io/refresh";

/// An Application. It is deleted with this value, without finalizers, so what it made goes with the namespace.
pub(crate) struct Application<'a> {
    /// Where its source is.
    pub(crate) repository: Repository,
    object: Reporter<'a>,
}

/// How an Application is compared anew.
#[derive(Clone, Copy)]
pub(crate) enum Refresh {
    /// With the manifests that are kept for the commit.
    Normal,
    /// With new ones.
    Hard,
}

impl<'a> Application<'a> {
    /// An Application that syncs by itself into a namespace. `change` makes another object of it.
    pub(crate) fn create(
        lab: &Lab,
        namespace: &'a Namespace<'a>,
        repository: Repository,
        change: impl FnOnce(&mut Value),
    ) -> Result<Self> {
        let mut object = json!({
            "apiVersion": VERSION, "kind": "Application",
            "metadata": {"name": namespace.name, "namespace": NAMESPACE},
            "spec": {
                "project": "default",
                "source": {
                    "repoURL": repository.url(), "targetRevision": "main", "path": ".",
                    "plugin": {"name": "petasos"},
                },
                "destination": {"server": SERVER, "namespace": namespace.name},
                "syncPolicy": {
                    "automated": {"prune": true, "selfHeal": true},
                    "syncOptions": ["ServerSideApply=true"],
                },
            },
        });
        change(&mut object);
        Self::apply(lab, namespace, repository, &object)
    }

    /// An Application that is written already.
    pub(crate) fn apply(
        lab: &Lab,
        namespace: &'a Namespace<'a>,
        repository: Repository,
        object: &Value,
    ) -> Result<Self> {
        cluster(lab)?;
        Ok(Self { repository, object: Reporter::apply(namespace, object)? })
    }

    /// Asks for a comparison and waits until it is made.
    pub(crate) fn refresh(&self, how: Refresh) -> Result<Value> {
        self.ask_to_refresh(how)?;
        self.wait_refreshed()
    }

    /// Asks for a comparison.
    pub(crate) fn ask_to_refresh(&self, how: Refresh) -> Result<()> {
        let how = match how {
            Refresh::Normal => "normal",
            Refresh::Hard => "hard",
        };
        self.object.patch(&json!({"metadata": {"annotations": {REFRESH: how}}}))
    }

    /// Waits until the comparison that was asked for is made.
    pub(crate) fn wait_refreshed(&self) -> Result<Value> {
        self.wait("is compared", |found| found["metadata"]["annotations"][REFRESH].is_null())
    }

    /// Replaces the section about the plugin, and compares with new manifests.
    pub(crate) fn set_plugin(&self, plugin: &Value) -> Result<Value> {
        self.object.patch(&json!({"spec": {"source": {"plugin": plugin}}}))?;
        self.refresh(Refresh::Hard)
    }

    /// Waits until the Application is in order with this commit: the same in the cluster, and at work.
    pub(crate) fn wait_healthy(&self, commit: &str) -> Result<Value> {
        let what = format!("is Synced and Healthy at {commit}");
        self.wait(&what, |found| {
            let status = &found["status"];
            status["sync"]["revision"] == commit
                && status["sync"]["status"] == "Synced"
                && status["health"]["status"] == "Healthy"
                && status["operationState"]["phase"] != "Running"
        })
    }

    /// Waits until the cluster has what this commit says, whether it works or not.
    pub(crate) fn wait_synced(&self, commit: &str) -> Result<Value> {
        self.wait(&format!("is Synced at {commit}"), |found| {
            let status = &found["status"];
            status["sync"]["revision"] == commit
                && status["sync"]["status"] == "Synced"
                && status["operationState"]["phase"] == "Succeeded"
        })
    }

    /// Waits until something is so. The error is a report.
    pub(crate) fn wait(&self, what: &str, is: impl Fn(&Value) -> bool) -> Result<Value> {
        self.object.wait(what, is)
    }

    /// The messages of its conditions.
    pub(crate) fn conditions(found: &Value) -> String {
        let conditions = found["status"]["conditions"].as_array().into_iter().flatten();
        conditions.filter_map(|one| one["message"].as_str()).collect::<Vec<_>>().join("\n")
    }

    /// The resource version now of everything that the Application managed when it was `found` so.
    pub(crate) fn versions(&self, found: &Value) -> Result<Vec<String>> {
        let resources = found["status"]["resources"].as_array().context("resources")?;
        let text = |of: &Value, field: &str| of[field].as_str().unwrap_or_default().to_owned();
        let objects = resources
            .iter()
            .map(|one| ["group", "version", "kind", "name"].map(|field| text(one, field)));
        self.object.versions(&objects.collect::<Vec<_>>())
    }
}
