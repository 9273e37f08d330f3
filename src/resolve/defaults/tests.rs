use serde_json::json;

use super::*;
use crate::resolve::Origin;

fn instance(spec: &Value, defaults: &Value, pack: &Value) -> Instance {
    let document = Document::from_value(json!({
        "apiVersion": "hermes.agent/v1", "kind": "HermesInstance",
        "metadata": { "name": "demo" }, "spec": spec,
    }));
    let defaults = Arc::new(Document::from_value(json!({
        "kind": "HermesClusterDefaults",
        "metadata": { "name": "cluster", "labels": { "a": "b" } },
        "spec": defaults,
    })));
    resolve(document, Some(&defaults), &json!({ "spec": pack }), Some("agents"))
}

/// What the user writes, what the cluster's defaults and the pack say, and what the instance is then.
#[track_caller]
fn check(spec: &Value, defaults: &Value, pack: &Value, expected: &Value) {
    assert_eq!(instance(spec, defaults, pack).value["spec"], *expected);
}

/// The same without a pack.
#[track_caller]
fn from_cluster(spec: &Value, defaults: &Value, expected: &Value) {
    check(spec, defaults, &Value::Null, expected);
}

/// The same without defaults of the cluster.
#[track_caller]
fn from_pack(spec: &Value, pack: &Value, expected: &Value) {
    check(spec, &Value::Null, pack, expected);
}

#[test]
fn an_explicit_value_wins_even_if_it_is_nothing() {
    check(
        &json!({ "storage": { "persistence": { "enabled": false, "size": "" } }, "image": { "pullSecrets": [] }, "resources": {} }),
        &json!({
            "storage": { "persistence": { "enabled": true, "size": "5Gi" } },
            "image": { "pullSecrets": [{ "name": "a" }] },
            "resources": { "limits": { "cpu": 1 } },
        }),
        &json!({ "replicas": 0, "image": { "pullSecrets": [{ "name": "b" }] } }),
        &json!({
            "storage": { "persistence": { "enabled": false, "size": "" } },
            "image": { "pullSecrets": [] },
            "resources": { "limits": { "cpu": 1 } },
            "replicas": 0,
        }),
    );
    from_pack(
        &json!({ "a": false, "b": 0, "c": [], "d": "", "e": {} }),
        &json!({ "a": true, "b": 1, "c": [1], "d": "x", "e": { "f": 1 }, "g": {} }),
        &json!({ "a": false, "b": 0, "c": [], "d": "", "e": { "f": 1 }, "g": {} }),
    );
}

#[test]
fn null_is_unset_on_every_side() {
    check(
        &json!({ "profile": null, "resources": { "limits": null }, "env": [{ "value": null }] }),
        &json!({ "profile": null, "resources": { "limits": { "cpu": 1, "memory": null } }, "storage": { "persistence": { "size": null } } }),
        &json!({ "profile": "restricted", "suspended": null }),
        &json!({ "profile": "restricted", "resources": { "limits": { "cpu": 1 } }, "env": [{}] }),
    );
    from_cluster(
        &json!({ "image": { "digest": null } }),
        &json!({ "image": { "tag": "v1" } }),
        &json!({ "image": { "tag": "v1" } }),
    );
}

#[test]
fn lists_are_never_merged_and_the_cluster_comes_before_the_pack() {
    check(
        &json!({ "l": [1], "image": { "pullPolicy": "Never" } }),
        &json!({ "image": { "pullPolicy": "Always", "repository": "mirror", "pullSecrets": [{ "name": "a" }] } }),
        &json!({ "l": [4], "n": [6], "image": { "repository": "hub", "pullSecrets": [{ "name": "b" }], "tag": "v2" } }),
        &json!({
            "l": [1], "n": [6],
            "image": { "pullPolicy": "Never", "repository": "mirror", "pullSecrets": [{ "name": "a" }], "tag": "v2" },
        }),
    );
}

#[test]
fn a_digest_is_not_given_another_tag() {
    check(
        &json!({ "image": { "digest": "sha256:0" } }),
        &json!({ "image": { "repository": "mirror/agent", "tag": "v1", "pullPolicy": "Always" } }),
        &json!({ "image": { "tag": "v2" } }),
        &json!({ "image": { "digest": "sha256:0", "repository": "mirror/agent", "pullPolicy": "Always" } }),
    );
    from_cluster(
        &json!({ "image": { "tag": "v3" } }),
        &json!({ "image": { "repository": "mirror/agent", "digest": "sha256:1", "version": "0.16.0" } }),
        &json!({ "image": { "tag": "v3", "repository": "mirror/agent" } }),
    );
}

/// A condition looks at the instance, not at what another row filled.
#[test]
fn a_tag_with_its_digest_and_version_is_filled_whole() {
    check(
        &json!({}),
        &json!({ "image": { "tag": "v1", "digest": "sha256:1", "version": "0.16.0" } }),
        &json!({ "image": { "tag": "v2" } }),
        &json!({ "image": { "tag": "v1", "digest": "sha256:1", "version": "0.16.0" } }),
    );
    from_cluster(
        &json!({ "image": { "version": "0.19.0" } }),
        &json!({ "image": { "tag": "ours", "version": "0.16.0" } }),
        &json!({ "image": { "version": "0.19.0", "tag": "ours" } }),
    );
}

#[test]
fn a_model_is_not_mixed_with_another() {
    check(
        &json!({ "model": { "name": "a" }, "security": { "caBundle": { "secretName": "own" } } }),
        &json!({
            "model": { "provider": "b", "baseURL": "c" },
            "security": { "caBundle": { "configMapName": "company", "key": "all.crt" } },
            "image": { "version": "0.16.0" },
        }),
        &json!({ "security": { "caBundle": { "key": "ca.crt", "configMapName": "pack" } } }),
        &json!({
            "model": { "name": "a" },
            "security": { "caBundle": { "secretName": "own", "key": "ca.crt" } },
            "image": { "version": "0.16.0" },
        }),
    );
}

#[test]
fn a_probe_keeps_its_own_handler() {
    from_pack(
        &json!({ "probes": { "liveness": { "exec": { "command": ["true"] } } } }),
        &json!({ "probes": {
            "liveness": { "httpGet": { "port": 1 }, "exec": { "extra": 1 }, "periodSeconds": 5 },
            "startup": { "httpGet": { "port": 1 } },
        } }),
        &json!({ "probes": {
            "liveness": { "exec": { "command": ["true"] }, "periodSeconds": 5 },
            "startup": { "httpGet": { "port": 1 } },
        } }),
    );
}

#[test]
fn fields_of_the_defaults_move_to_where_an_instance_keeps_them() {
    from_cluster(
        &json!({}),
        &json!({
            "registry": { "pullSecretName": "regcred" },
            "networking": { "networkPolicy": { "enabled": false, "allowDNS": false }, "service": { "type": "NodePort" } },
            "security": {
                "networkPolicy": { "enabled": true },
                "serviceAccount": { "annotations": { "a": "b" } },
            },
        }),
        &json!({
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
    let (nothing, null) = (json!({}), Value::Null);
    assert_eq!(instance(&nothing, &null, &null).namespace.as_deref(), Some("agents"));
    let own = Document::from_value(json!({ "metadata": { "namespace": "own" } }));
    assert_eq!(resolve(own, None, &Value::Null, Some("run")).namespace.as_deref(), Some("own"));
}

#[test]
fn every_field_knows_who_set_it() {
    let instance = instance(
        &json!({
            "image": { "digest": "sha256:0" }, "a": null,
            "security": { "caBundle": { "secretName": "own" } },
        }),
        &json!({
            "image": { "tag": "v1", "repository": "mirror/agent" },
            "registry": { "pullSecretName": "regcred" },
            "networking": { "networkPolicy": { "enabled": false } },
            "security": { "caBundle": { "key": "all.crt" } },
        }),
        &json!({ "a": 1, "security": { "caBundle": { "key": "ca.crt" } }, "image": { "pullPolicy": "Always" } }),
    );
    for (path, expected) in [
        ("metadata.name", "document"),
        ("metadata.labels", "unset"),
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
fn a_filled_field_names_its_place_in_the_defaults() {
    let own = Document::from_value(json!({ "spec": { "model": { "name": "own" } } }));
    let defaults = Document::from_value(json!({ "metadata": { "name": "cluster" }, "spec": {
        "image": { "tag": "v1" },
        "model": { "provider": "a" },
        "registry": { "pullSecretName": "regcred" },
        "networking": { "networkPolicy": { "enabled": true, "allowDNS": false }, "service": { "type": "NodePort" } },
        "security": { "networkPolicy": { "enabled": true }, "serviceAccount": { "annotations": { "a": "b" } } },
    } }));
    for (path, expected) in [
        ("spec.image", "spec.image"),
        ("spec.image.tag", "spec.image.tag"),
        ("spec.image.pullSecrets", "spec.registry.pullSecretName"),
        ("spec.image.pullSecrets[0].name", "spec.registry.pullSecretName"),
        ("spec.networking.service.type", "spec.networking.service.type"),
        ("spec.security.networkPolicy", "spec.security.networkPolicy"),
        ("spec.security.networkPolicy.enabled", "spec.security.networkPolicy.enabled"),
        ("spec.security.networkPolicy.allowDNS", "spec.networking.networkPolicy.allowDNS"),
        ("spec.security.rbac", "spec.security.serviceAccount"),
        ("spec.security.rbac.annotations.a", "spec.security.serviceAccount.annotations.a"),
        ("spec.networking.networkPolicy.enabled", ""),
        ("spec.model.provider", ""),
        ("spec.image.digest", ""),
        ("metadata.name", ""),
    ] {
        let place = origin(&defaults, &own, &path.parse().unwrap());
        let place = place.map_or_else(String::new, |place| place.to_string());
        assert_eq!(place, expected, "{path}");
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
        json!({ "spec": { "image": [], "security": 1 } }),
    ] {
        let defaults = Arc::new(Document::from_value(json!({ "spec": {
            "image": { "tag": "v1" }, "security": { "networkPolicy": "text" }, "registry": { "pullSecretName": 1 },
        } })));
        let pack = json!({ "spec": { "a": 1 } });
        let instance = resolve(Document::from_value(value), Some(&defaults), &pack, None);
        instance.origin(&FieldPath::of("spec.image.tag"));
    }
}
