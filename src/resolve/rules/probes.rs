//! Probes: one handler that the API server accepts, and that the agent answers.

use serde_json::Value;

use crate::{
    diagnostic::{
        Diagnostic,
        catalogue::rules::{PROBE_ALWAYS_PASSES, PROBE_UNANSWERED, PROBE_VALUES},
    },
    field::{list, text},
    field_path::FieldPath,
    resolve::{
        Instance,
        rules::{
            GATEWAY, GATEWAY_PORT, PEER_GATEWAY_PORT, at,
            networking::{is_answered, is_answered_by_sidecar},
        },
    },
};

/// The probes of the agent, below `spec.probes`.
const PROBES: &[&str] = &["startup", "liveness", "readiness"];
/// What a probe can do.
const HANDLERS: &[&str] = &["exec", "grpc", "httpGet", "tcpSocket"];

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let Some(probes) = instance.get("spec.probes") else { return };
    for name in PROBES {
        let Some(probe) = probes.get(name) else { continue };
        let path = at("spec.probes").key(name);
        values(instance, found, &path, probe);
        if let Some((place, fault)) = unanswered(instance, probe) {
            let path = place.iter().fold(path.clone(), |path, key| path.key(key));
            let problem = instance.problem(&PROBE_UNANSWERED, &path, fault);
            found.push(
                problem.help(
                    "write `httpGet: {path: /health, port: gateway}`, or leave the probe out",
                ),
            );
        }
        always_passes(instance, found, &path, probe);
    }
}

/// Numbers of a probe.
const TIMES: &[&str] = &[
    "initialDelaySeconds",
    "periodSeconds",
    "timeoutSeconds",
    "failureThreshold",
    "successThreshold",
];

/// What the API server refuses.
fn values(instance: &Instance, found: &mut Vec<Diagnostic>, path: &FieldPath, probe: &Value) {
    let mut refuse = |path: FieldPath, message: &str, help: &str| {
        found.push(instance.problem(&PROBE_VALUES, &path, message).help(help));
    };
    if HANDLERS.iter().filter(|handler| probe.get(handler).is_some()).count() > 1 {
        refuse(path.clone(), "the probe has more than one handler", "keep one of them");
    }
    for key in TIMES {
        if probe.get(key).and_then(Value::as_i64).is_some_and(|number| number < 0) {
            refuse(
                path.clone().key(key),
                &format!("`{key}` is negative"),
                "leave it out for its default",
            );
        }
    }
    let is_readiness = path.to_string().ends_with("readiness");
    let successes = probe.get("successThreshold").and_then(Value::as_i64).unwrap_or(1);
    if !is_readiness && successes > 1 {
        let message =
            format!("`successThreshold` is {successes}, and may be more than 1 only for readiness");
        refuse(path.clone().key("successThreshold"), &message, "leave it out");
    }
    if let Some(grace) = probe.get("terminationGracePeriodSeconds") {
        let path = path.clone().key("terminationGracePeriodSeconds");
        if is_readiness {
            refuse(
                path,
                "a readiness probe ends nothing, so it has no grace period",
                "leave it out",
            );
        } else if grace.as_i64().is_some_and(|seconds| seconds < 1) {
            refuse(
                path,
                "the grace period is less than a second",
                "write 1 or more, or leave it out",
            );
        }
    }
}

/// What the agent answers without its key.
const HEALTH: &[&str] = &["/health", "/v1/health"];

/// Why nothing answers a probe, and the field that says so.
fn unanswered(instance: &Instance, probe: &Value) -> Option<(&'static [&'static str], String)> {
    if let Some(get) = probe.get("httpGet").filter(|get| text(get, "host").is_empty()) {
        return match (port_fault(instance, get), path_fault(get)) {
            (Some(fault), _) => Some((&["httpGet", "port"], fault)),
            (None, Some(fault)) => Some((&["httpGet", "path"], fault)),
            (None, None) => None,
        };
    }
    if let Some(socket) = probe.get("tcpSocket").filter(|socket| text(socket, "host").is_empty()) {
        return Some((&["tcpSocket", "port"], port_fault(instance, socket)?));
    }
    let grpc = probe.get("grpc")?;
    let port = grpc.get("port").and_then(Value::as_u64)?;
    let fault = "the agent has no gRPC service, so the probe asks `GET /health` instead";
    (!is_answered_by_sidecar(instance, port)).then(|| (&["grpc"][..], fault.to_owned()))
}

fn port_fault(instance: &Instance, handler: &Value) -> Option<String> {
    const INSTEAD: &str = "so the probe asks `gateway` instead";
    let by_number = |port: u64| match port {
        PEER_GATEWAY_PORT => Some(format!("the agent does not listen on {port}, {INSTEAD}")),
        port if is_answered(instance, port) => None,
        port => Some(format!("nothing in the Pod is known to listen on {port}")),
    };
    match handler.get("port")? {
        Value::Number(number) => match number.as_u64() {
            Some(port) => by_number(port),
            None => Some(format!("`{number}` is no port")),
        },
        Value::String(name) if name == GATEWAY => None,
        Value::String(name) => match name.parse() {
            Ok(port) => by_number(port),
            Err(_) => Some(format!("the agent's container has no port `{name}`, {INSTEAD}")),
        },
        _ => None,
    }
}

/// What is wrong with asking the agent's API server for a path.
fn path_fault(get: &Value) -> Option<String> {
    let asks_agent = match get.get("port")? {
        Value::String(name) => name == GATEWAY || name.parse() == Ok(GATEWAY_PORT),
        port => port.as_u64() == Some(GATEWAY_PORT),
    };
    let path = if text(get, "path").is_empty() { "/" } else { text(get, "path") };
    if !asks_agent {
        None
    } else if text(get, "scheme") == "HTTPS" {
        Some("the agent's API server speaks plain HTTP, so the probe does too".to_owned())
    // A header may carry the key, which other paths ask for.
    } else if HEALTH.contains(&path) || !list(get, "httpHeaders").is_empty() {
        None
    } else {
        Some(format!(
            "the agent does not answer `{path}` without its key, so the probe asks `/health`"
        ))
    }
}

fn always_passes(
    instance: &Instance,
    found: &mut Vec<Diagnostic>,
    path: &FieldPath,
    probe: &Value,
) {
    let Some(exec) = probe.get("exec") else { return };
    let command: Vec<_> = list(exec, "command").iter().filter_map(Value::as_str).collect();
    if command.join(" ").contains("gateway status") {
        let message = "`hermes gateway status` ends with 0 even if the gateway is down";
        let path = path.clone().key("exec").key("command");
        let problem = instance.problem(&PROBE_ALWAYS_PASSES, &path, message);
        found.push(problem.help("write `httpGet: {path: /health, port: gateway}`"));
    }
}
