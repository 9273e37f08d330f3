use serde_json::json;

use super::*;

fn good() -> Value {
    json!({
        "kind": "Pod",
        "spec": {
            "securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [{
                "name": "agent",
                "securityContext": {
                    "allowPrivilegeEscalation": false,
                    "capabilities": {"drop": ["ALL"]},
                },
            }],
            "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}],
        },
    })
}

fn found(object: &Value) -> Vec<String> {
    check(object).into_iter().map(|fault| fault.path.to_string()).collect()
}

/// Sets the value at a JSON pointer of the good pod, and expects the faults at these paths.
#[track_caller]
fn with(pointer: &str, value: Value, expected: &[&str]) {
    let mut pod = good();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let mut place = &mut pod;
    for step in parent.split('/').skip(1) {
        place = match step.parse::<usize>() {
            Ok(index) => &mut place[index],
            Err(_) => &mut place[step],
        };
    }
    place[key] = value;
    assert_eq!(found(&pod), expected, "{pointer}");
}

#[test]
fn a_tight_pod_passes_and_so_does_what_has_no_pod() {
    assert_eq!(found(&good()), [""; 0]);
    assert_eq!(found(&json!({"kind": "Service", "spec": {}})), [""; 0]);
    let container = "/spec/containers/0/securityContext";
    with(&format!("{container}/runAsUser"), json!(10_000), &[]);
    with(&format!("{container}/procMount"), json!("Default"), &[]);
    with(&format!("{container}/seLinuxOptions"), json!({"type": "container_t"}), &[]);
    let bind = json!({"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]});
    with(&format!("{container}/capabilities"), bind, &[]);
    with("/spec/containers/0/livenessProbe", json!({"httpGet": {"host": "127.0.0.1"}}), &[]);
    with("/spec/hostNetwork", json!(false), &[]);
}

#[test]
fn a_volume_without_a_kind_is_an_empty_directory() {
    with("/spec/volumes", json!([{"name": "scratch"}]), &[]);
    with("/spec/volumes", json!([{"name": "a", "hostPath": {}}]), &["spec.volumes[0]"]);
}

#[test]
fn an_image_as_a_volume_passes() {
    with("/spec/volumes", json!([{"name": "a", "image": {"reference": "data:1"}}]), &[]);
}

#[test]
fn the_pod_must_keep_away_from_the_node() {
    for field in ["hostNetwork", "hostPID", "hostIPC"] {
        with(&format!("/spec/{field}"), json!(true), &[&format!("spec.{field}")]);
    }
    let path = json!([{"name": "a", "hostPath": {"path": "/"}}]);
    with("/spec/volumes", path, &["spec.volumes[0]"]);
    with("/spec/volumes", json!([{"name": "a", "nfs": {}}]), &["spec.volumes[0]"]);
    let port = json!([{"containerPort": 1, "hostPort": 1}]);
    with("/spec/containers/0/ports", port, &["spec.containers[0].ports[0].hostPort"]);
    let sysctls = json!([{"name": "kernel.msgmax", "value": "1"}]);
    with("/spec/securityContext/sysctls", sysctls, &["spec.securityContext.sysctls[0].name"]);
}

#[test]
fn the_user_must_not_be_root() {
    let pod = "spec.securityContext";
    let container = "spec.containers[0].securityContext";
    with("/spec/securityContext/runAsUser", json!(0), &[&format!("{pod}.runAsUser")]);
    with(
        "/spec/containers/0/securityContext/runAsUser",
        json!(0),
        &[&format!("{container}.runAsUser")],
    );
    with(
        "/spec/containers/0/securityContext/runAsNonRoot",
        json!(false),
        &[&format!("{container}.runAsNonRoot")],
    );
    with(
        "/spec/securityContext/runAsNonRoot",
        json!(false),
        &[&format!("{pod}.runAsNonRoot"), &format!("{container}.runAsNonRoot")],
    );
}

#[test]
fn privileges_and_profiles() {
    let at = |field: &str| format!("spec.containers[0].securityContext.{field}");
    let table = [
        ("privileged", json!(true), at("privileged")),
        ("allowPrivilegeEscalation", json!(true), at("allowPrivilegeEscalation")),
        ("allowPrivilegeEscalation", json!(null), at("allowPrivilegeEscalation")),
        ("procMount", json!("Unmasked"), at("procMount")),
        ("capabilities", json!({}), at("capabilities.drop")),
        ("capabilities", json!({"drop": ["KILL"]}), at("capabilities.drop")),
        ("capabilities", json!({"drop": ["ALL"], "add": ["CHOWN"]}), at("capabilities.add[0]")),
        ("seccompProfile", json!({"type": "Unconfined"}), at("seccompProfile.type")),
        ("appArmorProfile", json!({"type": "Unconfined"}), at("appArmorProfile.type")),
        ("seLinuxOptions", json!({"type": "spc_t"}), at("seLinuxOptions.type")),
        ("seLinuxOptions", json!({"user": "root"}), at("seLinuxOptions.user")),
        ("windowsOptions", json!({"hostProcess": true}), at("windowsOptions.hostProcess")),
    ];
    for (field, value, expected) in table {
        with(&format!("/spec/containers/0/securityContext/{field}"), value, &[&expected]);
    }
    with("/spec/securityContext", json!({"runAsNonRoot": true}), &[&at("seccompProfile")]);
    with(
        "/spec/securityContext",
        json!({"seccompProfile": {"type": "Localhost"}}),
        &[&at("runAsNonRoot")],
    );
    let host = json!({"preStop": {"tcpSocket": {"host": "example.org", "port": 1}}});
    with(
        "/spec/containers/0/lifecycle",
        host,
        &["spec.containers[0].lifecycle.preStop.tcpSocket.host"],
    );
    let annotation = json!({"annotations": {format!("{APP_ARMOR}agent"): "unconfined"}});
    with("/metadata", annotation, &[&format!("metadata.annotations[\"{APP_ARMOR}agent\"]")]);
}

#[test]
fn no_container_is_left_out() {
    for field in ["initContainers", "ephemeralContainers"] {
        let at = format!("spec.{field}[0].securityContext");
        with(
            &format!("/spec/{field}"),
            json!([{"name": "other", "restartPolicy": "Always"}]),
            &[&format!("{at}.allowPrivilegeEscalation"), &format!("{at}.capabilities.drop")],
        );
    }
}

#[test]
fn the_pod_of_every_workload_is_found() {
    for (kind, pointer) in
        [("StatefulSet", "spec.template"), ("CronJob", "spec.jobTemplate.spec.template")]
    {
        let mut object = json!({"spec": {"hostPID": true, "containers": []}});
        for step in pointer.split('.').rev() {
            object = json!({step: object});
        }
        object["kind"] = json!(kind);
        assert_eq!(found(&object), [format!("{pointer}.spec.hostPID")]);
    }
}
