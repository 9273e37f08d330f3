//! What the agent may use: servers of tools, sets of tools, and commands that need a person's word.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::SecretKeySelector;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::ADDRESS;

/// A server that brings tools over the Model Context Protocol: one that listens, or a program that the agent starts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct McpServer {
    /// Its name, which is part of the names of its tools.
    #[schemars(length(min = 1, max = 64), regex(pattern = "^[A-Za-z0-9][A-Za-z0-9_-]*$"))]
    pub name: String,
    /// Whether it is used. Unset: yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Where it listens.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 2048), regex(pattern = ADDRESS))]
    pub url: Option<String>,
    /// How it is spoken to. Unset: http.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transport: Option<McpTransport>,
    /// Headers of each request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(
        length(max = 64),
        extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"])
    )]
    pub headers: Option<Vec<McpValue>>,
    /// A token that is sent as `Authorization: Bearer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bearer_token_secret_ref: Option<SecretKeySelector>,
    /// The program, which is in the image or is fetched at the first use, such as `npx`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 4096))]
    pub command: Option<String>,
    /// Its arguments.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub args: Option<Vec<String>>,
    /// Its environment. It sees little of the agent's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(
        length(max = 64),
        extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["name"])
    )]
    pub env: Option<Vec<McpValue>>,
    /// The only tools of it that are offered. Unset: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub tools: Option<Vec<String>>,
    /// How long a call may take. Unset: as long as the agent finds right.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 86400))]
    pub timeout_seconds: Option<i32>,
}

/// How a server that listens is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum McpTransport {
    /// Streamable HTTP.
    #[serde(rename = "http")]
    Http,
    /// Server-sent events, as older servers do.
    #[serde(rename = "sse")]
    Sse,
}

/// A named value, in plain text or from a Secret.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct McpValue {
    /// Its name.
    #[schemars(length(min = 1, max = 128), regex(pattern = "^[A-Za-z0-9_-]+$"))]
    pub name: String,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The Secret that holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<SecretKeySelector>,
}

/// Sets of tools, as `hermes tools list` names them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ToolsetsSpec {
    /// Sets that the agent does not have anywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "set"))]
    pub disabled: Option<Vec<String>>,
    /// The only sets that it has on a platform: `api_server`, `cron`, `discord`, and so on. A platform that is not here has
    /// what the agent finds right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platforms: Option<BTreeMap<String, Vec<String>>>,
}

/// When the agent asks a person before it runs a command that looks dangerous.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApprovalsSpec {
    /// Who decides in a conversation. Unset: as the agent finds right, which differs between its versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<ApprovalMode>,
    /// How long it waits for an answer before it gives the command up. Unset: 60.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 86400))]
    pub timeout_seconds: Option<i32>,
    /// What happens in jobs, where nobody can be asked. Unset: deny.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cron: Option<CronApproval>,
    /// Commands that are always refused, as patterns such as `git push --force*`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub deny: Option<Vec<String>>,
    /// Commands that nobody is asked about, as patterns such as `kubectl get *`. With this set, what a person allows for
    /// always is forgotten at the next start.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub allow: Option<Vec<String>>,
}

/// Who decides about a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ApprovalMode {
    /// A person.
    #[serde(rename = "manual")]
    Manual,
    /// A model, and a person where it is not sure.
    #[serde(rename = "smart")]
    Smart,
    /// Nobody: everything runs.
    #[serde(rename = "off")]
    Off,
}

/// What happens to a command in a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CronApproval {
    /// It does not run.
    #[serde(rename = "deny")]
    Deny,
    /// It runs.
    #[serde(rename = "approve")]
    Approve,
}
