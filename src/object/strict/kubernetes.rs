//! The schemas of the kinds that are rendered, from the Rust types of Kubernetes; and every object that the cases and
//! examples render decodes into these types, with no field left over.

#![cfg(test)]

use std::{fs, path::Path, sync::Arc};

use k8s_openapi::{
    Resource,
    api::{
        apps::v1::{Deployment, StatefulSet},
        autoscaling::v2::HorizontalPodAutoscaler,
        batch::v1::{CronJob, Job},
        core::v1::{
            ConfigMap, Namespace, PersistentVolumeClaim, Pod, Secret, Service, ServiceAccount,
        },
        networking::v1::{Ingress, NetworkPolicy},
        policy::v1::PodDisruptionBudget,
        rbac::v1::{ClusterRole, ClusterRoleBinding, Role, RoleBinding},
    },
};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::*;
use crate::{api, diagnostic::Source, document};

/// One type of Kubernetes: the schema and its decoder.
struct Type {
    api_version: &'static str,
    kind: &'static str,
    schema: fn() -> Map<String, Value>,
    decode: fn(&Value, &mut Vec<Fault>),
}

const fn kind<T: JsonSchema + DeserializeOwned + Resource>() -> Type {
    Type {
        api_version: T::API_VERSION,
        kind: T::KIND,
        schema: api::structural::of::<T>,
        decode: decode::strict::<T>,
    }
}

const KINDS: &[Type] = &[
    kind::<ConfigMap>(),
    kind::<Namespace>(),
    kind::<PersistentVolumeClaim>(),
    kind::<Pod>(),
    kind::<Secret>(),
    kind::<Service>(),
    kind::<ServiceAccount>(),
    kind::<Deployment>(),
    kind::<StatefulSet>(),
    kind::<HorizontalPodAutoscaler>(),
    kind::<CronJob>(),
    kind::<Job>(),
    kind::<Ingress>(),
    kind::<NetworkPolicy>(),
    kind::<PodDisruptionBudget>(),
    kind::<ClusterRole>(),
    kind::<ClusterRoleBinding>(),
    kind::<Role>(),
    kind::<RoleBinding>(),
];

/// Kinds that are not part of Kubernetes; their schemas are written by hand.
const OTHERS: [(&str, &str); 3] = [
    ("gateway.networking.k8s.io/v1/HTTPRoute", include_str!("../schemas/httproute.json")),
    ("monitoring.coreos.com/v1/PrometheusRule", include_str!("../schemas/prometheusrule.json")),
    ("monitoring.coreos.com/v1/ServiceMonitor", include_str!("../schemas/servicemonitor.json")),
];

/// Every kind that is checked, as the table of schemas has it.
pub(crate) fn schemas() -> Vec<(String, Value)> {
    let named = |kind: &Type| (format!("{}/{}", kind.api_version, kind.kind), schema(kind));
    let other =
        |&(name, text): &(&str, &str)| (name.to_owned(), serde_json::from_str(text).unwrap());
    KINDS.iter().map(named).chain(OTHERS.iter().map(other)).collect()
}

fn schema(kind: &Type) -> Value {
    let mut schema = Value::Object((kind.schema)());
    api::drop_descriptions(&mut schema);
    if let Some(status) = schema.pointer_mut("/properties/status") {
        *status = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    }
    only_shape(&mut schema);
    schema
}

/// What lists merge by and how a quantity is written has rules of its own, with codes of their own. A property is never
/// named like these keywords.
fn only_shape(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            map.retain(|key, _| !key.starts_with("x-kubernetes-list") && key != "pattern");
            map.values_mut().for_each(only_shape);
        }
        Value::Array(list) => list.iter_mut().for_each(only_shape),
        _ => {}
    }
}

#[test]
fn every_expected_object_decodes_into_its_type_with_nothing_left_over() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    for directory in ["testdata/cases", "examples"] {
        for case in fs::read_dir(root.join(directory)).unwrap() {
            let file = case.unwrap().path().join("stdout");
            let Ok(text) = fs::read_to_string(&file) else { continue };
            if !text.starts_with("---\n") {
                continue;
            }
            let source = Arc::new(Source { name: file.display().to_string(), text });
            for document in document::parse(&source, &mut Vec::new()) {
                let of_kind = |kind: &&Type| kind.kind == document.kind();
                let Some(kind) = KINDS.iter().find(of_kind) else { continue };
                let mut faults = Vec::new();
                (kind.decode)(&document.value, &mut faults);
                assert_eq!(faults, [], "{} of {}", document.title(), source.name);
                count += 1;
            }
        }
    }
    assert!(count > 100, "only {count} objects were decoded");
}
