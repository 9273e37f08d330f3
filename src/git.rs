//! Git: revisions and their trees, read from a repository's objects, and commits written to them. No work tree is looked at, and
//! none is changed.
//!
//! ```text
//! Repository::open ──► resolve ──► files ──► load ──► texts, as a directory gives them
//!                        └─ merge_base
//! publish: tip of a branch ──► plan ──► tree ──► commit ──► the branch moves, or all of it again
//! ```

mod access;
mod address;
mod branch;
mod error;
mod exchange;
mod follow;
mod known_hosts;
mod lineage;
mod link;
mod note;
mod patience;
mod publish;
mod reference;
mod remote;
mod repository;
mod revision;
mod scope;
mod sign;
mod tree;
mod write;

pub use access::Access;
pub use address::Address;
pub use error::GitError;
pub use lineage::{Stranger, Unclear};
pub use patience::wait;
pub use publish::{Destination, PublishError, Published, Request, publish};
pub use remote::Remote;
pub use repository::Repository;
pub use revision::{CommitId, Revision};
pub use sign::{Form, Signer};
pub use tree::{BlobId, File};
pub use write::Person;
