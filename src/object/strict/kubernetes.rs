//! The schemas in `src/object/schemas/` are what the Rust types of Kubernetes say, and every object that the cases and
//! examples render decodes into these types, with no field left over.

#![cfg(test)]

use std::{fs, path::Path, sync::Arc};

use k8s_openapi::api::{
    apps::v1::{Deployment, StatefulSet},
    autoscaling::v2::HorizontalPodAutoscaler,
    batch::v1::{CronJob, Job},
    core::v1::{
        ConfigMap, Namespace, PersistentVolumeClaim, Pod, PodTemplateSpec, Secret, Service,
        ServiceAccount,
    },
    networking::v1::{Ingress, NetworkPolicy},
    policy::v1::PodDisruptionBudget,
    rbac::v1::{ClusterRole, ClusterRoleBinding, Role, RoleBinding},
};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::*;
use crate::{api, diagnostic::Source, document};

/// One kind of Kubernetes: its schema and its decoder.
struct Kind {
    file: &'static str,
    schema: fn() -> Map<String, Value>,
    decode: fn(&Value, &mut Vec<Fault>),
}

const fn kind<T: JsonSchema + DeserializeOwned>(file: &'static str) -> Kind {
    Kind { file, schema: api::structural::of::<T>, decode: decode::strict::<T> }
}

const KINDS: &[Kind] = &[
    kind::<ConfigMap>("configmap"),
    kind::<Namespace>("namespace"),
    kind::<PersistentVolumeClaim>("persistentvolumeclaim"),
    kind::<Pod>("pod"),
    kind::<Secret>("secret"),
    kind::<Service>("service"),
    kind::<ServiceAccount>("serviceaccount"),
    kind::<Deployment>("deployment"),
    kind::<StatefulSet>("statefulset"),
    kind::<HorizontalPodAutoscaler>("horizontalpodautoscaler"),
    kind::<CronJob>("cronjob"),
    kind::<Job>("job"),
    kind::<Ingress>("ingress"),
    kind::<NetworkPolicy>("networkpolicy"),
    kind::<PodDisruptionBudget>("poddisruptionbudget"),
    kind::<ClusterRole>("clusterrole"),
    kind::<ClusterRoleBinding>("clusterrolebinding"),
    kind::<Role>("role"),
    kind::<RoleBinding>("rolebinding"),
    kind::<PodTemplateSpec>("podtemplatespec"),
];

/// The schema of a kind, with the Pod template left open: it has a schema of its own.
fn schema(kind: &Kind) -> String {
    let mut schema = Value::Object((kind.schema)());
    api::drop_descriptions(&mut schema);
    let below = |steps: &[&str]| {
        steps.iter().fold(String::new(), |path, step| path + "/properties/" + step)
    };
    for steps in [&["spec", "template"][..], &["spec", "jobTemplate", "spec", "template"]] {
        if let Some(template) = schema.pointer_mut(&below(steps)) {
            *template = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
        }
    }
    if let Some(status) = schema.pointer_mut("/properties/status") {
        *status = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    }
    only_shape(&mut schema);
    schema.to_string()
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
fn the_shipped_schemas_are_what_the_types_say() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/object/schemas");
    #[expect(clippy::disallowed_methods, reason = "the switch that rewrites the files")]
    let overwrite = std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite");
    for kind in KINDS {
        let file = directory.join(format!("{}.json", kind.file));
        let text = schema(kind);
        if overwrite {
            fs::write(&file, &text).unwrap();
        }
        assert!(fs::read_to_string(&file).is_ok_and(|there| there == text), "{} is old", kind.file);
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
                let lower = document.kind().to_lowercase();
                let Some(kind) = KINDS.iter().find(|kind| kind.file == lower) else { continue };
                let mut faults = Vec::new();
                (kind.decode)(&document.value, &mut faults);
                assert_eq!(faults, [], "{} of {}", document.title(), source.name);
                count += 1;
            }
        }
    }
    assert!(count > 100, "only {count} objects were decoded");
}

#[test]
fn every_shipped_schema_is_read() {
    for shape in shape::SHAPES.iter().chain([&shape::POD_TEMPLATE]) {
        let schema: Value = serde_json::from_str(shape.text).unwrap();
        assert!(crate::schema::Schema::from_value(&schema).is_ok(), "{}", shape.kind);
    }
}
