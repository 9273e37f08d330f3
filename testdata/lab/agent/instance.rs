//! An agent that petasos rendered, in a namespace of its own.

use std::{
    fs,
    io::Write as _,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::case::PROGRAM;
use crate::lab::{
    Lab,
    namespace::{Apply, Namespace},
    shown, sources,
};

/// The key of the agent's API in a new namespace.
pub(crate) const KEY: &str = "a-key-of-the-lab-0001";

/// An agent and what it was rendered from.
pub(crate) struct Agent<'a> {
    /// Where it runs.
    pub(crate) namespace: Namespace<'a>,
    /// The custom resource.
    pub(crate) instance: Value,
}

impl<'a> Agent<'a> {
    /// Applies the Secret that the instance names, and nothing yet of the agent.
    pub(crate) fn prepare(lab: &'a Lab, name: &str) -> Result<Self> {
        let namespace = lab.node()?.namespace(name)?;
        let text = fs::read_to_string(sources().join("agent/instance.yaml"))?;
        let instance = Value::deserialize(yaml_serde::Deserializer::from_str(&text))?;
        let agent = Self { namespace, instance };
        agent.set_key(KEY)?;
        Ok(agent)
    }

    /// An agent that is Ready, and a Pod that may call it.
    pub(crate) fn start(lab: &'a Lab, name: &str) -> Result<Self> {
        let agent = Self::prepare(lab, name)?;
        agent.start_here()?;
        Ok(agent)
    }

    /// Makes the Pod that may call it, and waits until the agent is Ready.
    pub(crate) fn start_here(&self) -> Result<()> {
        let caller = fs::read_to_string(sources().join("agent/caller.yaml"))?;
        self.namespace.apply(&caller, Apply::default())?;
        self.apply()
    }

    /// Renders the instance, applies the result, and waits until the agent that runs is the one that it describes.
    pub(crate) fn apply(&self) -> Result<()> {
        let manifests = render(&self.instance.to_string(), &self.namespace.name)?;
        self.namespace.apply(&manifests, Apply::default())?;
        self.namespace.wait_ready("statefulset/agent")
    }

    /// Replaces the key in the Secret. No agent hears of it.
    pub(crate) fn set_key(&self, key: &str) -> Result<()> {
        let secret = json!({
            "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "agent-keys"},
            "stringData": {"API_SERVER_KEY": key},
        });
        self.namespace.apply_one(&secret, Apply::default())?.object().map(drop)
    }

    /// What the agent's own command prints.
    pub(crate) fn hermes(&self, arguments: &[&str]) -> Result<String> {
        let command: Vec<&str> =
            ["/opt/hermes/.venv/bin/hermes"].into_iter().chain(arguments.iter().copied()).collect();
        Ok(self.namespace.exec("pod/agent-0", &command)?.trim().to_owned())
    }

    /// Runs a shell script where the agent runs.
    pub(crate) fn shell(&self, script: &str) -> Result<String> {
        self.namespace.exec("pod/agent-0", &["sh", "-euc", script])
    }

    /// What one of the Pod's containers finds in the processes that it sees, and has not itself.
    pub(crate) fn seen_from(&self, container: &str, variable: &str) -> Result<String> {
        let program = fs::read_to_string(sources().join("access/look.py"))?;
        let container = format!("--container={container}");
        let command =
            ["exec", "pod/agent-0", &container, "--", "python3", "-c", &program, variable];
        Ok(self.namespace.kubectl(&command)?.trim().to_owned())
    }

    /// What the agent answers through its Service: the status, and the body. With a body it is a POST.
    pub(crate) fn call(&self, path: &str, key: &str, body: &str) -> Result<(u16, String)> {
        let url = format!("http://agent.{}.svc.cluster.local:8642{path}", self.namespace.name);
        let program = fs::read_to_string(sources().join("agent/call.py"))?;
        let command = ["python3", "-c", &program, &url, key, body];
        let answer = self
            .namespace
            .exec_soon("pod/caller", &command)
            .map_err(|error| self.namespace.report("statefulset/agent", &format!("{error:#}")))?;
        let (status, body) = answer.split_once(' ').context("an answer without a status")?;
        Ok((status.parse()?, body.to_owned()))
    }

    /// Makes a Pod that may call others, and waits until a server of the test answers it through its Service: what the
    /// agent needs at its first start has to be there by then.
    pub(crate) fn await_servers(&self, urls: &[&str]) -> Result<()> {
        let caller = fs::read_to_string(sources().join("agent/caller.yaml"))?;
        self.namespace.apply(&caller, Apply::default())?;
        let program = fs::read_to_string(sources().join("agent/call.py"))?;
        urls.iter().try_for_each(|url| {
            self.namespace.exec_soon("pod/caller", &["python3", "-c", &program, url]).map(drop)
        })
    }

    /// Calls with the key that is in force, and expects success.
    pub(crate) fn ask(&self, path: &str, body: &str) -> Result<Value> {
        let (status, answer) = self.call(path, KEY, body)?;
        ensure!(status == 200, "{path}: {status} {answer}");
        serde_json::from_str(&answer).with_context(|| format!("{path}: {answer}"))
    }

    /// Deletes the Pod and waits until another one is Ready.
    pub(crate) fn replace_pod(&self) -> Result<()> {
        self.namespace.replace_pod("agent-0")
    }

    /// Waits for something about the Pod. The error is a report.
    pub(crate) fn wait_for_pod(&self, what: &str) -> Result<()> {
        self.namespace.wait_for("pod/agent-0", what)
    }

    /// What differs between a Pod and the next one of the same name.
    pub(crate) fn pod_identity(&self) -> Result<Value> {
        Ok(self.namespace.get("v1", "Pod", "agent-0")?["metadata"]["uid"].clone())
    }
}

/// What petasos makes of an instance that names no namespace.
pub(crate) fn render(instance: &str, namespace: &str) -> Result<String> {
    shown::note(instance)?;
    let mut child = Command::new(PROGRAM)
        .args(["render", "--namespace", namespace, "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    child
        .stdin
        .take()
        .context("the standard input was asked for")?
        .write_all(instance.as_bytes())?;
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}
