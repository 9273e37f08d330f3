//! What CONTRIBUTING.md shows a person: a cluster that stays, what reaches it, and clusters of their own.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use anyhow::{Context as _, Result, ensure};

use crate::case::PROGRAM;
use crate::lab::{Lab, Test, golden::root};

pub(crate) const TESTS: &[Test] = &[
    ("person::a_cluster_stays_until_it_is_stopped", a_cluster_stays_until_it_is_stopped),
    ("person::another_api_server_stands_in", another_api_server_stands_in),
];

/// The commands of CONTRIBUTING.md, in its order; and while the cluster is there, tests run on it as on one of a person's.
fn a_cluster_stays_until_it_is_stopped(lab: &Lab) -> Result<()> {
    let person = Person::new(lab)?;
    let up = person.lab(&["up"])?;
    ensure!(up.contains("The cluster is ready after"), "{up}");
    let again = person.refused(&["up"])?;
    ensure!(again.contains("a cluster runs already"), "{again}");

    person.lab(&["kubectl", "create", "namespace", "agents"])?;
    let key = "--from-literal=OPENROUTER_API_KEY=none";
    person.lab(&["kubectl", "-n", "agents", "create", "secret", "generic", "demo-keys", key])?;
    let pipe = "\"$PETASOS\" render examples/quickstart | \"$LAB\" kubectl apply -f -";
    let applied = said(&person.command("sh").args(["-c", pipe]).output()?)?;
    ensure!(applied.contains("statefulset.apps/demo"), "{applied}");
    let nodes = person.lab(&["shell", "kubectl", "get", "nodes", "--output=name"])?;
    ensure!(nodes.trim() == "node/node", "{nodes}");
    let log = person.lab(&["logs", "kubelet"])?;
    ensure!(!log.is_empty(), "the log of kubelet is empty");
    let status = person.lab(&["status"])?;
    ensure!(status.contains("kube-apiserver"), "{status}");

    let variable = "PETASOS_LAB_KUBECONFIG=/run/lab/kubeconfig";
    let test = "lab::lifetime::a_claim_gets_a_volume";
    let program = this_program()?;
    let ran = person.lab(&["shell", "env", variable, &program, "--exact", test])?;
    ensure!(ran.contains("1 passed"), "{ran}");

    ensure!(person.lab(&["down"])?.contains("stopped"), "it is not stopped");
    let gone = person.refused(&["kubectl", "get", "nodes"])?;
    ensure!(gone.contains("no cluster runs"), "{gone}");
    Ok(())
}

/// Programs of the older minor, as a person would have them.
fn another_api_server_stands_in(lab: &Lab) -> Result<()> {
    let person = Person::new(lab)?;
    let test = "lab::lifetime::both_minors_serve_at_once";
    let mut command = person.command(&this_program()?);
    command.env("KUBEBUILDER_ASSETS", lab.parts.join("1.35/bin")).args(["--exact", test]);
    let ran = said(&command.output()?)?;
    ensure!(ran.contains("1 passed"), "{ran}");
    Ok(())
}

/// The test program itself.
fn this_program() -> Result<String> {
    Ok(env::current_exe()?.to_string_lossy().into_owned())
}

/// Somebody with what this lab has built, and with clusters in a place of their own.
struct Person<'a> {
    lab: &'a Lab,
    /// The program behind `cargo lab`.
    program: PathBuf,
    runs: tempfile::TempDir,
}

impl<'a> Person<'a> {
    fn new(lab: &'a Lab) -> Result<Self> {
        let program = Path::new(PROGRAM).with_file_name("examples").join("lab");
        // Sockets have short paths.
        let runs = tempfile::Builder::new().prefix("lab").tempdir_in("/tmp")?;
        Ok(Self { lab, program, runs })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(root())
            .env("PETASOS_LAB", &self.lab.parts)
            .env("PETASOS_LAB_RUNS", self.runs.path())
            .env("PETASOS", PROGRAM)
            .env("LAB", &self.program);
        command
    }

    fn run(&self, arguments: &[&str]) -> Result<Output> {
        Ok(self.command(&self.program.to_string_lossy()).args(arguments).output()?)
    }

    /// What `cargo lab` prints.
    fn lab(&self, arguments: &[&str]) -> Result<String> {
        said(&self.run(arguments)?).with_context(|| format!("cargo lab {}", arguments.join(" ")))
    }

    /// What it complains about.
    fn refused(&self, arguments: &[&str]) -> Result<String> {
        let output = self.run(arguments)?;
        ensure!(!output.status.success(), "cargo lab {} succeeds", arguments.join(" "));
        Ok(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

impl Drop for Person<'_> {
    fn drop(&mut self) {
        // Where a test failed, its cluster would stay.
        let _ = self.run(&["down"]);
    }
}

fn said(output: &Output) -> Result<String> {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{}: {text}{errors}", output.status);
    Ok(text)
}
