//! petasos turns custom resources of AI agents into plain Kubernetes manifests.

pub mod diagnostic;
pub mod document;
pub mod field_path;
pub mod object;
pub mod report;
pub mod resolve;

/// Templates to objects.
pub mod render {
    pub mod hermes;
}
