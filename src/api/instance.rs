//! `HermesInstance`: one agent.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, EnvFromSource, EnvVar, Volume, VolumeMount};
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::{
    availability::AvailabilitySpec,
    backup::{BackupSpec, MigrationSpec},
    companions::{BrowserSpec, OllamaSpec, TailscaleSpec, WebTerminalSpec},
    config::{ConfigSpec, SkillSpec, WorkspaceSpec},
    cron::CronJobSpec,
    dashboard::DashboardSpec,
    gateways::GatewaysSpec,
    honcho::ProfileStoreSpec,
    image::ImageSpec,
    model::{ApiServerSpec, ModelSpec},
    networking::NetworkingSpec,
    observability::ObservabilitySpec,
    runtime::RuntimeSpec,
    scheduling::{ProbesSpec, ResourcesSpec, SchedulingSpec},
    security::{Profile, SecuritySpec},
    self_config::SelfConfigureSpec,
    status::HermesInstanceStatus,
    storage::StorageSpec,
    tools::{ApprovalsSpec, McpServer, ToolsetsSpec},
    update::AutoUpdateSpec,
};

/// What the agent is made of.
#[derive(CustomResource, Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::duplicated_attributes, reason = "columns and categories repeat their keys")]
#[kube(
    group = "hermes.agent",
    version = "v1",
    kind = "HermesInstance",
    plural = "hermesinstances",
    doc = "One Hermes agent.",
    namespaced,
    schema = "disabled",
    status = "HermesInstanceStatus",
    shortname = "hi",
    shortname = "hermes",
    category = "hermes",
    category = "agents",
    printcolumn(name = "Phase", type_ = "string", json_path = ".status.phase"),
    printcolumn(name = "Image", type_ = "string", json_path = ".spec.image.repository"),
    printcolumn(name = "Tag", type_ = "string", json_path = ".spec.image.tag"),
    printcolumn(name = "Model", type_ = "string", json_path = ".spec.model.name", priority = 1),
    printcolumn(
        name = "Suspended",
        type_ = "boolean",
        json_path = ".spec.suspended",
        priority = 1
    ),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp")
)]
pub struct HermesInstanceSpec {
    /// The image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageSpec>,
    /// How the agent's container starts. Unset: restricted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
    /// Whether the agent is stopped. Its volume and everything else stay. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspended: Option<bool>,
    /// The model. Unset: the agent starts, and answers only after someone chooses one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelSpec>,
    /// The agent's own HTTP API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_server: Option<ApiServerSpec>,
    /// The agent's configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<ConfigSpec>,
    /// Who the agent is, in its own words: the text of `SOUL.md`. Each start makes the file so; without this it is the
    /// agent's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 262_144))]
    pub soul: Option<String>,
    /// Servers that bring tools over the Model Context Protocol.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(
        length(max = 64),
        extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"])
    )]
    pub mcp_servers: Option<Vec<McpServer>>,
    /// Which of its tools the agent has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub toolsets: Option<ToolsetsSpec>,
    /// When the agent asks before it runs a command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approvals: Option<ApprovalsSpec>,
    /// Files that the agent finds at the first start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspace: Option<WorkspaceSpec>,
    /// Skills that the agent has at each start.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["source"]))]
    pub skills: Option<Vec<SkillSpec>>,
    /// Jobs that the agent does by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub cron: Option<Vec<CronJobSpec>>,
    /// Environment variables of the agent's container.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub env: Option<Vec<EnvVar>>,
    /// `ConfigMaps` and Secrets whose keys become environment variables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env_from: Option<Vec<EnvFromSource>>,
    /// The chat platforms that the agent answers on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateways: Option<GatewaysSpec>,
    /// Storage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage: Option<StorageSpec>,
    /// CPU and memory of the agent's container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<ResourcesSpec>,
    /// How callers reach the agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub networking: Option<NetworkingSpec>,
    /// The agent's web page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dashboard: Option<DashboardSpec>,
    /// What the Pod may do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security: Option<SecuritySpec>,
    /// How the kubelet asks whether the agent is well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probes: Option<ProbesSpec>,
    /// How many seconds the agent gets to finish what it does before it is killed. Unset: 120.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 3600))]
    pub termination_grace_period_seconds: Option<i64>,
    /// Where the Pod runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduling: Option<SchedulingSpec>,
    /// How the agent stays up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability: Option<AvailabilitySpec>,
    /// More labels of the Pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod_labels: Option<BTreeMap<String, String>>,
    /// More annotations of the Pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod_annotations: Option<BTreeMap<String, String>>,
    /// Containers that run before the agent starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub init_containers: Option<Vec<Container>>,
    /// Containers that run beside the agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sidecars: Option<Vec<Container>>,
    /// More volumes of the Pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_volumes: Option<Vec<Volume>>,
    /// Where the agent's container mounts them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_volume_mounts: Option<Vec<VolumeMount>>,
    /// Whether all containers of the Pod see each other's processes, and with them environments
    /// and files. Unset: where the agent is the only one, to clear away ended processes; it cannot
    /// be on in the profile s6.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_process_namespace: Option<bool>,
    /// Logs, metrics, and alerts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observability: Option<ObservabilitySpec>,
    /// What the agent may change about itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_configure: Option<SelfConfigureSpec>,
    /// Backups of the volume.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup: Option<BackupSpec>,
    /// The backup that fills the volume before the next start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restore_from: Option<String>,
    /// Where the data of a new instance come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub migration: Option<MigrationSpec>,
    /// Newer images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_update: Option<AutoUpdateSpec>,
    /// What remembers the agent's users.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile_store: Option<ProfileStoreSpec>,
    /// The agent's API on a private network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tailscale: Option<TailscaleSpec>,
    /// Models of the agent's own in the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ollama: Option<OllamaSpec>,
    /// A shell in the browser.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_terminal: Option<WebTerminalSpec>,
    /// A browser for the agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub browser: Option<BrowserSpec>,
    /// Tools beside the agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime: Option<RuntimeSpec>,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::api::HermesInstance;

    fn instance(spec: &Value) -> Result<HermesInstance, serde_json::Error> {
        serde_json::from_value(json!({
            "apiVersion": "hermes.agent/v1",
            "kind": "HermesInstance",
            "metadata": { "name": "demo" },
            "spec": spec,
        }))
    }

    #[test]
    fn what_is_read_is_what_is_written() {
        let spec = json!({
            "image": { "tag": "v2026.7.20", "pullSecrets": [{ "name": "registry" }] },
            "profile": "s6",
            "suspended": false,
            "model": { "provider": "custom:local", "name": "m", "baseURL": "http://models:4000/v1" },
            "config": { "raw": { "agent": { "max_turns": 30 } }, "mergeMode": "merge" },
            "env": [{ "name": "A", "value": "1" }],
            "gateways": { "telegram": { "enabled": true, "allowedUserIDs": [7] } },
            "networking": { "service": { "type": "ClusterIP", "ports": [{ "name": "gateway", "port": 8443, "protocol": "TCP" }] } },
            "security": { "networkPolicy": { "allowDNS": true, "allowedEgressCIDRs": ["10.0.0.0/8"] } },
            "availability": { "podDisruptionBudget": { "maxUnavailable": "50%" } },
            "migration": { "fromOpenClaw": { "source": { "openclawInstanceRef": { "name": "a", "namespace": "b" } } } },
            "terminationGracePeriodSeconds": 60,
        });
        let written = serde_json::to_value(instance(&spec).unwrap()).unwrap();
        assert_eq!(written["spec"], spec);
        assert!(written.get("status").is_none());
    }

    #[test]
    fn an_unknown_field_is_refused() {
        let error = instance(&json!({ "image": { "repo": "x" } })).unwrap_err().to_string();
        assert!(error.contains("unknown field `repo`"), "{error}");
    }

    #[test]
    fn a_word_that_is_not_a_choice_is_refused() {
        let error = instance(&json!({ "profile": "root" })).unwrap_err().to_string();
        assert!(error.contains("`restricted` or `s6`"), "{error}");
    }
}
