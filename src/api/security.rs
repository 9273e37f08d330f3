//! What the Pod may do: security contexts, account, network, trusted certificates.

use std::collections::BTreeMap;

use k8s_openapi::api::{
    core::v1::{PodSecurityContext, SecurityContext},
    networking::v1::{NetworkPolicyEgressRule, NetworkPolicyIngressRule},
    rbac::v1::PolicyRule,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the agent's container starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Profile {
    /// Without root and without the image's init system, within the Pod Security Standard of this
    /// name.
    #[serde(rename = "restricted")]
    Restricted,
    /// As the image starts by itself: as root under s6, with a few capabilities, then as the
    /// agent's user. Unproven.
    #[serde(rename = "s6")]
    S6,
}

/// What the Pod may do.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecuritySpec {
    /// Fields here win over those of the profile, for the Pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod_security_context: Option<PodSecurityContext>,
    /// Fields here win over those of the profile, for the agent's container.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_security_context: Option<SecurityContext>,
    /// The `ServiceAccount`, and what it may do in the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rbac: Option<RbacSpec>,
    /// Who may talk to the agent, and to whom it may talk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_policy: Option<NetworkPolicySpec>,
    /// Certificates that the agent trusts besides the public ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_bundle: Option<CaBundleSpec>,
}

/// The `ServiceAccount`, and what it may do in the cluster. Its token is mounted into the agent's
/// container only, and only where there are rules or self-configuration is on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RbacSpec {
    /// Whether one is rendered. Unset: yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_service_account: Option<bool>,
    /// The account to use where none is rendered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_account_name: Option<String>,
    /// Annotations of the account, such as those that tie it to a role of a cloud.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<BTreeMap<String, String>>,
    /// What the account may do in the instance's namespace, by a Role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<Vec<PolicyRule>>,
    /// What the account may do in every namespace and with objects of the cluster, by a
    /// `ClusterRole`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_rules: Option<Vec<PolicyRule>>,
}

/// Everything is denied in both directions, except what is listed here and what the agent cannot
/// work without.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NetworkPolicySpec {
    /// Whether there is a policy. Unset: yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Whether the agent may resolve names (port 53). Unset: yes.
    #[serde(rename = "allowDNS", skip_serializing_if = "Option::is_none")]
    pub allow_dns: Option<bool>,
    /// Address ranges that may call the agent.
    #[serde(rename = "allowedIngressCIDRs", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "set"))]
    pub allowed_ingress_cidrs: Option<Vec<String>>,
    /// Namespaces whose Pods may call the agent, besides its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "set"))]
    pub allowed_ingress_namespaces: Option<Vec<String>>,
    /// Address ranges that the agent may reach on every port.
    #[serde(rename = "allowedEgressCIDRs", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "set"))]
    pub allowed_egress_cidrs: Option<Vec<String>>,
    /// More rules for callers, as a `NetworkPolicy` has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_ingress: Option<Vec<NetworkPolicyIngressRule>>,
    /// More rules for what the agent reaches, as a `NetworkPolicy` has them: a mail server, a model
    /// in the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_egress: Option<Vec<NetworkPolicyEgressRule>>,
}

/// A bundle of certificates in PEM form. One of the two names is set.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CaBundleSpec {
    /// The `ConfigMap` that holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config_map_name: Option<String>,
    /// The Secret that holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_name: Option<String>,
    /// The key in it. Unset: `ca.crt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}
