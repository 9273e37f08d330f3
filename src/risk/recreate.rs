//! Fields that the API server does not let change: the object must be deleted and made anew.

use serde_json::Value;

use crate::{
    diagnostic::catalogue::change::IMMUTABLE,
    diff::{Delta, Edit, Happened},
    risk::{Risk, Sides},
};

/// One kind, the fields that cannot change, and those below them that can.
struct Row {
    group: &'static str,
    kind: &'static str,
    fixed: &'static [&'static str],
    free: &'static [&'static str],
}

const ROWS: &[Row] = &[
    Row {
        group: "apps",
        kind: "StatefulSet",
        fixed: &["spec"],
        free: &[
            "spec.minReadySeconds",
            "spec.ordinals",
            "spec.persistentVolumeClaimRetentionPolicy",
            "spec.replicas",
            "spec.revisionHistoryLimit",
            "spec.template",
            "spec.updateStrategy",
        ],
    },
    Row { group: "apps", kind: "Deployment", fixed: &["spec.selector"], free: &[] },
    Row { group: "apps", kind: "DaemonSet", fixed: &["spec.selector"], free: &[] },
    Row { group: "apps", kind: "ReplicaSet", fixed: &["spec.selector"], free: &[] },
    Row {
        group: "batch",
        kind: "Job",
        fixed: &["spec.completionMode", "spec.selector", "spec.template"],
        free: &[],
    },
    Row {
        group: "",
        kind: "PersistentVolumeClaim",
        fixed: &["spec"],
        // The class has a risk of its own.
        free: &["spec.resources", "spec.storageClassName", "spec.volumeAttributesClassName"],
    },
    Row { group: "", kind: "Service", fixed: &["spec.clusterIP", "spec.clusterIPs"], free: &[] },
    Row { group: "", kind: "Secret", fixed: &["type"], free: &[] },
    Row { group: "rbac.authorization.k8s.io", kind: "RoleBinding", fixed: &["roleRef"], free: &[] },
    Row {
        group: "rbac.authorization.k8s.io",
        kind: "ClusterRoleBinding",
        fixed: &["roleRef"],
        free: &[],
    },
    Row {
        group: "storage.k8s.io",
        kind: "StorageClass",
        fixed: &["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"],
        free: &[],
    },
    Row {
        group: "scheduling.k8s.io",
        kind: "PriorityClass",
        fixed: &["preemptionPolicy", "value"],
        free: &[],
    },
    Row { group: "node.k8s.io", kind: "RuntimeClass", fixed: &["handler"], free: &[] },
    Row {
        group: "apiextensions.k8s.io",
        kind: "CustomResourceDefinition",
        fixed: &["spec.group", "spec.names.kind", "spec.names.plural", "spec.scope"],
        free: &[],
    },
];

pub(super) fn find(sides: &Sides<'_>, risks: &mut Vec<Risk>) {
    if sides.happened() != Happened::Changed || sides.change.was.is_some() {
        return;
    }
    let row = ROWS.iter().find(|row| sides.is(row.group, &[row.kind]));
    let is_fixed = |edit: &&Edit| {
        row.is_some_and(|row| {
            row.fixed.iter().any(|field| edit.path.starts_with(field))
                && !row.free.iter().any(|field| edit.path.starts_with(field))
        })
    };
    let fixed = sides.change.edits.iter().filter(is_fixed).filter(|edit| !is_first(sides, edit));
    let mut fields: Vec<String> = fixed.map(|edit| edit.path.to_string()).collect();
    fields.extend(of_immutable(sides));
    let Some(first) = fields.first() else { return };
    let message =
        format!("{first} cannot change, so the {} must be deleted and made anew", sides.kind);
    let first = first.clone();
    risks.push(Risk::new(&IMMUTABLE, message).at(first));
}

/// A Service that had no address of its own gets one without being made anew.
fn is_first(sides: &Sides<'_>, edit: &Edit) -> bool {
    sides.kind == "Service" && matches!(edit.delta, Delta::Added(_))
}

/// What a ConfigMap or a Secret holds.
const CONTENT: &[&str] = &["binaryData", "data", "immutable", "stringData"];

/// A ConfigMap or a Secret that says of itself that it never changes.
fn of_immutable(sides: &Sides<'_>) -> Option<String> {
    let is_sealed = sides.old.get("immutable").and_then(Value::as_bool) == Some(true);
    if !is_sealed || !sides.is("", &["ConfigMap", "Secret"]) {
        return None;
    }
    let edits = &sides.change.edits;
    let edit =
        edits.iter().find(|edit| CONTENT.iter().any(|field| edit.path.starts_with(field)))?;
    Some(edit.path.to_string())
}
