//! Jobs of an instance as the agent keeps them.

use serde_json::{Map, Value, json};

use crate::{
    cron::Schedule,
    digest,
    field::{list, text},
};

/// How many digits the agent's own identifiers have.
const DIGITS: usize = 12;

/// The records of `spec.cron`, less what the agent notes about them.
///
/// # Errors
/// A schedule that the agent does not take.
pub fn jobs(instance: &str, given: &Value) -> Result<Value, String> {
    given.as_array().into_iter().flatten().map(|job| record(instance, job)).collect()
}

fn record(instance: &str, job: &Value) -> Result<Value, String> {
    let name = text(job, "name");
    let schedule = Schedule::parse(text(job, "schedule"))
        .map_err(|refusal| format!("the job `{name}` cannot be planned: {}", refusal.message))?
        .record();
    let optional = |key: &str| job.get(key).cloned().unwrap_or(Value::Null);
    let skills = list(job, "skills");
    let mut record = Map::new();
    let mut set = |key: &str, value: Value| record.insert(key.to_owned(), value);
    // The name of the instance is part of it: a volume that moves to another instance brings no jobs of the old one.
    set("id", digest::sha256(format!("{instance}/{name}"))[..DIGITS].into());
    set("name", name.into());
    set("prompt", text(job, "prompt").into());
    set("schedule_display", schedule["display"].clone());
    set("schedule", schedule);
    set("deliver", job.get("deliver").cloned().unwrap_or_else(|| json!("local")));
    set("skills", skills.into());
    set("skill", skills.first().cloned().unwrap_or(Value::Null));
    set("enabled_toolsets", optional("toolsets"));
    set("model", optional("model"));
    set("provider", optional("provider"));
    set("script", optional("script"));
    set("no_agent", (!text(job, "script").is_empty() && text(job, "prompt").is_empty()).into());
    set("workdir", optional("workdir"));
    set("enabled", (job.get("suspend").and_then(Value::as_bool) != Some(true)).into());
    Ok(Value::Object(record))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(job: &Value) -> Value {
        jobs("demo", &json!([job])).unwrap()[0].clone()
    }

    #[test]
    fn the_identifier_follows_from_the_names() {
        let job = json!({"name": "a", "schedule": "every 5m", "prompt": "x"});
        let other = json!({"name": "b", "schedule": "every 5m", "prompt": "x"});
        assert_eq!(one(&job)["id"].as_str().unwrap().len(), DIGITS);
        assert_eq!(one(&job)["id"], jobs("demo", &json!([other, job])).unwrap()[1]["id"]);
        assert_ne!(one(&job)["id"], one(&other)["id"]);
        assert_ne!(one(&job)["id"], jobs("demo2", &json!([job])).unwrap()[0]["id"]);
    }

    #[test]
    fn a_script_alone_asks_no_model() {
        let script = json!({"name": "a", "schedule": "every 5m", "script": "a.sh"});
        assert_eq!(one(&script)["no_agent"], true);
        let both = json!({"name": "a", "schedule": "every 5m", "script": "a.sh", "prompt": "x"});
        assert_eq!(one(&both)["no_agent"], false);
        assert_eq!(one(&both)["deliver"], "local");
    }

    #[test]
    fn a_schedule_that_the_agent_does_not_take_is_no_job() {
        let job = json!({"name": "a", "schedule": "@daily"});
        assert!(jobs("demo", &json!([job])).unwrap_err().contains("`a`"));
        assert_eq!(jobs("demo", &Value::Null).unwrap(), json!([]));
    }
}
