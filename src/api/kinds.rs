//! The table of our kinds.

use crate::schema::Schema;

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
}

const KINDS: &[Kind] = &[
    Kind {
        group: "hermes.agent",
        version: "v1",
        kind: "HermesInstance",
        plural: "hermesinstances",
        namespaced: true,
    },
    Kind {
        group: "hermes.agent",
        version: "v1",
        kind: "HermesClusterDefaults",
        plural: "hermesclusterdefaults",
        namespaced: false,
    },
    Kind {
        group: "hermes.agent",
        version: "v1",
        kind: "HermesSelfConfig",
        plural: "hermesselfconfigs",
        namespaced: true,
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

    /// The schema of its objects.
    pub fn schema(&self) -> &'static Schema {
        let name = format!("{}/{}", self.api_version(), self.kind);
        Schema::of_program(&name).expect("the table of schemas has our kinds; a test compares them")
    }
}
