//! Our custom resources as Rust types. Everything else about them is made from these types: the
//! custom resource definitions ([`crds`]), the schemas that inputs are checked with ([`kinds()`]), and the JSON Schema
//! for editors ([`json_schema`]).
//!
//! A field's doc comment is its description in the cluster. A field that is left out has no default here: a
//! default in a custom resource definition would beat `HermesClusterDefaults`.

pub mod availability;
pub mod backup;
pub mod cluster_defaults;
pub mod companions;
pub mod config;
mod crd;
pub mod cron;
pub mod dashboard;
pub mod defaults_map;
mod editor;
pub mod gateways;
pub mod honcho;
pub mod image;
pub mod instance;
mod kinds;
pub mod model;
pub mod networking;
pub mod observability;
pub mod reference;
mod roles;
pub mod runtime;
pub mod scheduling;
pub mod security;
pub mod self_config;
pub mod status;
pub mod storage;
pub(crate) mod structural;
pub mod tools;
pub mod update;

#[cfg(test)]
mod parity;

pub use cluster_defaults::HermesClusterDefaults;
#[cfg(test)]
pub(crate) use crd::drop_descriptions;
pub use crd::{compact_schema, crds};
pub(crate) use editor::closed;
pub use editor::json_schema;
pub use instance::HermesInstance;
pub use kinds::{Kind, kinds};
pub use roles::roles;
pub use self_config::HermesSelfConfig;

use crate::document::Document;

/// The group of our kinds.
pub const GROUP: &str = "hermes.agent";

/// What the address of a web server begins with, as a pattern of schemas.
const ADDRESS: &str = r"^https?://";

/// The kind that renders.
pub const INSTANCE_KIND: &str = "HermesInstance";

/// The kind that fills unset fields of instances.
pub const DEFAULTS_KIND: &str = "HermesClusterDefaults";

/// Whether a document is of a kind of our group.
pub fn is_ours(document: &Document) -> bool {
    document.api_version().split_once('/').is_some_and(|(group, _)| group == GROUP)
}

/// Whether a document is a [`HermesInstance`]. A user's own kind may have the same name in another group.
pub fn is_instance(document: &Document) -> bool {
    is_ours(document) && document.kind() == INSTANCE_KIND
}
