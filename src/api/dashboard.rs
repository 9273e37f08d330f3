//! The agent's web page, in a container of its own.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{ResourceRequirements, SecretKeySelector};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::{ADDRESS, networking::IngressTls};

/// The agent's web page on port 9119: conversations, configuration, keys. Who is logged in can do
/// what the agent can, so it does not start without a login.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DashboardSpec {
    /// Whether it runs. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// The address under which people reach it, such as `https://agent.example.com`. A login by
    /// OIDC or OAuth comes back to it.
    #[serde(rename = "publicURL", skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 2048), regex(pattern = ADDRESS))]
    pub public_url: Option<String>,
    /// Addresses and ranges of the proxies whose word on the caller's address and protocol is
    /// taken. Unset: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "set"))]
    pub trusted_proxies: Option<Vec<String>>,
    /// A login with one name and password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basic_auth: Option<BasicAuthSpec>,
    /// A login by a provider of `OpenID` Connect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc: Option<OidcSpec>,
    /// A login by the portal of the agent's makers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oauth: Option<OauthSpec>,
    /// An Ingress of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ingress: Option<DashboardIngressSpec>,
    /// Its CPU and memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<ResourceRequirements>,
}

/// A login with one name and password. One of the two Secrets is named.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BasicAuthSpec {
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The Secret that holds the password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_secret_ref: Option<SecretKeySelector>,
    /// The Secret that holds the password's scrypt digest as the agent makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_hash_secret_ref: Option<SecretKeySelector>,
    /// The Secret that holds what sessions are signed with, 32 bytes or more. Unset: made anew at
    /// each start, which ends all sessions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_secret_ref: Option<SecretKeySelector>,
    /// How many seconds a session lasts before it is renewed. Unset: 12 hours.
    #[serde(rename = "sessionTTLSeconds", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 60))]
    pub session_ttl_seconds: Option<i32>,
}

/// A login by a provider of `OpenID` Connect.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OidcSpec {
    /// The provider's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// What the provider calls the dashboard.
    #[serde(rename = "clientID", skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The Secret that holds the client's secret, where the provider gave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret_ref: Option<SecretKeySelector>,
    /// What is asked for, separated by blanks. Unset: `openid profile email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes: Option<String>,
}

/// A login by the portal of the agent's makers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OauthSpec {
    /// What the portal calls the dashboard, `agent:` and a name.
    #[serde(rename = "clientID", skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The portal's address. Unset: the one of the makers.
    #[serde(rename = "portalURL", skip_serializing_if = "Option::is_none")]
    pub portal_url: Option<String>,
}

/// An Ingress to the dashboard.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DashboardIngressSpec {
    /// Whether there is one. Unset: no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// The Ingress class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class_name: Option<String>,
    /// The host name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Certificates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Vec<IngressTls>>,
    /// Annotations, such as those that the Ingress controller reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<BTreeMap<String, String>>,
}
