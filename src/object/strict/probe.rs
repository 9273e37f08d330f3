//! Probes and lifecycle hooks: one handler each, and a port that exists.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{diagnostic::catalogue::output as codes, field_path::PathRef, object::strict::Faults};

const PROBES: [&str; 3] = ["startupProbe", "readinessProbe", "livenessProbe"];
const HANDLERS: [&str; 4] = ["httpGet", "tcpSocket", "exec", "grpc"];

impl Faults {
    pub(super) fn probes(&mut self, container: &Value, ports: &BTreeSet<&str>, path: PathRef<'_>) {
        for field in PROBES {
            let Some(probe) = container.get(field) else { continue };
            let at = PathRef::Key(&path, field);
            let count = HANDLERS.iter().filter(|handler| probe.get(handler).is_some()).count();
            if count != 1 {
                let message = format!("a probe has exactly one of {}", HANDLERS.join(", "));
                self.add(&codes::VALUE, at, message);
            }
            for handler in ["httpGet", "tcpSocket"] {
                if let Some(action) = probe.get(handler) {
                    self.probed_port(action, ports, PathRef::Key(&at, handler));
                }
            }
        }
    }

    fn probed_port(&mut self, action: &Value, ports: &BTreeSet<&str>, path: PathRef<'_>) {
        self.port_reference(action, "port", path);
        if let Some(name) = action.get("port").and_then(Value::as_str)
            && !ports.contains(name)
        {
            let message = format!("the container has no port {name:?}");
            self.add(&codes::REFERENCE, PathRef::Key(&path, "port"), message);
        }
    }
}
