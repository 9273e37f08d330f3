//! What a test does in a namespace of its own, and what is printed when it fails.

use std::{
    fmt::Write as _,
    fs, thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Error, Result, anyhow, ensure};
use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::lab::{client::Answer, cluster::Cluster};

/// Lines of each log in a report.
const TAIL: &str = "--tail=25";

/// How long anything may take on a machine that is busy. It is reached only where something is wrong, and so costs nothing.
pub(crate) const PATIENCE: Duration = Duration::from_mins(10);

/// What kubectl says where the way to a container breaks, before the command has run there.
const ON_THE_WAY: &[&str] = &[
    "error dialing backend",
    "unable to upgrade connection",
    "TLS handshake timeout",
    "container not found",
];

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
        cluster.client.send("PATCH", &path, kind, &namespace.to_string())?.object()?;
        // A controller makes it soon after. Pods are refused until then.
        let account = json!({
            "apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}
        });
        let path = format!("/api/v1/namespaces/{name}/serviceaccounts/default?fieldManager=lab");
        cluster.client.send("PATCH", &path, kind, &account.to_string())?.object().map(drop)
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
        self.exec_with(&[object], command)
    }

    /// The same in a container that is named.
    pub(crate) fn exec_in(
        &self,
        object: &str,
        container: &str,
        command: &[&str],
    ) -> Result<String> {
        self.exec_with(&[object, "--container", container], command)
    }

    fn exec_with(&self, place: &[&str], command: &[&str]) -> Result<String> {
        let all = [&["exec"], place, &["--"], command].concat();
        let mut attempts = 0;
        loop {
            attempts += 1;
            match self.kubectl(&all) {
                Err(error) if attempts < 10 && is_on_the_way(&error) => {
                    thread::sleep(Duration::from_secs(1));
                }
                result => return result,
            }
        }
    }

    /// The same for a command that asks a Service: kube-proxy hears of a Pod after the kubelet has said that it is ready, and
    /// on a busy machine half a minute after.
    pub(crate) fn exec_soon(&self, object: &str, command: &[&str]) -> Result<String> {
        soon(|| self.exec(object, command))
    }

    /// Waits until a workload runs what its spec says. The error is a report.
    pub(crate) fn wait_ready(&self, object: &str) -> Result<()> {
        self.ready_within(object, PATIENCE)
    }

    /// The same, for so long and no longer.
    pub(crate) fn ready_within(&self, object: &str, patience: Duration) -> Result<()> {
        let result = self.kubectl(&["rollout", "status", object, &timeout(patience)]);
        result.map(drop).map_err(|error| self.report(object, &format!("{error:#}")))
    }

    /// Waits for what `kubectl wait --for` knows. The error is a report.
    pub(crate) fn wait_for(&self, object: &str, what: &str) -> Result<()> {
        let result = self.kubectl(&["wait", object, &format!("--for={what}"), &timeout(PATIENCE)]);
        result.map(drop).map_err(|error| self.report(object, &format!("{error:#}")))
    }

    /// Deletes a Pod of a StatefulSet, and waits until the next one of its name is Ready.
    pub(crate) fn replace_pod(&self, name: &str) -> Result<()> {
        let pod = format!("pod/{name}");
        let identity = || anyhow::Ok(self.get("v1", "Pod", name)?["metadata"]["uid"].clone());
        let before = identity()?;
        self.kubectl(&["delete", &pod, &timeout(PATIENCE)])?;
        self.wait_for(&pod, "create")?;
        self.wait_for(&pod, "condition=Ready")?;
        ensure!(identity()? != before, "the Pod is the same");
        Ok(())
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
        for part in ["kubelet", "kube-proxy", "coredns", "kube-scheduler"] {
            let log = fs::read_to_string(self.cluster.directory.join(format!("{part}.log")));
            let log = log.unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            let end = lines[lines.len().saturating_sub(5)..].join("\n");
            let _ = writeln!(report, "\n== the end of the log of {part}\n{end}");
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

fn is_on_the_way(error: &Error) -> bool {
    let text = format!("{error:#}");
    ON_THE_WAY.iter().any(|said| text.contains(said))
}

/// The flag of kubectl that says how long it waits.
fn timeout(patience: Duration) -> String {
    format!("--timeout={}s", patience.as_secs())
}

/// What `ask` answers, as soon as it answers.
pub(crate) fn soon<T>(ask: impl Fn() -> Result<T>) -> Result<T> {
    let start = Instant::now();
    loop {
        match ask() {
            Err(_) if start.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(500)),
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
