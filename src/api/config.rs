//! What the agent is told: its configuration, the files of its workspace, and its skills.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::api::{reference::ConfigMapName, structural::any_object};

/// The agent's `config.yaml`. What is set here stays set: the agent can change only keys that are
/// not.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfigSpec {
    /// The configuration itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "any_object")]
    pub raw: Option<Map<String, Value>>,
    /// A `ConfigMap` whose key `config.yaml` holds the configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config_map_ref: Option<ConfigMapName>,
    /// What happens where both are set. Unset: replace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merge_mode: Option<MergeMode>,
}

/// How the configuration here and that of a `ConfigMap` come together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum MergeMode {
    /// `raw` alone.
    #[serde(rename = "replace")]
    Replace,
    /// `raw` over the configuration of the `ConfigMap`.
    #[serde(rename = "merge")]
    Merge,
}

/// Files and directories that the agent finds in its workspace at the first start. Later changes of
/// the agent are kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkspaceSpec {
    /// The files. All of them together fit in one `ConfigMap`: 1 `MiB`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["path"]))]
    pub initial_files: Option<Vec<WorkspaceFile>>,
    /// Directories to make, relative to the agent's data directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "set"))]
    pub initial_dirs: Option<Vec<String>>,
    /// A `ConfigMap` of your own with more files, one a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config_map_ref: Option<ConfigMapName>,
    /// A script for the first start. It has no effect: there is none that asks nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bootstrap: Option<BootstrapSpec>,
}

/// One file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkspaceFile {
    /// Where it goes, relative to the agent's data directory, such as `notes/plan.md`.
    #[schemars(length(min = 1, max = 4096), regex(pattern = "^[^/].*[^/]$|^[^/]$"))]
    pub path: String,
    /// What it holds, as UTF-8 text.
    #[schemars(length(max = 1_048_576))]
    pub content: String,
}

/// A script that runs once.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BootstrapSpec {
    /// Whether it runs. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// One skill.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SkillSpec {
    /// Where the skill comes from: a `ConfigMap` (`configmap:name`), an image (`oci://image`), a commit of a repository
    /// (`git+https://host/path@commit#subdirectory=path`), or as `hermes skills install` takes it: `owner/repository/path`,
    /// `official/category/name`, or the address of a `SKILL.md`.
    #[schemars(length(min = 1))]
    pub source: String,
    /// The version, where the source has versions and does not say it: the tag or the digest of an image, a commit. The
    /// agent's own installer knows none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}
