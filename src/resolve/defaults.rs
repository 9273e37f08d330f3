//! Defaults: unset fields of an instance are filled from the cluster's `HermesClusterDefaults`, then from the pack.
//!
//! A value that is set always wins, also `false`, `0`, and an empty list. `null` counts as unset. Maps are filled key by
//! key, lists are never merged. Fields that mean something together are filled together or not at all: defaults with a
//! tag do not touch an instance that pins a digest. The tables are in [`crate::api::defaults_map`].

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Map, Value};

use crate::{
    api::defaults_map::Filling,
    diagnostic::{
        Diagnostic, catalogue::rules::DEFAULTS_IGNORED, catalogue::rules::DEFAULTS_TWICE,
    },
    document::Document,
    field_path::FieldPath,
    resolve::Instance,
};

mod fill;
mod origin;
#[cfg(test)]
mod tests;

pub(super) use self::origin::origin;

/// The one name that counts: `HermesClusterDefaults` is a singleton.
pub const NAME: &str = "cluster";

/// The instance that a document describes, with every default filled in.
///
/// `pack_defaults` has the shape of the custom resource (`spec: ...`), or is null.
pub fn resolve(
    document: Document,
    defaults: Option<&Arc<Document>>,
    pack_defaults: &Value,
    namespace: Option<&str>,
) -> Instance {
    let mut value = fill::without_nulls(&document.value);
    if let Value::Object(root) = &mut value {
        let spec = root.entry("spec").or_insert_with(|| Value::Object(Map::new()));
        if let Some(given) = defaults.and_then(|defaults| defaults.value.get("spec")) {
            fill::from_cluster(spec, given);
        }
        if let Some(given) = pack_defaults.get("spec") {
            fill::from_pack(spec, given);
        }
    }
    let namespace = document.namespace().or(namespace).map(str::to_owned);
    let config_maps = BTreeMap::new();
    Instance { document, value, defaults: defaults.map(Arc::clone), namespace, config_maps }
}

/// The defaults that count: the document named `cluster`. Others of the kind are reported and ignored.
pub fn choose(documents: Vec<Document>, found: &mut Vec<Diagnostic>) -> Option<Arc<Document>> {
    let path = FieldPath::of("metadata.name");
    let mut chosen: Option<Arc<Document>> = None;
    for document in documents {
        if document.name() != NAME {
            let message = format!("these defaults are named `{}` and are ignored", document.name());
            found.push(
                document
                    .problem(&DEFAULTS_IGNORED, &path, message)
                    .help(format!("name them `{NAME}`")),
            );
        } else if let Some(first) = &chosen {
            let (line, _) = first.source.position(first.location(&path).span.start);
            let message = format!("the defaults `{NAME}` are given twice");
            found.push(
                document
                    .problem(&DEFAULTS_TWICE, &path, message)
                    .help(format!("keep one; the first is at {}:{line}", first.source.name)),
            );
        } else {
            chosen = Some(Arc::new(document));
        }
    }
    chosen
}

/// Whether the cluster's defaults fill a field, given what the instance itself says below `spec`.
fn applies(filling: &Filling, own: &Value) -> bool {
    !filling.unless.iter().any(|path| at(own, path).is_some())
}

/// The value at a path that is written with dots, if it is set.
fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, key| value.get(key)).filter(|value| !value.is_null())
}
