//! The volume that holds everything the agent remembers.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Storage of the instance.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StorageSpec {
    /// The volume at `/opt/data`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persistence: Option<PersistenceSpec>,
}

/// The volume at `/opt/data`: databases, memories, sessions, credentials. The agent is its only
/// writer. It is never pruned.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersistenceSpec {
    /// Whether the volume outlives the Pod. Unset: yes. False: everything is lost when the Pod
    /// ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Its size as a quantity, such as `10Gi`. Unset: `1Gi`. It can grow later where the storage
    /// class allows it, and never shrink.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// The storage class. Unset: the cluster's default. The databases need block storage, not NFS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_class_name: Option<String>,
    /// Who may mount it. Unset: `ReadWriteOnce`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "set"), length(min = 1, max = 3))]
    pub access_modes: Option<Vec<AccessMode>>,
    /// A `PersistentVolumeClaim` that is there already. None is rendered then, and the other fields
    /// of the claim do not apply.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 253))]
    pub existing_claim: Option<String>,
    /// Annotations of the claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<BTreeMap<String, String>>,
}

/// Who may mount a volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AccessMode {
    /// Pods of one node.
    ReadWriteOnce,
    /// One Pod. A backup then has to stop the agent first.
    ReadWriteOncePod,
    /// Pods of all nodes. The agent still is the only writer.
    ReadWriteMany,
}
