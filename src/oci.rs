//! Artifacts of registries: a directory of manifests as one layer, as Flux and Argo CD take it.
//!
//! ```text
//! files ──► archive (tar.gz, the same bytes each time) ──► manifest ──► Client ──► registry
//!   ▲                                                                               │
//!   └── archive, within limits ◄── digests ◄── manifest ◄───────────────────────────┘
//! ```
//!
//! The registry is asked by a client of our own (OCI distribution 1.1), because what matters here is what others leave out:
//! credentials never follow an address to another host, a server that is busy is asked again when it says so, and a transfer
//! that breaks goes on where it was.

pub mod archive;
mod blob;
mod challenge;
mod client;
mod credentials;
pub mod directory;
mod error;
mod login;
pub mod manifest;
pub mod reference;
mod refusal;
mod sign;
mod tls;

pub use client::{Client, Settings};
pub use credentials::{Credentials, find as find_credentials};
pub use error::OciError;
pub use sign::sign;
