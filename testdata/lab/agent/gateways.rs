//! Chat platforms are on, as the agent itself reports them. None of their services is here.

use std::{collections::BTreeSet, fs};

use anyhow::{Result, ensure};
use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::lab::{
    Lab, Test,
    agent::instance::Agent,
    namespace::{Apply, soon},
    sources,
};

pub(crate) const TESTS: &[Test] =
    &[("agent::gateways::every_platform_is_on", every_platform_is_on)];

/// What the agent makes of its environment and both of its `.env` files, as it does when it starts.
const LOADED: &str = "
import os
from hermes_cli.env_loader import load_hermes_dotenv
load_hermes_dotenv()
for name in ('TELEGRAM_BOT_TOKEN', 'TELEGRAM_ALLOWED_USERS', 'EMAIL_ALLOWED_USERS', 'MINE'):
    print(name, os.environ.get(name))
";

/// The volume's `.env` has another token, and lets in another user.
fn every_platform_is_on(lab: &Lab) -> Result<()> {
    let mut agent = Agent::prepare(lab, "gateways")?;
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "platforms"},
        "stringData": {
            "discord": "discord-1", "mail": "mail-1", "home": "home-1",
            "mattermost": "mattermost-1", "number": "+15550000001", "slack": "xoxb-1", "slack-app": "xapp-1",
            "twilio": "twilio-1", "telegram": "7:telegram-1", "webhook": "webhook-1", "whatsapp": "whatsapp-1",
        },
    });
    agent.namespace.apply_one(&secret, Apply::default())?.object()?;
    let caller = fs::read_to_string(sources().join("agent/caller.yaml"))?;
    agent.namespace.apply(&caller, Apply::default())?;
    let gateways = fs::read_to_string(sources().join("agent/gateways.yaml"))?;
    agent.instance["spec"]["gateways"] =
        Value::deserialize(yaml_serde::Deserializer::from_str(&gateways))?;
    let lines = "TELEGRAM_BOT_TOKEN=old\nTELEGRAM_ALLOWED_USERS=*\nEMAIL_ALLOWED_USERS=*\nMINE=1";
    agent.instance["spec"]["initContainers"] = json!([{
        "name": "contradict", "image": "nousresearch/hermes-agent:v2026.7.20",
        "command": ["sh", "-euc", format!("printf '%s\\n' '{lines}' > /opt/data/.env")],
        "volumeMounts": [{"name": "data", "mountPath": "/opt/data"}],
    }]);
    agent.apply()?;

    let expected = BTreeSet::from([
        "api_server",
        "discord",
        "email",
        "homeassistant",
        "mattermost",
        "signal",
        "slack",
        "sms",
        "telegram",
        "webhook",
        "whatsapp_cloud",
    ]);
    // The agent is Ready before its platforms are, and tries those again that do not answer yet.
    soon(|| {
        let health = agent.ask("/health/detailed", "")?;
        let platforms = health["platforms"].as_object().cloned().unwrap_or_default();
        let names: BTreeSet<&str> = platforms.keys().map(String::as_str).collect();
        ensure!(names == expected, "{health}");
        for listening in ["signal", "sms", "webhook", "whatsapp_cloud"] {
            ensure!(platforms[listening]["state"] == "connected", "{health}");
        }
        Ok(())
    })?;

    let loaded =
        agent.namespace.exec("pod/agent-0", &["/opt/hermes/.venv/bin/python", "-c", LOADED])?;
    assert_eq!(
        loaded,
        "TELEGRAM_BOT_TOKEN 7:telegram-1\nTELEGRAM_ALLOWED_USERS 100000001\n\
         EMAIL_ALLOWED_USERS o'brien@example.com\nMINE 1\n"
    );
    let arguments = ["cat", "/var/lib/signal-cli/arguments"];
    let started = agent.namespace.exec_in("pod/agent-0", "signal-cli", &arguments)?;
    assert_eq!(started, "daemon --http=127.0.0.1:8085");
    listens(&agent, 8080, "/health")?;
    listens(&agent, 8644, "/health")?;
    listens(&agent, 8090, "/health")
}

/// A platform answers through the Service.
fn listens(agent: &Agent<'_>, port: u16, path: &str) -> Result<()> {
    let url = format!("http://agent.{}.svc.cluster.local:{port}{path}", agent.namespace.name);
    let program = fs::read_to_string(sources().join("agent/call.py"))?;
    let answer = agent.namespace.exec_soon("pod/caller", &["python3", "-c", &program, &url])?;
    assert!(answer.starts_with("200 "), "{url}: {answer}");
    Ok(())
}
