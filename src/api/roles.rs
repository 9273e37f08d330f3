//! Cluster roles that let people see, change, and administer objects of our kinds. The cluster adds them to its own roles
//! `view`, `edit`, and `admin`, of which each holds the one before.

use serde_json::{Value, json};

use crate::api::GROUP;

const READ: &[&str] = &["get", "list", "watch"];
const WRITE: &[&str] = &["create", "delete", "patch", "update"];
const WRITE_ALL: &[&str] = &["deletecollection"];

/// The three cluster roles, in the order in which each adds to the one before.
pub fn roles() -> Vec<Value> {
    let instances = &["hermesinstances", "hermesselfconfigs"][..];
    let defaults = &["hermesclusterdefaults"][..];
    vec![
        role("view", &[(instances, READ), (defaults, READ)]),
        role("edit", &[(instances, WRITE)]),
        role("admin", &[(instances, WRITE_ALL), (defaults, WRITE)]),
    ]
}

fn role(name: &str, rules: &[(&[&str], &[&str])]) -> Value {
    let label = format!("rbac.authorization.k8s.io/aggregate-to-{name}");
    let rules = rules.iter().map(|(resources, verbs)| {
        json!({ "apiGroups": [GROUP], "resources": resources, "verbs": verbs })
    });
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": { "name": format!("{GROUP}-{name}"), "labels": { label: "true" } },
        "rules": rules.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::api::kinds;

    #[test]
    fn every_kind_of_ours_can_be_seen_and_nothing_else() {
        let roles = roles();
        let rules = roles.iter().flat_map(|role| role["rules"].as_array().unwrap());
        let named: BTreeSet<&str> = rules
            .flat_map(|rule| rule["resources"].as_array().unwrap())
            .map(|resource| resource.as_str().unwrap())
            .collect();
        assert_eq!(named, kinds().iter().map(|kind| kind.plural).collect());
    }
}
