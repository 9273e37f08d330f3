//! Ports of the Service: the number is the user's, what it leads to is a port that the agent listens on.

use serde_json::{Map, Value, json};

/// The name of the agent's port.
pub const GATEWAY: &str = "gateway";

/// Where the agent's API server listens, and `/health` answers.
pub const GATEWAY_PORT: u64 = 8642;

/// The number that hermes-operator gives the same port. The agent listens there for Telegram's webhooks only.
pub const PEER_GATEWAY_PORT: u64 = 8443;

/// Whether a number means the agent's API server.
pub fn is_gateway(port: u64) -> bool {
    port == GATEWAY_PORT || port == PEER_GATEWAY_PORT
}

/// The ports of a Service from `spec.networking.service`: named, and leading to where something listens. Those on which
/// chat platforms call the agent are added.
pub fn service_ports(service: &Value, listeners: &Value) -> Value {
    let has_node_ports =
        matches!(service.get("type").and_then(Value::as_str), Some("NodePort" | "LoadBalancer"));
    let given = service.get("ports").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut ports: Vec<Value> = Vec::with_capacity(given.len().max(1));
    for port in given {
        let named = ports.iter().any(|port| port["name"] == GATEWAY);
        ports.push(service_port_of(port, named, has_node_ports));
    }
    if ports.is_empty() {
        ports.push(service_port_of(&json!({"name": GATEWAY, "port": GATEWAY_PORT}), false, false));
    }
    for listener in listeners.as_array().into_iter().flatten() {
        add_listener(&mut ports, listener);
    }
    Value::Array(ports)
}

/// A port that the user gave already stays as it is; a number that leads elsewhere is not taken away.
fn add_listener(ports: &mut Vec<Value>, listener: &Value) {
    let target = &listener["port"];
    if ports.iter().any(|port| port["targetPort"] == *target && port["protocol"] == "TCP") {
        return;
    }
    let has = |key: &str, value: &Value| ports.iter().any(|port| port[key] == *value);
    let Some(number) = target.as_u64() else { return };
    let mut numbers = (number..=65535).step_by(1000);
    let Some(number) = numbers.find(|number| !has("port", &(*number).into())) else { return };
    let name = match listener["name"].as_str().unwrap_or_default() {
        name if has("name", &name.into()) => format!("{name}-chat"),
        name => name.to_owned(),
    };
    ports.push(json!({"name": name, "port": number, "protocol": "TCP", "targetPort": target}));
}

fn service_port_of(given: &Value, gateway_is_taken: bool, has_node_ports: bool) -> Value {
    let number = given.get("port").and_then(Value::as_u64).unwrap_or(GATEWAY_PORT);
    let protocol = given.get("protocol").and_then(Value::as_str).unwrap_or("TCP");
    let name = given.get("name").and_then(Value::as_str).filter(|name| !name.is_empty());
    let target = given.get("targetPort").and_then(Value::as_u64);
    let leads_to_gateway = protocol == "TCP"
        && match target {
            Some(target) => is_gateway(target),
            None => name == Some(GATEWAY) || is_gateway(number),
        };
    let mut port = Map::new();
    port.insert(
        "name".to_owned(),
        match name {
            Some(name) => name.into(),
            None if leads_to_gateway && !gateway_is_taken => GATEWAY.into(),
            None => format!("port-{number}").into(),
        },
    );
    port.insert("port".to_owned(), number.into());
    port.insert("protocol".to_owned(), protocol.into());
    let target = if leads_to_gateway { GATEWAY.into() } else { target.unwrap_or(number).into() };
    port.insert("targetPort".to_owned(), target);
    if let Some(node_port) = given.get("nodePort").filter(|_| has_node_ports) {
        port.insert("nodePort".to_owned(), node_port.clone());
    }
    Value::Object(port)
}

/// The port of a Service with this name, for a route to it.
///
/// # Errors
/// A route to a port that the Service lacks would answer nothing.
pub fn service_port<'a>(ports: &'a Value, name: Option<&str>) -> Result<&'a Value, String> {
    let name = name.unwrap_or(GATEWAY);
    let ports = ports.as_array().map_or(&[][..], Vec::as_slice);
    ports.iter().find(|port| port["name"] == name).ok_or_else(|| {
        let names: Vec<_> = ports.iter().filter_map(|port| port["name"].as_str()).collect();
        format!("the Service has no port `{name}`, only `{}`", names.join("`, `"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "a case reads better without `&`")]
    fn check(port: Value, expected: Value) {
        let ports = service_ports(&json!({"type": "NodePort", "ports": [port]}), &Value::Null);
        assert_eq!(ports, json!([expected]));
    }

    #[test]
    fn without_ports_there_is_the_gateway() {
        let gateway =
            json!([{"name": "gateway", "port": 8642, "protocol": "TCP", "targetPort": "gateway"}]);
        assert_eq!(service_ports(&Value::Null, &Value::Null), gateway);
        assert_eq!(service_ports(&json!({"ports": []}), &Value::Null), gateway);
    }

    #[test]
    fn a_peer_keeps_its_number_and_reaches_the_agent() {
        let expected =
            json!({"name": "gateway", "port": 8443, "protocol": "TCP", "targetPort": "gateway"});
        check(json!({"name": "gateway", "port": 8443}), expected.clone());
        check(json!({"port": 8443}), expected.clone());
        check(json!({"name": "gateway", "port": 8443, "targetPort": 8443}), expected);
        check(
            json!({"name": "https", "port": 443, "targetPort": 8642, "nodePort": 30443}),
            json!({"name": "https", "port": 443, "protocol": "TCP", "targetPort": "gateway", "nodePort": 30443}),
        );
    }

    #[test]
    fn other_ports_lead_where_they_say() {
        check(
            json!({"name": "webhook", "port": 8644}),
            json!({"name": "webhook", "port": 8644, "protocol": "TCP", "targetPort": 8644}),
        );
        check(
            json!({"port": 80, "targetPort": 8080}),
            json!({"name": "port-80", "port": 80, "protocol": "TCP", "targetPort": 8080}),
        );
        check(
            json!({"name": "gateway", "port": 8443, "protocol": "UDP"}),
            json!({"name": "gateway", "port": 8443, "protocol": "UDP", "targetPort": 8443}),
        );
    }

    #[test]
    fn two_ports_without_a_name_do_not_share_one() {
        let ports =
            service_ports(&json!({"ports": [{"port": 8443}, {"port": 8642}]}), &Value::Null);
        assert_eq!(ports[0]["name"], "gateway");
        assert_eq!(ports[1]["name"], "port-8642");
    }

    #[test]
    fn a_chat_platform_gets_a_port_where_none_is_taken() {
        let listeners = json!([{"name": "telegram", "port": 8443, "path": "/t"}]);
        let added = |service: Value| service_ports(&service, &listeners)[1].clone();
        assert_eq!(
            added(Value::Null),
            json!({"name": "telegram", "port": 8443, "protocol": "TCP", "targetPort": 8443})
        );
        let peer = json!({"ports": [{"name": "gateway", "port": 8443}]});
        assert_eq!(added(peer)["port"], 9443);
        let taken = json!({"ports": [{"name": "telegram", "port": 80, "targetPort": 1}]});
        assert_eq!(added(taken)["name"], "telegram-chat");
    }

    #[test]
    fn a_port_of_the_users_leads_to_the_chat_platform_already() {
        let listeners = json!([{"name": "webhook", "port": 8644, "path": "/webhooks"}]);
        let ports = service_ports(&json!({"ports": [{"name": "hooks", "port": 8644}]}), &listeners);
        assert_eq!(ports.as_array().unwrap().len(), 1);
    }

    #[test]
    fn node_ports_need_a_service_that_has_them() {
        let ports =
            service_ports(&json!({"ports": [{"port": 8443, "nodePort": 30000}]}), &Value::Null);
        assert_eq!(ports[0].get("nodePort"), None);
    }

    #[test]
    fn a_route_needs_a_port_that_is_there() {
        let ports =
            service_ports(&json!({"ports": [{"name": "https", "port": 443}]}), &Value::Null);
        assert_eq!(service_port(&ports, Some("https")).unwrap()["port"], 443);
        assert_eq!(
            service_port(&ports, None).unwrap_err(),
            "the Service has no port `gateway`, only `https`"
        );
    }
}
