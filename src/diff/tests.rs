//! Laws of the comparison, for objects that nobody thought of.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::diff::{Delta, apply, values};

/// A value with few names, so that two of them have much in common.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..4_i64).prop_map(Value::from),
        "[ab\n]{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[abc]", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A workload whose lists have keys, sometimes twice or missing.
fn workload() -> impl Strategy<Value = Value> {
    let port =
        (1..5_u16, prop::option::of("TCP|UDP"), 0..3_u8).prop_map(|(port, protocol, name)| {
            let mut port = json!({"containerPort": port, "name": format!("p{name}")});
            if let Some(protocol) = protocol {
                port["protocol"] = protocol.into();
            }
            port
        });
    let variable =
        ("[A-E]", value()).prop_map(|(name, value)| json!({"name": name, "value": value}));
    let container = (
        "[abc]",
        prop::collection::vec(port, 0..5),
        prop::collection::vec(variable, 0..6),
        prop::collection::vec("[xyz]", 0..5),
    )
        .prop_map(|(name, ports, env, args)| {
            json!({"name": name, "ports": ports, "env": env, "args": args})
        });
    prop::collection::vec(container, 0..4).prop_map(|containers| {
        json!({"kind": "StatefulSet", "spec": {"template": {"spec": {"containers": containers}}}})
    })
}

#[track_caller]
fn check_laws(old: &Value, new: &Value) {
    let there = values("StatefulSet", old, new);
    assert_eq!(&apply(old, &there), new, "{there:#?}");
    let back = values("StatefulSet", new, old);
    assert_eq!(&apply(new, &back), old, "{back:#?}");
    crate::preview::check_patch(old, &there, new);
    assert_eq!(there.is_empty(), old == new);
    let count = |edits: &[crate::diff::Edit], added: bool| {
        let is = |delta: &Delta| match delta {
            Delta::Added(_) => added,
            Delta::Removed(_) => !added,
            Delta::Changed(..) | Delta::Reordered(_) => false,
        };
        edits.iter().filter(|edit| is(&edit.delta)).count()
    };
    let net = |edits: &[crate::diff::Edit]| {
        count(edits, true).cast_signed() - count(edits, false).cast_signed()
    };
    assert_eq!(net(&there), -net(&back), "what came one way goes the other way");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_differences_make_the_new_value_from_the_old_one(old in value(), new in value()) {
        check_laws(&old, &new);
    }

    #[test]
    fn lists_with_keys_follow_the_same_laws(old in workload(), new in workload()) {
        check_laws(&old, &new);
    }

    #[test]
    fn a_value_does_not_differ_from_itself(value in workload()) {
        prop_assert!(values("StatefulSet", &value, &value).is_empty());
    }
}

/// The paths that differ, as they are shown.
#[track_caller]
fn check_paths(kind: &str, old: &Value, new: &Value, expected: &[&str]) {
    let edits = values(kind, old, new);
    let paths: Vec<String> = edits.iter().map(|edit| edit.path.to_string()).collect();
    assert_eq!(paths, expected);
    assert_eq!(&apply(old, &edits), new);
}

#[test]
fn one_port_over_tcp_and_udp_is_two_ports() {
    let service = |tcp: &str, udp: &str| {
        json!({"spec": {"ports": [
            {"port": 53, "protocol": "TCP", "name": tcp}, {"port": 53, "protocol": "UDP", "name": udp},
        ]}})
    };
    check_paths("Service", &service("a", "b"), &service("a", "c"), &["spec.ports[53/UDP].name"]);
}

#[test]
fn a_variable_that_comes_between_others_is_one_difference() {
    let pod = |names: &[&str]| {
        let env: Vec<Value> = names.iter().map(|name| json!({"name": name})).collect();
        json!({"spec": {"containers": [{"name": "hermes", "env": env}]}})
    };
    let path = "spec.containers[hermes].env";
    check_paths("Pod", &pod(&["A", "C"]), &pod(&["A", "B", "C"]), &[&format!("{path}[B]")]);
    check_paths("Pod", &pod(&["A", "B"]), &pod(&["B", "A"]), &[path]);
}

#[test]
fn items_without_keys_are_paired_by_value() {
    let policy = |hosts: &[&str]| json!({"spec": {"egress": hosts}});
    check_paths("NetworkPolicy", &policy(&["a", "b"]), &policy(&["b"]), &["spec.egress[0]"]);
    check_paths("NetworkPolicy", &policy(&["a"]), &policy(&["b"]), &["spec.egress[0]"]);
}

#[test]
fn keys_with_dots_and_slashes_are_quoted() {
    let map = |value: &str| json!({"data": {"config.yaml": value}});
    check_paths("ConfigMap", &map("a"), &map("b"), &["data[\"config.yaml\"]"]);
}
