//! Companions beside the agent: what each needs to start, and what it opens.

use serde_json::Value;

use crate::{
    diagnostic::{
        Diagnostic,
        catalogue::rules::{
            COMPANION_OPENS, EMPTY_VALUE, FLOATING_TAG, SHARED_VOLUME, TAILSCALE_KEY, TERMINAL_OPEN,
        },
    },
    image::Reference,
    resolve::{
        Instance,
        rules::{at, is_asked},
    },
};

/// Each companion whose image the user chooses, and what it opens.
const CHOSEN: &[(&str, &str)] = &[
    ("spec.observability.collector", ""),
    ("spec.ollama", ""),
    ("spec.webTerminal", "who has its password has a shell beside the agent and sees its volume"),
    ("spec.browser", "every container of the Pod drives the browser without being asked who it is"),
];

/// Each companion in the Pod: its field, its container, and the ports that it takes.
const IN_THE_POD: &[(&str, &str, &[u64])] = &[
    ("spec.dashboard", "dashboard", &[9119]),
    ("spec.observability.collector", "collector", &[4318]),
    ("spec.tailscale", "tailscale", &[]),
    ("spec.webTerminal", "terminal", &[7681]),
    ("spec.browser", "browser", &[9222]),
];

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    for (field, opens) in CHOSEN.iter().filter(|(field, _)| is_on(instance, field)) {
        image(instance, found, field);
        if !opens.is_empty() {
            let problem = instance.problem(&COMPANION_OPENS, &at(field).key("enabled"), *opens);
            found.push(problem);
        }
    }
    if is_on(instance, "spec.tailscale") {
        tailscale(instance, found);
    }
    if is_on(instance, "spec.webTerminal") {
        terminal(instance, found);
    }
}

/// Whether a companion is enabled.
pub(super) fn is_on(instance: &Instance, field: &str) -> bool {
    instance.is_on(&format!("{field}.enabled"))
}

/// The containers of companions that run in the agent's Pod, each with the ports that it takes.
pub(super) fn containers(instance: &Instance) -> Vec<(&'static str, Vec<u64>)> {
    let on = IN_THE_POD.iter().filter(|(field, ..)| is_on(instance, field));
    let mut containers: Vec<_> = on.map(|(_, name, ports)| (*name, ports.to_vec())).collect();
    if let Some((_, ports)) = containers.iter_mut().find(|(name, _)| *name == "collector") {
        let port = instance.get("spec.observability.metrics.port").and_then(Value::as_u64);
        ports.push(port.unwrap_or(9464));
    }
    containers
}

fn image(instance: &Instance, found: &mut Vec<Diagnostic>, field: &str) {
    let path = at(field).key("image");
    let image = instance.text(&format!("{field}.image")).unwrap_or_default();
    if image.is_empty() {
        let name = field.rsplit('.').next().unwrap_or(field);
        let message = format!("`{name}` has no image");
        found.push(instance.problem(&EMPTY_VALUE, &path, message).help("name an image"));
    } else if let Some(tag) = Reference::of(image).floating_tag() {
        let message = format!("the tag `{tag}` of `{image}` names another image tomorrow");
        let problem = instance.problem(&FLOATING_TAG, &path, message);
        found.push(problem.help("pin a version or a digest"));
    }
}

fn tailscale(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let path = at("spec.tailscale");
    if !is_asked(instance.get("spec.tailscale.authKey.secretRef.name")) {
        let message = "Tailscale has no key, so it waits for someone to open an address of its log";
        let problem = instance.problem(&TAILSCALE_KEY, &path.clone().key("authKey"), message);
        found.push(
            problem.help("name the Secret of a reusable, ephemeral key in `authKey.secretRef`"),
        );
    }
    let message = "the agent's API is open to every machine that the access rules of your Tailscale network let in";
    found.push(instance.problem(&COMPANION_OPENS, &path.key("enabled"), message));
}

fn terminal(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let path = at("spec.webTerminal");
    if !is_asked(instance.get("spec.webTerminal.credentialSecretRef.name")) {
        let message = "the terminal asks for no password: who reaches it has a shell";
        let problem = instance.problem(&TERMINAL_OPEN, &path.clone().key("enabled"), message);
        found.push(problem.help("name a Secret with `NAME:PASSWORD` in `credentialSecretRef`"));
    }
    if instance.get("spec.webTerminal.readOnly").and_then(Value::as_bool) == Some(false) {
        let message = "who is in the terminal can write the agent's data while it runs";
        let problem = instance.problem(&SHARED_VOLUME, &path.key("readOnly"), message);
        found.push(problem.help("leave `readOnly` out"));
    }
}
