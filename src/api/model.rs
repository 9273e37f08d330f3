//! Which model the agent talks to, and the key of its own API.

use k8s_openapi::api::core::v1::SecretKeySelector;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::ADDRESS;

/// A provider, or `custom:` and the name of an endpoint.
const PROVIDER: &str = r"^[a-z0-9][a-z0-9._-]*(:[A-Za-z0-9._-]+)?$";

/// The model that the agent uses when a conversation does not choose another.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("x-kubernetes-validations" = [{
    "rule": "!has(self.provider) || !self.provider.startsWith('custom') || (has(self.baseURL) && size(self.baseURL) > 0)",
    "message": "a provider of your own (custom) needs a baseURL"
}]))]
pub struct ModelSpec {
    /// The provider as the agent names it: `openrouter`, `anthropic`, `openai-api`, `gemini`,
    /// `bedrock`, or `custom:` and a name for an endpoint of your own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 128), regex(pattern = PROVIDER))]
    pub provider: Option<String>,
    /// The model's name as the provider knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 256))]
    pub name: Option<String>,
    /// The address of the provider's API. Set it also where the provider has a usual one: the
    /// agent's own first configuration points at another.
    #[serde(rename = "baseURL", skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 2048), regex(pattern = ADDRESS))]
    pub base_url: Option<String>,
    /// The key of the provider. Unset: it comes from the environment, `env` or `envFrom`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_secret_ref: Option<SecretKeySelector>,
    /// More endpoints of your own, which conversations, jobs, and auxiliary models name as `custom:` and their name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub endpoints: Option<Vec<ModelEndpoint>>,
    /// Models that are asked instead, in this order, while the one above does not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub fallbacks: Option<Vec<FallbackModel>>,
    /// Models for what the agent does beside the conversation, one a task. Unset: the model above.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["task"]))]
    pub auxiliary: Option<Vec<AuxiliaryModel>>,
}

/// A model that is asked instead of another.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FallbackModel {
    /// Its provider, as in `model.provider`.
    #[schemars(length(min = 1, max = 128), regex(pattern = PROVIDER))]
    pub provider: String,
    /// Its name.
    #[schemars(length(min = 1, max = 256))]
    pub name: String,
    /// The address of the provider's API. Unset: the usual one, or that of `model.endpoints`.
    #[serde(rename = "baseURL", skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 2048), regex(pattern = ADDRESS))]
    pub base_url: Option<String>,
    /// Its key. Unset: the one that the provider has already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_secret_ref: Option<SecretKeySelector>,
}

/// The model of a task beside the conversation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuxiliaryModel {
    /// The task: `vision`, `web_extract`, `compression`, `approval`, `title_generation`, or another of the agent's.
    #[schemars(length(min = 1, max = 64), regex(pattern = "^[a-z][a-z0-9_]*$"))]
    pub task: String,
    /// The model's provider, as in `model.provider`. Unset: an endpoint of your own where `baseURL` is set, else that of the
    /// conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 128), regex(pattern = PROVIDER))]
    pub provider: Option<String>,
    /// The model's name. Unset: that of the conversation, or one that the provider is known for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 256))]
    pub name: Option<String>,
    /// The address of the provider's API.
    #[serde(rename = "baseURL", skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 2048), regex(pattern = ADDRESS))]
    pub base_url: Option<String>,
    /// Its key. Unset: the one that the provider has already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_secret_ref: Option<SecretKeySelector>,
    /// How long an answer may take. Unset: as long as the agent finds right for the task.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 86400))]
    pub timeout_seconds: Option<i32>,
}

/// An endpoint that speaks the API of `OpenAI`, such as `LiteLLM`, `vLLM`, or Ollama.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ModelEndpoint {
    /// Its name.
    #[schemars(length(min = 1, max = 64), regex(pattern = "^[a-z0-9][a-z0-9._-]*$"))]
    pub name: String,
    /// Its address.
    #[serde(rename = "baseURL")]
    #[schemars(length(min = 1, max = 2048), regex(pattern = ADDRESS))]
    pub base_url: String,
    /// Its key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_secret_ref: Option<SecretKeySelector>,
}

/// The agent's own HTTP API on port 8642, which its probes ask too. It is always on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("x-kubernetes-validations" = [{
    "rule": "!has(self.keySecretRef) || (has(self.keySecretRef.name) && size(self.keySecretRef.name) > 0)",
    "message": "keySecretRef needs the name of a Secret"
}]))]
pub struct ApiServerSpec {
    /// The bearer key that callers send; the agent does not listen with one of fewer than 16
    /// characters. Unset: a key is made on the volume at the first start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_secret_ref: Option<SecretKeySelector>,
}
