//! The Pod Security Standard `restricted`, as a cluster of Kubernetes 1.36 enforces it.
//!
//! Every container counts: init containers, sidecars, and ephemeral ones too. Pods for Windows are not a subject.

use serde_json::Value;

use crate::{
    diagnostic::catalogue::output as codes,
    field_path::PathRef,
    object::strict::{Fault, template},
};

mod container;
pub mod standard;
#[cfg(test)]
mod tests;

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
            if !standard::VOLUMES.iter().any(|kind| volume.get(kind).is_some()) {
                let kind = volume.as_object().and_then(|map| map.keys().find(|key| *key != "name"));
                // The API server makes an empty directory of a volume that says nothing of its kind.
                let Some(kind) = kind else { continue };
                let message = format!("a volume of the kind {kind:?} is not allowed");
                self.refuse(PathRef::Index(&parent, index), message);
            }
        }
    }

    fn sysctls(&mut self, security: &Value, path: PathRef<'_>) {
        let parent = PathRef::Key(&path, "sysctls");
        for (index, sysctl) in security["sysctls"].as_array().into_iter().flatten().enumerate() {
            let name = sysctl["name"].as_str().unwrap_or_default();
            if !standard::SYSCTLS.contains(&name) {
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
        if !standard::SELINUX_TYPES.contains(&option("type")) {
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
}
