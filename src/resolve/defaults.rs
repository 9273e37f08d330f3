//! Defaults: unset fields of an instance are filled from the cluster's `HermesClusterDefaults`, then from the pack.
//!
//! A value that is set always wins, also `false`, `0`, and an empty list. `null` counts as unset. Maps are filled key by
//! key, lists are never merged. Fields that mean something together are filled together or not at all: defaults with a
//! tag do not touch an instance that pins a digest.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Map, Value};

use crate::{
    diagnostic::{
        Diagnostic, catalogue::rules::DEFAULTS_IGNORED, catalogue::rules::DEFAULTS_TWICE,
    },
    document::Document,
    field_path::{FieldPath, Step},
    resolve::Instance,
};

/// The one name that counts: `HermesClusterDefaults` is a singleton.
pub const NAME: &str = "cluster";

/// Where (below `spec`) only one of some fields may be set. If an instance sets one, the others are not filled.
const ALTERNATIVES: &[(&[&str], &[&str])] = &[
    (&["image"], &["tag", "digest"]),
    (&["security", "caBundle"], &["configMapName", "secretName"]),
    (&["availability", "podDisruptionBudget"], &["maxUnavailable", "minAvailable"]),
    (&["probes", "liveness"], HANDLERS),
    (&["probes", "readiness"], HANDLERS),
    (&["probes", "startup"], HANDLERS),
];
const HANDLERS: &[&str] = &["exec", "grpc", "httpGet", "tcpSocket"];

/// Fields that defaults and instances keep in different places, below `spec`. The first place in an instance that
/// several fields of the defaults map to is filled by the first of them.
const MOVED: &[(&[&str], &[&str])] = &[
    (&["networking", "networkPolicy"], &["security", "networkPolicy"]),
    (&["security", "serviceAccount", "annotations"], &["security", "rbac", "annotations"]),
];
/// Below `spec`: the name of one Secret in the defaults is a list of references in an instance.
const PULL_SECRET: (&[&str], &[&str]) =
    (&["registry", "pullSecretName"], &["image", "pullSecrets"]);

/// Fields that the cluster does not fill where the instance sets another that they belong to: half of one model with half
/// of another is neither.
const TOGETHER: &[(&[&str], &[&[&str]])] = &[
    (&["model"], &[&["model"]]),
    (&["image", "version"], &[&["image", "tag"], &["image", "digest"]]),
    (&["security", "caBundle"], &[&["security", "caBundle"]]),
];

/// The instance that a document describes, with every default filled in.
///
/// `pack_defaults` has the shape of the custom resource (`spec: ...`), or is null.
pub fn resolve(
    document: Document,
    defaults: Option<&Arc<Document>>,
    pack_defaults: &Value,
    namespace: Option<&str>,
) -> Instance {
    let mut value = without_nulls(&document.value);
    if let Value::Object(root) = &mut value {
        let spec = root.entry("spec").or_insert_with(|| Value::Object(Map::new()));
        if let Some(given) = defaults.and_then(|defaults| defaults.value.get("spec")) {
            fill_from_cluster(spec, given);
        }
        if let Some(given) = pack_defaults.get("spec") {
            fill(spec, given, &mut Vec::new(), &|_| false);
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

/// Where the defaults keep what an instance keeps at `path`, the first place that is set.
pub(super) fn origin<'a>(
    defaults: &'a Document,
    path: &FieldPath,
) -> Option<(FieldPath, &'a Value)> {
    let set = |path: FieldPath| {
        let value = defaults.get(&path).filter(|value| !value.is_null())?;
        Some((path, value))
    };
    let moved_here = |(from, to): &(&[&str], &[&str])| Some(below_spec(from, after(path, to)?));
    if is_moved_away(path) {
        return MOVED.iter().filter_map(moved_here).find_map(set);
    }
    if after(path, PULL_SECRET.1).is_some() {
        return set(below_spec(PULL_SECRET.0, &[]));
    }
    set(path.clone()).or_else(|| MOVED.iter().filter_map(moved_here).find_map(set))
}

/// Whether the cluster does not fill a field of an instance, because of what the instance's own document sets.
pub(super) fn is_kept(own: &Document, path: &FieldPath) -> bool {
    let is_set =
        |keys: &&[&str]| own.get(&below_spec(keys, &[])).is_some_and(|value| !value.is_null());
    TOGETHER.iter().any(|(kept, unless)| after(path, kept).is_some() && unless.iter().any(is_set))
}

/// Whether the defaults keep something at this path that means another field of an instance.
fn is_moved_away(path: &FieldPath) -> bool {
    MOVED.iter().any(|(from, _)| after(path, from).is_some())
}

/// The steps of a path after `spec` and these keys.
fn after<'a>(path: &'a FieldPath, keys: &[&str]) -> Option<&'a [Step]> {
    let is = |step: &Step, key: &str| matches!(step, Step::Key(found) if found == key);
    let (root, steps) = path.0.split_first()?;
    let (head, tail) = steps.split_at_checked(keys.len())?;
    (is(root, "spec") && head.iter().zip(keys).all(|(step, key)| is(step, key))).then_some(tail)
}

fn below_spec(keys: &[&str], rest: &[Step]) -> FieldPath {
    let spec = FieldPath::of("spec");
    let mut path = keys.iter().fold(spec, |path, key| path.key(key));
    path.0.extend_from_slice(rest);
    path
}

fn fill_from_cluster(spec: &mut Value, given: &Value) {
    let kept: Vec<_> = TOGETHER
        .iter()
        .filter(|(_, unless)| unless.iter().any(|path| at(spec, path).is_some()))
        .map(|(path, _)| *path)
        .collect();
    let skip = |path: &[&str]| {
        path == PULL_SECRET.0 || MOVED.iter().any(|(from, _)| path == *from) || kept.contains(&path)
    };
    fill(spec, given, &mut Vec::new(), &skip);
    for (from, to) in MOVED {
        if let Some(value) = at(given, from) {
            fill_at(spec, to, value);
        }
    }
    if let Some(Value::String(name)) = at(given, PULL_SECRET.0) {
        fill_at(spec, PULL_SECRET.1, &serde_json::json!([{ "name": name }]));
    }
}

fn at<'a>(value: &'a Value, keys: &[&str]) -> Option<&'a Value> {
    keys.iter().try_fold(value, |value, key| value.get(key))
}

/// Fills one field, and makes the maps above it.
fn fill_at(target: &mut Value, keys: &[&str], given: &Value) {
    let nested = keys.iter().rev().fold(without_nulls(given), |inner, key| {
        Value::Object(Map::from_iter([((*key).to_owned(), inner)]))
    });
    fill(target, &nested, &mut Vec::new(), &|_| false);
}

/// Fills what `target` leaves unset with what is `given`, but for the paths to skip.
fn fill<'a>(
    target: &mut Value,
    given: &'a Value,
    path: &mut Vec<&'a str>,
    skip: &dyn Fn(&[&str]) -> bool,
) {
    let (Value::Object(target), Value::Object(given)) = (target, given) else { return };
    let taken = taken(target, path);
    for (key, value) in given {
        path.push(key);
        if !value.is_null() && !taken.contains(&key.as_str()) && !skip(path) {
            match target.get_mut(key) {
                Some(set) => fill(set, value, path, skip),
                None if value.is_object() => {
                    let mut made = Value::Object(Map::new());
                    fill(&mut made, value, path, skip);
                    // A map of which every entry is skipped or unset is as good as no map.
                    if made != Value::Object(Map::new()) || is_empty(value) {
                        target.insert(key.clone(), made);
                    }
                }
                None => {
                    target.insert(key.clone(), without_nulls(value));
                }
            }
        }
        path.pop();
    }
}

/// The alternatives at this place, if the target already sets one of them.
fn taken(target: &Map<String, Value>, path: &[&str]) -> &'static [&'static str] {
    match ALTERNATIVES.iter().find(|(place, _)| *place == path) {
        Some((_, fields)) if fields.iter().any(|field| target.contains_key(*field)) => fields,
        _ => &[],
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(Map::is_empty)
}

/// The same value, without the keys that are null.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| (key.clone(), without_nulls(value)))
                .collect(),
        ),
        Value::Array(list) => Value::Array(list.iter().map(without_nulls).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
#[expect(clippy::needless_pass_by_value, reason = "a case reads better without references")]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::resolve::Origin;

    fn instance(spec: Value, defaults: Value, pack: Value) -> Instance {
        let document = Document::from_value(json!({
            "apiVersion": "hermes.agent/v1", "kind": "HermesInstance",
            "metadata": { "name": "demo" }, "spec": spec,
        }));
        let defaults = Arc::new(Document::from_value(json!({
            "kind": "HermesClusterDefaults", "metadata": { "name": "cluster" }, "spec": defaults,
        })));
        resolve(document, Some(&defaults), &json!({ "spec": pack }), Some("agents"))
    }

    #[track_caller]
    fn check(spec: Value, defaults: Value, pack: Value, expected: Value) {
        assert_eq!(instance(spec, defaults, pack).value["spec"], expected);
    }

    #[test]
    fn an_explicit_value_wins_even_if_it_is_nothing() {
        check(
            json!({ "a": false, "b": 0, "c": [], "d": "", "e": {} }),
            json!({ "a": true, "b": 1, "c": [1], "d": "x", "e": { "f": 1 } }),
            json!({ "a": true, "g": 2 }),
            json!({ "a": false, "b": 0, "c": [], "d": "", "e": { "f": 1 }, "g": 2 }),
        );
    }

    #[test]
    fn null_is_unset_on_every_side() {
        check(
            json!({ "a": null, "b": { "c": null }, "l": [{ "x": null }] }),
            json!({ "a": null, "b": { "c": 1 } }),
            json!({ "a": 3 }),
            json!({ "a": 3, "b": { "c": 1 }, "l": [{}] }),
        );
    }

    #[test]
    fn lists_are_never_merged_and_the_cluster_comes_before_the_pack() {
        check(
            json!({ "l": [1] }),
            json!({ "l": [2], "m": [3] }),
            json!({ "l": [4], "m": [5], "n": [6] }),
            json!({ "l": [1], "m": [3], "n": [6] }),
        );
    }

    #[test]
    fn a_digest_is_not_given_another_tag() {
        let defaults = json!({ "image": { "repository": "mirror/agent", "tag": "v1", "pullPolicy": "Always" } });
        check(
            json!({ "image": { "digest": "sha256:0" } }),
            defaults.clone(),
            json!({ "image": { "tag": "v2" } }),
            json!({ "image": { "digest": "sha256:0", "repository": "mirror/agent", "pullPolicy": "Always" } }),
        );
        check(
            json!({ "image": { "tag": "v3" } }),
            json!({ "image": { "repository": "mirror/agent", "digest": "sha256:1" } }),
            Value::Null,
            json!({ "image": { "tag": "v3", "repository": "mirror/agent" } }),
        );
        check(
            json!({}),
            json!({ "image": { "tag": "v1", "digest": "sha256:1" } }),
            json!({ "image": { "tag": "v2" } }),
            json!({ "image": { "tag": "v1", "digest": "sha256:1" } }),
        );
    }

    #[test]
    fn a_model_is_not_mixed_with_another() {
        check(
            json!({ "model": { "name": "a" }, "security": { "caBundle": { "secretName": "own" } } }),
            json!({
                "model": { "provider": "b", "baseURL": "c" },
                "security": { "caBundle": { "configMapName": "company", "key": "all.crt" } },
                "image": { "version": "0.16.0" },
            }),
            json!({ "security": { "caBundle": { "key": "ca.crt" } } }),
            json!({
                "model": { "name": "a" },
                "security": { "caBundle": { "secretName": "own", "key": "ca.crt" } },
                "image": { "version": "0.16.0" },
            }),
        );
        check(
            json!({ "image": { "version": "0.19.0" } }),
            json!({ "image": { "tag": "ours", "version": "0.16.0" } }),
            Value::Null,
            json!({ "image": { "version": "0.19.0", "tag": "ours" } }),
        );
    }

    #[test]
    fn a_probe_keeps_its_own_handler() {
        check(
            json!({ "probes": { "liveness": { "exec": { "command": ["true"] } } } }),
            Value::Null,
            json!({ "probes": { "liveness": { "httpGet": { "port": 1 }, "periodSeconds": 5 } } }),
            json!({ "probes": { "liveness": { "exec": { "command": ["true"] }, "periodSeconds": 5 } } }),
        );
    }

    #[test]
    fn fields_of_the_defaults_move_to_where_an_instance_keeps_them() {
        check(
            json!({}),
            json!({
                "registry": { "pullSecretName": "regcred" },
                "networking": { "networkPolicy": { "enabled": false, "allowDNS": false }, "service": { "type": "NodePort" } },
                "security": {
                    "networkPolicy": { "enabled": true },
                    "serviceAccount": { "annotations": { "a": "b" } },
                },
            }),
            Value::Null,
            json!({
                "networking": { "service": { "type": "NodePort" } },
                "security": {
                    "networkPolicy": { "enabled": true, "allowDNS": false },
                    "rbac": { "annotations": { "a": "b" } },
                },
                "image": { "pullSecrets": [{ "name": "regcred" }] },
            }),
        );
    }

    #[test]
    fn the_documents_namespace_comes_before_the_runs() {
        assert_eq!(
            instance(json!({}), Value::Null, Value::Null).namespace.as_deref(),
            Some("agents")
        );
        let own = Document::from_value(json!({ "metadata": { "namespace": "own" } }));
        assert_eq!(resolve(own, None, &Value::Null, Some("run")).namespace.as_deref(), Some("own"));
    }

    #[test]
    fn every_field_knows_who_set_it() {
        let instance = instance(
            json!({
                "image": { "digest": "sha256:0" }, "a": null,
                "security": { "caBundle": { "secretName": "own" } },
            }),
            json!({
                "image": { "tag": "v1", "repository": "mirror/agent" },
                "registry": { "pullSecretName": "regcred" },
                "networking": { "networkPolicy": { "enabled": false } },
                "security": { "caBundle": { "key": "all.crt" } },
            }),
            json!({ "a": 1, "security": { "caBundle": { "key": "ca.crt" } }, "image": { "pullPolicy": "Always" } }),
        );
        for (path, expected) in [
            ("spec.image", "document"),
            ("spec.image.digest", "document"),
            ("spec.image.repository", "defaults"),
            ("spec.image.tag", "unset"),
            ("spec.image.pullSecrets", "defaults"),
            ("spec.image.pullPolicy", "pack"),
            ("spec.security.networkPolicy.enabled", "defaults"),
            ("spec.networking.networkPolicy", "unset"),
            ("spec.security.caBundle.key", "pack"),
            ("spec.a", "pack"),
            ("spec.b", "unset"),
        ] {
            let origin = match instance.origin(&FieldPath::of(path)) {
                Origin::Document(_) => "document",
                Origin::Defaults(_) => "defaults",
                Origin::Pack => "pack",
                Origin::Unset => "unset",
            };
            assert_eq!(origin, expected, "{path}");
        }
    }

    #[test]
    fn only_the_defaults_named_cluster_count() {
        let named = |name: &str| Document::from_value(json!({ "metadata": { "name": name } }));
        let mut found = Vec::new();
        let chosen = choose(vec![named("other"), named("cluster"), named("cluster")], &mut found);
        assert_eq!(chosen.unwrap().name(), "cluster");
        let codes: Vec<_> = found.iter().map(|diagnostic| diagnostic.code.title).collect();
        assert_eq!(codes, [DEFAULTS_IGNORED.title, DEFAULTS_TWICE.title]);
    }

    #[test]
    fn a_document_that_is_no_map_does_not_panic() {
        for value in [
            json!(null),
            json!([1]),
            json!("text"),
            json!({ "spec": "text" }),
            json!({ "spec": [] }),
        ] {
            resolve(Document::from_value(value), None, &json!({ "spec": { "a": 1 } }), None);
        }
    }
}
