//! Kinds that are not part of Kubernetes itself, checked against small schemas of our own.

use std::sync::LazyLock;

use serde_json::Value;

use crate::{
    diagnostic::catalogue::output as codes,
    object::strict::Fault,
    resolve::schema::{self, Schema},
};

static HTTP_ROUTE: LazyLock<Schema> =
    LazyLock::new(|| read(include_str!("../schemas/httproute.json")));
static SERVICE_MONITOR: LazyLock<Schema> =
    LazyLock::new(|| read(include_str!("../schemas/servicemonitor.json")));
static PROMETHEUS_RULE: LazyLock<Schema> =
    LazyLock::new(|| read(include_str!("../schemas/prometheusrule.json")));

fn read(text: &str) -> Schema {
    Schema::from_json(text).expect("the shipped schemas are read in a test")
}

/// Reports what is wrong with an object of a kind that has a schema here.
pub(super) fn check(api_version: &str, kind: &str, object: &Value, faults: &mut Vec<Fault>) {
    let schema: &Schema = match (api_version, kind) {
        ("gateway.networking.k8s.io/v1", "HTTPRoute") => &HTTP_ROUTE,
        ("monitoring.coreos.com/v1", "ServiceMonitor") => &SERVICE_MONITOR,
        ("monitoring.coreos.com/v1", "PrometheusRule") => &PROMETHEUS_RULE,
        _ => return,
    };
    schema::fields(object, schema, &mut |problem| {
        let code = if problem.at_key { &codes::UNKNOWN_FIELD } else { &codes::WRONG_TYPE };
        faults.push(Fault { code, path: problem.path, message: problem.message });
    });
}
