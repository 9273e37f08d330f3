//! Names, labels, and annotations of a rendered object.

use serde_json::Value;

use crate::{
    diagnostic::catalogue::output as codes, field::text, field_path::PathRef, notation::names,
    object::strict::Faults,
};

impl Faults {
    pub(super) fn identity(&mut self, object: &Value) {
        let root = PathRef::Root;
        let path = PathRef::Key(&root, "metadata");
        let Some(metadata) = object.get("metadata") else {
            return self.add(&codes::NAME, path, "the object has no metadata, so it has no name");
        };
        let name = text(metadata, "name");
        let rule = match text(object, "kind") {
            "Service" => names::service,
            "Namespace" => names::label,
            "Role" | "RoleBinding" | "ClusterRole" | "ClusterRoleBinding" => names::path_segment,
            _ => names::subdomain,
        };
        if let Err(problem) = rule(name) {
            self.add(&codes::NAME, PathRef::Key(&path, "name"), format!("{name:?} {problem}"));
        }
        if let Some(namespace) = metadata.get("namespace").and_then(Value::as_str)
            && let Err(problem) = names::label(namespace)
        {
            let at = PathRef::Key(&path, "namespace");
            self.add(&codes::NAME, at, format!("{namespace:?} {problem}"));
        }
        self.labels(metadata, path);
    }

    /// The labels and annotations of an object or of a pod template.
    pub(super) fn labels(&mut self, metadata: &Value, path: PathRef<'_>) {
        let entries = |key| metadata.get(key).and_then(Value::as_object).into_iter().flatten();
        let labels = PathRef::Key(&path, "labels");
        for (key, value) in entries("labels") {
            let at = PathRef::Key(&labels, key);
            if let Err(problem) = names::qualified(key) {
                self.add(&codes::LABEL, at, format!("the key {key:?} {problem}"));
            }
            if let Some(Err(problem)) = value.as_str().map(names::label_value) {
                self.add(&codes::LABEL, at, format!("the value {value} {problem}"));
            }
        }
        let annotations = PathRef::Key(&path, "annotations");
        for (key, _) in entries("annotations") {
            if let Err(problem) = names::annotation_key(key) {
                let at = PathRef::Key(&annotations, key);
                self.add(&codes::LABEL, at, format!("the key {key:?} {problem}"));
            }
        }
    }
}
