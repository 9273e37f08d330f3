//! petasos turns custom resources of AI agents into plain Kubernetes manifests.

pub mod diagnostic;
pub mod document;
pub mod field_path;
pub mod object;
pub mod resolve;
pub mod source;
