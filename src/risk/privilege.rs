//! What a Pod may do to its node: protections that were there and are not now.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    diagnostic::catalogue::change::PRIVILEGE_RAISED,
    diff::Happened,
    field,
    risk::{Risk, Sides, listed, name, pod},
};

/// What is loud on any Pod, a new one too.
const OUTRIGHT: &[(&str, &Value, &str)] = &[
    ("hostIPC", &Value::Bool(true), "shares the node's IPC"),
    ("hostNetwork", &Value::Bool(true), "shares the node's network"),
    ("hostPID", &Value::Bool(true), "shares the node's processes"),
];

/// The levels of Pod Security, the weakest first.
const LEVELS: &[&str] = &["privileged", "baseline", "restricted"];

pub(super) fn find(sides: &Sides<'_>, risks: &mut Vec<Risk>) {
    if sides.is("", &["Namespace"]) {
        namespace(sides, risks);
        return;
    }
    let after = pod::spec(sides.group, sides.kind, sides.new);
    if !after.is_object() {
        return;
    }
    let before = pod::spec(sides.group, sides.kind, sides.old);
    let mut raised: Vec<String> = outright(after).difference(&outright(before)).cloned().collect();
    if sides.happened() == Happened::Changed {
        raised.extend(missing(after).difference(&missing(before)).cloned());
    }
    if !raised.is_empty() {
        risks.push(Risk::new(&PRIVILEGE_RAISED, format!("the Pod {}", listed(&raised))));
    }
}

fn is(value: &Value, key: &str, wanted: bool) -> bool {
    value.get(key).and_then(Value::as_bool) == Some(wanted)
}

/// What a Pod takes that is dangerous by itself.
fn outright(spec: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (field, value, what) in OUTRIGHT {
        if spec.get(*field) == Some(*value) {
            found.insert((*what).to_owned());
        }
    }
    for volume in field::list(spec, "volumes") {
        if let Some(path) = volume.pointer("/hostPath/path").and_then(Value::as_str) {
            found.insert(format!("mounts {path} of the node"));
        }
    }
    for container in pod::containers(spec) {
        let context = &container["securityContext"];
        if is(context, "privileged", true) {
            found.insert(format!("runs the container {} privileged", name(container)));
        }
        for capability in field::list(&context["capabilities"], "add") {
            let capability = capability.as_str().unwrap_or_default();
            found.insert(format!("gives the container {} {capability}", name(container)));
        }
    }
    found
}

/// Protections that a Pod does not have. A new one is told about by the checks of what is rendered.
fn missing(spec: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let of_pod = &spec["securityContext"];
    if !is(spec, "automountServiceAccountToken", false) {
        found.insert("gets a token for the API server".to_owned());
    }
    for container in pod::containers(spec) {
        let name = name(container);
        let context = &container["securityContext"];
        let either = |key: &str| context.get(key).or_else(|| of_pod.get(key));
        let mut lacks = |is_missing: bool, what: &str| {
            if is_missing {
                found.insert(format!("{what} in the container {name}"));
            }
        };
        let flag = |key: &str| either(key).and_then(Value::as_bool);
        lacks(flag("runAsNonRoot") != Some(true), "may run as root");
        lacks(either("runAsUser").and_then(Value::as_i64) == Some(0), "runs as root");
        lacks(!is(context, "allowPrivilegeEscalation", false), "may gain privileges");
        lacks(!is(context, "readOnlyRootFilesystem", true), "may write the image's files");
        let seccomp = either("seccompProfile").and_then(|profile| profile.get("type")?.as_str());
        lacks(matches!(seccomp, None | Some("Unconfined")), "may make every system call");
        let dropped = field::list(&context["capabilities"], "drop");
        lacks(!dropped.iter().any(|one| one == "ALL"), "keeps the runtime's capabilities");
    }
    found
}

fn namespace(sides: &Sides<'_>, risks: &mut Vec<Risk>) {
    const LABEL: &str = "pod-security.kubernetes.io/enforce";
    let level = |object: &Value| {
        let label = object.get("metadata")?.get("labels")?.get(LABEL)?.as_str()?.to_owned();
        LEVELS.iter().position(|level| *level == label)
    };
    let (before, after) = (level(sides.old), level(sides.new));
    if before > after && sides.happened() == Happened::Changed {
        let after = after.map_or("nothing", |level| LEVELS[level]);
        let message = format!("Pod Security enforces {after} where it enforced more");
        risks.push(Risk::new(&PRIVILEGE_RAISED, message).at(format!("metadata.labels[{LABEL:?}]")));
    }
}
