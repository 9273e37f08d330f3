//! Chat: Telegram, Discord, Slack, Matrix, Mattermost.

use k8s_openapi::api::core::v1::SecretKeySelector;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::ADDRESS;

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
    /// Groups that it answers in, by number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub allowed_chats: Option<Vec<String>>,
    /// Whether anyone may talk to the agent. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_all_users: Option<bool>,
    /// The chat that scheduled jobs and notices go to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_channel: Option<String>,
    /// Whether it answers in groups only where it is mentioned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_mention: Option<bool>,
    /// The public HTTPS address that Telegram calls. Unset: the agent asks Telegram itself, and
    /// needs no Ingress.
    #[serde(rename = "webhookURL", skip_serializing_if = "Option::is_none")]
    pub webhook_url: Option<String>,
    /// The secret that Telegram sends along, so that nobody else can call. Needed with `webhookURL`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_secret_ref: Option<SecretKeySelector>,
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
    /// Users who may talk to the agent. Unset: new users have to be paired first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub allowed_users: Option<Vec<String>>,
    /// Roles whose members may talk to the agent, by number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub allowed_roles: Option<Vec<String>>,
    /// Channels that it answers in, by number. Unset: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub allowed_channels: Option<Vec<String>>,
    /// Whether anyone may talk to the agent. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_all_users: Option<bool>,
    /// The channel that scheduled jobs and notices go to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_channel: Option<String>,
    /// Whether it answers in groups only where it is mentioned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_mention: Option<bool>,
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
    /// Users who may talk to the agent. Unset: new users have to be paired first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub allowed_users: Option<Vec<String>>,
    /// Channels that it answers in. Unset: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub allowed_channels: Option<Vec<String>>,
    /// Whether anyone may talk to the agent. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_all_users: Option<bool>,
    /// The channel that scheduled jobs and notices go to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_channel: Option<String>,
    /// Whether it answers in groups only where it is mentioned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_mention: Option<bool>,
    /// The signing secret. The agent never reads it: Socket Mode has no use for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signing_secret_ref: Option<SecretKeySelector>,
}

/// A Matrix account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MatrixSpec {
    /// Whether it is on. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// The address of the homeserver. Needed where it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 2048), regex(pattern = ADDRESS))]
    pub homeserver: Option<String>,
    /// The account, such as `@agent:example.com`. Needed with a password.
    #[serde(rename = "userID", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The account's access token. Needed where there is no password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token_secret_ref: Option<SecretKeySelector>,
    /// The account's password. Needed where there is no access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_secret_ref: Option<SecretKeySelector>,
    /// The device that the access token belongs to.
    #[serde(rename = "deviceID", skip_serializing_if = "Option::is_none")]
    pub device_id: Option<String>,
    /// Whether it takes part in encrypted rooms. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption: Option<bool>,
    /// The key that unlocks the history of encrypted rooms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovery_key_secret_ref: Option<SecretKeySelector>,
    /// Users who may talk to the agent. Unset: new users have to be paired first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub allowed_users: Option<Vec<String>>,
    /// Rooms that it answers in. Unset: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub allowed_rooms: Option<Vec<String>>,
    /// Whether anyone may talk to the agent. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_all_users: Option<bool>,
    /// The room that scheduled jobs and notices go to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_room: Option<String>,
    /// Whether it answers in groups only where it is mentioned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_mention: Option<bool>,
}

/// A Mattermost bot.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MattermostSpec {
    /// Whether it is on. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// The address of the server. Needed where it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 2048), regex(pattern = ADDRESS))]
    pub url: Option<String>,
    /// The bot's token. Needed where it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_secret_ref: Option<SecretKeySelector>,
    /// Users who may talk to the agent. Unset: new users have to be paired first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub allowed_users: Option<Vec<String>>,
    /// Channels that it answers in. Unset: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "atomic"))]
    pub allowed_channels: Option<Vec<String>>,
    /// Whether anyone may talk to the agent. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_all_users: Option<bool>,
    /// The channel that scheduled jobs and notices go to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_channel: Option<String>,
    /// Whether it answers in groups only where it is mentioned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_mention: Option<bool>,
}
