//! Platforms with phone numbers: `WhatsApp`, Signal, text messages.

use k8s_openapi::api::core::v1::{ResourceRequirements, SecretKeySelector};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::ADDRESS;

/// `WhatsApp`: a paired phone, or with `cloud` the API for businesses.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WhatsAppSpec {
    /// Whether it is on. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Whose number the paired phone has. Unset: bot. It has no effect with `cloud`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<WhatsAppMode>,
    /// The API for businesses, in place of a paired phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cloud: Option<WhatsAppCloudSpec>,
    /// Users who may talk to the agent, by phone number. Unset: new users have to be paired first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub allowed_users: Option<Vec<String>>,
    /// Whether anyone may talk to the agent. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_all_users: Option<bool>,
    /// The chat that scheduled jobs and notices go to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_channel: Option<String>,
    /// Whether it answers in groups only where it is mentioned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_mention: Option<bool>,
    /// What another provider gave you. The agent never reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_secret_ref: Option<SecretKeySelector>,
}

/// Whose number a paired phone has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum WhatsAppMode {
    /// The agent's own.
    #[serde(rename = "bot")]
    Bot,
    /// Yours: you talk to the agent by writing to yourself.
    #[serde(rename = "self-chat")]
    SelfChat,
}

/// The API of `WhatsApp` for businesses. It calls the agent on port 8090 at `/whatsapp/webhook`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WhatsAppCloudSpec {
    /// The number's identifier, not the number itself. Needed.
    #[serde(rename = "phoneNumberID", skip_serializing_if = "Option::is_none")]
    pub phone_number_id: Option<String>,
    /// The access token. Needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token_secret_ref: Option<SecretKeySelector>,
    /// The secret that calls are signed with. Needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_secret_ref: Option<SecretKeySelector>,
    /// The token that proves the address to Meta. Needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verify_token_secret_ref: Option<SecretKeySelector>,
}

/// Signal, over a `signal-cli` daemon.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignalSpec {
    /// Whether it is on. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// The phone number of the account. Needed where it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number_secret_ref: Option<SecretKeySelector>,
    /// The address of a daemon that you run. Needed where there is no `daemon`.
    #[serde(rename = "httpURL", skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 2048), regex(pattern = ADDRESS))]
    pub http_url: Option<String>,
    /// A daemon beside the agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub daemon: Option<SignalDaemonSpec>,
    /// Users who may talk to the agent, by phone number. Unset: new users have to be paired first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub allowed_users: Option<Vec<String>>,
    /// Groups that it answers in, or `*` for all. Unset: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub group_allowed_users: Option<Vec<String>>,
    /// Whether anyone may talk to the agent. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_all_users: Option<bool>,
    /// The chat that scheduled jobs and notices go to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_channel: Option<String>,
    /// Whether it answers in groups only where it is mentioned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_mention: Option<bool>,
    /// A token for the daemon. The agent never reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_token_secret_ref: Option<SecretKeySelector>,
}

/// A `signal-cli` daemon beside the agent, with a volume of its own. Link it to an account once:
/// `kubectl exec --stdin --tty <name>-0 --container signal-cli -- signal-cli link`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignalDaemonSpec {
    /// An image of `signal-cli`, pinned by version or digest.
    #[schemars(length(min = 1, max = 1024))]
    pub image: String,
    /// The command before `daemon`. Unset: the image's entrypoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub command: Option<Vec<String>>,
    /// The size of its volume as a quantity. Unset: 1Gi.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// The storage class of its volume. Unset: the default of the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_class_name: Option<String>,
    /// Its CPU and memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<ResourceRequirements>,
}

/// Text messages over Twilio, which calls the agent on port 8080 at `/webhooks/twilio`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SmsSpec {
    /// Whether it is on. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// The account. Needed where it is on.
    #[serde(rename = "accountSID", skip_serializing_if = "Option::is_none")]
    pub account_sid: Option<String>,
    /// The account's token. Needed where it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_token_secret_ref: Option<SecretKeySelector>,
    /// The number that it writes from. Needed where it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    /// The public address that Twilio calls. Needed where it is on: calls are signed for it.
    #[serde(rename = "webhookURL", skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 2048), regex(pattern = ADDRESS))]
    pub webhook_url: Option<String>,
    /// Users who may talk to the agent, by phone number. Unset: new users have to be paired first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub allowed_users: Option<Vec<String>>,
    /// Whether anyone may talk to the agent. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_all_users: Option<bool>,
    /// The number that scheduled jobs and notices go to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_channel: Option<String>,
}
