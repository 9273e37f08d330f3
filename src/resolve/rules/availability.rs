//! One replica: no autoscaler, a disruption budget that lets nodes drain, and spread constraints that are valid.

use serde_json::Value;

use crate::{
    diagnostic::{
        Diagnostic,
        catalogue::rules::{
            AUTOSCALER_BOUNDS, BLOCKS_DRAIN, DISRUPTION_BUDGET, DISRUPTION_VALUE, NO_EFFECT,
            SECOND_REPLICA, SPREAD,
        },
    },
    field::text,
    resolve::{Instance, rules::at},
};

const AUTOSCALER: &str = "spec.availability.horizontalPodAutoscaler";

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    if instance.get("spec.availability").is_none() {
        return;
    }
    autoscaler(instance, found);
    disruption_budget(instance, found);
    spread(instance, found);
}

fn autoscaler(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let Some(autoscaler) = instance.get(AUTOSCALER) else { return };
    let number = |key: &str, unset: i64| autoscaler.get(key).map_or(Some(unset), Value::as_i64);
    // Unset, they are 1 and 5, as in the CRD of hermes-operator.
    let (minimum, maximum) = (number("minReplicas", 1), number("maxReplicas", 5));
    if let (Some(minimum), Some(maximum)) = (minimum, maximum)
        && minimum > maximum
    {
        let message = format!("the autoscaler's minimum {minimum} exceeds its maximum {maximum}");
        found.push(
            instance
                .problem(&AUTOSCALER_BOUNDS, &at(AUTOSCALER).key("minReplicas"), message)
                .help("an agent has one replica; leave the autoscaler out"),
        );
    } else if autoscaler.get("enabled").and_then(Value::as_bool) == Some(true) {
        replicas(instance, found, autoscaler, [minimum, maximum]);
    }
}

/// An autoscaler that is on, with its minimum and its maximum. Whatever makes a second replica is refused; the rest of an
/// autoscaler that keeps to one replica decides nothing.
fn replicas(
    instance: &Instance,
    found: &mut Vec<Diagnostic>,
    autoscaler: &Value,
    limits: [Option<i64>; 2],
) {
    let is_more = |limit: Option<i64>| limit.is_some_and(|limit| limit > 1);
    let [minimum, maximum] = limits;
    for (key, limit) in [("minReplicas", minimum), ("maxReplicas", maximum)] {
        if !is_more(limit) {
            continue;
        }
        let (path, message) = match autoscaler.get(key) {
            Some(_) => (at(AUTOSCALER).key(key), format!("`{key}` asks for a second replica")),
            None => (at(AUTOSCALER).key("enabled"), "without `maxReplicas` it may be 5".to_owned()),
        };
        let message = format!(
            "{message}: two agents on one volume corrupt its databases, and two with one bot token disconnect each other"
        );
        let problem = instance.problem(&SECOND_REPLICA, &path, message);
        found.push(problem.help("leave the autoscaler out; for more agents, make more instances, each with its own volume and tokens"));
    }
    if is_more(minimum) || is_more(maximum) {
        return;
    }
    for key in ["enabled", "targetCPUUtilization", "targetMemoryUtilization", "behavior"] {
        if autoscaler.get(key).is_some() {
            let message = format!(
                "`{key}` of the autoscaler has no effect: an agent has one replica, so none is rendered"
            );
            let problem = instance.problem(&NO_EFFECT, &at(AUTOSCALER).key(key), message);
            found.push(problem.help("leave it out, and give the agent more by `resources`"));
        }
    }
}

fn disruption_budget(instance: &Instance, found: &mut Vec<Diagnostic>) {
    const FIELD: &str = "spec.availability.podDisruptionBudget";
    let Some(budget) = instance.get(FIELD) else { return };
    let (minimum, maximum) = (budget.get("minAvailable"), budget.get("maxUnavailable"));
    if minimum.is_some() && maximum.is_some() {
        let message = "the disruption budget sets both `minAvailable` and `maxUnavailable`";
        found.push(
            instance
                .problem(&DISRUPTION_BUDGET, &at(FIELD).key("minAvailable"), message)
                .help("keep `maxUnavailable: 1`"),
        );
        return;
    }
    let blocks = |key: &str, limit: u64| (key == "minAvailable") == (limit > 0);
    for (key, value) in [("minAvailable", minimum), ("maxUnavailable", maximum)] {
        let Some(value) = value else { continue };
        let path = at(FIELD).key(key);
        match limit(value) {
            None => {
                let message = format!("`{value}` is neither a number of Pods nor a percentage");
                let problem = instance.problem(&DISRUPTION_VALUE, &path, message);
                found.push(problem.help("write `1` or `50%`"));
            }
            Some(limit) if blocks(key, limit) => {
                let message = "with one Pod this refuses every eviction";
                let problem = instance.problem(&BLOCKS_DRAIN, &path, message);
                found.push(problem.help("use `maxUnavailable: 1`"));
            }
            Some(_) => {}
        }
    }
}

/// The number of a limit, of Pods or of per cent.
fn limit(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => {
            let digits = text.strip_suffix('%')?;
            digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
            digits.parse().ok()
        }
        _ => None,
    }
}

fn spread(instance: &Instance, found: &mut Vec<Diagnostic>) {
    const FIELD: &str = "spec.availability.topologySpreadConstraints";
    for (index, constraint) in instance.list(FIELD).iter().enumerate() {
        let path = at(FIELD).index(index);
        if text(constraint, "topologyKey").is_empty() {
            let path = path.clone().key("topologyKey");
            let problem = instance.problem(&SPREAD, &path, "the constraint has no topology key");
            found.push(problem.help("write a node label such as `topology.kubernetes.io/zone`"));
        }
        if constraint.get("maxSkew").and_then(Value::as_i64).is_some_and(|skew| skew < 1) {
            let path = path.clone().key("maxSkew");
            let problem = instance.problem(&SPREAD, &path, "`maxSkew` is less than 1");
            found.push(problem.help("write `1`"));
        }
        let action = text(constraint, "whenUnsatisfiable");
        if !matches!(action, "" | "DoNotSchedule" | "ScheduleAnyway") {
            let message = format!("`{action}` is nothing to do when it cannot be satisfied");
            let problem = instance.problem(&SPREAD, &path.key("whenUnsatisfiable"), message);
            found.push(problem.help("write `DoNotSchedule` or `ScheduleAnyway`"));
        }
    }
}
