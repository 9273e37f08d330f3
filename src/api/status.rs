//! What the controller reports about an instance.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What became of the instance.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HermesInstanceStatus {
    /// One word: Pending, Ready, Degraded, or Suspended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// The generation that this status is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Pods that exist.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicas: Option<i32>,
    /// Pods that are ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ready_replicas: Option<i32>,
    /// Details.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["type"]))]
    pub conditions: Option<Vec<Condition>>,
    /// The last backup.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup: Option<BackupStatus>,
    /// The last update.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_update: Option<AutoUpdateStatus>,
    /// The migration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub migration: Option<MigrationStatus>,
    /// The backup that the volume was last restored from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restored_from: Option<String>,
}

/// The last backup.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BackupStatus {
    /// When one last succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_success_time: Option<Time>,
    /// Its name.
    #[serde(rename = "lastSuccessSnapshotID", skip_serializing_if = "Option::is_none")]
    pub last_success_snapshot_id: Option<String>,
    /// When one last failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_failure_time: Option<Time>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_failure_reason: Option<String>,
    /// The Job of the backup at deletion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub final_backup_job_name: Option<String>,
}

/// The last update.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AutoUpdateStatus {
    /// The tag that runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_tag: Option<String>,
    /// The tag that is being rolled out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_tag: Option<String>,
    /// When the registry was last asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_check_time: Option<Time>,
    /// The last tag that came up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_success_tag: Option<String>,
    /// The last tag that did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_failed_tag: Option<String>,
    /// The backup before the update.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pre_update_snapshot: Option<String>,
    /// Failures of the probe in a row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probe_failures: Option<i32>,
    /// When the rollout counts as failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollout_deadline: Option<Time>,
}

/// The migration.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MigrationStatus {
    /// Whether it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed: Option<bool>,
    /// When it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Time>,
    /// The version of the agent that the data come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_version: Option<String>,
}
