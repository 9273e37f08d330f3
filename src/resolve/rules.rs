//! Rules about what runs: what the schema accepts, and the agent, the API server, or the cluster does not.
//!
//! A rule is an error where no shape that works can be rendered, and where hermes-operator refuses too. Where one can,
//! it is a warning, and the pack renders that shape.

use serde_json::Value;

use crate::{diagnostic::Diagnostic, field_path::FieldPath, resolve::Instance};

mod access;
mod addresses;
mod availability;
mod companions;
mod config;
mod containers;
mod cron;
mod dashboard;
mod effects;
mod elsewhere;
mod environment;
mod gateways;
mod honcho;
mod image;
mod metadata;
mod migration;
mod model;
mod network_policy;
mod networking;
mod observability;
mod outside;
mod powers;
mod probes;
mod resources;
mod said_twice;
mod security;
mod self_configuration;
mod skills;
mod storage;
mod together;
mod tools;
mod volumes;
mod webhooks;
mod workspace;

pub use together::{ClaimUse, check_together};

/// Every rule, in the order of the fields that it reads.
const RULES: &[fn(&Instance, &mut Vec<Diagnostic>)] = &[
    metadata::check,
    image::check,
    model::check,
    config::check,
    said_twice::check,
    tools::check,
    workspace::check,
    skills::check,
    cron::check,
    environment::check,
    gateways::check,
    addresses::check,
    self_configuration::check,
    migration::check,
    storage::check,
    resources::check,
    security::check,
    access::check,
    network_policy::check,
    networking::check,
    dashboard::check,
    companions::check,
    observability::check,
    honcho::check,
    probes::check,
    containers::check,
    volumes::check,
    availability::check,
    effects::check,
    elsewhere::check,
    outside::check,
];

/// Reports everything about an instance that would not run, or not as its author thinks.
pub fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    for rule in RULES {
        rule(instance, found);
    }
}

/// The port of the agent's API server.
const GATEWAY_PORT: u64 = 8642;
/// The number that hermes-operator gives the same port.
const PEER_GATEWAY_PORT: u64 = 8443;
/// What that port is called in the container and in the Service.
const GATEWAY: &str = "gateway";

/// Whether the image's own init runs the agent, and not the start program.
fn is_s6(instance: &Instance) -> bool {
    instance.text(PROFILE) == Some("s6")
}
const PROFILE: &str = "spec.profile";

fn at(dotted: &str) -> FieldPath {
    FieldPath::of(dotted)
}

/// Whether a field is set to something: not unset, false, or empty.
fn is_asked(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(list)) => !list.is_empty(),
        Some(Value::Object(map)) => !map.is_empty(),
        Some(_) => true,
    }
}

/// The sidecars and init containers of an instance, each with its place.
fn added_containers(instance: &Instance) -> impl Iterator<Item = (FieldPath, &Value)> {
    ["spec.initContainers", "spec.sidecars"].into_iter().flat_map(move |field| {
        let items = instance.list(field).iter().enumerate();
        items.map(move |(index, item)| (at(field).index(index), item))
    })
}

#[cfg(test)]
mod tests;
