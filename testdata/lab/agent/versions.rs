//! The versions of the agent that the lab has: the oldest that `PyPI` has, and the newest.

use anyhow::{Result, ensure};
use petasos::agent::{Told, agent_version};
use serde_json::{Value, json};

use crate::lab::{Lab, Test, agent::instance::Agent};

pub(crate) const TESTS: &[Test] = &[
    ("agent::versions::the_oldest_starts_and_is_as_the_table_says", |lab| starts(lab, "v2026.5.7")),
    ("agent::versions::the_newest_starts_and_is_as_the_table_says", |lab| {
        starts(lab, "v2026.7.20")
    }),
];

/// What an agent says of itself.
const SELF: &str = "
import importlib.util, json, subprocess, sys
from hermes_cli.config import DEFAULT_CONFIG, load_config
options = subprocess.run([sys.argv[1], 'gateway', 'run', '--help'], capture_output=True, text=True).stdout
print(json.dumps({
    'configVersion': DEFAULT_CONFIG['_config_version'],
    'managedScope': importlib.util.find_spec('hermes_cli.managed_scope') is not None,
    'metrics': 'gateway_health_export' in json.dumps(DEFAULT_CONFIG),
    'noSupervise': '--no-supervise' in options,
    'address': load_config()['model']['base_url'],
}))
";

/// Our manifests start it, it has the configuration that it was given, and what the table says of it is so.
fn starts(lab: &Lab, tag: &str) -> Result<()> {
    let mut agent = Agent::prepare(lab, &tag.replace('.', "-"))?;
    agent.instance["spec"]["image"]["tag"] = tag.into();
    agent.instance["spec"]["cron"] = json!([{"name": "health", "schedule": "*/15 * * * *", "prompt": "Look.", "deliver": "local"}]);
    agent.start_here()?;

    let (python, hermes) = ("/opt/hermes/.venv/bin/python", "/opt/hermes/.venv/bin/hermes");
    let said = agent.namespace.exec("pod/agent-0", &[python, "-c", SELF, hermes])?;
    let said: Value = serde_json::from_str(said.trim())?;
    let known = agent_version(&json!({ "tag": tag }));
    ensure!(known.told == Told::Known, "{known:?}");
    assert_eq!(
        said,
        json!({
            "configVersion": known.release.config_version,
            "managedScope": known.release.managed_scope,
            "metrics": known.release.metrics,
            "noSupervise": known.release.no_supervise,
            "address": "http://models.example/v1",
        })
    );
    let jobs = agent.ask("/api/jobs", "")?;
    assert_eq!(jobs["jobs"][0]["name"], "health", "{jobs}");

    agent.instance["spec"]["model"]["baseURL"] = "http://models.example/v2".into();
    agent.apply()?;
    let said = agent.namespace.exec("pod/agent-0", &[python, "-c", SELF, hermes])?;
    ensure!(said.contains("http://models.example/v2"), "{said}");
    Ok(())
}
