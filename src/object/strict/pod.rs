//! The pod of a workload: containers, volumes, and what refers to what.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    diagnostic::catalogue::output as codes,
    field::{list, text},
    field_path::PathRef,
    notation::{names, quantity},
    object::strict::{Faults, kinds},
};

/// The pod template of a workload and the steps that lead to it; for a Pod, the Pod itself.
pub fn template(object: &Value) -> Option<(&Value, &'static [&'static str])> {
    let steps: &[&str] = match text(object, "kind") {
        "Pod" => &[],
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" => &["spec", "template"],
        "CronJob" => &["spec", "jobTemplate", "spec", "template"],
        _ => return None,
    };
    let template = steps.iter().try_fold(object, |value, step| value.get(step))?;
    Some((template, steps))
}

impl Faults {
    pub(super) fn pod_template(&mut self, object: &Value, template: &Value, steps: &[&str]) {
        below(PathRef::Root, steps, &mut |path| {
            let metadata = template.get("metadata").unwrap_or(&Value::Null);
            self.labels(metadata, PathRef::Key(&path, "metadata"));
            let claims = list(&object["spec"], "volumeClaimTemplates");
            let claims = claims.iter().map(|claim| text(&claim["metadata"], "name"));
            self.pod(&template["spec"], claims, PathRef::Key(&path, "spec"));
        });
        self.selector(object, template);
    }

    /// A workload whose selector does not match its own pods is refused.
    fn selector(&mut self, object: &Value, template: &Value) {
        let spec = PathRef::Key(&PathRef::Root, "spec");
        let selector = PathRef::Key(&spec, "selector");
        let path = PathRef::Key(&selector, "matchLabels");
        let wanted = object["spec"]["selector"]["matchLabels"].as_object();
        for (key, value) in wanted.into_iter().flatten() {
            if template["metadata"]["labels"].get(key) != Some(value) {
                let message = format!("the pods do not have the label {key:?} with this value");
                self.add(&codes::REFERENCE, PathRef::Key(&path, key), message);
            }
        }
    }

    fn pod<'v>(
        &mut self,
        spec: &'v Value,
        claims: impl Iterator<Item = &'v str>,
        path: PathRef<'_>,
    ) {
        let mut volumes: BTreeSet<&str> = claims.collect();
        let parent = PathRef::Key(&path, "volumes");
        for (index, volume) in list(spec, "volumes").iter().enumerate() {
            let at = PathRef::Index(&parent, index);
            self.unique_name(volume, names::label, "volumes", &mut volumes, at);
            if let Some(limit) = volume["emptyDir"].get("sizeLimit") {
                let empty = PathRef::Key(&at, "emptyDir");
                self.quantity(limit, PathRef::Key(&empty, "sizeLimit"));
            }
        }
        let mut containers = BTreeSet::new();
        for field in ["initContainers", "containers", "ephemeralContainers"] {
            let parent = PathRef::Key(&path, field);
            for (index, container) in list(spec, field).iter().enumerate() {
                let at = PathRef::Index(&parent, index);
                self.unique_name(container, names::label, "containers", &mut containers, at);
                self.container(container, &volumes, at);
            }
        }
        if list(spec, "containers").is_empty() {
            let at = PathRef::Key(&path, "containers");
            self.add(&codes::VALUE, at, "a pod needs a container");
        }
    }

    fn container(&mut self, container: &Value, volumes: &BTreeSet<&str>, path: PathRef<'_>) {
        if text(container, "image").trim().is_empty() {
            self.add(&codes::VALUE, PathRef::Key(&path, "image"), "the container has no image");
        }
        let mut variables = BTreeSet::new();
        let parent = PathRef::Key(&path, "env");
        for (index, variable) in list(container, "env").iter().enumerate() {
            let at = PathRef::Index(&parent, index);
            self.unique_name(variable, names::environment, "variables", &mut variables, at);
        }
        let ports = self.ports(container, path);
        self.mounts(container, volumes, path);
        self.resources(container, path);
        self.probes(container, &ports, path);
    }

    /// Checks the ports, and gives their names.
    fn ports<'v>(&mut self, container: &'v Value, path: PathRef<'_>) -> BTreeSet<&'v str> {
        let mut port_names = BTreeSet::new();
        let mut numbers = BTreeSet::new();
        let parent = PathRef::Key(&path, "ports");
        for (index, port) in list(container, "ports").iter().enumerate() {
            let at = PathRef::Index(&parent, index);
            self.port_number(port, "containerPort", at);
            self.port_number(port, "hostPort", at);
            if port.get("name").is_some() {
                self.unique_name(port, names::port, "ports", &mut port_names, at);
            }
            if !numbers.insert((port["containerPort"].as_i64(), kinds::protocol(port))) {
                let message = format!("port {} is there twice", port["containerPort"]);
                self.add(&codes::DUPLICATE, PathRef::Key(&at, "containerPort"), message);
            }
        }
        port_names
    }

    fn mounts(&mut self, container: &Value, volumes: &BTreeSet<&str>, path: PathRef<'_>) {
        let mut places = BTreeSet::new();
        let parent = PathRef::Key(&path, "volumeMounts");
        for (index, mount) in list(container, "volumeMounts").iter().enumerate() {
            let at = PathRef::Index(&parent, index);
            let (name, place) = (text(mount, "name"), text(mount, "mountPath"));
            if !volumes.contains(name) {
                let message = format!("the pod has no volume {name:?}");
                self.add(&codes::REFERENCE, PathRef::Key(&at, "name"), message);
            }
            let place_at = PathRef::Key(&at, "mountPath");
            if place.is_empty() || place.contains(':') {
                let message = format!("{place:?} must be a path without `:`");
                self.add(&codes::VALUE, place_at, message);
            }
            if !places.insert(place) {
                let message = format!("two volumes are mounted at {place:?}");
                self.add(&codes::DUPLICATE, place_at, message);
            }
            let inner = text(mount, "subPath");
            if inner.starts_with('/') || inner.split('/').any(|part| part == "..") {
                let message = format!("{inner:?} must stay inside of the volume");
                self.add(&codes::VALUE, PathRef::Key(&at, "subPath"), message);
            }
        }
    }

    fn resources(&mut self, container: &Value, path: PathRef<'_>) {
        let resources = &container["resources"];
        let parent = PathRef::Key(&path, "resources");
        for field in ["limits", "requests"] {
            let parent = PathRef::Key(&parent, field);
            for (name, value) in
                resources.get(field).and_then(Value::as_object).into_iter().flatten()
            {
                let at = PathRef::Key(&parent, name);
                let Some(amount) = self.quantity(value, at) else { continue };
                if amount.sign().is_lt() {
                    self.add(&codes::QUANTITY, at, format!("{value} is less than 0"));
                }
                let limit = resources["limits"].get(name).filter(|_| field == "requests");
                let limit = limit.and_then(Value::as_str).map(quantity::parse);
                if let Some(Ok(limit)) = limit
                    && amount.compare(&limit).is_gt()
                {
                    let message = format!("the request {value} is more than the limit");
                    self.add(&codes::QUANTITY, at, message);
                }
            }
        }
    }

    /// A name that follows a rule, and that no earlier sibling has.
    fn unique_name<'v>(
        &mut self,
        item: &'v Value,
        rule: fn(&str) -> Result<(), &'static str>,
        what: &str,
        seen: &mut BTreeSet<&'v str>,
        path: PathRef<'_>,
    ) {
        let name = text(item, "name");
        let at = PathRef::Key(&path, "name");
        if let Err(problem) = rule(name) {
            self.add(&codes::NAME, at, format!("{name:?} {problem}"));
        }
        if !seen.insert(name) {
            self.add(&codes::DUPLICATE, at, format!("two {what} are called {name:?}"));
        }
    }
}

/// Calls with the path that some steps lead to. A path lives on the stack, so it cannot be returned.
pub(super) fn below(path: PathRef<'_>, steps: &[&str], then: &mut dyn FnMut(PathRef<'_>)) {
    match steps {
        [] => then(path),
        [first, rest @ ..] => below(PathRef::Key(&path, first), rest, then),
    }
}
