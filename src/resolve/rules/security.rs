//! Users, privileges, certificates, and accounts: what the chosen profile can run with.

use serde_json::Value;

use crate::{
    agent::{self, Entrypoint},
    diagnostic::{
        Diagnostic,
        catalogue::rules::{
            CA_BUNDLE, NOT_RESTRICTED, OTHER_USER, PROCESSES_IN_SIGHT, S6_KEY, S6_UNPROVEN,
            S6_USER, SERVICE_ACCOUNT, SHARED_PROCESSES,
        },
    },
    field::{entries, list, text},
    field_path::FieldPath,
    object::pod_security::standard,
    resolve::{
        Instance, Origin,
        rules::{PROFILE, added_containers, at, containers, is_asked, is_s6},
    },
};

const PROCESSES: &str = "spec.shareProcessNamespace";
const POD: &str = "spec.security.podSecurityContext";
const CONTAINER: &str = "spec.security.containerSecurityContext";
/// The user and group of the image's files.
const AGENT_USER: i64 = 10000;

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    if is_s6(instance) {
        s6(instance, found);
    } else {
        restricted(instance, found);
    }
    ca_bundle(instance, found);
    service_account(instance, found);
}

fn s6(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let image = instance.get("spec.image").unwrap_or(&Value::Null);
    let message = match agent::agent_version(image).release.entrypoint {
        Entrypoint::Tini => {
            "the image of this version has no s6: its own start script runs as root"
        }
        Entrypoint::S6 | Entrypoint::Dispatch => {
            "the profile `s6` starts as root and has not been proven"
        }
    };
    found.push(
        instance
            .problem(&S6_UNPROVEN, &at(PROFILE), message)
            .help("the default profile `restricted` needs no root"),
    );
    for field in [POD, CONTAINER] {
        let Some(context) = instance.get(field) else { continue };
        let user = context.get("runAsUser").and_then(Value::as_i64).is_some_and(|user| user != 0);
        let not_root = context.get("runAsNonRoot").and_then(Value::as_bool) == Some(true);
        for (key, breaks) in [("runAsUser", user), ("runAsNonRoot", not_root)] {
            if breaks {
                let message = format!("the profile `s6` starts as root, which `{key}` forbids");
                found.push(
                    instance
                        .problem(&S6_USER, &at(field).key(key), message)
                        .help("leave it out, or use the profile `restricted`"),
                );
            }
        }
    }
    capabilities_of_s6(instance, found);
    key_of_s6(instance, found);
    if instance.is_on(PROCESSES) {
        let message = "the image's init has to be process 1, so processes are not shared";
        found.push(
            instance
                .problem(&SHARED_PROCESSES, &at(PROCESSES), message)
                .help("leave it out, or use the profile `restricted`"),
        );
    }
}

/// The init changes owners and users, for which it needs capabilities.
fn capabilities_of_s6(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let Some(capabilities) =
        instance.get(CONTAINER).and_then(|context| context.get("capabilities"))
    else {
        return;
    };
    let drops_all = list(capabilities, "drop").iter().any(|name| name == "ALL");
    let adds = |wanted: &str| list(capabilities, "add").iter().any(|name| name == wanted);
    if drops_all && !["CHOWN", "DAC_OVERRIDE", "SETGID", "SETUID"].into_iter().all(adds) {
        let message = "the image's init cannot change owners and users without capabilities";
        found.push(
            instance
                .problem(&S6_USER, &at(CONTAINER).key("capabilities"), message)
                .help("add CHOWN, DAC_OVERRIDE, SETGID, and SETUID, or leave `capabilities` out"),
        );
    }
}

/// The start program makes no key in this profile, and without one nothing answers the probes.
fn key_of_s6(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let variables = instance.list("spec.env");
    let is_given = is_asked(instance.get("spec.apiServer.keySecretRef"))
        || !instance.list("spec.envFrom").is_empty()
        || variables.iter().any(|variable| text(variable, "name") == "API_SERVER_KEY");
    if !is_given {
        let message = "the profile `s6` has no key for the API server";
        found.push(
            instance
                .problem(&S6_KEY, &at(PROFILE), message)
                .help("name a Secret in `spec.apiServer.keySecretRef`"),
        );
    }
}

fn restricted(instance: &Instance, found: &mut Vec<Diagnostic>) {
    for field in [POD, CONTAINER] {
        if let Some(context) = instance.get(field) {
            context_is_restricted(instance, found, &at(field), context);
            other_user(instance, found, field, context);
        }
    }
    if let Some(pod) = instance.get(POD) {
        for (index, sysctl) in list(pod, "sysctls").iter().enumerate() {
            let name = text(sysctl, "name");
            if !standard::SYSCTLS.contains(&name) {
                let path = at(POD).key("sysctls").index(index).key("name");
                forbidden(instance, found, &path, &format!("the kernel parameter `{name}`"));
            }
        }
    }
    for (path, container) in added_containers(instance) {
        if let Some(context) = container.get("securityContext") {
            context_is_restricted(instance, found, &path.clone().key("securityContext"), context);
        }
        for (index, port) in list(container, "ports").iter().enumerate() {
            if port.get("hostPort").and_then(Value::as_i64).is_some_and(|port| port != 0) {
                let path = path.clone().key("ports").index(index).key("hostPort");
                forbidden(instance, found, &path, "a port of the node");
            }
        }
    }
    volumes_are_restricted(instance, found);
    processes_in_sight(instance, found);
}

/// All containers run as one user, so nothing but a process namespace stands between them.
fn processes_in_sight(instance: &Instance, found: &mut Vec<Diagnostic>) {
    if let Some(name) = containers::one_beside(instance).filter(|_| instance.is_on(PROCESSES)) {
        let message =
            format!("`{name}` and the agent read each other's environment and files in /proc");
        let problem = instance.problem(&PROCESSES_IN_SIGHT, &at(PROCESSES), message);
        found.push(problem.help("leave it out: each container then has its own processes"));
    }
}

fn context_is_restricted(
    instance: &Instance,
    found: &mut Vec<Diagnostic>,
    path: &FieldPath,
    context: &Value,
) {
    let flag = |key: &str| context.get(key).and_then(Value::as_bool);
    let nested = |outer: &str, key: &str| context.get(outer).map_or("", |inner| text(inner, key));
    let mut forbid = |keys: &[&str], what: &str| {
        let path = keys.iter().fold(path.clone(), |path, key| path.key(key));
        forbidden(instance, found, &path, what);
    };
    if context.get("runAsUser").and_then(Value::as_i64) == Some(0) {
        forbid(&["runAsUser"], "the user root");
    }
    if flag("runAsNonRoot") == Some(false) {
        forbid(&["runAsNonRoot"], "a start as root");
    }
    if flag("privileged") == Some(true) {
        forbid(&["privileged"], "a privileged container");
    }
    if flag("allowPrivilegeEscalation") == Some(true) {
        forbid(&["allowPrivilegeEscalation"], "privilege escalation");
    }
    for profile in ["seccompProfile", "appArmorProfile"] {
        if nested(profile, "type") == "Unconfined" {
            forbid(&[profile, "type"], "an unconfined process");
        }
    }
    if !standard::PROC_MOUNTS.contains(&text(context, "procMount")) {
        forbid(&["procMount"], "an unmasked /proc");
    }
    if !standard::SELINUX_TYPES.contains(&nested("seLinuxOptions", "type")) {
        forbid(&["seLinuxOptions", "type"], "this SELinux type");
    }
    for key in ["user", "role"] {
        if !nested("seLinuxOptions", key).is_empty() {
            forbid(&["seLinuxOptions", key], "a set SELinux user or role");
        }
    }
    let windows = context.get("windowsOptions").and_then(|options| options.get("hostProcess"));
    if windows.and_then(Value::as_bool) == Some(true) {
        forbid(&["windowsOptions", "hostProcess"], "a process of the host");
    }
    if let Some(capabilities) = context.get("capabilities") {
        let added = list(capabilities, "add").iter().filter_map(Value::as_str);
        for capability in added.filter(|name| !standard::CAPABILITIES.contains(name)) {
            forbid(&["capabilities", "add"], &format!("the capability {capability}"));
        }
        let drop = list(capabilities, "drop");
        if !drop.is_empty() && !drop.iter().any(|name| name == "ALL") {
            forbid(&["capabilities", "drop"], "keeping capabilities: drop `ALL`");
        }
    }
}

fn forbidden(instance: &Instance, found: &mut Vec<Diagnostic>, path: &FieldPath, what: &str) {
    let message = format!("the Pod Security Standard `restricted` does not allow {what}");
    found.push(
        instance
            .problem(&NOT_RESTRICTED, path, message)
            .help("leave it out, or use the profile `s6` if the agent needs root"),
    );
}

/// Volumes of the node, and network volumes that are given without a claim.
fn volumes_are_restricted(instance: &Instance, found: &mut Vec<Diagnostic>) {
    for (index, volume) in instance.list("spec.extraVolumes").iter().enumerate() {
        for key in volume.as_object().into_iter().flat_map(|map| map.keys()) {
            if key != "name" && !standard::VOLUMES.contains(&key.as_str()) {
                let path = at("spec.extraVolumes").index(index).key(key);
                forbidden(instance, found, &path, &format!("a volume of the type `{key}`"));
            }
        }
    }
}

/// An explicit user is rendered, and is probably taken over from another image.
fn other_user(instance: &Instance, found: &mut Vec<Diagnostic>, field: &str, context: &Value) {
    for key in ["runAsUser", "runAsGroup", "fsGroup"] {
        let Some(id) = context.get(key).and_then(Value::as_i64) else { continue };
        let path = at(field).key(key);
        let refused = key == "runAsUser" && id == 0;
        let set = !matches!(instance.origin(&path), Origin::Pack);
        if id != AGENT_USER && !refused && set {
            let message = format!("the image's files belong to {AGENT_USER}, and `{key}` is {id}");
            found.push(instance.problem(&OTHER_USER, &path, message).help("leave it out"));
        }
    }
}

fn ca_bundle(instance: &Instance, found: &mut Vec<Diagnostic>) {
    const FIELD: &str = "spec.security.caBundle";
    let Some(bundle) = instance.get(FIELD) else { return };
    // The pack gives the name of the key, so the map is always there.
    if instance.origin(&at(FIELD)) == Origin::Pack {
        return;
    }
    let message = match (is_asked(bundle.get("configMapName")), is_asked(bundle.get("secretName")))
    {
        (true, true) => "the CA bundle names two sources, and the ConfigMap is used",
        (false, false) => "the CA bundle names no source, so nothing is mounted",
        _ => return,
    };
    let problem = instance.problem(&CA_BUNDLE, &at(FIELD), message);
    found.push(problem.help("name either `configMapName` or `secretName`"));
}

fn service_account(instance: &Instance, found: &mut Vec<Diagnostic>) {
    const FIELD: &str = "spec.security.rbac";
    let Some(rbac) = instance.get(FIELD) else { return };
    let creates = rbac.get("createServiceAccount").and_then(Value::as_bool);
    let name = text(rbac, "serviceAccountName");
    if creates == Some(false) && name.is_empty() {
        let message = "the Pod runs as the ServiceAccount `default` of its namespace";
        let problem =
            instance.problem(&SERVICE_ACCOUNT, &at(FIELD).key("createServiceAccount"), message);
        found.push(problem.help("name one in `serviceAccountName`"));
    } else if creates != Some(false) && !name.is_empty() {
        let message =
            format!("`{name}` is not used: an account with the name of the instance is made");
        let problem =
            instance.problem(&SERVICE_ACCOUNT, &at(FIELD).key("serviceAccountName"), message);
        found.push(problem.help("write `createServiceAccount: false` to use it"));
    }
    if creates == Some(false) && entries(rbac, "annotations").next().is_some() {
        let message = "the annotations have no ServiceAccount to go to";
        found.push(instance.problem(&SERVICE_ACCOUNT, &at(FIELD).key("annotations"), message));
    }
}
