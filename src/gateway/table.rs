//! The table of platforms, as the agent's source has them (0.19).

/// One platform.
#[derive(Debug)]
pub struct Platform {
    /// Where it is below `spec.gateways`.
    pub block: &'static str,
    /// Which form of a block it is for.
    pub when: When,
    /// What must be set, written with dots; `|` is between fields of which one is enough.
    pub needed: &'static [&'static str],
    /// Variables that the agent reads.
    pub variables: &'static [Row],
    /// Variables that decide who is let in, too, and that no field gives.
    pub doors: &'static [&'static str],
    /// The port on which the platform calls the agent.
    pub listener: Option<Port>,
    /// What the agent has to reach beside port 443.
    pub reaches: &'static [Reach],
}

/// One variable.
#[derive(Debug)]
pub struct Row {
    /// Its name.
    pub name: &'static str,
    /// Where its value is.
    pub source: Source,
    /// When it is set.
    pub when: When,
}

/// Where a value is.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    /// In a field of the block, written with dots.
    Field(&'static str),
    /// Here.
    Literal(&'static str),
}

/// A condition on a block.
#[derive(Debug, Clone, Copy)]
pub enum When {
    /// None.
    Always,
    /// A field is set.
    With(&'static str),
    /// A field is not set.
    Without(&'static str),
    /// Telegram can call the agent at `webhookURL`, and says that it is Telegram.
    Webhook,
}

/// A port on which a platform calls the agent.
#[derive(Debug)]
pub struct Port {
    /// What it is called.
    pub name: &'static str,
    /// Its number.
    pub port: u16,
    /// The path that is called.
    pub path: &'static str,
    /// A field with a URL whose path is called instead.
    pub path_of: Option<&'static str>,
    /// When the agent listens.
    pub when: When,
}

/// What the agent has to reach.
#[derive(Debug, Clone, Copy)]
pub enum Reach {
    /// A field with a URL.
    Url(&'static str),
    /// A field with a port, and the usual one.
    Port(&'static str, u16),
}

const fn field(name: &'static str, field: &'static str) -> Row {
    Row { name, source: Source::Field(field), when: When::Always }
}

const fn field_when(name: &'static str, field: &'static str, when: When) -> Row {
    Row { name, source: Source::Field(field), when }
}

const fn literal(name: &'static str, value: &'static str) -> Row {
    Row { name, source: Source::Literal(value), when: When::Always }
}

const fn port(name: &'static str, port: u16, path: &'static str) -> Port {
    Port { name, port, path, path_of: None, when: When::Always }
}

/// Every platform, in the order in which variables are rendered.
pub const PLATFORMS: &[Platform] = &[
    Platform {
        block: "telegram",
        when: When::Always,
        needed: &["botTokenSecretRef"],
        variables: &[
            field("TELEGRAM_BOT_TOKEN", "botTokenSecretRef"),
            field("TELEGRAM_ALLOWED_USERS", "allowedUserIDs"),
            field("TELEGRAM_ALLOWED_CHATS", "allowedChats"),
            field("TELEGRAM_ALLOW_ALL_USERS", "allowAllUsers"),
            field("TELEGRAM_HOME_CHANNEL", "homeChannel"),
            field("TELEGRAM_REQUIRE_MENTION", "requireMention"),
            // Without a secret the agent refuses to listen. It asks Telegram itself then, which works.
            field_when("TELEGRAM_WEBHOOK_URL", "webhookURL", When::Webhook),
            field_when("TELEGRAM_WEBHOOK_SECRET", "webhookSecretRef", When::Webhook),
        ],
        doors: &[
            "TELEGRAM_GROUP_ALLOWED_USERS",
            "TELEGRAM_GROUP_ALLOWED_CHATS",
            "TELEGRAM_ALLOW_BOTS",
        ],
        listener: Some(Port {
            name: "telegram",
            port: 8443,
            path: "/telegram",
            path_of: Some("webhookURL"),
            when: When::Webhook,
        }),
        reaches: &[],
    },
    Platform {
        block: "discord",
        when: When::Always,
        needed: &["botTokenSecretRef"],
        variables: &[
            field("DISCORD_BOT_TOKEN", "botTokenSecretRef"),
            field("DISCORD_ALLOWED_USERS", "allowedUsers"),
            field("DISCORD_ALLOWED_ROLES", "allowedRoles"),
            field("DISCORD_ALLOWED_CHANNELS", "allowedChannels"),
            field("DISCORD_ALLOW_ALL_USERS", "allowAllUsers"),
            field("DISCORD_HOME_CHANNEL", "homeChannel"),
            field("DISCORD_REQUIRE_MENTION", "requireMention"),
        ],
        doors: &["DISCORD_ALLOW_BOTS"],
        listener: None,
        reaches: &[],
    },
    Platform {
        block: "slack",
        when: When::Always,
        needed: &["botTokenSecretRef", "appTokenSecretRef"],
        variables: &[
            field("SLACK_BOT_TOKEN", "botTokenSecretRef"),
            field("SLACK_APP_TOKEN", "appTokenSecretRef"),
            field("SLACK_ALLOWED_USERS", "allowedUsers"),
            field("SLACK_ALLOWED_CHANNELS", "allowedChannels"),
            field("SLACK_ALLOW_ALL_USERS", "allowAllUsers"),
            field("SLACK_HOME_CHANNEL", "homeChannel"),
            field("SLACK_REQUIRE_MENTION", "requireMention"),
        ],
        doors: &["SLACK_ALLOW_BOTS"],
        listener: None,
        reaches: &[],
    },
    Platform {
        block: "whatsapp",
        when: When::Without("cloud"),
        needed: &[],
        variables: &[
            literal("WHATSAPP_ENABLED", "true"),
            field("WHATSAPP_MODE", "mode"),
            field("WHATSAPP_ALLOWED_USERS", "allowedUsers"),
            field("WHATSAPP_ALLOW_ALL_USERS", "allowAllUsers"),
            field("WHATSAPP_HOME_CHANNEL", "homeChannel"),
            field("WHATSAPP_REQUIRE_MENTION", "requireMention"),
        ],
        doors: &["WHATSAPP_GROUP_ALLOWED_USERS", "WHATSAPP_DM_POLICY", "WHATSAPP_GROUP_POLICY"],
        listener: None,
        reaches: &[],
    },
    Platform {
        block: "whatsapp",
        when: When::With("cloud"),
        needed: &[
            "cloud.phoneNumberID",
            "cloud.accessTokenSecretRef",
            "cloud.appSecretRef",
            "cloud.verifyTokenSecretRef",
        ],
        variables: &[
            field("WHATSAPP_CLOUD_PHONE_NUMBER_ID", "cloud.phoneNumberID"),
            field("WHATSAPP_CLOUD_ACCESS_TOKEN", "cloud.accessTokenSecretRef"),
            field("WHATSAPP_CLOUD_APP_SECRET", "cloud.appSecretRef"),
            field("WHATSAPP_CLOUD_VERIFY_TOKEN", "cloud.verifyTokenSecretRef"),
            field("WHATSAPP_CLOUD_ALLOWED_USERS", "allowedUsers"),
            field("WHATSAPP_CLOUD_ALLOW_ALL_USERS", "allowAllUsers"),
            field("WHATSAPP_CLOUD_HOME_CHANNEL", "homeChannel"),
            field("WHATSAPP_REQUIRE_MENTION", "requireMention"),
            literal("WHATSAPP_CLOUD_WEBHOOK_HOST", "0.0.0.0"),
            literal("WHATSAPP_CLOUD_WEBHOOK_PORT", "8090"),
            literal("WHATSAPP_CLOUD_WEBHOOK_PATH", "/whatsapp/webhook"),
        ],
        doors: &[
            "WHATSAPP_CLOUD_ALLOW_FROM",
            "WHATSAPP_CLOUD_GROUP_ALLOW_FROM",
            "WHATSAPP_CLOUD_DM_POLICY",
            "WHATSAPP_CLOUD_GROUP_POLICY",
            "WHATSAPP_DM_POLICY",
            "WHATSAPP_GROUP_POLICY",
        ],
        listener: Some(port("whatsapp", 8090, "/whatsapp/webhook")),
        reaches: &[],
    },
    Platform {
        block: "signal",
        when: When::Always,
        needed: &["phoneNumberSecretRef", "httpURL|daemon"],
        variables: &[
            field("SIGNAL_ACCOUNT", "phoneNumberSecretRef"),
            field_when("SIGNAL_HTTP_URL", "httpURL", When::Without("daemon")),
            Row {
                name: "SIGNAL_HTTP_URL",
                source: Source::Literal("http://127.0.0.1:8085"),
                when: When::With("daemon"),
            },
            field("SIGNAL_ALLOWED_USERS", "allowedUsers"),
            field("SIGNAL_GROUP_ALLOWED_USERS", "groupAllowedUsers"),
            field("SIGNAL_ALLOW_ALL_USERS", "allowAllUsers"),
            field("SIGNAL_HOME_CHANNEL", "homeChannel"),
            field("SIGNAL_REQUIRE_MENTION", "requireMention"),
        ],
        doors: &[],
        listener: None,
        reaches: &[Reach::Url("httpURL")],
    },
    Platform {
        block: "matrix",
        when: When::Always,
        needed: &[
            "homeserver",
            "accessTokenSecretRef|passwordSecretRef",
            "userID|accessTokenSecretRef",
        ],
        variables: &[
            field("MATRIX_HOMESERVER", "homeserver"),
            field("MATRIX_USER_ID", "userID"),
            field("MATRIX_ACCESS_TOKEN", "accessTokenSecretRef"),
            field("MATRIX_PASSWORD", "passwordSecretRef"),
            field("MATRIX_DEVICE_ID", "deviceID"),
            field("MATRIX_ENCRYPTION", "encryption"),
            field("MATRIX_RECOVERY_KEY", "recoveryKeySecretRef"),
            field("MATRIX_ALLOWED_USERS", "allowedUsers"),
            field("MATRIX_ALLOWED_ROOMS", "allowedRooms"),
            field("MATRIX_ALLOW_ALL_USERS", "allowAllUsers"),
            field("MATRIX_HOME_ROOM", "homeRoom"),
            field("MATRIX_REQUIRE_MENTION", "requireMention"),
        ],
        doors: &[],
        listener: None,
        reaches: &[Reach::Url("homeserver")],
    },
    Platform {
        block: "mattermost",
        when: When::Always,
        needed: &["url", "tokenSecretRef"],
        variables: &[
            field("MATTERMOST_URL", "url"),
            field("MATTERMOST_TOKEN", "tokenSecretRef"),
            field("MATTERMOST_ALLOWED_USERS", "allowedUsers"),
            field("MATTERMOST_ALLOWED_CHANNELS", "allowedChannels"),
            field("MATTERMOST_ALLOW_ALL_USERS", "allowAllUsers"),
            field("MATTERMOST_HOME_CHANNEL", "homeChannel"),
            field("MATTERMOST_REQUIRE_MENTION", "requireMention"),
        ],
        doors: &[],
        listener: None,
        reaches: &[Reach::Url("url")],
    },
    Platform {
        block: "email",
        when: When::Always,
        needed: &["address", "passwordSecretRef", "imapHost", "smtpHost"],
        variables: &[
            field("EMAIL_ADDRESS", "address"),
            field("EMAIL_PASSWORD", "passwordSecretRef"),
            field("EMAIL_IMAP_HOST", "imapHost"),
            field("EMAIL_IMAP_PORT", "imapPort"),
            field("EMAIL_SMTP_HOST", "smtpHost"),
            field("EMAIL_SMTP_PORT", "smtpPort"),
            field("EMAIL_ALLOWED_USERS", "allowedUsers"),
            field("EMAIL_ALLOW_ALL_USERS", "allowAllUsers"),
            field("EMAIL_HOME_ADDRESS", "homeAddress"),
        ],
        doors: &["EMAIL_TRUST_FROM_HEADER"],
        listener: None,
        reaches: &[Reach::Port("imapPort", 993), Reach::Port("smtpPort", 587)],
    },
    Platform {
        block: "sms",
        when: When::Always,
        needed: &["accountSID", "authTokenSecretRef", "phoneNumber", "webhookURL"],
        variables: &[
            field("TWILIO_ACCOUNT_SID", "accountSID"),
            field("TWILIO_AUTH_TOKEN", "authTokenSecretRef"),
            field("TWILIO_PHONE_NUMBER", "phoneNumber"),
            field("SMS_WEBHOOK_URL", "webhookURL"),
            // It would listen on loopback.
            literal("SMS_WEBHOOK_HOST", "0.0.0.0"),
            literal("SMS_WEBHOOK_PORT", "8080"),
            field("SMS_ALLOWED_USERS", "allowedUsers"),
            field("SMS_ALLOW_ALL_USERS", "allowAllUsers"),
            field("SMS_HOME_CHANNEL", "homeChannel"),
        ],
        doors: &["SMS_INSECURE_NO_SIGNATURE"],
        listener: Some(port("sms", 8080, "/webhooks/twilio")),
        reaches: &[],
    },
    Platform {
        block: "teams",
        when: When::Always,
        needed: &["clientID", "clientSecretRef", "tenantID"],
        variables: &[
            field("TEAMS_CLIENT_ID", "clientID"),
            field("TEAMS_CLIENT_SECRET", "clientSecretRef"),
            field("TEAMS_TENANT_ID", "tenantID"),
            literal("TEAMS_PORT", "3978"),
            field("TEAMS_ALLOWED_USERS", "allowedUsers"),
            field("TEAMS_ALLOW_ALL_USERS", "allowAllUsers"),
            field("TEAMS_HOME_CHANNEL", "homeChannel"),
        ],
        doors: &[],
        listener: Some(port("teams", 3978, "/api/messages")),
        reaches: &[],
    },
    Platform {
        block: "webhook",
        when: When::Always,
        needed: &["secretRef"],
        variables: &[
            literal("WEBHOOK_ENABLED", "true"),
            literal("WEBHOOK_PORT", "8644"),
            field("WEBHOOK_SECRET", "secretRef"),
        ],
        doors: &[],
        listener: Some(port("webhook", 8644, "/webhooks")),
        reaches: &[],
    },
    Platform {
        block: "homeAssistant",
        when: When::Always,
        needed: &["url", "tokenSecretRef"],
        variables: &[field("HASS_URL", "url"), field("HASS_TOKEN", "tokenSecretRef")],
        doors: &[],
        listener: None,
        reaches: &[Reach::Url("url")],
    },
];
