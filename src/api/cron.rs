//! Jobs that the agent does by itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A job that the agent does again and again. At each start it is made what is written here; what the agent notes
/// about it, and jobs that the agent or its users made, stay.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CronJobSpec {
    /// Its name. Another name is another job.
    #[schemars(length(min = 1, max = 128))]
    pub name: String,
    /// When: five numeric fields of cron (`0 9 * * 1-5`), or `every 30m`.
    #[schemars(length(min = 1, max = 128))]
    pub schedule: String,
    /// What to do. It has to say everything: no conversation comes before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 65536))]
    pub prompt: Option<String>,
    /// Where the answer goes: a chat platform such as `discord`, one of its chats (`discord:123`), or `local` for a file
    /// on the volume. Unset: local.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 256))]
    pub deliver: Option<String>,
    /// Skills to load first, in this order.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub skills: Option<Vec<String>>,
    /// The only toolsets that it may use. Unset: those of the agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub toolsets: Option<Vec<String>>,
    /// The model. Unset: that of the agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The model's provider. Unset: that of the agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// A script below `/opt/data/scripts`. Its output comes before the prompt; without a prompt it is the answer, and no
    /// model is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub script: Option<String>,
    /// The directory that it works in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^/"))]
    pub workdir: Option<String>,
    /// Whether it waits. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspend: Option<bool>,
}
