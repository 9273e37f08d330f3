//! `HermesSelfConfig`: a change that an agent asks for itself, and the policy that allows it.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api::structural::any_value;

/// What the agent may change about itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SelfConfigureSpec {
    /// Whether it may change anything. Unset: no. True: the Pod gets a token for the API server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// What it may change. Needed where it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "set"))]
    pub allowed_actions: Option<Vec<SelfConfigAction>>,
    /// Paths that it may never change, with `*` for any name. Needed where it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "set"))]
    pub protected_keys: Option<Vec<String>>,
}

/// A part of itself that an agent may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SelfConfigAction {
    /// Its skills.
    #[serde(rename = "skills")]
    Skills,
    /// Its configuration.
    #[serde(rename = "config")]
    Config,
    /// Its environment.
    #[serde(rename = "envVars")]
    EnvVars,
    /// Files of its workspace.
    #[serde(rename = "workspaceFiles")]
    WorkspaceFiles,
    /// Snapshots of profiles.
    #[serde(rename = "profiles")]
    Profiles,
}

/// What the agent asks for.
#[derive(CustomResource, Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::duplicated_attributes, reason = "columns and categories repeat their keys")]
#[kube(
    group = "hermes.agent",
    version = "v1",
    kind = "HermesSelfConfig",
    plural = "hermesselfconfigs",
    doc = "A change that an agent asks for itself.",
    namespaced,
    schema = "disabled",
    status = "HermesSelfConfigStatus",
    shortname = "hsc",
    category = "hermes",
    category = "agents",
    printcolumn(name = "Instance", type_ = "string", json_path = ".spec.instanceRef"),
    printcolumn(name = "Phase", type_ = "string", json_path = ".status.phase"),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    printcolumn(
        name = "DenyReason",
        type_ = "string",
        json_path = ".status.denyReason",
        priority = 1
    )
)]
pub struct HermesSelfConfigSpec {
    /// The instance in the same namespace that it is about.
    #[schemars(length(min = 1, max = 253))]
    pub instance_ref: String,
    /// Skills to add.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["source"]), length(max = 20))]
    pub add_skills: Option<Vec<SelfConfigSkill>>,
    /// A merge patch (RFC 7396) for the agent's configuration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "any_value")]
    pub patch_config: Option<Value>,
    /// Environment variables to add.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]), length(max = 20))]
    pub add_env_vars: Option<Vec<SelfConfigEnvVar>>,
    /// Files of the workspace to add.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["path"]), length(max = 50))]
    pub add_workspace_files: Option<Vec<SelfConfigFile>>,
    /// A snapshot of a profile to store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub add_profile_snapshot: Option<ProfileSnapshot>,
}

/// A skill to add.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SelfConfigSkill {
    /// Where the skill comes from.
    #[schemars(length(min = 1, max = 512))]
    pub source: String,
    /// The version, where the source has versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// An environment variable to add. One of value and `valueFrom` is set.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SelfConfigEnvVar {
    /// Its name.
    #[schemars(length(min = 1), regex(pattern = "^[A-Za-z_][A-Za-z0-9_]*$"))]
    pub name: String,
    /// Its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Where its value is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_from: Option<SelfConfigEnvSource>,
}

/// Where the value of an environment variable is. One is set.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SelfConfigEnvSource {
    /// In a Secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_key_ref: Option<SelfConfigKey>,
    /// In a `ConfigMap`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config_map_key_ref: Option<SelfConfigKey>,
}

/// A key of a Secret or of a `ConfigMap` in the same namespace.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SelfConfigKey {
    /// The name of the object.
    #[schemars(length(min = 1))]
    pub name: String,
    /// The key.
    #[schemars(length(min = 1))]
    pub key: String,
}

/// A file to add. One of content and `contentFrom` is set.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SelfConfigFile {
    /// Where it goes, relative to the workspace.
    #[schemars(length(min = 1, max = 512), regex(pattern = "^[A-Za-z0-9._/-]+$"))]
    pub path: String,
    /// What it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// The Secret that holds what it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_from: Option<SelfConfigKey>,
}

/// A snapshot of a profile.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProfileSnapshot {
    /// The profile.
    #[serde(rename = "profileID")]
    #[schemars(length(min = 1, max = 253))]
    pub profile_id: String,
    /// The snapshot.
    #[schemars(length(min = 1))]
    pub data: String,
}

/// What became of the request.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HermesSelfConfigStatus {
    /// Where the request stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<SelfConfigPhase>,
    /// Why it was denied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deny_reason: Option<String>,
    /// When it was last applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applied_at: Option<Time>,
    /// The fields that it changed, as paths.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "set"))]
    pub applied_fields: Option<Vec<String>>,
    /// Details.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["type"]))]
    pub conditions: Option<Vec<Condition>>,
    /// The generation that this status is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
}

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SelfConfigPhase {
    /// It waits.
    Pending,
    /// It is applied.
    Applied,
    /// The policy of the instance denies it.
    Denied,
}
