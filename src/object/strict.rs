//! What an API server would refuse in a rendered object.
//!
//! The object is decoded into the real Kubernetes types, so a field that a template invents is found, and the usual
//! rules that the types do not express are checked: names, quantities, ports, and references inside a pod.

use k8s_openapi::api::{
    apps::v1::{Deployment, StatefulSet},
    autoscaling::v2::HorizontalPodAutoscaler,
    batch::v1::{CronJob, Job},
    core::v1::{ConfigMap, Namespace, PersistentVolumeClaim, Pod, Secret, Service, ServiceAccount},
    networking::v1::{Ingress, NetworkPolicy},
    policy::v1::PodDisruptionBudget,
    rbac::v1::{ClusterRole, ClusterRoleBinding, Role, RoleBinding},
};
use serde_json::Value;

use crate::{
    diagnostic::Code,
    field_path::{FieldPath, PathRef},
};

mod decode;
mod foreign;
mod identity;
mod kinds;
mod pod;
mod probe;

pub use pod::template;

/// One thing in a rendered object that a cluster would refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What kind of problem.
    pub code: &'static Code,
    /// The field of the rendered object.
    pub path: FieldPath,
    /// What is wrong.
    pub message: String,
}

/// Every fault of a rendered object. A kind that is not known here has only its name and labels checked.
pub fn check(object: &Value) -> Vec<Fault> {
    let mut faults = Faults(Vec::new());
    faults.decode(object);
    faults.identity(object);
    faults.kind(object);
    if let Some((template, steps)) = template(object) {
        faults.pod_template(object, template, steps);
    }
    faults.0
}

/// The faults that were found so far.
struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, code: &'static Code, path: PathRef<'_>, message: impl Into<String>) {
        self.0.push(Fault { code, path: path.to_path(), message: message.into() });
    }

    fn decode(&mut self, object: &Value) {
        let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
        let faults = &mut self.0;
        match (text("apiVersion"), text("kind")) {
            ("v1", "ConfigMap") => decode::strict::<ConfigMap>(object, faults),
            ("v1", "Namespace") => decode::strict::<Namespace>(object, faults),
            ("v1", "PersistentVolumeClaim") => {
                decode::strict::<PersistentVolumeClaim>(object, faults);
            }
            ("v1", "Pod") => decode::strict::<Pod>(object, faults),
            ("v1", "Secret") => decode::strict::<Secret>(object, faults),
            ("v1", "Service") => decode::strict::<Service>(object, faults),
            ("v1", "ServiceAccount") => decode::strict::<ServiceAccount>(object, faults),
            ("apps/v1", "Deployment") => decode::strict::<Deployment>(object, faults),
            ("apps/v1", "StatefulSet") => decode::strict::<StatefulSet>(object, faults),
            ("autoscaling/v2", "HorizontalPodAutoscaler") => {
                decode::strict::<HorizontalPodAutoscaler>(object, faults);
            }
            ("batch/v1", "CronJob") => decode::strict::<CronJob>(object, faults),
            ("batch/v1", "Job") => decode::strict::<Job>(object, faults),
            ("networking.k8s.io/v1", "Ingress") => decode::strict::<Ingress>(object, faults),
            ("networking.k8s.io/v1", "NetworkPolicy") => {
                decode::strict::<NetworkPolicy>(object, faults);
            }
            ("policy/v1", "PodDisruptionBudget") => {
                decode::strict::<PodDisruptionBudget>(object, faults);
            }
            ("rbac.authorization.k8s.io/v1", "ClusterRole") => {
                decode::strict::<ClusterRole>(object, faults);
            }
            ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding") => {
                decode::strict::<ClusterRoleBinding>(object, faults);
            }
            ("rbac.authorization.k8s.io/v1", "Role") => decode::strict::<Role>(object, faults),
            ("rbac.authorization.k8s.io/v1", "RoleBinding") => {
                decode::strict::<RoleBinding>(object, faults);
            }
            (api_version, kind) => foreign::check(api_version, kind, object, faults),
        }
    }
}

/// The items of a list that is a field of a value; nothing if it is absent.
fn items<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A field that is a string; empty if it is absent.
fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests;
