//! The chat platforms that the agent answers on.
//!
//! Most blocks say who may talk to the agent, in fields of nearly the same names. They are written out in each block: serde
//! cannot refuse unknown fields of a struct with a flattened one in it, and what the schema says of each field differs, as
//! users are numbers, phone numbers, or senders, and channels are chats or rooms.

mod chat;
mod other;
mod phone;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::{
    chat::{DiscordSpec, MatrixSpec, MattermostSpec, SlackSpec, TelegramSpec},
    other::{EmailSpec, HomeAssistantSpec, TeamsSpec, WebhookSpec},
    phone::{SignalDaemonSpec, SignalSpec, SmsSpec, WhatsAppCloudSpec, WhatsAppMode, WhatsAppSpec},
};

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
    /// Matrix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matrix: Option<MatrixSpec>,
    /// Mattermost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mattermost: Option<MattermostSpec>,
    /// Mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<EmailSpec>,
    /// Text messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sms: Option<SmsSpec>,
    /// Microsoft Teams.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub teams: Option<TeamsSpec>,
    /// Calls from other software.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook: Option<WebhookSpec>,
    /// Home Assistant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_assistant: Option<HomeAssistantSpec>,
}
