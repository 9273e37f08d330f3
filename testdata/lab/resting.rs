//! Instances without Pods: what an engine makes of objects does not depend on what runs.

use std::fs;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::lab::{golden::root, namespace::documents};

/// Instances that render objects of many kinds. None runs, so that nothing but an engine could change the objects.
const EXAMPLES: &[&str] = &["companions", "dashboard", "ingress-tls", "observability"];

/// An instance at rest, under a name.
pub(crate) fn suspended(instance: &Value, name: &str) -> String {
    let mut instance = instance.clone();
    instance["metadata"]["name"] = name.into();
    instance["spec"]["suspended"] = json!(true);
    instance.to_string()
}

/// The instances of the examples, each as a file of its own, named like its example.
pub(crate) fn examples() -> Result<Vec<(String, String)>> {
    EXAMPLES
        .iter()
        .map(|name| {
            let file = root().join("examples").join(name).join("instance.yaml");
            let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
            let mut instance = documents(&text)?
                .into_iter()
                .find(|document| document["kind"] == "HermesInstance")
                .with_context(|| format!("{} has no instance", file.display()))?;
            if let Some(metadata) = instance["metadata"].as_object_mut() {
                metadata.remove("namespace");
            }
            Ok((format!("{name}.json"), suspended(&instance, name)))
        })
        .collect()
}
