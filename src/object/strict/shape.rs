//! The shape of the kinds that are rendered: their fields and types, from schemas that are made of the Rust types of
//! Kubernetes when the tests run. Walking a schema finds every problem with its path, which decoding does not, and costs
//! a fraction of it.

use std::sync::OnceLock;

use serde_json::Value;

use crate::{
    diagnostic::catalogue::output as codes,
    field_path::PathRef,
    object::strict::{Fault, template},
    schema::{self, Schema},
};

/// A kind and the schema of its objects. The Pod template of a workload is left open there: it has a schema of its own.
pub(super) struct Shape {
    pub(super) api_version: &'static str,
    pub(super) kind: &'static str,
    pub(super) text: &'static str,
    schema: OnceLock<Schema>,
}

impl Shape {
    const fn of(api_version: &'static str, kind: &'static str, text: &'static str) -> Self {
        Shape { api_version, kind, text, schema: OnceLock::new() }
    }

    fn schema(&self) -> &Schema {
        self.schema.get_or_init(|| {
            Schema::from_json(self.text).expect("the shipped schemas are read in a test")
        })
    }
}

macro_rules! shapes {
    ($($api_version:literal $kind:literal $file:literal)*) => {
        [$(Shape::of($api_version, $kind, include_str!(concat!("../schemas/", $file, ".json")))),*]
    };
}

/// What a workload's Pods are made from.
pub(super) static POD_TEMPLATE: Shape =
    Shape::of("", "PodTemplateSpec", include_str!("../schemas/podtemplatespec.json"));

/// Every kind that is checked. The last three are not part of Kubernetes; their schemas are written by hand.
pub(super) static SHAPES: [Shape; 22] = shapes! {
    "v1" "ConfigMap" "configmap"
    "v1" "Namespace" "namespace"
    "v1" "PersistentVolumeClaim" "persistentvolumeclaim"
    "v1" "Pod" "pod"
    "v1" "Secret" "secret"
    "v1" "Service" "service"
    "v1" "ServiceAccount" "serviceaccount"
    "apps/v1" "Deployment" "deployment"
    "apps/v1" "StatefulSet" "statefulset"
    "autoscaling/v2" "HorizontalPodAutoscaler" "horizontalpodautoscaler"
    "batch/v1" "CronJob" "cronjob"
    "batch/v1" "Job" "job"
    "networking.k8s.io/v1" "Ingress" "ingress"
    "networking.k8s.io/v1" "NetworkPolicy" "networkpolicy"
    "policy/v1" "PodDisruptionBudget" "poddisruptionbudget"
    "rbac.authorization.k8s.io/v1" "ClusterRole" "clusterrole"
    "rbac.authorization.k8s.io/v1" "ClusterRoleBinding" "clusterrolebinding"
    "rbac.authorization.k8s.io/v1" "Role" "role"
    "rbac.authorization.k8s.io/v1" "RoleBinding" "rolebinding"
    "gateway.networking.k8s.io/v1" "HTTPRoute" "httproute"
    "monitoring.coreos.com/v1" "ServiceMonitor" "servicemonitor"
    "monitoring.coreos.com/v1" "PrometheusRule" "prometheusrule"
};

/// Reports each field that the kind lacks and each value that it cannot hold. A kind that is not here has no shape.
pub(super) fn check(object: &Value, faults: &mut Vec<Fault>) {
    let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    let of_kind = |shape: &&Shape| shape.kind == kind && shape.api_version == api_version;
    let Some(shape) = SHAPES.iter().find(of_kind) else { return };
    let mut report = |problem: schema::Problem| {
        let is_name = problem.mark == schema::Mark::Key;
        let code = if is_name { &codes::UNKNOWN_FIELD } else { &codes::WRONG_TYPE };
        faults.push(Fault { code, path: problem.path, message: problem.message });
    };
    schema::fields(object, shape.schema(), PathRef::Root, &mut report);
    if kind == "Pod" {
        return;
    }
    if let Some((template, steps)) = template(object) {
        super::below(PathRef::Root, steps, &mut |path| {
            schema::fields(template, POD_TEMPLATE.schema(), path, &mut report);
        });
    }
}
