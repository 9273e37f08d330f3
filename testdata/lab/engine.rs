//! What Argo CD and Flux have in common here: each starts once in a cluster, and says in an object what it made of manifests.

use std::{
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Error, Result, anyhow, ensure};
use serde_json::{Value, json};

use crate::lab::{
    Lab,
    client::Answer,
    cluster::Cluster,
    namespace::{Apply, Namespace, PATIENCE, soon},
    sources,
};

/// How long nobody writes to an object that is settled.
const QUIET: Duration = Duration::from_secs(3);

/// Whether an engine runs on the node.
pub(crate) type Started = OnceLock<Result<(), String>>;

/// The cluster with an engine in it: the first test that asks starts it, and it ends with the cluster.
pub(crate) fn cluster<'a>(
    lab: &'a Lab,
    started: &Started,
    name: &str,
    start: fn(&Lab, &Cluster) -> Result<()>,
) -> Result<&'a Cluster> {
    let cluster = lab.node()?;
    let started = started.get_or_init(|| {
        let begin = Instant::now();
        start(lab, cluster).map_err(|error| format!("{error:#}"))?;
        lab.figures.time(&format!("start of {name}"), begin);
        Ok(())
    });
    started.as_ref().map_err(|error| anyhow!(error.clone()))?;
    Ok(cluster)
}

/// Runs the script that starts an engine and returns when it answers.
pub(crate) fn run(lab: &Lab, cluster: &Cluster, script: &str, arguments: &[&str]) -> Result<()> {
    let path = sources().join("scripts").join(script);
    let (path, parts) = (path.to_string_lossy(), lab.parts.to_string_lossy());
    let command: Vec<&str> =
        [&*path, &*parts].into_iter().chain(arguments.iter().copied()).collect();
    let output = cluster.run(&command, "")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{script} does not start: {said}");
    Ok(())
}

/// An object in which an engine says what it does. It is deleted with this value.
pub(crate) struct Reporter<'a> {
    namespace: &'a Namespace<'a>,
    path: String,
}

impl<'a> Reporter<'a> {
    /// Applies the object. What it makes goes into `namespace`.
    pub(crate) fn apply(namespace: &'a Namespace<'a>, object: &Value) -> Result<Self> {
        namespace.apply_one(object, Apply::default())?.object()?;
        Ok(Self { namespace, path: namespace.cluster.path(object, &namespace.name)? })
    }

    /// The object as it is now.
    pub(crate) fn get(&self) -> Result<Value> {
        self.namespace.cluster.client.get(&self.path)
    }

    /// Changes fields of the object.
    pub(crate) fn patch(&self, patch: &Value) -> Result<()> {
        self.send_patch(&self.path, patch)
    }

    /// Says in place of an engine what it does.
    pub(crate) fn patch_status(&self, status: &Value) -> Result<()> {
        self.send_patch(&format!("{}/status", self.path), &json!({"status": status}))
    }

    fn send_patch(&self, path: &str, patch: &Value) -> Result<()> {
        let kind = "application/merge-patch+json";
        let client = &self.namespace.cluster.client;
        client.send("PATCH", path, kind, &patch.to_string())?.object().map(drop)
    }

    /// Deletes the object, and waits until it is gone.
    pub(crate) fn delete(&self) -> Result<()> {
        self.send_delete()?.object()?;
        let start = Instant::now();
        while self.namespace.cluster.client.send("GET", &self.path, "", "")?.status != 404 {
            ensure!(start.elapsed() < PATIENCE, "{} does not go", self.path);
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    fn send_delete(&self) -> Result<Answer> {
        self.namespace.cluster.client.send("DELETE", &self.path, "application/json", "")
    }

    /// Waits until something is so. The error is a report.
    pub(crate) fn wait(&self, what: &str, is: impl Fn(&Value) -> bool) -> Result<Value> {
        let start = Instant::now();
        loop {
            let found = self.get()?;
            if is(&found) {
                return Ok(found);
            }
            if start.elapsed() > PATIENCE {
                return Err(self.report(what, &found));
            }
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// The resource versions of objects in the namespace, each given as group, version, kind, and name, when nobody has
    /// written to them for a while: controllers note in objects what became of them after an engine is done.
    pub(crate) fn versions(&self, objects: &[[String; 4]]) -> Result<Vec<String>> {
        ensure!(!objects.is_empty(), "there are no objects");
        let now = || objects.iter().map(|object| self.version(object)).collect::<Result<Vec<_>>>();
        soon(|| {
            let before = now()?;
            thread::sleep(QUIET);
            let after = now()?;
            ensure!(after == before, "somebody writes to {before:?}, which are {after:?} then");
            Ok(after)
        })
    }

    fn version(&self, [group, version, kind, name]: &[String; 4]) -> Result<String> {
        let version = match &**group {
            "" => version.clone(),
            group => format!("{group}/{version}"),
        };
        let live = self.namespace.get(&version, kind, name)?;
        let resource = live["metadata"]["resourceVersion"].as_str().context("a version")?;
        Ok(format!("{kind} {name} {resource}"))
    }

    fn report(&self, what: &str, found: &Value) -> Error {
        let pods = self.namespace.kubectl(&["get", "pods,events"]).unwrap_or_default();
        anyhow!(
            "{} never {what}: {:#}\n{pods}\nthe logs are in {}",
            self.path,
            found["status"],
            self.namespace.cluster.directory.display()
        )
    }
}

impl Drop for Reporter<'_> {
    fn drop(&mut self) {
        // Nobody waits for its end, and the cluster ends soon after.
        let _ = self.send_delete();
    }
}
