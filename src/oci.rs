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

#[cfg(feature = "oci")]
pub mod archive;
#[cfg(feature = "oci")]
mod blob;
#[cfg(feature = "oci")]
mod challenge;
#[cfg(feature = "oci")]
mod client;
#[cfg(feature = "oci")]
mod credentials;
#[cfg(feature = "oci")]
pub mod directory;
#[cfg(feature = "oci")]
mod error;
#[cfg(feature = "oci")]
mod location;
#[cfg(feature = "oci")]
mod login;
#[cfg(feature = "oci")]
pub mod manifest;
pub mod reference;
#[cfg(feature = "oci")]
mod refusal;
#[cfg(feature = "oci")]
mod sign;
#[cfg(feature = "oci")]
pub mod source;
#[cfg(feature = "oci")]
mod tls;

#[cfg(feature = "oci")]
pub use client::{Client, Settings};
#[cfg(feature = "oci")]
pub use credentials::{Credentials, find as find_credentials};
#[cfg(feature = "oci")]
pub use error::OciError;
#[cfg(feature = "oci")]
pub use sign::sign;
