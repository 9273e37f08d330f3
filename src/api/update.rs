//! Newer images, found in the registry.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Newer images, found in the registry and written to Git.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AutoUpdateSpec {
    /// Whether to look for them. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Where to look.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<UpdateSource>,
    /// How often to look, such as `1h`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub poll_interval: Option<String>,
    /// Whether a backup is made first. Unset: yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_before_update: Option<bool>,
    /// The way back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollback: Option<RollbackSpec>,
}

/// Where newer images are found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateSource {
    /// The repository with its registry. Unset: that of the image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registry: Option<String>,
    /// Which tags count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
}

/// The way back to the image before.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RollbackSpec {
    /// Whether there is one. Unset: yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// How many failures of a probe in a row start it. Unset: 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100))]
    pub probe_failure_threshold: Option<i32>,
}
