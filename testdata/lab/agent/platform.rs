//! The example `platform-engineer`, in the real agent, with an image of the lab's in place of the derived one.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::lab::{
    Lab, Test,
    access::expect_rights,
    agent::instance::render,
    golden::root,
    namespace::{Apply, Namespace},
};

pub(crate) const TESTS: &[Test] = &[(
    "agent::platform::the_platform_engineer_has_its_rights_and_jobs",
    the_platform_engineer_has_its_rights_and_jobs,
)];

/// The jobs that the example declares.
const JOBS: [&str; 7] = [
    "certificate-expiry",
    "cluster-health",
    "daily-report",
    "gitops-sync",
    "node-resources",
    "restart-loops",
    "volume-pressure",
];

const NAME: &str = "platform-engineer";

fn the_platform_engineer_has_its_rights_and_jobs(lab: &Lab) -> Result<()> {
    let namespace = lab.node()?.namespace(NAME)?;
    secrets(&namespace)?;
    let mut instance = instance(&namespace)?;
    namespace.apply(&render(&instance.to_string(), &namespace.name)?, Apply::default())?;
    namespace.wait_ready(&format!("statefulset/{NAME}"))?;

    for (key, value) in [
        ("model.base_url", "http://litellm.litellm.svc:4000/v1"),
        ("terminal.cwd", "/opt/data/workspace"),
        ("sessions.retention_days", "90"),
        ("sessions.auto_prune", "true"),
        ("dashboard.public_url", "https://platform-engineer.example.com"),
    ] {
        let command = ["/opt/hermes/.venv/bin/hermes", "config", "get", key];
        let said = namespace.exec(&format!("statefulset/{NAME}"), &command)?;
        ensure!(said.trim().eq_ignore_ascii_case(value), "{key}: {said}");
    }
    guardrails_are_on(&namespace)?;
    let soul = namespace.exec(&format!("statefulset/{NAME}"), &["cat", "/opt/data/SOUL.md"])?;
    ensure!(soul.starts_with("# Platform engineer"), "{soul}");
    expect_rights(&namespace, NAME, NAME)?;
    jobs_come_and_go(&namespace, &mut instance)
}

/// What the agent makes of its configuration, by its own reader: `config get` prints any key.
const GUARDRAILS: &str = r#"
from agent.tool_guardrails import ToolCallGuardrailConfig
from hermes_cli.config import load_config
config = ToolCallGuardrailConfig.from_mapping(load_config()["tool_loop_guardrails"])
print(config.warnings_enabled, config.hard_stop_enabled, config.exact_failure_block_after, config.same_tool_failure_halt_after)
"#;

fn guardrails_are_on(namespace: &Namespace<'_>) -> Result<()> {
    let command = ["/opt/hermes/.venv/bin/python", "-c", GUARDRAILS];
    let said = namespace.exec(&format!("statefulset/{NAME}"), &command)?;
    ensure!(said.trim() == "True True 3 8", "{said}");
    Ok(())
}

/// A second start adds none, a user's stays, and one that is no longer declared goes alone.
fn jobs_come_and_go(namespace: &Namespace<'_>, instance: &mut Value) -> Result<()> {
    let hermes = "/opt/hermes/.venv/bin/hermes";
    let pod = format!("pod/{NAME}-0");
    assert_eq!(jobs(namespace)?, JOBS);
    let listed = namespace.exec_in(&pod, "hermes", &[hermes, "cron", "list"])?;
    for name in JOBS {
        ensure!(listed.contains(name), "{listed}");
    }
    let create = [hermes, "cron", "create", "0 3 * * *", "hello", "--name", "of-a-user"];
    namespace.exec_in(&pod, "hermes", &create)?;
    namespace.replace_pod(&format!("{NAME}-0"))?;
    let mut expected = [&JOBS[..], &["of-a-user"]].concat();
    expected.sort_unstable();
    assert_eq!(jobs(namespace)?, expected);

    let declared = instance["spec"]["cron"].as_array_mut().context("no jobs are declared")?;
    declared.retain(|job| job["name"] != "gitops-sync");
    namespace.apply(&render(&instance.to_string(), &namespace.name)?, Apply::default())?;
    namespace.wait_ready(&format!("statefulset/{NAME}"))?;
    expected.retain(|name| *name != "gitops-sync");
    assert_eq!(jobs(namespace)?, expected);
    Ok(())
}

/// The names of the agent's jobs, as its own file has them.
fn jobs(namespace: &Namespace<'_>) -> Result<Vec<String>> {
    let file =
        namespace.exec(&format!("statefulset/{NAME}"), &["cat", "/opt/data/cron/jobs.json"])?;
    let file: Value = serde_json::from_str(&file)?;
    let jobs = file["jobs"].as_array().context("no jobs")?;
    let mut names: Vec<_> =
        jobs.iter().map(|job| job["name"].as_str().unwrap_or_default().to_owned()).collect();
    names.sort();
    Ok(names)
}

/// The instance of the example, for a lab that has one image and one architecture, and in a namespace of its own.
fn instance(namespace: &Namespace<'_>) -> Result<Value> {
    let text = fs::read_to_string(directory().join("instance.yaml"))?;
    let mut instance = Value::deserialize(yaml_serde::Deserializer::from_str(&text))?;
    instance["metadata"]["namespace"] = namespace.name.as_str().into();
    instance["spec"]["image"] = json!({"tag": "v2026.7.20"});
    let scheduling = instance["spec"]["scheduling"].as_object_mut().context("no scheduling")?;
    ensure!(scheduling.shift_remove("nodeSelector").is_some(), "the example selects no nodes");
    Ok(instance)
}

/// What the README of the example has people make.
fn secrets(namespace: &Namespace<'_>) -> Result<()> {
    let digest =
        "scrypt$16384$8$1$MDEyMzQ1Njc4OWFiY2RlZg==$BFpo5ZhKmS9BfX50vuM1CkyW/Whpj5NtlLdoF0UBRzI=";
    for (name, data) in [
        (
            NAME,
            json!({
                "API_SERVER_KEY": "a-key-of-the-lab-0001", "LITELLM_API_KEY": "none",
                "DISCORD_BOT_TOKEN": "no-token-of-discord",
            }),
        ),
        (
            "platform-engineer-dashboard",
            json!({"password-hash": digest, "session": "0123456789abcdef0123456789abcdef"}),
        ),
    ] {
        let secret = json!({
            "apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "stringData": data,
        });
        namespace.apply_one(&secret, Apply::default())?.object()?;
    }
    Ok(())
}

fn directory() -> PathBuf {
    root().join(Path::new("examples").join(NAME))
}
