//! The objects of golden cases: what the program prints, as it is checked in.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::case::sorted;
use crate::lab::namespace::documents;

/// Groups of kinds that no server of the lab has.
const FOREIGN: &[&str] = &["example.com/"];

/// Commands that print objects for a cluster.
const PRINTS: &[&str] = &["render ", "argocd app", "flux kustomization"];

/// Fewer than there are: a change of the format must not make every test on them pass by finding none.
const ENOUGH: usize = 100;

/// What one case prints for one namespace.
pub(crate) struct Stream {
    /// The case.
    pub(crate) origin: String,
    objects: Vec<Value>,
}

impl Stream {
    /// The objects, moved into a namespace: cases have objects of the same name, and one must not see what another left.
    pub(crate) fn objects(&self, namespace: &str) -> Vec<Value> {
        let mut objects = self.objects.clone();
        for object in &mut objects {
            move_into(namespace, object);
        }
        objects
    }
}

/// Gives an object that names a namespace another one.
pub(crate) fn move_into(namespace: &str, object: &mut Value) {
    if let Some(named) = object["metadata"].get_mut("namespace") {
        *named = namespace.into();
    }
}

/// Every stream of objects that an example or a case prints.
pub(crate) fn streams() -> Result<Vec<Stream>> {
    let mut streams = Vec::new();
    for case in ["examples", "testdata/cases"].iter().flat_map(|below| sorted(&root().join(below)))
    {
        let command = fs::read_to_string(case.join("cmd")).unwrap_or_default();
        let printed = fs::read_to_string(case.join("stdout")).unwrap_or_default();
        let is_for_a_cluster = PRINTS.iter().any(|prints| command.starts_with(prints));
        if is_for_a_cluster && printed.starts_with("---\n") {
            streams.extend(of_case(&case, &printed)?);
        }
    }
    let found: usize = streams.iter().map(|stream| stream.objects.len()).sum();
    ensure!(found >= ENOUGH, "{found} golden objects: the others are not found");
    Ok(streams)
}

fn of_case(case: &Path, printed: &str) -> Result<impl Iterator<Item = Stream>> {
    let mut namespaces = BTreeMap::<String, Vec<Value>>::new();
    for object in documents(printed)?.into_iter().filter(|object| !is_foreign(object)) {
        let namespace = object["metadata"]["namespace"].as_str().unwrap_or_default();
        namespaces.entry(namespace.to_owned()).or_default().push(object);
    }
    let origin = case.strip_prefix(root()).unwrap_or(case).display().to_string();
    Ok(namespaces.into_values().map(move |objects| Stream { origin: origin.clone(), objects }))
}

/// Whether no server of the lab knows the kind of an object.
pub(crate) fn is_foreign(object: &Value) -> bool {
    let version = object["apiVersion"].as_str().unwrap_or_default();
    FOREIGN.iter().any(|group| version.starts_with(group))
}

/// What people call an object.
pub(crate) fn identity(object: &Value) -> String {
    let kind = object["kind"].as_str().unwrap_or("an object without kind");
    format!("{kind} {}", object["metadata"]["name"].as_str().unwrap_or("without name"))
}

/// The directory of the project.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
