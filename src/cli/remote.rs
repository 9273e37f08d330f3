//! The options that say where a branch is and how to get there.

use std::path::PathBuf;
#[cfg(feature = "git")]
use std::sync::{Arc, atomic::AtomicBool};
#[cfg(feature = "git")]
use std::time::Duration;

#[cfg(feature = "git")]
use crate::{
    cli::Failure,
    git::{Access, Destination, Remote, Repository},
};

/// Where branches are.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Place {
    /// Push to this remote, by its name or address, instead of committing to a branch here [default: origin]
    #[arg(long, value_name = "REMOTE", num_args = 0..=1, default_missing_value = "origin")]
    pub push: Option<String>,
    /// The user that the password belongs to
    #[arg(long, value_name = "NAME", env = "PETASOS_GIT_USERNAME")]
    username: Option<String>,
    /// The file with the password or token for https; without it, Git's configuration and its credential helper are asked
    #[arg(long, value_name = "FILE", env = "PETASOS_GIT_PASSWORD_FILE")]
    password_file: Option<PathBuf>,
    /// The file with the private key for SSH; without it, the SSH agent is asked
    #[arg(long, value_name = "FILE", env = "PETASOS_GIT_SSH_KEY")]
    ssh_key: Option<PathBuf>,
    /// The file with the keys of SSH hosts [default: the user's own]
    #[arg(long, value_name = "FILE", env = "PETASOS_GIT_KNOWN_HOSTS")]
    known_hosts: Option<PathBuf>,
    /// How many seconds a remote may be silent; while something comes or goes, an exchange may take a hundred times as long
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
}

#[cfg(feature = "git")]
impl Place {
    /// Does something with the place where branches are. `here` is the repository of the source.
    pub(super) fn with<T>(
        &self,
        here: &Repository,
        stop: Option<&Arc<AtomicBool>>,
        act: impl FnOnce(&Destination<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let Some(remote) = &self.push else { return act(&Destination::Here(here)) };
        let address = here.address(remote)?;
        if let Some(path) = address.local() {
            return act(&Destination::Here(&Repository::open_exactly(path)?));
        }
        let mut remote = here.remote(address, self.access(), self.timeout());
        if let Some(flag) = stop {
            remote.stop_when(flag);
        }
        act(&Destination::There(here, remote))
    }

    /// The remote that a repository was cloned from, if there is one. A password and a key go only to the one that they were
    /// given for.
    pub(super) fn origin(&self, of: &Repository, here: &Repository) -> Option<Remote> {
        let address = of.address("origin").ok()?;
        let pushed_to = self.push.as_deref().and_then(|remote| here.address(remote).ok());
        let access = if pushed_to.is_some_and(|pushed_to| pushed_to.shown() == address.shown()) {
            self.access()
        } else {
            Access { known_hosts: self.known_hosts.clone(), ..Access::default() }
        };
        Some(of.remote(address, access, self.timeout()))
    }

    /// How to get in.
    pub(super) fn access(&self) -> Access {
        Access {
            username: self.username.clone(),
            password_file: self.password_file.clone(),
            ssh_key: self.ssh_key.clone(),
            known_hosts: self.known_hosts.clone(),
        }
    }

    /// How long one exchange may take.
    pub(super) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout)
    }
}
