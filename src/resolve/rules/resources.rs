//! Resources: amounts that can be read, requests within limits, and memory that is enough.

use serde_json::Value;

use crate::{
    diagnostic::{
        Diagnostic,
        catalogue::rules::{LITTLE_MEMORY, QUANTITY, REQUEST_OVER_LIMIT},
    },
    field::entries,
    field_path::FieldPath,
    notation::quantity::{self, Quantity},
    resolve::{
        Instance,
        rules::{added_containers, at},
    },
};

const ENOUGH: Quantity = Quantity::mebibytes(1024);

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    if let Some(resources) = instance.get("spec.resources") {
        amounts(instance, found, &at("spec.resources"), resources);
        memory(instance, found, resources);
    }
    for (path, container) in added_containers(instance) {
        if let Some(resources) = container.get("resources") {
            amounts(instance, found, &path.key("resources"), resources);
        }
    }
}

fn amounts(instance: &Instance, found: &mut Vec<Diagnostic>, path: &FieldPath, resources: &Value) {
    for side in ["requests", "limits"] {
        for (name, value) in entries(resources, side) {
            if read(value).is_none_or(|amount| amount < Quantity::ZERO) {
                let message = format!("`{}` is no amount of {name}", written(value));
                found.push(
                    instance
                        .problem(&QUANTITY, &path.clone().key(side).key(name), message)
                        .help("write a number with a suffix, such as `500m` or `2Gi`"),
                );
            }
        }
    }
    for (name, request) in entries(resources, "requests") {
        let Some(limit) = resources.get("limits").and_then(|limits| limits.get(name)) else {
            continue;
        };
        let over =
            matches!((read(request), read(limit)), (Some(request), Some(limit)) if request > limit);
        if over {
            let message = format!(
                "the request of {name} `{}` exceeds its limit `{}`",
                written(request),
                written(limit)
            );
            found.push(
                instance
                    .problem(&REQUEST_OVER_LIMIT, &path.clone().key("requests").key(name), message)
                    .help("raise the limit or lower the request"),
            );
        }
    }
}

fn memory(instance: &Instance, found: &mut Vec<Diagnostic>, resources: &Value) {
    let Some(limit) = resources.get("limits").and_then(|limits| limits.get("memory")) else {
        return;
    };
    if read(limit).is_some_and(|amount| Quantity::ZERO <= amount && amount < ENOUGH) {
        let message =
            format!("the agent needs 1Gi of memory to run, and may use `{}`", written(limit));
        found.push(
            instance
                .problem(&LITTLE_MEMORY, &at("spec.resources.limits.memory"), message)
                .help("2Gi to 4Gi is recommended"),
        );
    }
}

fn read(value: &Value) -> Option<Quantity> {
    match value {
        Value::String(text) => quantity::parse(text).ok(),
        Value::Number(number) => quantity::parse(&number.to_string()).ok(),
        _ => None,
    }
}

fn written(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
