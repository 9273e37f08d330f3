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

/// The order of two objects: by what they are, and for two that are the same by where they come from.
pub fn compare(left: &RenderedObject, right: &RenderedObject) -> Ordering {
    let place =
        |object: &RenderedObject| (object.location.source.name.clone(), object.location.span);
    key(left).cmp(&key(right)).then_with(|| place(left).cmp(&place(right)))
}

fn key(object: &RenderedObject) -> impl Ord + '_ {
    let identity = &object.identity;
    let first = rank(FIRST, &identity.kind);
    (
        first,
        identity.namespace.as_deref(),
        object.instance.as_deref(),
        rank(KINDS, &identity.kind),
        &identity.kind,
        &identity.name,
        &identity.group,
    )
}

fn rank(kinds: &[&str], kind: &str) -> usize {
    kinds.iter().position(|known| *known == kind).unwrap_or(kinds.len())
}
