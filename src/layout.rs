//! Where each object stands in an output directory: `<namespace>/<instance>/<kind>-<name>.yaml`, and a
//! kustomization.yaml at every level, because a plain Argo CD directory does not recurse.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::{
    changeset::Files,
    object::{Identity, RenderedObject, yaml},
};

/// Objects of the cluster stand here. No namespace can have this name: it holds an underscore.
const CLUSTER: &str = "_cluster";

/// Objects without a namespace stand here.
const NO_NAMESPACE: &str = "_no-namespace";

/// The files of a set of objects, with `extension` such as `yaml`.
pub fn files(objects: Vec<RenderedObject>, extension: &str) -> Files {
    let mut files = Files::new();
    for object in objects {
        let directory = directory(&object);
        let path = [false, true]
            .map(|with_group| {
                format!("{directory}/{}.{extension}", file_stem(&object.identity, with_group))
            })
            .into_iter()
            .find(|path| !files.contains_key(path))
            .unwrap_or_else(|| {
                format!(
                    "{directory}/{}-{}.{extension}",
                    file_stem(&object.identity, true),
                    files.len()
                )
            });
        files.insert(path, object.text.into());
    }
    let kustomizations = kustomizations(files.keys());
    files.extend(kustomizations);
    files
}

/// Whether a directory is one of objects that have no namespace.
pub fn is_without_namespace(directory: &str) -> bool {
    matches!(directory, CLUSTER | NO_NAMESPACE)
}

fn directory(object: &RenderedObject) -> String {
    let namespace = match &object.identity.namespace {
        Some(namespace) => namespace,
        None if is_of_cluster(&object.identity) => CLUSTER,
        None => NO_NAMESPACE,
    };
    match &object.instance {
        Some(instance) => format!("{namespace}/{instance}"),
        None => namespace.to_owned(),
    }
}

/// Kinds without a namespace that platform teams keep beside their agents.
fn is_of_cluster(identity: &Identity) -> bool {
    matches!(
        identity.kind.as_str(),
        "ClusterRole"
            | "ClusterRoleBinding"
            | "CustomResourceDefinition"
            | "GatewayClass"
            | "IngressClass"
            | "Namespace"
            | "PersistentVolume"
            | "PriorityClass"
            | "RuntimeClass"
            | "StorageClass"
            | "VolumeSnapshotClass"
    )
}

/// A name that every file system takes: lower case, and nothing but letters, digits, dots, and dashes.
fn file_stem(identity: &Identity, with_group: bool) -> String {
    let group = if with_group { format!(".{}", identity.group) } else { String::new() };
    format!("{}{group}-{}", identity.kind, identity.name)
        .chars()
        .map(|letter| match letter.to_ascii_lowercase() {
            letter @ ('a'..='z' | '0'..='9' | '.' | '-') => letter,
            _ => '_',
        })
        .collect()
}

/// The kustomization.yaml of every directory that leads to a file.
fn kustomizations<'a>(paths: impl Iterator<Item = &'a String>) -> Files {
    let mut resources: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    resources.entry("").or_default();
    for path in paths {
        let mut child = path.as_str();
        loop {
            let (parent, name) = child.rsplit_once('/').unwrap_or(("", child));
            resources.entry(parent).or_default().insert(name);
            if parent.is_empty() {
                break;
            }
            child = parent;
        }
    }
    let kustomization = |(directory, names): (&str, BTreeSet<&str>)| {
        let mut text = String::new();
        let value = json!({
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "resources": names,
        });
        yaml::emit(&mut text, &value);
        let separator = if directory.is_empty() { "" } else { "/" };
        (format!("{directory}{separator}kustomization.yaml"), text.into())
    };
    resources.into_iter().map(kustomization).collect()
}
