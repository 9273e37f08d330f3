//! The options that say how a registry is reached.

use std::path::PathBuf;
#[cfg(feature = "oci")]
use std::time::Duration;

#[cfg(feature = "oci")]
use crate::{
    cli::{Failure, progress::Progress},
    oci::{self, Client, reference::Reference},
    terminal::Terminal,
};

/// How a registry is reached.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Registry")]
pub(super) struct Registry {
    /// Ask without TLS; a password goes to no other machine so
    #[arg(long)]
    pub plain_http: bool,
    /// A file with the certificates to trust in place of the public ones
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// A file with the certificate that shows who asks
    #[arg(long, value_name = "FILE", requires = "client_key")]
    client_cert: Option<PathBuf>,
    /// The file with its key
    #[arg(long, value_name = "FILE", requires = "client_cert")]
    client_key: Option<PathBuf>,
    /// How many seconds the registry may be silent
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
}

#[cfg(feature = "oci")]
impl Registry {
    /// A client for the repository of an artifact, with the credentials that `docker login` keeps.
    pub(super) fn client(
        &self,
        reference: &Reference,
        actions: &'static str,
    ) -> Result<Client, Failure> {
        let settings = oci::Settings {
            certificates: self.ca_file.clone(),
            identity: self.client_cert.clone().zip(self.client_key.clone()),
            plain_http: self.plain_http,
            timeout: Duration::from_secs(self.timeout),
        };
        let credentials =
            oci::find_credentials(&stores(), &reference.registry, &reference.repository)?;
        Ok(Client::new(reference, actions, credentials, &settings)?)
    }
}

/// The files in which Docker and Podman keep credentials. One that is named comes first.
#[cfg(feature = "oci")]
fn stores() -> Vec<PathBuf> {
    let variable =
        |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let docker = variable("DOCKER_CONFIG").or_else(|| Some(variable("HOME")?.join(".docker")));
    let stores = [
        variable("REGISTRY_AUTH_FILE"),
        docker.map(|directory| directory.join("config.json")),
        variable("XDG_RUNTIME_DIR").map(|directory| directory.join("containers/auth.json")),
    ];
    stores.into_iter().flatten().collect()
}

/// Does something that moves so many bytes, and shows how far it is.
#[cfg(feature = "oci")]
pub(super) fn watched<T>(
    terminal: &mut Terminal,
    bytes: u64,
    act: impl FnOnce(&dyn Fn(u64)) -> T,
) -> T {
    let kibibytes = |bytes: u64| usize::try_from(bytes / 1024).unwrap_or(usize::MAX);
    let progress = Progress::new(terminal, kibibytes(bytes), "KiB");
    act(&|done| progress.show(kibibytes(done)))
}
