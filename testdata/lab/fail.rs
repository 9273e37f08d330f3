//! The lab can fail: the usual wrong ways to run the agent are not Ready, or its commands fail, and the report says why.
//!
//! Each wrong way is a patch of what petasos renders, in `fail/`.

use std::{
    fs,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Error, Result, ensure};
use serde_json::Value;

use crate::lab::{
    Lab, Test,
    agent::instance::{Agent, render},
    namespace::{Apply, PATIENCE, documents},
    sources,
};

pub(crate) const TESTS: &[Test] = &[
    ("fail::a_probe_on_8443_is_never_answered", a_probe_on_8443_is_never_answered),
    ("fail::a_key_of_eight_characters_is_refused", a_key_of_eight_characters_is_refused),
    (
        "fail::configuration_mounted_read_only_cannot_be_changed",
        configuration_mounted_read_only_cannot_be_changed,
    ),
    (
        "fail::without_a_temporary_directory_commands_fail",
        without_a_temporary_directory_commands_fail,
    ),
];

fn a_probe_on_8443_is_never_answered(lab: &Lab) -> Result<()> {
    let agent = wrong(lab, "probe-on-8443")?;
    expect_not_ready(
        &agent,
        &["== object", "port: 8443", "Startup probe failed", ":8443/health", "connection refused"],
    )
}

fn a_key_of_eight_characters_is_refused(lab: &Lab) -> Result<()> {
    let agent = wrong(lab, "key-of-eight-characters")?;
    expect_not_ready(
        &agent,
        &["== object", "API_SERVER_KEY is shorter than 16 characters", "the rest lies in"],
    )
}

fn configuration_mounted_read_only_cannot_be_changed(lab: &Lab) -> Result<()> {
    let agent = wrong(lab, "configuration-read-only")?;
    agent.namespace.wait_ready("statefulset/agent")?;
    expect_report(
        &command_fails(&agent, &["config", "set", "display.personality", "calm"])?,
        &["== object", "Read-only file system: '/opt/data/config.yaml'"],
    )
}

/// The agent itself stays up, as its working directory on the volume serves it instead.
fn without_a_temporary_directory_commands_fail(lab: &Lab) -> Result<()> {
    let agent = wrong(lab, "no-temporary-directory")?;
    agent.namespace.wait_ready("statefulset/agent")?;
    expect_report(
        &command_fails(
            &agent,
            &["profile", "export", "default", "--output", "/opt/data/p.tar.gz"],
        )?,
        &["== object", "No usable temporary directory found"],
    )
}

/// The agent with its StatefulSet patched by the file of this name, and applied.
fn wrong<'a>(lab: &'a Lab, name: &str) -> Result<Agent<'a>> {
    let agent = Agent::prepare(lab, name)?;
    let manifests = render(&agent.instance.to_string(), &agent.namespace.name)?;
    for object in documents(&manifests)? {
        let object = match &object["kind"] {
            kind if kind == "StatefulSet" => patch(&agent, &object, name)?,
            _ => object,
        };
        agent.namespace.apply_one(&object, Apply::default())?.object()?;
    }
    Ok(agent)
}

fn patch(agent: &Agent<'_>, object: &Value, name: &str) -> Result<Value> {
    let patch = fs::read_to_string(sources().join(format!("fail/{name}.yaml")))?;
    let command =
        ["kubectl", "patch", "--local", "--filename=-", "--output=json", "--patch", &patch];
    let output = agent.namespace.cluster.run(&command, &object.to_string())?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let patched = serde_json::from_slice(&output.stdout)?;
    ensure!(patched != *object, "the patch {name} changes nothing");
    Ok(patched)
}

/// The agent is not Ready, and sooner or later the report says why.
fn expect_not_ready(agent: &Agent<'_>, why: &[&str]) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    loop {
        let report =
            agent.namespace.ready_within("statefulset/agent", Duration::from_secs(2)).err();
        let said = expect_report(&report.context("it is Ready")?, why);
        if said.is_ok() || Instant::now() > end {
            return said;
        }
    }
}

/// The report on a command of the agent that fails.
fn command_fails(agent: &Agent<'_>, arguments: &[&str]) -> Result<Error> {
    let error = agent.hermes(arguments).err().context("the command succeeds")?;
    Ok(agent.namespace.report("statefulset/agent", &format!("{error:#}")))
}

fn expect_report(report: &Error, parts: &[&str]) -> Result<()> {
    let report = report.to_string();
    for part in parts {
        ensure!(report.contains(part), "no `{part}` in this report:\n{report}");
    }
    Ok(())
}
