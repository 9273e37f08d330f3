//! What runs: Pods restart, stop, or go away.

use serde_json::Value;

use crate::{
    diagnostic::catalogue::change::{PODS_RESTART, STOPPED, WORKLOAD_REMOVED},
    diff::Happened,
    risk::{Risk, Sides},
};

/// Kinds that replace their Pods when the template differs.
const ROLLED: &[&str] = &["DaemonSet", "Deployment", "StatefulSet"];

pub(super) fn find(sides: &Sides<'_>, risks: &mut Vec<Risk>) {
    let is_workload = sides.is("apps", ROLLED) || sides.is("batch", &["CronJob"]);
    if !is_workload {
        return;
    }
    match sides.happened() {
        Happened::Added => {}
        Happened::Removed => {
            risks.push(Risk::new(
                &WORKLOAD_REMOVED,
                format!("{} is gone, and its Pods with it", sides.kind),
            ));
        }
        Happened::Changed => {
            stops(sides, risks);
            restarts(sides, risks);
        }
    }
}

fn restarts(sides: &Sides<'_>, risks: &mut Vec<Risk>) {
    let waits = sides.texts("/spec/updateStrategy/type").1 == Some("OnDelete");
    if waits || !sides.is("apps", ROLLED) || replicas(sides.new) == Some(0) {
        return;
    }
    let edit = sides.change.edits.iter().find(|edit| edit.path.starts_with("spec.template"));
    if let Some(edit) = edit {
        let message = format!("the Pods of this {} are replaced", sides.kind);
        risks.push(Risk::new(&PODS_RESTART, message).at(&edit.path));
    }
}

fn stops(sides: &Sides<'_>, risks: &mut Vec<Risk>) {
    if sides.is("apps", &["Deployment", "StatefulSet"])
        && replicas(sides.old) != Some(0)
        && replicas(sides.new) == Some(0)
    {
        let before = replicas(sides.old).unwrap_or(1);
        let message = format!("replicas go from {before} to 0, so nothing runs");
        risks.push(Risk::new(&STOPPED, message).at("spec.replicas"));
    }
    let is_suspended =
        |object: &Value| object.pointer("/spec/suspend").and_then(Value::as_bool) == Some(true);
    if sides.kind == "CronJob" && is_suspended(sides.new) && !is_suspended(sides.old) {
        risks.push(Risk::new(&STOPPED, "it is suspended, so no Job starts").at("spec.suspend"));
    }
}

fn replicas(object: &Value) -> Option<i64> {
    object.pointer("/spec/replicas").and_then(Value::as_i64)
}
