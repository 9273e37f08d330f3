//! Probes: the user's numbers, on a port that answers.

use serde_json::{Map, Value};

use crate::render::hermes::port::{GATEWAY, is_gateway};

/// The fields of a probe that say what is asked. Exactly one of them may be set.
const HANDLERS: [&str; 4] = ["exec", "grpc", "httpGet", "tcpSocket"];

/// What answers 200 without a key.
const HEALTH_PATHS: [&str; 2] = ["/health", "/v1/health"];

/// The user's probe over the default one. A handler replaces the default's whole; one that asks the agent where or how
/// it never answers (the port 8443, the path `/healthz`, gRPC, TLS) is led to where it does.
pub fn probe(given: Value, default: Value) -> Value {
    let (Value::Object(given), Value::Object(mut probe)) = (given, default.clone()) else {
        return default;
    };
    for (key, value) in given {
        if !HANDLERS.contains(&key.as_str()) {
            probe.insert(key, value);
        } else if let Some(value) = handler(&key, value) {
            probe.retain(|key, _| !HANDLERS.contains(&key.as_str()));
            probe.insert(key, value);
        }
    }
    Value::Object(probe)
}

/// The handler as it can be answered, or none if the default has to do.
fn handler(key: &str, value: Value) -> Option<Value> {
    let Value::Object(mut handler) = value else { return None };
    let asks_agent = asks_agent(&handler);
    match key {
        "httpGet" if asks_agent => {
            handler.insert("port".to_owned(), GATEWAY.into());
            handler.remove("scheme");
            // A header may carry the key, which other paths ask for.
            let is_answered = handler.contains_key("httpHeaders")
                || handler
                    .get("path")
                    .and_then(Value::as_str)
                    .is_some_and(|path| HEALTH_PATHS.contains(&path));
            if !is_answered {
                handler.insert("path".to_owned(), HEALTH_PATHS[0].into());
            }
        }
        "tcpSocket" if asks_agent => {
            handler.insert("port".to_owned(), GATEWAY.into());
        }
        "grpc" if asks_agent => return None,
        _ => {}
    }
    Some(Value::Object(handler))
}

/// The agent's container names one port, so every name means it; another number may be a sidecar's.
fn asks_agent(handler: &Map<String, Value>) -> bool {
    match handler.get("port") {
        Some(Value::Number(port)) => port.as_u64().is_some_and(is_gateway),
        Some(Value::String(port)) => port.parse().map_or(true, is_gateway),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn health() -> Value {
        json!({"httpGet": {"path": "/health", "port": "gateway"}, "periodSeconds": 10})
    }

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "a case reads better without `&`")]
    fn check(given: Value, expected: Value) {
        assert_eq!(probe(given, health()), expected);
    }

    #[test]
    fn unset_is_the_default() {
        check(Value::Null, health());
        check(json!({}), health());
    }

    #[test]
    fn numbers_are_the_users() {
        check(
            json!({"periodSeconds": 3, "failureThreshold": 9}),
            json!({"httpGet": {"path": "/health", "port": "gateway"}, "periodSeconds": 3, "failureThreshold": 9}),
        );
    }

    #[test]
    fn a_port_where_the_agent_never_answers_becomes_the_one_where_it_does() {
        for port in [json!(8443), json!(8642), json!("gateway"), json!("https"), json!("8443")] {
            check(
                json!({"httpGet": {"path": "/healthz", "port": port, "scheme": "HTTPS"}}),
                health(),
            );
            check(
                json!({"tcpSocket": {"port": port}}),
                json!({"tcpSocket": {"port": "gateway"}, "periodSeconds": 10}),
            );
        }
        check(json!({"grpc": {"port": 8642}}), health());
    }

    #[test]
    fn a_path_that_answers_stays() {
        let stays =
            json!({"httpGet": {"path": "/v1/health", "port": "gateway"}, "periodSeconds": 10});
        check(json!({"httpGet": {"path": "/v1/health", "port": 8443}}), stays);
    }

    #[test]
    fn a_sidecars_port_and_a_command_stay() {
        check(
            json!({"httpGet": {"path": "/ready", "port": 9000}}),
            json!({"httpGet": {"path": "/ready", "port": 9000}, "periodSeconds": 10}),
        );
        check(
            json!({"exec": {"command": ["true"]}}),
            json!({"exec": {"command": ["true"]}, "periodSeconds": 10}),
        );
    }
}
