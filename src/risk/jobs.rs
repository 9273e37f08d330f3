//! The jobs that the agent does by itself: what it is told in them, and when.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    diagnostic::catalogue::change::JOBS,
    diff::Happened,
    field,
    risk::{Risk, Sides, listed, name},
};

/// The key of the ConfigMap that the start program merges into the agent's jobs.
const KEY: &str = "cron.json";

/// Fields that repeat what others say.
const DERIVED: &[&str] = &["id", "schedule_display"];

pub(super) fn find(sides: &Sides<'_>, risks: &mut Vec<Risk>) {
    if sides.happened() != Happened::Changed || !sides.is("", &["ConfigMap"]) {
        return;
    }
    let text = |side: &Value| field::text(&side["data"], KEY).to_owned();
    let (old, new) = (text(sides.old), text(sides.new));
    if old == new {
        return;
    }
    let (Some(old), Some(new)) = (jobs(&old), jobs(&new)) else { return };
    for (name, job) in &new {
        let message = match old.get(name) {
            Some(before) if before == job => continue,
            Some(before) => {
                format!("the job {name} differs in {}", listed(&differing(before, job)))
            }
            None => format!("the job {name} is new"),
        };
        risks.push(risk(message));
    }
    let gone = old.keys().filter(|name| !new.contains_key(*name));
    risks.extend(gone.map(|name| risk(format!("the job {name} is gone"))));
}

fn risk(message: String) -> Risk {
    Risk::new(&JOBS, message).at(format!("data[{KEY:?}]"))
}

/// The jobs by name; none where there is no such text. What cannot be read says nothing here; its lines are shown.
fn jobs(text: &str) -> Option<BTreeMap<String, Value>> {
    if text.is_empty() {
        return Some(BTreeMap::new());
    }
    let jobs: Vec<Value> = serde_json::from_str(text).ok()?;
    Some(jobs.into_iter().map(|job| (name(&job).to_owned(), job)).collect())
}

/// The fields that are not the same.
fn differing(before: &Value, after: &Value) -> Vec<String> {
    let keys = [before, after].into_iter().filter_map(Value::as_object).flat_map(|job| job.keys());
    let mut differing: Vec<String> = keys
        .filter(|key| !DERIVED.contains(&key.as_str()) && before[*key] != after[*key])
        .cloned()
        .collect();
    differing.sort_unstable();
    differing.dedup();
    differing
}
