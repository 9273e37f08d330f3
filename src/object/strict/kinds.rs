//! Rules of single kinds that their types do not express.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    diagnostic::catalogue::output as codes,
    field::{list, text},
    field_path::PathRef,
    notation::{names, quantity},
    object::strict::Faults,
};

/// The most bytes that the API server stores in one `ConfigMap` or Secret.
const CONFIG_BYTES: usize = 1024 * 1024;

impl Faults {
    pub(super) fn kind(&mut self, object: &Value) {
        let root = PathRef::Root;
        let spec_path = PathRef::Key(&root, "spec");
        let spec = &object["spec"];
        match text(object, "kind") {
            "ConfigMap" | "Secret" => self.config(object),
            "Service" => self.service(spec, spec_path),
            "PersistentVolumeClaim" => self.claim(spec, spec_path),
            "PodDisruptionBudget" => self.budget(spec, spec_path),
            "HorizontalPodAutoscaler" => self.autoscaler(spec, spec_path),
            _ => {}
        }
    }

    fn config(&mut self, object: &Value) {
        let mut seen = BTreeSet::new();
        let mut bytes = 0;
        for field in ["data", "binaryData", "stringData"] {
            let parent = PathRef::Key(&PathRef::Root, field);
            for (key, value) in object.get(field).and_then(Value::as_object).into_iter().flatten() {
                let at = PathRef::Key(&parent, key);
                if let Err(problem) = names::config_key(key) {
                    self.add(&codes::NAME, at, format!("the key {key:?} {problem}"));
                }
                if field == "binaryData" && !seen.insert(key) {
                    self.add(&codes::DUPLICATE, at, format!("the key {key:?} is in `data` too"));
                } else {
                    seen.insert(key);
                }
                bytes += key.len() + value.as_str().map_or(0, str::len);
            }
        }
        if bytes > CONFIG_BYTES {
            let message = format!("the data has {bytes} bytes, more than {CONFIG_BYTES}");
            self.add(&codes::VALUE, PathRef::Key(&PathRef::Root, "data"), message);
        }
    }

    fn service(&mut self, spec: &Value, path: PathRef<'_>) {
        let ports_path = PathRef::Key(&path, "ports");
        let ports = list(spec, "ports");
        if ports.is_empty()
            && text(spec, "clusterIP") != "None"
            && text(spec, "type") != "ExternalName"
        {
            self.add(&codes::VALUE, ports_path, "a Service that is not headless needs a port");
        }
        let mut seen_names = BTreeSet::new();
        let mut seen_ports = BTreeSet::new();
        for (index, port) in ports.iter().enumerate() {
            let at = PathRef::Index(&ports_path, index);
            self.port_number(port, "port", at);
            self.port_reference(port, "targetPort", at);
            let name = text(port, "name");
            let name_at = PathRef::Key(&at, "name");
            if name.is_empty() && ports.len() > 1 {
                self.add(&codes::NAME, name_at, "each of several ports needs a name");
            } else if !name.is_empty() {
                if let Err(problem) = names::label(name) {
                    self.add(&codes::NAME, name_at, format!("{name:?} {problem}"));
                }
                if !seen_names.insert(name) {
                    self.add(&codes::DUPLICATE, name_at, format!("two ports are called {name:?}"));
                }
            }
            if !seen_ports.insert((port["port"].as_i64(), protocol(port))) {
                let message = format!("port {} is there twice", port["port"]);
                self.add(&codes::DUPLICATE, PathRef::Key(&at, "port"), message);
            }
        }
    }

    fn claim(&mut self, spec: &Value, path: PathRef<'_>) {
        if list(spec, "accessModes").is_empty() {
            self.add(&codes::VALUE, PathRef::Key(&path, "accessModes"), "an access mode is needed");
        }
        let resources = PathRef::Key(&path, "resources");
        let requests = PathRef::Key(&resources, "requests");
        let at = PathRef::Key(&requests, "storage");
        match spec["resources"]["requests"].get("storage") {
            None => {
                self.add(&codes::VALUE, at, "a claim needs the size of its volume");
            }
            Some(size) => {
                if self.quantity(size, at).is_some_and(|size| size.sign().is_le()) {
                    self.add(&codes::QUANTITY, at, "the size must be more than 0");
                }
            }
        }
    }

    fn budget(&mut self, spec: &Value, path: PathRef<'_>) {
        if spec.get("minAvailable").is_some() && spec.get("maxUnavailable").is_some() {
            let at = PathRef::Key(&path, "maxUnavailable");
            self.add(&codes::VALUE, at, "minAvailable and maxUnavailable exclude each other");
        }
    }

    fn autoscaler(&mut self, spec: &Value, path: PathRef<'_>) {
        let (least, most) =
            (spec["minReplicas"].as_i64().unwrap_or(1), spec["maxReplicas"].as_i64());
        if most.is_some_and(|most| most < least.max(1)) {
            let at = PathRef::Key(&path, "maxReplicas");
            self.add(&codes::VALUE, at, format!("maxReplicas is less than {}", least.max(1)));
        }
    }

    /// A quantity: a number, or text that reads as one.
    pub(super) fn quantity(
        &mut self,
        value: &Value,
        path: PathRef<'_>,
    ) -> Option<quantity::Quantity> {
        let parsed = match value {
            Value::String(text) => quantity::parse(text),
            Value::Number(number) => quantity::parse(&number.to_string()),
            _ => return None,
        };
        parsed
            .map_err(|error| {
                self.add(&codes::QUANTITY, path, format!("{value} is no quantity: {error}"));
            })
            .ok()
    }

    /// A port that must be a number from 1 to 65535, where it is set.
    pub(super) fn port_number(&mut self, value: &Value, key: &str, path: PathRef<'_>) {
        if let Some(number) = value.get(key).and_then(Value::as_i64)
            && !(1..=65_535).contains(&number)
        {
            let message = format!("port {number} is not between 1 and 65535");
            self.add(&codes::VALUE, PathRef::Key(&path, key), message);
        }
    }

    /// A port by number or by name.
    pub(super) fn port_reference(&mut self, value: &Value, key: &str, path: PathRef<'_>) {
        self.port_number(value, key, path);
        if let Some(name) = value.get(key).and_then(Value::as_str)
            && let Err(problem) = names::port(name)
        {
            let message = format!("the port name {name:?} {problem}");
            self.add(&codes::NAME, PathRef::Key(&path, key), message);
        }
    }
}

/// The protocol of a port, which is TCP when it is not given.
pub(super) fn protocol(port: &Value) -> &str {
    match text(port, "protocol") {
        "" => "TCP",
        protocol => protocol,
    }
}
