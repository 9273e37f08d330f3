//! The agent's web page, in its own container, behind its login.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::lab::{
    Lab, Test,
    agent::instance::Agent,
    namespace::{Apply, soon},
    sources,
};

pub(crate) const TESTS: &[Test] = &[
    ("agent::dashboard::it_answers_who_is_logged_in", it_answers_who_is_logged_in),
    ("agent::dashboard::a_conversation_has_the_models_key", a_conversation_has_the_models_key),
    ("agent::dashboard::without_a_login_it_does_not_start", without_a_login_it_does_not_start),
];

const PASSWORD: &str = "a-password-of-the-lab";

fn it_answers_who_is_logged_in(lab: &Lab) -> Result<()> {
    let agent = with_dashboard(lab, "dashboard")?;
    agent.start_here()?;

    soon(|| {
        let status = ask(&agent, "/api/status", "")?;
        ensure!(status["status"] == 200, "{status}");
        ensure!(status["body"]["gateway_running"] == true, "{status}");
        Ok(())
    })?;
    assert_eq!(ask(&agent, "/api/config", "")?["status"], 401);
    assert_eq!(ask(&agent, "/api/sessions", "")?["status"], 401);
    assert_eq!(ask(&agent, "/api/config", "wrong")?["login"], 401);

    let config = ask(&agent, "/api/config", PASSWORD)?;
    assert_eq!(config["login"], 200, "{config}");
    assert_eq!(config["status"], 200, "{config}");
    assert_eq!(config["body"]["dashboard"]["public_url"], "https://agent.example.com");
    assert_eq!(agent.hermes(&["config", "get", "dashboard.trusted_proxies"])?, "- 10.42.0.0/16");
    let variables = agent.shell("printenv")?;
    ensure!(!variables.contains("HERMES_DASHBOARD_BASIC_AUTH"), "the agent has the password");
    assert_eq!(agent.seen_from("hermes", "HERMES_DASHBOARD_BASIC_AUTH_PASSWORD")?, "");
    assert_eq!(agent.seen_from("dashboard", "API_SERVER_PORT")?, "");
    // The dashboard sees no process of the agent, and takes its files for those of one that is gone.
    let gateway = agent.hermes(&["gateway", "status"])?;
    let line = gateway
        .lines()
        .find(|line| line.contains("Gateway is running"))
        .context(gateway.clone())?;
    ensure!(!line.contains(','), "one process is the gateway: {line}");

    agent.replace_pod()?;
    assert_eq!(ask(&agent, "/api/config", PASSWORD)?["status"], 200, "after a new start");
    Ok(())
}

/// The key is named by `model.keySecretRef` alone. What is run where the dashboard runs has it too.
fn a_conversation_has_the_models_key(lab: &Lab) -> Result<()> {
    let mut agent = with_dashboard(lab, "talk")?;
    let models = std::fs::read_to_string(sources().join("agent/models.yaml"))?;
    agent.namespace.apply(&models, Apply::default())?;
    agent.instance["spec"]["model"] = json!({
        "provider": "custom:litellm", "name": "tiny", "baseURL": "http://models:4000/v1",
        "keySecretRef": {"name": "models", "key": "key"},
    });
    agent.apply()?;
    let command = ["exec", "pod/agent-0", "--container=dashboard", "--"];
    let chat = ["/opt/hermes/.venv/bin/hermes", "--oneshot", "ping"];
    let said = agent.namespace.kubectl(&[&command[..], &chat[..]].concat())?;
    ensure!(said.contains("tiny heard ping with Bearer the-key-of-the-models"), "{said}");
    Ok(())
}

/// What the rule P3721 says, by the agent itself.
fn without_a_login_it_does_not_start(lab: &Lab) -> Result<()> {
    let agent = Agent::start(lab, "no-login")?;
    let hermes = "/opt/hermes/.venv/bin/hermes";
    let arguments = [hermes, "dashboard", "--host", "0.0.0.0", "--port", "9119", "--no-open"];
    let refused = agent.namespace.exec("pod/agent-0", &arguments).err();
    let refused = format!("{refused:?}");
    assert!(refused.contains("Refusing to bind dashboard to 0.0.0.0"), "{refused}");
    Ok(())
}

fn with_dashboard<'a>(lab: &'a Lab, name: &str) -> Result<Agent<'a>> {
    let mut agent = Agent::prepare(lab, name)?;
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "agent-dashboard"},
        "stringData": {"password": PASSWORD, "session": "0123456789abcdef0123456789abcdef"},
    });
    agent.namespace.apply_one(&secret, Apply::default())?.object()?;
    agent.instance["spec"]["dashboard"] = json!({
        "enabled": true, "publicURL": "https://agent.example.com",
        "trustedProxies": ["10.42.0.0/16"],
        "basicAuth": {
            "username": "admin",
            "passwordSecretRef": {"name": "agent-dashboard", "key": "password"},
            "sessionSecretRef": {"name": "agent-dashboard", "key": "session"},
        },
    });
    Ok(agent)
}

/// What the dashboard answers through its Service: the status of the login, if a password is given, and then status and body.
fn ask(agent: &Agent<'_>, path: &str, password: &str) -> Result<Value> {
    let url = format!("http://agent-dashboard.{}.svc.cluster.local:9119", agent.namespace.name);
    let program = std::fs::read_to_string(sources().join("agent/log-in.py"))?;
    let command = ["python3", "-c", &program, &url, path, password];
    let answer = agent.namespace.exec_soon("pod/caller", &command)?;
    serde_json::from_str(&answer).with_context(|| answer)
}
