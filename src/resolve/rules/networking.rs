//! The Service and the routes to it: ports that something answers, and fields that belong together.

use std::net::IpAddr;

use serde_json::Value;

use crate::{
    diagnostic::{
        Diagnostic,
        catalogue::rules::{
            CLUSTER_ADDRESS, PORT_UNANSWERED, ROUTE_HOST, ROUTE_PARENT, ROUTE_PLAIN, ROUTE_PORT,
            ROUTE_TO_PLATFORMS, SERVICE_FIELD, SERVICE_PORT, TLS_HOST,
        },
    },
    field::{list, text},
    gateway,
    nearest::nearest,
    notation::names,
    resolve::{
        Instance,
        rules::{
            GATEWAY, GATEWAY_PORT, PEER_GATEWAY_PORT, added_containers, at, companions, is_asked,
        },
    },
};

const SERVICE: &str = "spec.networking.service";
const PORTS: &str = "spec.networking.service.ports";

/// Ports that the agent listens on when a variable asks for it.
const LISTENERS: &[(u64, &str)] = &[
    (3978, "TEAMS_CLIENT_ID"),
    (8080, "TWILIO_ACCOUNT_SID"),
    (8090, "WHATSAPP_CLOUD_PHONE_NUMBER_ID"),
    (8644, "WEBHOOK_ENABLED"),
    (8645, "WECOM_CALLBACK_CORP_ID"),
    (8645, "BLUEBUBBLES_SERVER_URL"),
    (8646, "MSGRAPH_WEBHOOK_ENABLED"),
    (8646, "LINE_CHANNEL_ACCESS_TOKEN"),
    (9119, "HERMES_DASHBOARD"),
];

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    if instance.get("spec.networking").is_none() {
        return;
    }
    service(instance, found);
    ports(instance, found);
    ingress(instance, found);
    http_route(instance, found);
}

/// The fields of a Service that its type does not have, each with the types that have it.
const TYPED: &[(&str, &[&str])] = &[
    ("externalTrafficPolicy", &["NodePort", "LoadBalancer"]),
    ("loadBalancerClass", &["LoadBalancer"]),
];

/// The type of the Service.
fn service_type(instance: &Instance) -> &str {
    instance.text("spec.networking.service.type").unwrap_or("ClusterIP")
}

fn service(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let Some(service) = instance.get(SERVICE) else { return };
    let kind = service_type(instance);
    for (field, types) in TYPED {
        if is_asked(service.get(field)) && !types.contains(&kind) {
            let message =
                format!("a Service of the type `{kind}` has no `{field}`; it is left out");
            let problem = instance.problem(&SERVICE_FIELD, &at(SERVICE).key(field), message);
            found.push(problem.help(format!("use the type `{}`", types[types.len() - 1])));
        }
    }
    let address = text(service, "clusterIP");
    let fault = match address {
        "" => return,
        "None" if kind == "ClusterIP" => return,
        "None" => format!("a Service of the type `{kind}` needs an address"),
        _ if address.parse::<IpAddr>().is_ok() => return,
        _ => format!("`{address}` is no IP address"),
    };
    let problem = instance.problem(&CLUSTER_ADDRESS, &at(SERVICE).key("clusterIP"), fault);
    found.push(problem.help("leave it out to have an address assigned"));
}

fn ports(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let ports = instance.list(PORTS);
    for (index, port) in ports.iter().enumerate() {
        let path = at(PORTS).index(index);
        let mut report = |code, key: &str, message: String, help: &str| {
            found.push(instance.problem(code, &path.clone().key(key), message).help(help));
        };
        let name = text(port, "name");
        if names::label(name).is_err() {
            let message = format!("`{name}` is no name of a port");
            report(&SERVICE_PORT, "name", message, "use lower-case letters, digits, and `-`");
        }
        for key in ["targetPort", "nodePort"] {
            let value = port.get(key).and_then(Value::as_i64);
            if let Some(value) = value.filter(|value| !(0..=65535).contains(value)) {
                let message = format!("`{value}` is no number of a port");
                report(&SERVICE_PORT, key, message, "write a number from 1 to 65535");
            }
        }
        if number(port, "nodePort").is_some() && service_type(instance) == "ClusterIP" {
            let message = "a Service of the type `ClusterIP` has no node ports; it is left out";
            report(&SERVICE_FIELD, "nodePort", message.to_owned(), "use the type `NodePort`");
        }
        let is_same = |other: &&Value| {
            other.get("port") == port.get("port") && protocol(other) == protocol(port)
        };
        if let Some(first) = ports[..index].iter().find(is_same) {
            let message = format!("the port number is the one of `{}`", text(first, "name"));
            report(&SERVICE_PORT, "port", message, "give each port a number of its own");
        }
        if let Some(target) = unanswered_target(instance, port) {
            let message = format!("nothing in the Pod is known to listen on {target}");
            let help =
                "name the number that something listens on as `targetPort`, or leave the port out";
            let key = if number(port, "targetPort").is_some() { "targetPort" } else { "port" };
            report(&PORT_UNANSWERED, key, message, help);
        }
    }
}

/// Zero is unset, as in Kubernetes.
fn number(port: &Value, key: &str) -> Option<u64> {
    port.get(key).and_then(Value::as_u64).filter(|number| *number != 0)
}

/// The number that a port leads to, if nothing is known to listen there.
fn unanswered_target(instance: &Instance, port: &Value) -> Option<u64> {
    let target = number(port, "targetPort");
    if target.is_none() && text(port, "name") == GATEWAY && protocol(port) == "TCP" {
        return None;
    }
    let target = target.or(number(port, "port"))?;
    // The number that hermes-operator gives the agent leads to where the agent really is.
    (target != PEER_GATEWAY_PORT && !is_answered(instance, target)).then_some(target)
}

fn protocol(port: &Value) -> &str {
    match text(port, "protocol") {
        "" => "TCP",
        protocol => protocol,
    }
}

/// Whether something in the Pod is known to listen on a port.
pub(super) fn is_answered(instance: &Instance, port: u64) -> bool {
    let is_named =
        |name: &str| instance.list("spec.env").iter().any(|item| text(item, "name") == name);
    // What an `envFrom` brings cannot be seen from here.
    let may_be_asked = |name| is_named(name) || !instance.list("spec.envFrom").is_empty();
    port == GATEWAY_PORT
        || companions::containers(instance).iter().any(|(_, ports)| ports.contains(&port))
        || LISTENERS.iter().any(|(number, name)| *number == port && may_be_asked(name))
        || is_answered_by_sidecar(instance, port)
}

/// Whether a container beside the agent's names a port.
pub(super) fn is_answered_by_sidecar(instance: &Instance, port: u64) -> bool {
    added_containers(instance)
        .flat_map(|(_, container)| list(container, "ports"))
        .any(|entry| entry.get("containerPort").and_then(Value::as_u64) == Some(port))
}

/// A route leads to the platforms that call the agent, and to its API if it says so or there are none.
fn destination(instance: &Instance, found: &mut Vec<Diagnostic>, route: &str) {
    let gateways = instance.get("spec.gateways").unwrap_or(&Value::Null);
    let says = |field| is_asked(instance.get(&format!("{route}.{field}")));
    if says("path") || says("servicePortName") || gateway::listeners(gateways).is_empty() {
        route_port(instance, found, &format!("{route}.servicePortName"));
        return;
    }
    let message = "only the paths of the platforms that call the agent are opened, and not its API";
    let problem = instance.problem(&ROUTE_TO_PLATFORMS, &at(route), message);
    found.push(problem.help("write `path: /` to open the API too"));
}

/// A route leads to a port by its name, `gateway` where it does not say.
fn route_port(instance: &Instance, found: &mut Vec<Diagnostic>, field: &str) {
    let name = instance.text(field).unwrap_or(GATEWAY);
    let ports = instance.list(PORTS);
    let names: Vec<_> = match ports {
        [] => vec![GATEWAY],
        ports => ports.iter().map(|port| text(port, "name")).collect(),
    };
    if !names.contains(&name) {
        let near = nearest(name, names.iter().copied()).unwrap_or(names[0]);
        let message = format!("the Service has no port `{name}`");
        let problem = instance.problem(&ROUTE_PORT, &at(field), message);
        found.push(problem.help(format!("write `servicePortName: {near}`")));
    }
}

fn ingress(instance: &Instance, found: &mut Vec<Diagnostic>) {
    const FIELD: &str = "spec.networking.ingress";
    let Some(ingress) =
        instance.get(FIELD).filter(|_| instance.is_on("spec.networking.ingress.enabled"))
    else {
        return;
    };
    let host = text(ingress, "host");
    if host.is_empty() {
        let message = "the Ingress has no host, so it answers for every name";
        let problem = instance.problem(&ROUTE_HOST, &at(FIELD).key("host"), message);
        found.push(problem.help("write the name under which the agent is reached"));
    }
    for (index, tls) in list(ingress, "tls").iter().enumerate() {
        let mut hosts = list(tls, "hosts").iter().filter_map(Value::as_str).peekable();
        if !host.is_empty() && hosts.peek().is_some() && !hosts.any(|pattern| covers(pattern, host))
        {
            let message = format!("the certificate is not used for `{host}`");
            let problem = instance.problem(
                &TLS_HOST,
                &at(FIELD).key("tls").index(index).key("hosts"),
                message,
            );
            found.push(problem.help(format!("add `{host}`")));
        }
    }
    if list(ingress, "tls").is_empty() {
        let message =
            "the Ingress has no certificate: keys and what is said cross the network as they are";
        let problem = instance.problem(&ROUTE_PLAIN, &at(FIELD), message);
        found.push(problem.help("name the certificate's Secret in `tls`"));
    }
    destination(instance, found, FIELD);
}

/// Whether a host is the same, or one label below `*.`.
fn covers(pattern: &str, host: &str) -> bool {
    let wild = pattern.strip_prefix("*.").zip(host.split_once('.').map(|(_, domain)| domain));
    pattern.eq_ignore_ascii_case(host)
        || wild.is_some_and(|(pattern, domain)| pattern.eq_ignore_ascii_case(domain))
}

fn http_route(instance: &Instance, found: &mut Vec<Diagnostic>) {
    const FIELD: &str = "spec.networking.httpRoute";
    let Some(route) =
        instance.get(FIELD).filter(|_| instance.is_on("spec.networking.httpRoute.enabled"))
    else {
        return;
    };
    if list(route, "parentRefs").is_empty() {
        let message = "the HTTPRoute names no Gateway, so nothing leads to it";
        let problem = instance.problem(&ROUTE_PARENT, &at(FIELD).key("parentRefs"), message);
        found.push(problem.help("name a Gateway in `parentRefs`"));
    }
    if list(route, "hostnames").is_empty() {
        let message = "the HTTPRoute has no host name, so it answers for every name of its Gateway";
        let problem = instance.problem(&ROUTE_HOST, &at(FIELD).key("hostnames"), message);
        found.push(problem.help("write the names under which the agent is reached"));
    }
    destination(instance, found, FIELD);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_covers_one_label() {
        assert!(covers("*.example.com", "agent.example.com"));
        assert!(covers("Agent.example.com", "agent.example.com"));
        assert!(!covers("*.example.com", "a.agent.example.com"));
        assert!(!covers("*.example.com", "example.com"));
        assert!(!covers("www.example.com", "agent.example.com"));
    }
}
