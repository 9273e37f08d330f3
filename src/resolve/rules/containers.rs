//! Sidecars and init containers: names, images, and ports that do not collide with the agent's.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    diagnostic::{
        Diagnostic,
        catalogue::rules::{
            CONTAINER_NAME, EMPTY_VALUE, FLOATING_TAG, PORT_TAKEN, SERVICE_PORT, SHARED_VOLUME,
        },
    },
    field::{list, text},
    field_path::FieldPath,
    gateway,
    image::Reference,
    notation::names,
    resolve::{
        Instance,
        rules::{GATEWAY, GATEWAY_PORT, added_containers, companions, volumes::is_data_volume},
    },
};

/// The containers of the rendered Pod.
const OURS: &[&str] = &["hermes", "openclaw", "prepare"];
/// The one that is there with `spec.gateways.signal.daemon`, and its port on the loopback that all containers share.
const SIGNAL: &str = "signal-cli";
const SIGNAL_PORT: u64 = 8085;

fn has_signal(instance: &Instance) -> bool {
    instance.is_on("spec.gateways.signal.enabled")
        && instance.get("spec.gateways.signal.daemon").is_some()
}

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let mut names: BTreeMap<&str, FieldPath> = BTreeMap::new();
    for (path, container) in added_containers(instance) {
        name(instance, found, &mut names, &path, container);
        image(instance, found, &path, container);
        port_names(instance, found, &path, container);
        data_mounts(instance, found, &path, container);
    }
    port_numbers(instance, found);
}

/// The name of a container that runs beside the agent, if there is one.
pub(super) fn one_beside(instance: &Instance) -> Option<&str> {
    let companion = companions::containers(instance).first().map(|(name, _)| *name);
    companion.or_else(|| has_signal(instance).then_some(SIGNAL)).or_else(|| {
        let (_, added) = added_containers(instance).find(|(path, added)| is_beside(path, added))?;
        Some(text(added, "name"))
    })
}

/// Whether a container runs beside the agent: a sidecar, or an init container that keeps running.
fn is_beside(path: &FieldPath, container: &Value) -> bool {
    !path.to_string().starts_with("spec.initContainers")
        || text(container, "restartPolicy") == "Always"
}

fn name<'a>(
    instance: &Instance,
    found: &mut Vec<Diagnostic>,
    names: &mut BTreeMap<&'a str, FieldPath>,
    path: &FieldPath,
    container: &'a Value,
) {
    let name = text(container, "name");
    let is_companion = companions::containers(instance).iter().any(|(ours, _)| *ours == name);
    let fault = if OURS.contains(&name) || is_companion || (name == SIGNAL && has_signal(instance))
    {
        format!("`{name}` is a container of the rendered Pod")
    } else if names::label(name).is_err() {
        format!("`{name}` is no name of a container")
    } else if let Some(first) = names.get(name) {
        format!("`{name}` is also the container at {first}")
    } else {
        names.insert(name, path.clone());
        return;
    };
    let problem = instance.problem(&CONTAINER_NAME, &path.clone().key("name"), fault);
    found.push(problem.help("choose another name, of lower-case letters, digits, and `-`"));
}

fn image(instance: &Instance, found: &mut Vec<Diagnostic>, path: &FieldPath, container: &Value) {
    let path = path.clone().key("image");
    let image = text(container, "image");
    if image.is_empty() {
        let message = format!("the container `{}` has no image", text(container, "name"));
        found.push(instance.problem(&EMPTY_VALUE, &path, message).help("name an image"));
    } else if let Some(tag) = Reference::of(image).floating_tag() {
        let message = format!("the tag `{tag}` of `{image}` names another image tomorrow");
        found.push(
            instance.problem(&FLOATING_TAG, &path, message).help("pin a version or a digest"),
        );
    }
}

fn port_names(
    instance: &Instance,
    found: &mut Vec<Diagnostic>,
    path: &FieldPath,
    container: &Value,
) {
    for (index, port) in list(container, "ports").iter().enumerate() {
        let name = text(port, "name");
        let fault = if name.is_empty() || names::port(name).is_ok() {
            (name == GATEWAY).then(|| "`gateway` is the agent's port".to_owned())
        } else {
            Some(format!("`{name}` is no name of a container port"))
        };
        if let Some(fault) = fault {
            let path = path.clone().key("ports").index(index).key("name");
            let problem = instance.problem(&SERVICE_PORT, &path, fault);
            found.push(problem.help(
                "use up to 15 lower-case letters, digits, and `-`, with a letter among them",
            ));
        }
    }
}

fn port_numbers(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let mut taken = BTreeMap::from([((GATEWAY_PORT, "TCP"), "the agent".to_owned())]);
    let gateways = instance.get("spec.gateways").unwrap_or(&Value::Null);
    for listener in gateway::listeners(gateways) {
        taken.insert((listener.port.into(), "TCP"), format!("the agent's `{}`", listener.name));
    }
    if has_signal(instance) {
        taken.insert((SIGNAL_PORT, "TCP"), format!("the container `{SIGNAL}`"));
    }
    for (name, ports) in companions::containers(instance) {
        taken.extend(
            ports.into_iter().map(|port| ((port, "TCP"), format!("the container `{name}`"))),
        );
    }
    for (path, container) in added_containers(instance) {
        if !is_beside(&path, container) {
            continue;
        }
        for (index, port) in list(container, "ports").iter().enumerate() {
            let Some(number) = port.get("containerPort").and_then(Value::as_u64) else { continue };
            let protocol = match text(port, "protocol") {
                "" => "TCP",
                protocol => protocol,
            };
            let path = path.clone().key("ports").index(index).key("containerPort");
            if let Some(owner) = taken.get(&(number, protocol)) {
                let message = format!("{owner} listens on {number} already");
                let problem = instance.problem(&PORT_TAKEN, &path, message);
                found.push(problem.help("choose another port"));
            } else {
                taken.insert(
                    (number, protocol),
                    format!("the container `{}`", text(container, "name")),
                );
            }
        }
    }
}

/// Containers that run beside the agent and may write its data.
fn data_mounts(
    instance: &Instance,
    found: &mut Vec<Diagnostic>,
    path: &FieldPath,
    container: &Value,
) {
    if !is_beside(path, container) {
        return;
    }
    for (index, mount) in list(container, "volumeMounts").iter().enumerate() {
        let read_only = mount.get("readOnly").and_then(Value::as_bool) == Some(true);
        if !read_only && is_data_volume(instance, text(mount, "name")) {
            let message =
                format!("`{}` can write the agent's data while it runs", text(container, "name"));
            let path = path.clone().key("volumeMounts").index(index);
            let problem = instance.problem(&SHARED_VOLUME, &path, message);
            found.push(problem.help("add `readOnly: true`"));
        }
    }
}
