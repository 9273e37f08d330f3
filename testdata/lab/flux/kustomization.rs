//! A Kustomization of Flux, with its source and the namespace that it applies to.

use std::{
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

use anyhow::{Context as _, Result, anyhow, ensure};
use serde_json::{Value, json};

use crate::lab::{
    Lab,
    engine::Reporter,
    flux::source::{Source, Way, project},
    namespace::{Namespace, documents},
    repository::Repository,
};

/// Where Flux would find the repository if it could fetch: the lab has nothing that does.
const URL: &str = "https://git.example.com/platform/agents.git";

/// The branch and the directory on it that manifests are committed to.
const BRANCH: &str = "env/rendered";
const PATH: &str = "clusters/eu";

/// A Kustomization. It is deleted with this value, and Flux then removes what it applied.
pub(crate) struct Kustomization<'a> {
    object: Reporter<'a>,
    /// What it applies.
    pub(crate) source: Source<'a>,
    /// What was published last, as Flux names it.
    revision: String,
}

impl<'a> Kustomization<'a> {
    /// What petasos prints for a target with these files, of which nothing is published yet. `change` makes another
    /// Kustomization of it.
    pub(crate) fn create(
        lab: &Lab,
        namespace: &'a Namespace<'a>,
        way: Way,
        files: &[(&str, &str)],
        change: impl FnOnce(&mut Value),
    ) -> Result<Self> {
        let repository = project(namespace, BRANCH, PATH, files)?;
        let of_the_way: &[&str] = match way {
            Way::Branch => &["--url", URL],
            Way::Artifact => {
                &["--oci", "oci://registry.example.com/agents", "--target", &namespace.name]
            }
        };
        let printed = repository.petasos(&[&["flux", "kustomization"], of_the_way].concat())?;
        let mut printed = documents(&printed)?;
        ensure!(printed.len() == 2, "{printed:?}");
        change(&mut printed[1]);
        Self::apply(lab, namespace, way, repository, &printed)
    }

    /// A source and a Kustomization that are written already.
    pub(crate) fn apply(
        lab: &Lab,
        namespace: &'a Namespace<'a>,
        way: Way,
        repository: Repository,
        objects: &[Value],
    ) -> Result<Self> {
        let [source, object] = objects else { return Err(anyhow!("not two: {objects:?}")) };
        Ok(Self {
            source: Source::apply(lab, namespace, way, repository, source)?,
            object: Reporter::apply(namespace, object)?,
            revision: String::new(),
        })
    }

    /// Says to Flux that what is in the repository is there, rendered with the options of the way.
    pub(crate) fn publish(&mut self, options: &[&str]) -> Result<()> {
        self.revision = self.source.publish(options)?;
        Ok(())
    }

    /// The same of the files of a directory.
    pub(crate) fn publish_directory(&mut self, directory: &Path) -> Result<()> {
        self.revision = self.source.publish_directory(directory)?;
        Ok(())
    }

    /// Asks Flux to apply again what it has, and waits until it has done it.
    pub(crate) fn reconcile(&self) -> Result<Value> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed).to_string();
        let annotations = json!({"reconcile.fluxcd.io/requestedAt": number});
        self.object.patch(&json!({"metadata": {"annotations": annotations}}))?;
        self.object.wait("is reconciled", |found| {
            found["status"]["lastHandledReconcileAt"] == *number
                && ready(found)["status"] != "Unknown"
        })
    }

    /// Waits until what was published last is in the cluster and at work.
    pub(crate) fn wait_ready(&self) -> Result<Value> {
        self.object.wait(&format!("is ready with {}", self.revision), |found| {
            found["status"]["lastAppliedRevision"] == *self.revision
                && found["status"]["observedGeneration"] == found["metadata"]["generation"]
                && ready(found)["status"] == "True"
        })
    }

    /// Waits until Flux gives up what was published last, and returns what it says.
    pub(crate) fn wait_failed(&self) -> Result<String> {
        let found = self.object.wait(&format!("fails with {}", self.revision), |found| {
            found["status"]["lastAttemptedRevision"] == *self.revision
                && ready(found)["status"] == "False"
        })?;
        Ok(ready(&found)["message"].as_str().unwrap_or_default().to_owned())
    }

    /// Deletes the Kustomization, and waits until Flux has removed what it applied.
    pub(crate) fn delete(&self) -> Result<()> {
        self.object.delete()
    }

    /// The resource version now of everything that Flux says it applied when it was `found` so.
    pub(crate) fn versions(&self, found: &Value) -> Result<Vec<String>> {
        let entries = found["status"]["inventory"]["entries"].as_array().context("an inventory")?;
        let objects = entries.iter().map(entry).collect::<Result<Vec<_>>>()?;
        self.object.versions(&objects)
    }
}

/// The condition that says how it went.
fn ready(found: &Value) -> &Value {
    let mut conditions = found["status"]["conditions"].as_array().into_iter().flatten();
    conditions.find(|one| one["type"] == "Ready").unwrap_or(&Value::Null)
}

/// An entry of an inventory, which is written as `namespace_name_group_kind`: its group, version, kind, and name.
fn entry(entry: &Value) -> Result<[String; 4]> {
    let identity = entry["id"].as_str().context("an entry without an id")?;
    let [_, name, group, kind] = identity.split('_').collect::<Vec<_>>()[..] else {
        return Err(anyhow!("not an id: {identity}"));
    };
    let version = entry["v"].as_str().context("an entry without a version")?;
    Ok([group, version, kind, name].map(str::to_owned))
}
