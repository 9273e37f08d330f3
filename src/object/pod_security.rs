//! The Pod Security Standard `restricted`, as a cluster of Kubernetes 1.36 enforces it.
//!
//! Every container counts: init containers, sidecars, and ephemeral ones too. Pods for Windows are not a subject.

use serde_json::Value;

use crate::{
    diagnostic::catalogue::output as codes,
    field_path::PathRef,
    object::strict::{Fault, template},
};

/// Every setting of a workload's pod that a namespace which enforces `restricted` refuses.
pub fn check(object: &Value) -> Vec<Fault> {
    let mut pod = Pod { faults: Vec::new() };
    if let Some((template, steps)) = template(object) {
        pod.template(template, PathRef::Root, steps);
    }
    pod.faults
}

struct Pod {
    faults: Vec<Fault>,
}

/// What the pod says for all of its containers.
#[derive(Clone, Copy)]
struct Inherited {
    non_root: bool,
    seccomp: bool,
}

const VOLUMES: [&str; 8] = [
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

const SYSCTLS: [&str; 12] = [
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
];

const SELINUX_TYPES: [&str; 5] =
    ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";

impl Pod {
    fn refuse(&mut self, path: PathRef<'_>, message: impl Into<String>) {
        let code = &codes::POD_SECURITY;
        self.faults.push(Fault { code, path: path.to_path(), message: message.into() });
    }

    /// Walks down to the template. A path lives on the stack, so the steps are taken by recursion.
    fn template(&mut self, template: &Value, path: PathRef<'_>, steps: &[&str]) {
        if let [first, rest @ ..] = steps {
            return self.template(template, PathRef::Key(&path, first), rest);
        }
        self.annotations(&template["metadata"], PathRef::Key(&path, "metadata"));
        self.spec(&template["spec"], PathRef::Key(&path, "spec"));
    }

    /// The old way to choose an `AppArmor` profile still counts.
    fn annotations(&mut self, metadata: &Value, path: PathRef<'_>) {
        let parent = PathRef::Key(&path, "annotations");
        for (key, value) in metadata["annotations"].as_object().into_iter().flatten() {
            let profile = value.as_str().unwrap_or_default();
            let fine =
                ["", "runtime/default"].contains(&profile) || profile.starts_with("localhost/");
            if key.starts_with(APP_ARMOR) && !fine {
                self.refuse(
                    PathRef::Key(&parent, key),
                    "the AppArmor profile must not be switched off",
                );
            }
        }
    }

    fn spec(&mut self, spec: &Value, path: PathRef<'_>) {
        for (field, what) in [
            ("hostNetwork", "the network"),
            ("hostPID", "the processes"),
            ("hostIPC", "the shared memory"),
        ] {
            if spec[field] == true {
                self.refuse(
                    PathRef::Key(&path, field),
                    format!("the pod must not share {what} of the node"),
                );
            }
        }
        self.volumes(spec, path);
        let security = &spec["securityContext"];
        let security_path = PathRef::Key(&path, "securityContext");
        self.context(security, security_path);
        self.sysctls(security, security_path);
        let inherited = Inherited {
            non_root: security["runAsNonRoot"] == true,
            seccomp: security.get("seccompProfile").is_some(),
        };
        for field in ["initContainers", "containers", "ephemeralContainers"] {
            let parent = PathRef::Key(&path, field);
            for (index, container) in spec[field].as_array().into_iter().flatten().enumerate() {
                self.container(container, inherited, PathRef::Index(&parent, index));
            }
        }
    }

    fn volumes(&mut self, spec: &Value, path: PathRef<'_>) {
        let parent = PathRef::Key(&path, "volumes");
        for (index, volume) in spec["volumes"].as_array().into_iter().flatten().enumerate() {
            if !VOLUMES.iter().any(|kind| volume.get(kind).is_some()) {
                let kind = volume.as_object().and_then(|map| map.keys().find(|key| *key != "name"));
                let kind = kind.map_or("", String::as_str);
                let message = format!("a volume of the kind {kind:?} is not allowed");
                self.refuse(PathRef::Index(&parent, index), message);
            }
        }
    }

    fn sysctls(&mut self, security: &Value, path: PathRef<'_>) {
        let parent = PathRef::Key(&path, "sysctls");
        for (index, sysctl) in security["sysctls"].as_array().into_iter().flatten().enumerate() {
            let name = sysctl["name"].as_str().unwrap_or_default();
            if !SYSCTLS.contains(&name) {
                let at = PathRef::Index(&parent, index);
                self.refuse(PathRef::Key(&at, "name"), format!("the sysctl {name:?} is not safe"));
            }
        }
    }

    /// What may stand in the security context of a pod and of a container.
    fn context(&mut self, security: &Value, path: PathRef<'_>) {
        if security["runAsNonRoot"] == false {
            self.refuse(PathRef::Key(&path, "runAsNonRoot"), "runAsNonRoot must be true");
        }
        if security["runAsUser"].as_f64() == Some(0.0) {
            self.refuse(PathRef::Key(&path, "runAsUser"), "the user must not be root (0)");
        }
        self.profile(security, "seccompProfile", "seccomp", path);
        self.profile(security, "appArmorProfile", "AppArmor", path);
        if security["windowsOptions"]["hostProcess"] == true {
            let options = PathRef::Key(&path, "windowsOptions");
            self.refuse(
                PathRef::Key(&options, "hostProcess"),
                "a process of the node is not allowed",
            );
        }
        let selinux = &security["seLinuxOptions"];
        let at = PathRef::Key(&path, "seLinuxOptions");
        let option = |key: &str| selinux[key].as_str().unwrap_or_default();
        if !SELINUX_TYPES.contains(&option("type")) {
            let message = format!("the SELinux type {:?} is not allowed", option("type"));
            self.refuse(PathRef::Key(&at, "type"), message);
        }
        for key in ["user", "role"] {
            if !option(key).is_empty() {
                self.refuse(PathRef::Key(&at, key), format!("the SELinux {key} must not be set"));
            }
        }
    }

    fn profile(&mut self, security: &Value, field: &str, what: &str, path: PathRef<'_>) {
        if let Some(profile) = security.get(field)
            && !["RuntimeDefault", "Localhost"]
                .contains(&profile["type"].as_str().unwrap_or_default())
        {
            let at = PathRef::Key(&path, field);
            let message = format!("the {what} profile must be RuntimeDefault or Localhost");
            self.refuse(PathRef::Key(&at, "type"), message);
        }
    }

    fn container(&mut self, container: &Value, inherited: Inherited, path: PathRef<'_>) {
        let security = &container["securityContext"];
        let at = PathRef::Key(&path, "securityContext");
        self.context(security, at);
        if security.get("runAsNonRoot").is_none() && !inherited.non_root {
            let message = "runAsNonRoot must be true here or for the pod";
            self.refuse(PathRef::Key(&at, "runAsNonRoot"), message);
        }
        if security.get("seccompProfile").is_none() && !inherited.seccomp {
            let message = "a seccomp profile is needed here or for the pod";
            self.refuse(PathRef::Key(&at, "seccompProfile"), message);
        }
        if security["privileged"] == true {
            self.refuse(PathRef::Key(&at, "privileged"), "the container must not be privileged");
        }
        if security["allowPrivilegeEscalation"] != false {
            let message = "allowPrivilegeEscalation must be false";
            self.refuse(PathRef::Key(&at, "allowPrivilegeEscalation"), message);
        }
        if !["", "Default"].contains(&security["procMount"].as_str().unwrap_or_default()) {
            self.refuse(PathRef::Key(&at, "procMount"), "procMount must be Default");
        }
        self.capabilities(&security["capabilities"], PathRef::Key(&at, "capabilities"));
        self.ports(container, path);
        self.hosts(container, path);
    }

    fn capabilities(&mut self, capabilities: &Value, path: PathRef<'_>) {
        let list = |key: &str| capabilities[key].as_array().into_iter().flatten();
        if !list("drop").any(|name| name == "ALL") {
            self.refuse(PathRef::Key(&path, "drop"), "all capabilities must be dropped (ALL)");
        }
        let parent = PathRef::Key(&path, "add");
        for (index, name) in list("add").enumerate() {
            if name != "NET_BIND_SERVICE" {
                let message = format!("the capability {name} must not be added");
                self.refuse(PathRef::Index(&parent, index), message);
            }
        }
    }

    fn ports(&mut self, container: &Value, path: PathRef<'_>) {
        let parent = PathRef::Key(&path, "ports");
        for (index, port) in container["ports"].as_array().into_iter().flatten().enumerate() {
            if port["hostPort"].as_i64().is_some_and(|port| port != 0) {
                let at = PathRef::Index(&parent, index);
                self.refuse(PathRef::Key(&at, "hostPort"), "a port of the node must not be taken");
            }
        }
    }

    /// A probe or hook that names a host makes the node send requests elsewhere.
    fn hosts(&mut self, container: &Value, path: PathRef<'_>) {
        for field in ["startupProbe", "readinessProbe", "livenessProbe"] {
            self.handler(&container[field], PathRef::Key(&path, field));
        }
        let lifecycle = PathRef::Key(&path, "lifecycle");
        for field in ["postStart", "preStop"] {
            self.handler(&container["lifecycle"][field], PathRef::Key(&lifecycle, field));
        }
    }

    fn handler(&mut self, handler: &Value, path: PathRef<'_>) {
        for field in ["httpGet", "tcpSocket"] {
            let host = handler[field]["host"].as_str().unwrap_or_default();
            if !["", "127.0.0.1", "::1"].contains(&host) {
                let at = PathRef::Key(&path, field);
                self.refuse(PathRef::Key(&at, "host"), "the host must not be set");
            }
        }
    }
}

#[cfg(test)]
mod tests {
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
    fn the_pod_must_keep_away_from_the_node() {
        for field in ["hostNetwork", "hostPID", "hostIPC"] {
            with(&format!("/spec/{field}"), json!(true), &[&format!("spec.{field}")]);
        }
        let path = json!([{"name": "a", "hostPath": {"path": "/"}}]);
        with("/spec/volumes", path, &["spec.volumes[0]"]);
        with("/spec/volumes", json!([{"name": "a"}]), &["spec.volumes[0]"]);
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
}
