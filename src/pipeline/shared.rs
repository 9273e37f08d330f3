//! What all instances of a run share: the cluster's defaults, and ConfigMaps that stand beside them.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value;

use crate::{
    api,
    diagnostic::{Diagnostic, Source},
    digest,
    document::{self, Document},
    resolve::{Instance, defaults, references::references},
};

/// Read once, ahead of the rest: it can stand in any text.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// The cluster's defaults.
    pub(super) defaults: Option<Arc<Document>>,
    /// Digests of the content of ConfigMaps, by namespace, which may be the run's, and name.
    config_maps: BTreeMap<(Option<String>, String), String>,
}

impl Shared {
    /// Only texts that name one of the two kinds are read for it. What is wrong in them is reported when they are read
    /// for good; here only what is wrong with the defaults as such.
    pub(super) fn find(
        sources: &[Arc<Source>],
        namespace: Option<&str>,
        report: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut shared = Shared::default();
        let mut all_defaults = Vec::new();
        let named = |source: &&Arc<Source>| {
            source.text.contains(api::DEFAULTS_KIND) || source.text.contains("ConfigMap")
        };
        for source in sources.iter().filter(named) {
            for document in document::parse(source, &mut Vec::new()) {
                match (document.api_version(), document.kind()) {
                    (_, api::DEFAULTS_KIND) if api::is_ours(&document) => {
                        all_defaults.push(document);
                    }
                    ("v1", "ConfigMap") => shared.add(&document, namespace),
                    _ => {}
                }
            }
        }
        shared.defaults = defaults::choose(all_defaults, report);
        shared
    }

    fn add(&mut self, document: &Document, namespace: Option<&str>) {
        let mut content: Value = ["data", "binaryData"]
            .iter()
            .filter_map(|key| document.value.get(key))
            .cloned()
            .collect();
        content.sort_all_objects();
        let namespace = document.namespace().or(namespace).map(str::to_owned);
        let place = (namespace, document.name().to_owned());
        self.config_maps.insert(place, digest::sha256(content.to_string()));
    }

    /// The digests of the ConfigMaps that an instance refers to, by name.
    pub(super) fn config_maps_of(&self, instance: &Instance) -> BTreeMap<String, String> {
        if self.config_maps.is_empty() {
            return BTreeMap::new();
        }
        let namespace = instance.namespace.clone();
        let digest = |name: &str| {
            let digest = self.config_maps.get(&(namespace.clone(), name.to_owned()))?;
            Some((name.to_owned(), digest.clone()))
        };
        references(instance).iter().filter_map(|(reference, _)| digest(reference.name)).collect()
    }
}
