//! `HermesClusterDefaults`: what fills the fields that an instance leaves unset.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::{
    image::ImageSpec,
    model::ModelSpec,
    networking::ServiceType,
    observability::ObservabilitySpec,
    scheduling::ResourcesSpec,
    security::{CaBundleSpec, Profile},
};

/// What fills unset fields. A value that the instance sets always wins.
#[derive(CustomResource, Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::duplicated_attributes, reason = "columns and categories repeat their keys")]
#[kube(
    group = "hermes.agent",
    version = "v1",
    kind = "HermesClusterDefaults",
    plural = "hermesclusterdefaults",
    doc = "What fills the fields that instances leave unset. The one named cluster counts.",
    schema = "disabled",
    status = "HermesClusterDefaultsStatus",
    shortname = "hcd",
    category = "hermes",
    category = "agents",
    printcolumn(name = "Image", type_ = "string", json_path = ".spec.image.repository"),
    printcolumn(name = "Tag", type_ = "string", json_path = ".spec.image.tag"),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp")
)]
pub struct HermesClusterDefaultsSpec {
    /// The image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageSpec>,
    /// How the agent's container starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
    /// The model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelSpec>,
    /// How images are pulled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registry: Option<RegistryDefaults>,
    /// Storage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage: Option<StorageDefaults>,
    /// CPU and memory of the agent's container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<ResourcesSpec>,
    /// How callers reach the agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub networking: Option<NetworkingDefaults>,
    /// What the Pod may do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security: Option<SecurityDefaults>,
    /// Logs, metrics, and alerts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observability: Option<ObservabilitySpec>,
}

/// How images are pulled.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegistryDefaults {
    /// A Secret with the registry's credentials, in the namespace of each instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pull_secret_name: Option<String>,
}

/// Storage.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StorageDefaults {
    /// The volume at `/opt/data`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persistence: Option<PersistenceDefaults>,
}

/// The volume at `/opt/data`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersistenceDefaults {
    /// Whether the volume outlives the Pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Its size as a quantity, such as `10Gi`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// The storage class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_class_name: Option<String>,
}

/// How callers reach the agent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NetworkingDefaults {
    /// The Service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceDefaults>,
    /// The same as under security, which wins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_policy: Option<NetworkPolicyDefaults>,
}

/// The Service.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceDefaults {
    /// Its type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<ServiceType>,
}

/// The `NetworkPolicy`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NetworkPolicyDefaults {
    /// Whether there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Whether the agent may resolve names.
    #[serde(rename = "allowDNS", skip_serializing_if = "Option::is_none")]
    pub allow_dns: Option<bool>,
}

/// What the Pod may do.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecurityDefaults {
    /// Who may talk to the agent, and to whom it may talk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_policy: Option<NetworkPolicyDefaults>,
    /// The `ServiceAccount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_account: Option<ServiceAccountDefaults>,
    /// Certificates that the agent trusts besides the public ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_bundle: Option<CaBundleSpec>,
}

/// The `ServiceAccount`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceAccountDefaults {
    /// Its annotations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<BTreeMap<String, String>>,
}

/// Whether the defaults are in use.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HermesClusterDefaultsStatus {
    /// Details.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["type"]))]
    pub conditions: Option<Vec<Condition>>,
    /// The generation that this status is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
}
