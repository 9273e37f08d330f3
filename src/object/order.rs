//! The order of objects in the output, so that a stream can be applied from top to bottom.
//!
//! What others need comes first: namespaces and definitions for the whole run, then each namespace, and in it each
//! instance as a block. Argo CD, Flux, and Helm each sort again by orders of their own, which disagree.

use std::cmp::Ordering;

use crate::object::RenderedObject;

/// Kinds in the order in which an instance's objects are written; a kind that is not here comes last.
const KINDS: &[&str] = &[
    "ResourceQuota",
    "LimitRange",
    "ServiceAccount",
    "ClusterRole",
    "ClusterRoleBinding",
    "Role",
    "RoleBinding",
    "Secret",
    "ConfigMap",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "NetworkPolicy",
    "PodDisruptionBudget",
    "Service",
    "StatefulSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "Job",
    "CronJob",
    "Ingress",
    "HTTPRoute",
];

/// Kinds that come before everything else, wherever they were read.
const FIRST: &[&str] =
    &["Namespace", "CustomResourceDefinition", "StorageClass", "PriorityClass", "RuntimeClass"];

/// The order of two objects: by what they are, and for two that are the same by where they come from. Each part is looked
/// at only where those before it agree: a run of ten thousand instances compares a million times.
pub fn compare(left: &RenderedObject, right: &RenderedObject) -> Ordering {
    let (this, that) = (&left.identity, &right.identity);
    rank(FIRST, &this.kind)
        .cmp(&rank(FIRST, &that.kind))
        .then_with(|| this.namespace.cmp(&that.namespace))
        .then_with(|| left.instance.cmp(&right.instance))
        .then_with(|| rank(KINDS, &this.kind).cmp(&rank(KINDS, &that.kind)))
        .then_with(|| this.kind.cmp(&that.kind))
        .then_with(|| this.name.cmp(&that.name))
        .then_with(|| this.group.cmp(&that.group))
        .then_with(|| left.location.source.name.cmp(&right.location.source.name))
        .then_with(|| left.location.span.cmp(&right.location.span))
}

fn rank(kinds: &[&str], kind: &str) -> usize {
    kinds.iter().position(|known| *known == kind).unwrap_or(kinds.len())
}
