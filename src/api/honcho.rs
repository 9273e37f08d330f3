//! Honcho, which remembers the agent's users: its programs and its database.

use k8s_openapi::api::{
    core::v1::{EnvFromSource, EnvVar, ResourceRequirements, SecretKeySelector},
    networking::v1::NetworkPolicyEgressRule,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::image::CompanionImage;

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
    /// Where its database is. Needed where it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<HonchoDatabase>,
    /// Variables of both programs: keys of models, such as `LLM_OPENAI_API_KEY`, and settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub env: Option<Vec<EnvVar>>,
    /// `ConfigMaps` and Secrets whose keys become variables of both programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env_from: Option<Vec<EnvFromSource>>,
    /// What the keys of its API are signed with. Unset: it asks for no key, and only the agent
    /// reaches it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwt_secret_ref: Option<SecretKeySelector>,
    /// CPU and memory of the program that makes memories of conversations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deriver_resources: Option<ResourceRequirements>,
    /// More rules for what it reaches, as a `NetworkPolicy` has them: a model in the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_egress: Option<Vec<NetworkPolicyEgressRule>>,
}

/// The database of Honcho: one that is there, or one of its own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HonchoDatabase {
    /// The Secret that holds the address of a Postgres with pgvector, which begins with
    /// `postgresql+psycopg://`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri_secret_ref: Option<SecretKeySelector>,
    /// The port in that address. Unset: 5432.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65535))]
    pub port: Option<i32>,
    /// A Postgres with pgvector beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bundled: Option<BundledPostgres>,
}

/// A Postgres with pgvector, for Honcho alone. Nothing backs it up.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BundledPostgres {
    /// An image of Postgres with pgvector, with a tag or a digest. Unset: the one of its makers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The Secret that holds its password, of letters, digits, `-`, `.`, `_`, and `~` only: it becomes part of an address,
    /// and nothing escapes what a Secret holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_secret_ref: Option<SecretKeySelector>,
    /// The size of its volume. Unset: `10Gi`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// The volume's storage class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_class_name: Option<String>,
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
