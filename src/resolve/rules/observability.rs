//! Metrics: who measures what, and by which way it reaches Prometheus.

use crate::{
    agent,
    diagnostic::{
        Diagnostic,
        catalogue::rules::{NO_METRICS, OTLP_ENDPOINT, OTLP_VERSION},
    },
    resolve::{
        Instance,
        rules::{at, companions::is_on, is_asked},
    },
};

const COLLECTOR: &str = "spec.observability.collector";
const OTLP: &str = "spec.observability.otlp";
const MONITOR: &str = "spec.observability.serviceMonitor";

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let has_collector = is_on(instance, COLLECTOR);
    if is_on(instance, MONITOR) && !has_collector {
        let message = "the agent serves no metrics that Prometheus could read, it only sends them";
        let problem = instance.problem(&NO_METRICS, &at(MONITOR).key("enabled"), message);
        found.push(problem.help("enable `observability.collector`, or leave this out"));
    }
    let endpoint = is_asked(instance.get("spec.observability.otlp.endpoint"));
    if is_on(instance, OTLP) && !endpoint && !has_collector {
        let message = "the agent has no address to send its metrics to";
        let problem = instance.problem(&OTLP_ENDPOINT, &at(OTLP).key("enabled"), message);
        found.push(problem.help("set `otlp.endpoint`, or enable `observability.collector`"));
    }
    if has_collector && endpoint {
        let message = "the agent sends its metrics there, and the collector beside it gets none";
        let problem = instance.problem(&OTLP_ENDPOINT, &at(OTLP).key("endpoint"), message);
        found.push(problem.help("leave out `otlp.endpoint` or the collector"));
    }
    let asked = [COLLECTOR, OTLP].into_iter().find(|field| is_on(instance, field));
    let image = instance.get("spec.image").cloned().unwrap_or_default();
    if let Some(field) = asked
        && !agent::agent_version(&image).release.metrics
    {
        let message = "this version of the agent has no metrics to send";
        let problem = instance.problem(&OTLP_VERSION, &at(field).key("enabled"), message);
        found.push(problem.help("leave it out until you use a newer version"));
    }
}
