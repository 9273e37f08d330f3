//! Which image the agent runs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::reference::SecretName;

/// The image of the agent. Either a tag or a digest is set; the digest is what is pulled where both
/// are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("x-kubernetes-validations" = [{
    "rule": "(has(self.tag) && size(self.tag) > 0 && self.tag != 'latest') || (has(self.digest) && size(self.digest) > 0)",
    "message": "set a tag of a release (not latest) or a digest"
}]))]
pub struct ImageSpec {
    /// The repository with its registry. Unset: the image that the agent's makers publish.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// The release, such as `v2026.7.20`. A tag that moves, such as main, is warned about: the
    /// agent then changes without a commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The digest of the manifest list, `sha256:` and 64 hexadecimal digits. It wins over the tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The release that the image holds, such as `v2026.7.20`, where the tag does not say it (a
    /// digest alone, an image of your own). It decides which features of the agent are used.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 64))]
    pub version: Option<String>,
    /// When the node pulls the image. Unset: `IfNotPresent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pull_policy: Option<PullPolicy>,
    /// Secrets in the same namespace that hold the registry's credentials.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"]))]
    pub pull_secrets: Option<Vec<SecretName>>,
}

/// When a node pulls an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum PullPolicy {
    /// At each start.
    Always,
    /// Only where the node does not have it.
    IfNotPresent,
    /// Never; the node must have it.
    Never,
}

/// The image of a companion beside the agent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CompanionImage {
    /// The repository with its registry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// The tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// When the node pulls the image. Unset: `IfNotPresent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pull_policy: Option<PullPolicy>,
}
