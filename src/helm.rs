//! The output of a chart with its instances rendered: what a Helm post-renderer prints.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    diagnostic::Source,
    document::{self, Document},
    field_path::FieldPath,
    object::{RenderedObject, annotate, yaml},
};

/// By it Helm 4 finds its way back to the template.
const FILE: &str = "postrenderer.helm.sh/postrender-filename";

/// What a chart says of how Helm handles an object. It said it of the instance, and the instance is these objects now.
const HANDLING: &[&str] = &[
    FILE,
    "helm.sh/hook",
    "helm.sh/hook-weight",
    "helm.sh/hook-delete-policy",
    "helm.sh/hook-output-log-policy",
    "helm.sh/resource-policy",
];

/// The manifests of objects that were rendered as JSON from a chart's output.
pub fn manifests(objects: &[RenderedObject], output: &Arc<Source>) -> String {
    let documents = document::parse(output, &mut Vec::new());
    let mut text = String::new();
    for object in objects {
        let Ok(mut value) = serde_json::from_str::<Value>(&object.text) else { continue };
        if object.instance.is_some() {
            let is_claim = value["kind"] == "PersistentVolumeClaim";
            // Uninstalling the chart leaves the data, as Argo CD and Flux do.
            if is_claim {
                annotate(&mut value, [("helm.sh/resource-policy", Value::from("keep"))]);
            }
            let of =
                |document: &&Document| document.location(&FieldPath::default()) == object.location;
            if let Some(instance) = documents.iter().find(of) {
                let annotations = &instance.value["metadata"]["annotations"];
                // A hook is deleted before it runs again, and the data would go with it.
                let is_meant = |name: &&&str| !(is_claim && name.starts_with("helm.sh/hook"));
                let said = HANDLING
                    .iter()
                    .filter(is_meant)
                    .filter_map(|name| Some((*name, annotations.get(name)?.clone())));
                annotate(&mut value, said);
            }
        }
        text.push_str("---\n");
        yaml::emit(&mut text, &value);
    }
    text
}
