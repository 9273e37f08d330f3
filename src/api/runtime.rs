//! Tools beside the agent that older images were built with.

use k8s_openapi::api::core::v1::{EmptyDirVolumeSource, PersistentVolumeClaimVolumeSource};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Tools beside the agent. The real image has them built in and cannot be changed at start; the
/// fields are accepted so that existing objects stay valid.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RuntimeSpec {
    /// The version of Python. It has no effect: the image decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub python: Option<String>,
    /// The package installer of Python.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uv: Option<UvSpec>,
    /// The media tool. The image has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ffmpeg: Option<ToolSpec>,
    /// The search tool. The image has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ripgrep: Option<ToolSpec>,
    /// Packages of the distribution. They need an image of your own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub extra_apt_packages: Option<Vec<String>>,
    /// Packages of Python. They need an image of your own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub extra_pip_packages: Option<Vec<String>>,
}

/// One tool.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ToolSpec {
    /// Whether it is there. Unset: yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// The package installer of Python.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UvSpec {
    /// Whether it is there. Unset: yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// A package index besides the public one.
    #[serde(rename = "extraIndexURL", skip_serializing_if = "Option::is_none")]
    pub extra_index_url: Option<String>,
    /// Where downloads are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_volume: Option<CacheVolume>,
}

/// A volume for downloads.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CacheVolume {
    /// A directory that ends with the Pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub empty_dir: Option<EmptyDirVolumeSource>,
    /// A claim that is there already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persistent_volume_claim: Option<PersistentVolumeClaimVolumeSource>,
}
