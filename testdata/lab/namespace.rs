//! What a test does in a namespace of its own, and what is printed when it fails.

use std::{
    fmt::Write as _,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Error, Result, anyhow};
use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::lab::{client::Answer, cluster::Cluster};

/// Lines of each log in a report.
const TAIL: &str = "--tail=25";

/// How long a Service may take to follow its Pods.
const SOON: Duration = Duration::from_secs(30);

/// A namespace that enforces Pod Security `restricted`. It is deleted with this value: what runs in it takes room from others.
pub(crate) struct Namespace<'a> {
    /// The cluster that it is in.
    pub(crate) cluster: &'a Cluster,
    /// Its name there.
    pub(crate) name: String,
}

/// How objects are applied.
#[derive(Clone, Copy)]
pub(crate) struct Apply {
    /// The field manager.
    pub(crate) manager: &'static str,
    /// Ask what would happen, and change nothing.
    pub(crate) dry_run: bool,
}

impl Default for Apply {
    fn default() -> Self {
        Self { manager: "lab", dry_run: false }
    }
}

impl<'a> Namespace<'a> {
    pub(crate) fn create(cluster: &'a Cluster, name: String) -> Result<Self> {
        Self::ensure(cluster, &name)?;
        Ok(Self { cluster, name })
    }

    /// Makes a namespace that stays, unless it is there.
    pub(crate) fn ensure(cluster: &Cluster, name: &str) -> Result<()> {
        let labels = json!({"pod-security.kubernetes.io/enforce": "restricted"});
        let namespace = json!({
            "apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}
        });
        let path = format!("/api/v1/namespaces/{name}?fieldManager=lab");
        let kind = "application/apply-patch+yaml";
        cluster.client.send("PATCH", &path, kind, &namespace.to_string())?.object().map(drop)
    }

    /// Applies every document by server-side apply with strict field validation, and returns what the server made of them.
    /// Documents that name a namespace keep it.
    pub(crate) fn apply(&self, manifests: &str, how: Apply) -> Result<Vec<Value>> {
        documents(manifests)?.iter().map(|object| self.apply_one(object, how)?.object()).collect()
    }

    /// Applies one object. What the server thinks of it is in the answer.
    pub(crate) fn apply_one(&self, object: &Value, how: Apply) -> Result<Answer> {
        let path = self.cluster.path(object, &self.name)?;
        let dry_run = if how.dry_run { "&dryRun=All" } else { "" };
        let path = format!("{path}?fieldManager={}&fieldValidation=Strict{dry_run}", how.manager);
        self.cluster.client.send(
            "PATCH",
            &path,
            "application/apply-patch+yaml",
            &object.to_string(),
        )
    }

    /// The object as the server has it.
    pub(crate) fn get(&self, version: &str, kind: &str, name: &str) -> Result<Value> {
        let object = json!({"apiVersion": version, "kind": kind, "metadata": {"name": name}});
        self.cluster.client.get(&self.cluster.path(&object, &self.name)?)
    }

    /// What kubectl prints in this namespace.
    pub(crate) fn kubectl(&self, arguments: &[&str]) -> Result<String> {
        let all: Vec<&str> =
            ["--namespace", &self.name].into_iter().chain(arguments.iter().copied()).collect();
        self.cluster.kubectl(&all)
    }

    /// What a command prints in a container of an object, such as `statefulset/demo`.
    pub(crate) fn exec(&self, object: &str, command: &[&str]) -> Result<String> {
        let all: Vec<&str> =
            ["exec", object, "--"].into_iter().chain(command.iter().copied()).collect();
        self.kubectl(&all)
    }

    /// The same for a command that asks a Service: kube-proxy hears of a Pod after the kubelet has said that it is ready, and
    /// on a busy machine some seconds after.
    pub(crate) fn exec_soon(&self, object: &str, command: &[&str]) -> Result<String> {
        soon(|| self.exec(object, command))
    }

    /// Waits until a workload runs what its spec says, for so many seconds. The error is a report.
    pub(crate) fn wait_ready(&self, object: &str, seconds: u32) -> Result<()> {
        let result = self.kubectl(&["rollout", "status", object, &format!("--timeout={seconds}s")]);
        result.map(drop).map_err(|error| self.report(object, &format!("{error:#}")))
    }

    /// Everything that a person would ask next: the object, its events, the end of the logs of its containers, and where the
    /// rest lies. A test that
    /// fails keeps the rest.
    pub(crate) fn report(&self, object: &str, problem: &str) -> Error {
        let mut report = format!("{object} in {}: {problem}\n", self.name);
        let mut section = |title: &str, arguments: &[&str]| {
            let text = match self.kubectl(arguments) {
                Ok(text) => text,
                Err(error) => format!("{error:#}"),
            };
            // A report is text for people: writing it to a string does not fail.
            let _ = writeln!(report, "\n== {title}\n{}", text.trim_end());
        };
        section("object", &["get", object, "--output=yaml"]);
        section("pods", &["get", "pods", "--output=wide"]);
        section("events", &["get", "events", "--sort-by=.metadata.creationTimestamp"]);
        let pods = self.kubectl(&["get", "pods", "--output=name"]).unwrap_or_default();
        for pod in pods.lines() {
            section(
                &format!("logs of {pod}"),
                &["logs", pod, "--all-containers", "--prefix", TAIL],
            );
            let previous = [
                "logs",
                pod,
                "--all-containers",
                "--prefix",
                "--previous",
                "--ignore-errors",
                TAIL,
            ];
            section(&format!("logs of {pod} before its last restart"), &previous);
        }
        let _ = writeln!(
            report,
            "\nthe rest lies in {}: the logs of the cluster and its audit log",
            self.cluster.directory.display()
        );
        anyhow!(report)
    }
}

impl Drop for Namespace<'_> {
    fn drop(&mut self) {
        // Nobody waits for its end, and the cluster ends soon after.
        let path = format!("/api/v1/namespaces/{}", self.name);
        let _ = self.cluster.client.send("DELETE", &path, "application/json", "");
    }
}

/// What `ask` answers, as soon as it answers.
pub(crate) fn soon<T>(ask: impl Fn() -> Result<T>) -> Result<T> {
    let start = Instant::now();
    loop {
        match ask() {
            Err(_) if start.elapsed() < SOON => thread::sleep(Duration::from_millis(500)),
            answer => return answer,
        }
    }
}

/// The documents of a YAML stream.
pub(crate) fn documents(text: &str) -> Result<Vec<Value>> {
    yaml_serde::Deserializer::from_str(text)
        .map(|document| Value::deserialize(document).context("not YAML"))
        .filter(|document| !matches!(document, Ok(Value::Null)))
        .collect()
}
