//! Backups, and where the first data come from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::reference::{InstanceName, SecretName};

/// Backups of the volume.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BackupSpec {
    /// When, as five numeric fields of cron. Unset: only on the occasions below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    /// Where to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s3: Option<S3Target>,
    /// The image that makes the backup. Unset: that of the program's controller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Whether a last backup is made when the instance is deleted. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_delete: Option<bool>,
    /// Whether a backup is made before an update. Unset: yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pre_update: Option<bool>,
    /// How many backups are kept. Unset: 30.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10000))]
    pub history_limit: Option<i32>,
    /// How many failed runs are kept. Unset: 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1000))]
    pub failed_history_limit: Option<i32>,
}

/// A bucket of an S3-compatible store.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct S3Target {
    /// The bucket.
    pub bucket: String,
    /// The address of the store.
    pub endpoint: String,
    /// The Secret that holds the access key.
    pub credentials_secret_ref: SecretName,
    /// The region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// What every key in the bucket begins with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_prefix: Option<String>,
}

/// Where the data of a new instance come from. It runs once, before the first start.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MigrationSpec {
    /// From an `OpenClaw` agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_open_claw: Option<OpenClawMigration>,
}

/// From an `OpenClaw` agent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenClawMigration {
    /// Where its data are. Exactly one is set.
    pub source: OpenClawSource,
    /// What happens to the data there. They stay in every case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<MigrationMode>,
    /// The image that migrates. It has no effect: the agent's does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
}

/// What happens to the data at their source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum MigrationMode {
    /// They stay.
    #[serde(rename = "copy")]
    Copy,
    /// They are removed after a migration that succeeded.
    #[serde(rename = "move")]
    Move,
}

/// Where the data of an `OpenClaw` agent are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenClawSource {
    /// An instance of `openclaw-operator` in the same namespace, whose claim has its name and `-data`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub openclaw_instance_ref: Option<InstanceName>,
    /// A claim of the same namespace, with what an `OpenClaw` agent keeps.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 253))]
    pub claim_name: Option<String>,
    /// A backup.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_ref: Option<MigrationBackup>,
}

/// A backup of an `OpenClaw` agent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MigrationBackup {
    /// Where it is.
    pub s3: S3Object,
}

/// One object of a bucket of an S3-compatible store.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct S3Object {
    /// The bucket.
    pub bucket: String,
    /// The address of the store.
    pub endpoint: String,
    /// The object's key: a tar, plain or with gzip, bzip2, or xz.
    pub key: String,
    /// The Secret that holds the access key.
    pub credentials_secret_ref: SecretName,
    /// The region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}
