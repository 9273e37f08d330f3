//! The chat platforms that the agent answers on.

use k8s_openapi::api::core::v1::SecretKeySelector;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The chat platforms that the agent answers on. One bot token serves one agent: two with the same
/// token disturb each other.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GatewaysSpec {
    /// Telegram.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telegram: Option<TelegramSpec>,
    /// Discord.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discord: Option<DiscordSpec>,
    /// Slack.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slack: Option<SlackSpec>,
    /// `WhatsApp`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whatsapp: Option<WhatsAppSpec>,
    /// Signal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signal: Option<SignalSpec>,
}

/// A Telegram bot.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TelegramSpec {
    /// Whether it is on. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// The bot's token. Needed where it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bot_token_secret_ref: Option<SecretKeySelector>,
    /// Users who may talk to the agent, by number. Unset: new users have to be paired first.
    #[serde(rename = "allowedUserIDs", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub allowed_user_ids: Option<Vec<i64>>,
    /// The public HTTPS address that Telegram calls. Unset: the agent asks Telegram itself, and
    /// needs no Ingress.
    #[serde(rename = "webhookURL", skip_serializing_if = "Option::is_none")]
    pub webhook_url: Option<String>,
}

/// A Discord bot.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DiscordSpec {
    /// Whether it is on. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// The bot's token. Needed where it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bot_token_secret_ref: Option<SecretKeySelector>,
    /// The number of the application. The agent never reads it.
    #[serde(rename = "applicationID", skip_serializing_if = "Option::is_none")]
    pub application_id: Option<String>,
    /// The servers to register commands on. The agent never reads them.
    #[serde(rename = "guildIDs", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub guild_ids: Option<Vec<String>>,
}

/// A Slack app in Socket Mode.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SlackSpec {
    /// Whether it is on. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// The bot token (`xoxb-`). Needed where it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bot_token_secret_ref: Option<SecretKeySelector>,
    /// The app-level token (`xapp-`). Needed where it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_token_secret_ref: Option<SecretKeySelector>,
    /// The signing secret. The agent never reads it: Socket Mode has no use for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signing_secret_ref: Option<SecretKeySelector>,
}

/// `WhatsApp`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WhatsAppSpec {
    /// Whether it is on. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// What the provider gave you. Needed where it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_secret_ref: Option<SecretKeySelector>,
}

/// Signal, over a `signal-cli` daemon that you run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignalSpec {
    /// Whether it is on. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// The phone number of the account. Needed where it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number_secret_ref: Option<SecretKeySelector>,
    /// A token for the daemon. The agent never reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_token_secret_ref: Option<SecretKeySelector>,
}
