//! Git: revisions and their trees, read from a repository's objects. No work tree is looked at, and none is changed.
//!
//! ```text
//! Repository::open ──► resolve ──► files ──► load ──► texts, as a directory gives them
//!                        └─ merge_base
//! ```

mod error;
mod link;
mod repository;
mod revision;
mod tree;

pub use error::GitError;
pub use repository::Repository;
pub use revision::{CommitId, Revision};
pub use tree::{BlobId, File};
