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

/// Whether the agent would talk to somebody whom no list has, or give a code for pairing.
const STRANGER: &str = "
from gateway.config import Platform, load_gateway_config
from gateway.pairing import PairingStore
from gateway.run import GatewayRunner
from gateway.session import SessionSource
agent = GatewayRunner.__new__(GatewayRunner)
agent.config, agent.adapters, agent.pairing_store = load_gateway_config(), {}, PairingStore()
for name in ('DISCORD', 'SLACK', 'SMS', 'TELEGRAM', 'WHATSAPP_CLOUD'):
    source = SessionSource(platform=Platform[name], chat_id='1', chat_type='dm', user_id='1')
    print(name, agent._is_user_authorized(source), agent._get_unauthorized_dm_behavior(Platform[name]))
";

/// Lines of the volume's `.env`: another token, another user, and everybody in every way that there is.
const CONTRADICTION: &str = "TELEGRAM_BOT_TOKEN=old
TELEGRAM_ALLOWED_USERS=*
EMAIL_ALLOWED_USERS=*
GATEWAY_ALLOW_ALL_USERS=true
export GATEWAY_ALLOWED_USERS=*
TELEGRAM_ALLOW_ALL_USERS=true
TELEGRAM_GROUP_ALLOWED_CHATS=*
DISCORD_ALLOW_ALL_USERS=yes
DISCORD_ALLOW_BOTS=all
SLACK_ALLOWED_USERS=*
SMS_ALLOWED_USERS=*
WHATSAPP_CLOUD_ALLOW_ALL_USERS=1
WHATSAPP_CLOUD_ALLOWED_USERS=*
MINE=1";

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
    agent.instance["spec"]["initContainers"] = json!([{
        "name": "contradict", "image": "nousresearch/hermes-agent:v2026.7.20",
        "command": ["sh", "-euc", format!("printf '%s\\n' '{CONTRADICTION}' > /opt/data/.env")],
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
    let strangers = "DISCORD False ignore\nSLACK False pair\nSMS False pair\n\
         TELEGRAM False ignore\nWHATSAPP_CLOUD False pair\n";
    let ask = ["/opt/hermes/.venv/bin/python", "-c", STRANGER];
    assert_eq!(agent.namespace.exec("pod/agent-0", &ask)?, strangers);
    // The agent reads its file again before each job.
    agent.shell(
        "printf 'GATEWAY_ALLOW_ALL_USERS=true\nSMS_ALLOW_ALL_USERS=true\n' >> /opt/data/.env",
    )?;
    assert_eq!(agent.namespace.exec("pod/agent-0", &ask)?, strangers);
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
