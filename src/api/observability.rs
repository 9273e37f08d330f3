//! Logs, metrics, and alerts.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{ResourceRequirements, SecretKeySelector};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Logs, metrics, and alerts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ObservabilitySpec {
    /// The agent's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logging: Option<LoggingSpec>,
    /// Metrics. The agent serves none itself: it can only push them to a collector.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics: Option<MetricsSpec>,
    /// A `ServiceMonitor` of the Prometheus operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_monitor: Option<ServiceMonitorSpec>,
    /// A `PrometheusRule` of the Prometheus operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prometheus_rule: Option<PrometheusRuleSpec>,
    /// Where the agent sends its metrics.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otlp: Option<OtlpSpec>,
    /// What turns them into a port that Prometheus reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collector: Option<CollectorSpec>,
}

/// The agent's log.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LoggingSpec {
    /// The least important level that is written. Unset: info.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<LogLevel>,
    /// How a line looks. Unset: text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<LogFormat>,
}

/// How important a line of the log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum LogLevel {
    /// Everything.
    #[serde(rename = "trace")]
    Trace,
    /// What a developer looks for.
    #[serde(rename = "debug")]
    Debug,
    /// What happens.
    #[serde(rename = "info")]
    Info,
    /// What may go wrong.
    #[serde(rename = "warn")]
    Warn,
    /// What went wrong.
    #[serde(rename = "error")]
    Error,
}

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum LogFormat {
    /// Plain text.
    #[serde(rename = "text")]
    Text,
    /// One JSON object a line.
    #[serde(rename = "json")]
    Json,
}

/// Metrics.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MetricsSpec {
    /// Whether there are metrics.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// The port on which the collector serves them. Unset: 9464.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65535))]
    pub port: Option<i32>,
    /// Whether the port asks for a bearer token over HTTPS. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secure: Option<bool>,
    /// A dashboard for Grafana.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grafana_dashboard: Option<GrafanaDashboardSpec>,
}

/// A dashboard for Grafana in a `ConfigMap`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GrafanaDashboardSpec {
    /// Whether there is one. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// The folder of Grafana that it appears in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// Labels of the `ConfigMap`, by which Grafana finds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
}

/// Tells the Prometheus operator to scrape the metrics.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceMonitorSpec {
    /// Whether there is one. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// The time between two scrapes, such as `30s`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$"))]
    pub interval: Option<String>,
    /// How long a scrape may take, such as `10s`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$"))]
    pub scrape_timeout: Option<String>,
    /// Labels, by which Prometheus finds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
}

/// Alerts for the Prometheus operator.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PrometheusRuleSpec {
    /// Whether there are any. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Alerts of your own, besides the usual ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_rules: Option<Vec<AlertRule>>,
}

/// One alert.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AlertRule {
    /// Its name.
    #[schemars(length(min = 1))]
    pub alert: String,
    /// The expression that must hold, in `PromQL`.
    #[schemars(length(min = 1))]
    pub expr: String,
    /// How long it must hold, such as `5m`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#for: Option<String>,
    /// Labels of the alert.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
    /// Annotations of the alert, such as a summary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<BTreeMap<String, String>>,
}

/// Where the agent sends its metrics, by OTLP over HTTP.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OtlpSpec {
    /// Whether it sends them. Unset: no, unless there is a collector.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// The address, which ends in `/v1/metrics`. Unset: the collector beside the agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 2048), regex(pattern = r"^https?://.+/v1/metrics$"))]
    pub endpoint: Option<String>,
    /// The Secret that holds headers to send along, as `name=value` with commas between them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers_secret_ref: Option<SecretKeySelector>,
    /// How many seconds pass between two sendings. Unset: what the agent does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 5, max = 3600))]
    pub interval_seconds: Option<i32>,
}

/// An `OpenTelemetry` collector beside the agent, which turns what the agent sends into a port that
/// Prometheus reads.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CollectorSpec {
    /// Whether there is one. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Its image, with a tag or a digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Its CPU and memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<ResourceRequirements>,
}
