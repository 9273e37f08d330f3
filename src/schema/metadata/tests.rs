//! What an API server refuses in `metadata`, and what it does not look at.

use serde_json::json;

use super::*;

#[track_caller]
fn metadata(metadata: &Value, expected: &[&str]) {
    let object = json!({"apiVersion": "a/v1", "kind": "A", "metadata": metadata});
    let mut found = Vec::new();
    check(&object, &mut |problem| found.push(format!("{} {}", problem.code.id, problem.path)));
    assert_eq!(found, expected, "{metadata}");
}

#[test]
fn metadata_has_the_syntax_of_kubernetes() {
    metadata(&json!({"name": "a.b-c", "namespace": "n", "labels": {"a/b": "", "c": null}}), &[]);
    metadata(&json!({}), &["P2003 metadata.name"]);
    metadata(&json!(null), &["P2003 metadata.name"]);
    metadata(&json!({"name": ""}), &["P2003 metadata.name"]);
    metadata(&json!({"generateName": "a-"}), &["P2003 metadata.name"]);
    metadata(&json!({"name": 1}), &["P2002 metadata.name"]);
    metadata(&json!([]), &["P2002 metadata"]);
    metadata(&json!({"name": "A"}), &["P2010 metadata.name"]);
    metadata(&json!({"name": "a".repeat(254)}), &["P2010 metadata.name"]);
    metadata(&json!({"name": "a", "namespace": "a.b"}), &["P2010 metadata.namespace"]);
    metadata(&json!({"name": "a", "nmae": "b"}), &["P2001 metadata.nmae"]);
    metadata(&json!({"name": "a", "labels": {"a": 1}}), &["P2002 metadata.labels.a"]);
    metadata(
        &json!({"name": "a", "labels": {"-": "a b"}}),
        &["P2011 metadata.labels.-", "P2011 metadata.labels.-"],
    );
    metadata(
        &json!({"name": "a", "annotations": {"a/b/c": ""}}),
        &["P2011 metadata.annotations[\"a/b/c\"]"],
    );
    metadata(
        &json!({"name": "a", "annotations": {"A.example/b": "x".repeat(262_144)}}),
        &["P2011 metadata.annotations"],
    );
    metadata(&json!({"name": "a", "finalizers": ["a b"]}), &["P2011 metadata.finalizers[0]"]);
    metadata(
        &json!({"name": "a", "ownerReferences": [{"kind": "A"}]}),
        &[
            "P2003 metadata.ownerReferences[0].apiVersion",
            "P2003 metadata.ownerReferences[0].name",
            "P2003 metadata.ownerReferences[0].uid",
        ],
    );
}

#[test]
fn a_prefix_of_generated_names_is_checked_as_the_name_that_it_becomes() {
    let prefixed = |prefix: &str| json!({"name": "a", "generateName": prefix});
    for good in ["", "a-", "A-", "a.b", &"a".repeat(253)] {
        metadata(&prefixed(good), &[]);
    }
    for bad in ["AA-", "a b", "-", &"a".repeat(254)] {
        metadata(&prefixed(bad), &["P2010 metadata.generateName"]);
    }
}

#[test]
fn a_time_of_the_metadata_has_upper_case_letters() {
    let made = |time: &str| json!({"name": "a", "creationTimestamp": time});
    metadata(&made("2026-01-31T08:00:00Z"), &[]);
    metadata(&made("2026-01-31t08:00:00z"), &["P2005 metadata.creationTimestamp"]);
}

#[test]
fn what_the_server_sets_itself_is_not_checked() {
    metadata(&json!({"name": "a", "generation": -1}), &[]);
    metadata(&json!({"name": "a", "managedFields": [null, {}]}), &[]);
}

#[test]
fn fields_of_managers_have_types() {
    let managed = |entry: Value| json!({"name": "a", "managedFields": [entry]});
    metadata(&managed(json!({"manager": 1})), &["P2002 metadata.managedFields[0].manager"]);
    metadata(&managed(json!({"time": "a"})), &["P2008 metadata.managedFields[0].time"]);
    metadata(&managed(json!({"other": "a"})), &["P2001 metadata.managedFields[0].other"]);
}

#[test]
fn two_finalizers_that_exclude_each_other_are_refused() {
    let both = json!({"name": "a", "finalizers": ["orphan", "foregroundDeletion"]});
    metadata(&both, &["P2011 metadata.finalizers"]);
}

#[test]
fn owners_have_a_version_and_only_one_controls() {
    let owned = |apiversion: &str, kind: &str, count: usize| {
        let owner = json!({
            "apiVersion": apiversion, "kind": kind, "name": "a", "uid": "b", "controller": true,
        });
        json!({"name": "a", "ownerReferences": vec![owner; count]})
    };
    metadata(&owned("apps/v1", "Deployment", 1), &[]);
    for version in ["a/b/c", "a/"] {
        let at = "P2016 metadata.ownerReferences[0].apiVersion";
        metadata(&owned(version, "Deployment", 1), &[at]);
    }
    metadata(&owned("v1", "Event", 1), &["P2016 metadata.ownerReferences[0]"]);
    metadata(&owned("v1", "ConfigMap", 2), &["P2016 metadata.ownerReferences[1]"]);
}
