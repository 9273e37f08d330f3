//! petasos turns custom resources of AI agents into plain Kubernetes manifests.

pub mod diagnostic;
pub mod document;
pub mod field_path;
pub mod object;
pub mod pack;
pub mod pack_directory;
pub mod render;
pub mod resolve;
pub mod why;
