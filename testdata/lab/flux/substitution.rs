//! Prompts and scripts are full of `$`: what a Kustomization that substitutes makes of them.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::lab::{
    Lab, Test,
    agent::instance::{Agent, render},
    flux::{kustomization::Kustomization, source::Way},
    namespace::{Namespace, documents},
    resting::suspended,
};

pub(crate) const TESTS: &[Test] = &[
    ("flux::controller::escaped_prompts_arrive_in_the_agent", escaped_prompts_arrive_in_the_agent),
    ("flux::controller::an_object_that_opts_out_arrives_as_it_is", an_object_that_opts_out_arrives),
    (
        "flux::controller::an_unknown_variable_stops_everything",
        an_unknown_variable_stops_everything,
    ),
];

/// Everything that substitution would change, and what it would refuse; no line has the variable that is meant.
const PROMPT: &str = r#"It costs $5, $$5, or a$$b$$$$c.
${name} ${missing} ${name:-x} ${missing:=y} ${name-x} ${s//v} ${#name} ${name:1:2}
$${name} $$$${name} \${name} ${not closed $(date) "$@" ${file%.*} '${name}' ${}
"#;

/// The variables of every Kustomization here.
fn substitute(kustomization: &mut Value) {
    kustomization["spec"]["postBuild"] =
        json!({"substitute": {"name": "substituted", "who": "Ada"}});
}

/// One variable is meant, and the agent reads its value.
fn escaped_prompts_arrive_in_the_agent(lab: &Lab) -> Result<()> {
    let mut agent = Agent::prepare(lab, "flux-escape")?;
    agent.instance["spec"]["soul"] = format!("{PROMPT}I work for ${{who}}.\n").into();
    agent.instance["spec"]["workspace"] =
        json!({"initialFiles": [{"path": "run.sh", "content": PROMPT}]});
    let text = agent.instance.to_string();
    let files = [("agents/agent.json", &*text)];
    let mut kustomization =
        Kustomization::create(lab, &agent.namespace, Way::Artifact, &files, substitute)?;
    kustomization.publish(&["--flux=escape", "--flux-variable=who"])?;
    kustomization.wait_ready()?;
    assert_eq!(agent.shell("cat /opt/data/SOUL.md")?, format!("{PROMPT}I work for Ada.\n"));
    assert_eq!(agent.shell("cat /opt/data/run.sh")?, PROMPT);
    Ok(())
}

/// Nothing is substituted in an object that opts out, and everything in one that does not need to.
fn an_object_that_opts_out_arrives(lab: &Lab) -> Result<()> {
    let mut agent = Agent::prepare(lab, "flux-opt-out")?;
    agent.instance["spec"]["soul"] = format!("{PROMPT}I work for ${{who}}.\n").into();
    let text = suspended(&agent.instance, "agent");
    let files = [("agents/agent.json", &*text)];
    let mut kustomization =
        Kustomization::create(lab, &agent.namespace, Way::Artifact, &files, substitute)?;
    kustomization.publish(&["--flux"])?;
    kustomization.wait_ready()?;
    let rendered = documents(&render(&text, &agent.namespace.name)?)?;
    let maps: Vec<&Value> =
        rendered.iter().filter(|object| object["kind"] == "ConfigMap").collect();
    ensure!(maps.iter().any(|map| map.to_string().contains("I work for ${who}")), "no prompt");
    for map in maps {
        assert_eq!(live(&agent.namespace, map)?["data"], map["data"]);
    }
    Ok(())
}

/// Without `--flux` nothing is applied at all: Flux names the variable, and so did `petasos flux lint`.
fn an_unknown_variable_stops_everything(lab: &Lab) -> Result<()> {
    let mut agent = Agent::prepare(lab, "flux-strict")?;
    agent.instance["spec"]["soul"] = "I ask ${nobody_in_particular}.".into();
    let text = suspended(&agent.instance, "agent");
    let files = [("agents/agent.json", &*text)];
    let mut kustomization =
        Kustomization::create(lab, &agent.namespace, Way::Artifact, &files, substitute)?;
    kustomization.publish(&[])?;
    let said = kustomization.wait_failed()?;
    ensure!(said.contains("nobody_in_particular"), "{said}");
    let there = agent.namespace.kubectl(&["get", "statefulsets,services,pvc", "--output=name"])?;
    assert_eq!(there, "");

    kustomization.publish(&["--flux"])?;
    kustomization.wait_ready()?;
    Ok(())
}

fn live(namespace: &Namespace<'_>, object: &Value) -> Result<Value> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    namespace.get(
        &text(&object["apiVersion"]),
        &text(&object["kind"]),
        &text(&object["metadata"]["name"]),
    )
}
