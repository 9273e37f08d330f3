//! Who reaches whom: traffic that a policy allows now and did not before, and doors to the outside.

use serde_json::Value;

use crate::{
    diagnostic::{
        Code,
        catalogue::change::{EGRESS_OPENED, EXPOSED, INGRESS_OPENED},
    },
    diff::Happened,
    field,
    risk::{Risk, Sides, listed},
};

pub(super) fn find(sides: &Sides<'_>, risks: &mut Vec<Risk>) {
    if sides.is("networking.k8s.io", &["NetworkPolicy"]) && sides.happened() != Happened::Added {
        for direction in DIRECTIONS {
            risks.extend(opened(sides, direction));
        }
    }
    exposed(sides, risks);
}

/// One way that traffic goes.
struct Direction {
    name: &'static str,
    rules: &'static str,
    peers: &'static str,
    code: &'static Code,
}

const DIRECTIONS: &[Direction] = &[
    Direction { name: "Egress", rules: "egress", peers: "to", code: &EGRESS_OPENED },
    Direction { name: "Ingress", rules: "ingress", peers: "from", code: &INGRESS_OPENED },
];

/// A peer and a port of a rule; none is any.
type Flow<'a> = (Option<&'a Value>, Option<&'a Value>);

fn opened(sides: &Sides<'_>, direction: &Direction) -> Option<Risk> {
    if !is_limited(sides.old, direction) {
        return None;
    }
    let field = format!("spec.{}", direction.rules);
    if !is_limited(sides.new, direction) {
        let message = format!("{} is no longer limited", direction.name.to_lowercase());
        return Some(Risk::new(direction.code, message).at(field));
    }
    let before = flows(sides.old, direction);
    let covers = |known: &Flow<'_>, flow: &Flow<'_>| {
        (known.0.is_none() || known.0 == flow.0) && (known.1.is_none() || known.1 == flow.1)
    };
    let after = flows(sides.new, direction);
    let new = after.iter().filter(|flow| !before.iter().any(|known| covers(known, flow)));
    let new: Vec<String> = new.map(|flow| title(flow, direction)).collect();
    let message = || format!("{} is allowed {}", direction.name.to_lowercase(), listed(&new));
    (!new.is_empty()).then(|| Risk::new(direction.code, message()).at(field))
}

/// Whether a policy says what may go this way. Without types, ingress is limited, and egress where there are rules.
fn is_limited(policy: &Value, direction: &Direction) -> bool {
    let spec = &policy["spec"];
    match spec.get("policyTypes").and_then(Value::as_array) {
        Some(types) => types.iter().any(|one| one == direction.name),
        None => spec.is_object() && (direction.name == "Ingress" || spec.get("egress").is_some()),
    }
}

fn flows<'v>(policy: &'v Value, direction: &Direction) -> Vec<Flow<'v>> {
    let any_or = |items: &'v [Value]| -> Vec<Option<&'v Value>> {
        if items.is_empty() { vec![None] } else { items.iter().map(Some).collect() }
    };
    let rules = field::list(&policy["spec"], direction.rules);
    rules
        .iter()
        .flat_map(|rule| {
            let ports = any_or(field::list(rule, "ports"));
            any_or(field::list(rule, direction.peers))
                .into_iter()
                .flat_map(move |peer| ports.clone().into_iter().map(move |port| (peer, port)))
        })
        .collect()
}

fn title((peer, port): &Flow<'_>, direction: &Direction) -> String {
    let peer = match peer {
        None => "anyone".to_owned(),
        Some(peer) => peer
            .pointer("/ipBlock/cidr")
            .and_then(Value::as_str)
            .map_or_else(|| "selected Pods".to_owned(), str::to_owned),
    };
    let port = port.map_or_else(String::new, |port| {
        let number = port.get("port").map_or_else(|| "any".to_owned(), text);
        format!(" on port {number}/{}", port.get("protocol").map_or("TCP".to_owned(), text))
    });
    format!("{} {peer}{port}", direction.peers)
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Ways into the cluster: Services that nodes or load balancers serve, and hosts of routes.
fn exposed(sides: &Sides<'_>, risks: &mut Vec<Risk>) {
    let (before, after) = sides.texts("/spec/type");
    let is_open = |kind: Option<&str>| matches!(kind, Some("LoadBalancer" | "NodePort"));
    if sides.is("", &["Service"]) && is_open(after) && !is_open(before) {
        let message = format!(
            "the Service is a {}, which is reached from outside the cluster",
            after.unwrap_or_default()
        );
        risks.push(Risk::new(&EXPOSED, message).at("spec.type"));
    }
    let is_route = sides.is("networking.k8s.io", &["Ingress"])
        || sides.is("gateway.networking.k8s.io", &["HTTPRoute", "GRPCRoute", "TLSRoute"]);
    if is_route {
        let known = hosts(sides.old);
        let new: Vec<String> =
            hosts(sides.new).into_iter().filter(|host| !known.contains(host)).collect();
        if !new.is_empty() {
            let message = format!("it is reached from outside at {}", listed(&new));
            risks.push(Risk::new(&EXPOSED, message));
        }
    }
}

/// The hosts of an Ingress or a route; one that names none takes all.
fn hosts(object: &Value) -> Vec<String> {
    let spec = &object["spec"];
    if spec.is_null() {
        return Vec::new();
    }
    let of_rules = field::list(spec, "rules").iter().filter_map(|rule| rule.get("host")?.as_str());
    let of_route = field::list(spec, "hostnames").iter().filter_map(Value::as_str);
    let hosts: Vec<String> = of_rules.chain(of_route).map(str::to_owned).collect();
    if hosts.is_empty() { vec!["any host".to_owned()] } else { hosts }
}
