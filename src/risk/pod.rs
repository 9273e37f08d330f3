//! The Pod inside an object, whatever kind it is.

use serde_json::Value;

use crate::field;

/// Where each kind keeps its Pod.
const PLACES: &[(&str, &str, &str)] = &[
    ("", "Pod", ""),
    ("", "ReplicationController", "/spec/template"),
    ("apps", "DaemonSet", "/spec/template"),
    ("apps", "Deployment", "/spec/template"),
    ("apps", "ReplicaSet", "/spec/template"),
    ("apps", "StatefulSet", "/spec/template"),
    ("batch", "CronJob", "/spec/jobTemplate/spec/template"),
    ("batch", "Job", "/spec/template"),
];

/// The `spec` of the Pod of an object, or null.
pub(super) fn spec<'v>(group: &str, kind: &str, object: &'v Value) -> &'v Value {
    let place = PLACES.iter().find(|place| place.0 == group && place.1 == kind);
    let spec = place.and_then(|place| object.pointer(place.2)?.get("spec"));
    spec.unwrap_or(&Value::Null)
}

/// The containers of a Pod, of every sort.
pub(super) fn containers(spec: &Value) -> impl Iterator<Item = &Value> {
    ["initContainers", "containers", "ephemeralContainers"]
        .into_iter()
        .flat_map(|sort| field::list(spec, sort))
}
