//! Mail, Teams, webhooks, Home Assistant.

use k8s_openapi::api::core::v1::SecretKeySelector;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::ADDRESS;

/// A mailbox that it reads over IMAP and answers from over SMTP.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EmailSpec {
    /// Whether it is on. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// The address. Needed where it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The mailbox's password. Needed where it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_secret_ref: Option<SecretKeySelector>,
    /// The server that it reads from. Needed where it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub imap_host: Option<String>,
    /// The port there. Unset: 993.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65535))]
    pub imap_port: Option<i32>,
    /// The server that it sends by. Needed where it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smtp_host: Option<String>,
    /// The port there. Unset: 587.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65535))]
    pub smtp_port: Option<i32>,
    /// Senders whom it answers. Unset: new users have to be paired first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub allowed_users: Option<Vec<String>>,
    /// Whether anyone may talk to the agent. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_all_users: Option<bool>,
    /// The address that scheduled jobs and notices go to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_address: Option<String>,
}

/// A bot of Microsoft Teams, which calls the agent on port 3978 at `/api/messages`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TeamsSpec {
    /// Whether it is on. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// The application's identifier. Needed where it is on.
    #[serde(rename = "clientID", skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The application's secret. Needed where it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret_ref: Option<SecretKeySelector>,
    /// The tenant. Needed where it is on.
    #[serde(rename = "tenantID", skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
    /// Users who may talk to the agent. Unset: new users have to be paired first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub allowed_users: Option<Vec<String>>,
    /// Whether anyone may talk to the agent. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_all_users: Option<bool>,
    /// The channel that scheduled jobs and notices go to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_channel: Option<String>,
}

/// Calls from other software on port 8644, at `/webhooks/` and the name of a route. Routes are in
/// `config.raw.platforms.webhook.extra.routes`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WebhookSpec {
    /// Whether it is on. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// The secret that calls are signed with. Needed where it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<SecretKeySelector>,
}

/// Home Assistant.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HomeAssistantSpec {
    /// Whether it is on. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Its address. Needed where it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 2048), regex(pattern = ADDRESS))]
    pub url: Option<String>,
    /// A long-lived access token. Needed where it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_secret_ref: Option<SecretKeySelector>,
}
