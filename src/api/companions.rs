//! Software beside the agent: Tailscale and Honcho.

use k8s_openapi::api::core::v1::{ResourceRequirements, SecretKeySelector};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::image::CompanionImage;

/// The agent's API on a private network of Tailscale, by a sidecar.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TailscaleSpec {
    /// Whether there is a sidecar. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// How the API is offered. Unset: serve.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<TailscaleMode>,
    /// The name on the network. Unset: the name of the instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 63), regex(pattern = "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"))]
    pub hostname: Option<String>,
    /// The key that lets the sidecar join.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_key: Option<TailscaleKey>,
    /// The sidecar's image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<CompanionImage>,
    /// The sidecar's CPU and memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<ResourceRequirements>,
}

/// How Tailscale offers the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum TailscaleMode {
    /// To the private network only.
    #[serde(rename = "serve")]
    Serve,
}

/// The key that lets a sidecar join the network.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TailscaleKey {
    /// The Secret that holds a reusable, ephemeral key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<SecretKeySelector>,
}

/// What remembers the agent's users.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProfileStoreSpec {
    /// Honcho.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub honcho: Option<HonchoSpec>,
}

/// Honcho, which remembers users. It is two programs and a Postgres database with pgvector.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HonchoSpec {
    /// Whether it runs. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Its image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<CompanionImage>,
    /// A volume. Honcho keeps everything in Postgres and has no use for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persistence: Option<HonchoPersistence>,
    /// The key of its API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key_secret_ref: Option<SecretKeySelector>,
    /// Its CPU and memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<ResourceRequirements>,
}

/// A volume for Honcho.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HonchoPersistence {
    /// Whether there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Its size as a quantity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// Its storage class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_class_name: Option<String>,
}
