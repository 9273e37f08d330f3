//! What our network policies mean: an evaluator of its own says of each connection in a table whether it is allowed.
//!
//! The table is `network/connections`; each of its specs is an instance beside it, and its peers are in `network/peers.yaml`.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::lab::{Lab, Test, agent::instance::render, namespace::documents, sources};

pub(crate) const TESTS: &[Test] =
    &[("network::policies_allow_what_the_table_says", policies_allow_what_the_table_says)];

/// Where the agent of every spec is.
const NAMESPACE: &str = "agents";

fn policies_allow_what_the_table_says(lab: &Lab) -> Result<()> {
    let directory = sources().join("network");
    let text = fs::read_to_string(directory.join("peers.yaml"))?;
    let peers = Value::deserialize(yaml_serde::Deserializer::from_str(&text))?;
    let table = fs::read_to_string(directory.join("connections"))?;
    let mut rows = BTreeMap::<&str, Vec<Row<'_>>>::new();
    for line in table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let row = Row::parse(line)?;
        rows.entry(row.spec).or_default().push(row);
    }
    ensure!(rows.values().map(Vec::len).sum::<usize>() >= 60, "the table is too short");

    let mut wrong = Vec::new();
    for (spec, rows) in &rows {
        let instance = fs::read_to_string(directory.join(format!("{spec}.yaml")))?;
        let objects = documents(&render(&instance, NAMESPACE)?)?;
        let verdicts = evaluate(lab, &question(&objects, rows, &peers)?)?;
        ensure!(verdicts.len() == rows.len(), "{} verdicts on {} rows", verdicts.len(), rows.len());
        let different = rows.iter().zip(verdicts).filter(|(row, allowed)| row.allowed != *allowed);
        wrong.extend(different.map(|(row, _)| row.line));
    }
    ensure!(wrong.is_empty(), "the evaluator says the opposite of:\n{}", wrong.join("\n"));
    Ok(())
}

/// A line of the table.
struct Row<'a> {
    line: &'a str,
    spec: &'a str,
    from: &'a str,
    to: &'a str,
    port: u16,
    protocol: &'a str,
    allowed: bool,
}

impl<'a> Row<'a> {
    fn parse(line: &'a str) -> Result<Self> {
        let columns: Vec<_> = line.split_whitespace().collect();
        let [spec, from, to, port, allowed] = columns[..] else { bail!("not a row: {line}") };
        let (port, protocol) = port.split_once('/').with_context(|| format!("no port: {line}"))?;
        let allowed = match allowed {
            "yes" => true,
            "no" => false,
            _ => bail!("neither yes nor no: {line}"),
        };
        Ok(Self { line, spec, from, to, port: port.parse()?, protocol, allowed })
    }
}

/// What the evaluator is asked. The labels of the agent and of its companions, and the names of the agent's ports, are those of
/// their rendered Pods.
fn question(objects: &[Value], rows: &[Row<'_>], peers: &Value) -> Result<Value> {
    let policies: Vec<_> = of_kind(objects, "NetworkPolicy").collect();
    let set = of_kind(objects, "StatefulSet").next().context("no StatefulSet is rendered")?;
    let pod = &set["spec"]["template"];
    let labels = json!({"kubernetes.io/metadata.name": NAMESPACE});
    let agent = json!({
        "address": "10.1.0.1", "namespace": NAMESPACE, "namespaceLabels": labels,
        "labels": pod["metadata"]["labels"],
    });
    let peer = |name: &str| match peers.get(name) {
        _ if name == "agent" => Ok(agent.clone()),
        Some(peer) => Ok(peer.clone()),
        None => {
            let is_named = |object: &&Value| object["metadata"]["name"] == format!("agent-{name}");
            let workload = objects
                .iter()
                .filter(is_named)
                .find(|object| !object["spec"]["template"].is_null());
            let workload = workload.with_context(|| format!("no peer {name}"))?;
            let mut companion = agent.clone();
            companion["address"] = "10.1.0.3".into();
            companion["labels"] = workload["spec"]["template"]["metadata"]["labels"].clone();
            anyhow::Ok(companion)
        }
    };
    let connections = rows.iter().map(|row| {
        let ports = pod["spec"]["containers"][0]["ports"].as_array().into_iter().flatten();
        let mut named = ports.filter(|port| row.to == "agent" && port["containerPort"] == row.port);
        let name = named.next().map_or(json!(""), |port| port["name"].clone());
        anyhow::Ok(json!({
            "from": peer(row.from)?, "to": peer(row.to)?,
            "port": row.port, "portName": name, "protocol": row.protocol,
        }))
    });
    Ok(json!({"policies": policies, "connections": connections.collect::<Result<Vec<_>>>()?}))
}

fn of_kind<'a>(objects: &'a [Value], kind: &'a str) -> impl Iterator<Item = &'a Value> {
    objects.iter().filter(move |object| object["kind"] == kind)
}

fn evaluate(lab: &Lab, question: &Value) -> Result<Vec<bool>> {
    let mut child = Command::new(lab.parts.join("policies/bin/policies"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut stdin = child.stdin.take().context("the standard input was asked for")?;
    stdin.write_all(question.to_string().as_bytes())?;
    drop(stdin);
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}
