//! What one container says.

use serde_json::Value;

use crate::{
    field_path::PathRef,
    object::pod_security::{Inherited, Pod, standard},
};

impl Pod {
    pub(super) fn container(&mut self, container: &Value, inherited: Inherited, path: PathRef<'_>) {
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
        if !standard::PROC_MOUNTS.contains(&security["procMount"].as_str().unwrap_or_default()) {
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
            if !standard::CAPABILITIES.iter().any(|allowed| name == allowed) {
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
