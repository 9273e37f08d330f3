//! The table of our kinds.

/// One of our kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// The API group.
    pub group: &'static str,
    /// The version.
    pub version: &'static str,
    /// The kind.
    pub kind: &'static str,
    /// The plural, as it stands in addresses.
    pub plural: &'static str,
    /// Whether objects of the kind live in a namespace.
    pub namespaced: bool,
    /// The schema as compact JSON, without descriptions.
    pub schema_text: &'static str,
}

const KINDS: &[Kind] = &[
    Kind {
        group: "hermes.agent",
        version: "v1",
        kind: "HermesInstance",
        plural: "hermesinstances",
        namespaced: true,
        schema_text: include_str!("schemas/hermesinstance.json"),
    },
    Kind {
        group: "hermes.agent",
        version: "v1",
        kind: "HermesClusterDefaults",
        plural: "hermesclusterdefaults",
        namespaced: false,
        schema_text: include_str!("schemas/hermesclusterdefaults.json"),
    },
    Kind {
        group: "hermes.agent",
        version: "v1",
        kind: "HermesSelfConfig",
        plural: "hermesselfconfigs",
        namespaced: true,
        schema_text: include_str!("schemas/hermesselfconfig.json"),
    },
];

/// All our kinds.
pub fn kinds() -> &'static [Kind] {
    KINDS
}

impl Kind {
    /// `group/version`.
    pub fn api_version(&self) -> String {
        format!("{}/{}", self.group, self.version)
    }
}
