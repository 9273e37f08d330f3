//! Software beside the agent that people reach or the agent uses: Tailscale, Ollama, a terminal, a browser.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{ResourceRequirements, SecretKeySelector, Toleration};
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

/// The agent's own models in the cluster, by Ollama. The agent uses them where `model.baseURL` is
/// `http://<name>-ollama:11434/v1`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OllamaSpec {
    /// Whether it runs. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Its image, with a tag or a digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Models that it fetches when it starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "set"))]
    pub models: Option<Vec<String>>,
    /// The size of the volume that keeps the models. Unset: `20Gi`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// The volume's storage class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_class_name: Option<String>,
    /// Its CPU, memory, and accelerators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<ResourceRequirements>,
    /// Labels of the nodes that it may run on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_selector: Option<BTreeMap<String, String>>,
    /// Taints of nodes that it puts up with.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub tolerations: Option<Vec<Toleration>>,
    /// The runtime of the container, such as `nvidia`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime_class_name: Option<String>,
}

/// A shell in the browser, by ttyd, in a sidecar that sees the agent's volume.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WebTerminalSpec {
    /// Whether there is one. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// An image that holds ttyd and a shell, with a tag or a digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The Secret and the key in it that holds a name and a password with a colon between them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_secret_ref: Option<SecretKeySelector>,
    /// Whether it can only read the agent's volume. Unset: yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// Its CPU and memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<ResourceRequirements>,
}

/// A Chromium for the agent in a sidecar, for images without one. It listens on loopback.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BrowserSpec {
    /// Whether there is one. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// An image whose program takes Chromium's options, with a tag or a digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Its CPU and memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<ResourceRequirements>,
}
