//! What the agent may change about itself, and the fields that are left free for that.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    diagnostic::catalogue::change::{SEAM, SELF_CONFIGURATION},
    diff::Happened,
    field,
    risk::{Risk, Sides, listed, pod},
};

/// How the objects are called that the controller writes.
const SUFFIX: &str = "-selfconfig";

pub(super) fn find(sides: &Sides<'_>, risks: &mut Vec<Risk>) {
    if sides.is("hermes.agent", &["HermesInstance"]) {
        policy(sides, risks);
    }
    seam(sides, risks);
}

/// What an instance allows its agent.
fn policy(sides: &Sides<'_>, risks: &mut Vec<Risk>) {
    fn of(object: &Value) -> &Value {
        &object["spec"]["selfConfigure"]
    }
    let (before, after) = (of(sides.old), of(sides.new));
    let is_on = |policy: &Value| policy.get("enabled").and_then(Value::as_bool) == Some(true);
    if !is_on(after) {
        return;
    }
    let mut found = Vec::new();
    if !is_on(before) {
        found.push("the agent may change itself".to_owned());
    }
    let (actions, more) = (names(before, "allowedActions"), names(after, "allowedActions"));
    found.extend(more.difference(&actions).map(|action| format!("it may change its {action}")));
    if is_on(before) {
        let (keys, left) = (names(before, "protectedKeys"), names(after, "protectedKeys"));
        found.extend(keys.difference(&left).map(|key| format!("{key} is no longer protected")));
    }
    if !found.is_empty() {
        risks.push(Risk::new(&SELF_CONFIGURATION, listed(&found)).at("spec.selfConfigure"));
    }
}

fn names<'v>(policy: &'v Value, key: &str) -> BTreeSet<&'v str> {
    field::list(policy, key).iter().filter_map(Value::as_str).collect()
}

/// The reference that is left free for the controller, and objects that would take its place.
fn seam(sides: &Sides<'_>, risks: &mut Vec<Risk>) {
    if sides.is("", &["ConfigMap", "Secret"])
        && sides.change.identity.name.ends_with(SUFFIX)
        && sides.happened() != Happened::Removed
    {
        let message = "the controller writes this object; two would write it in turn";
        risks.push(Risk::new(&SEAM, message));
        return;
    }
    let (before, after) = (seams(sides, sides.old), seams(sides, sides.new));
    if before == after {
        return;
    }
    let message = match (before.is_empty(), after.is_empty()) {
        (true, false) => "the Pod reads what the agent changes about itself",
        (false, true) => "the Pod no longer reads what the agent has changed about itself",
        _ => "what the agent changes about itself is read from another place",
    };
    risks.push(Risk::new(&SELF_CONFIGURATION, message));
}

fn seams<'v>(sides: &Sides<'_>, object: &'v Value) -> BTreeSet<&'v str> {
    pod::containers(pod::spec(sides.group, sides.kind, object))
        .flat_map(|container| field::list(container, "envFrom"))
        .filter_map(|source| source.pointer("/configMapRef/name")?.as_str())
        .filter(|name| name.ends_with(SUFFIX))
        .collect()
}
