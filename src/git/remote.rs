//! What is asked of a remote repository: the tip of a branch with its objects, and to move it. No exchange waits for ever.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use git2::{
    CertificateCheckStatus, Direction, ErrorClass, ErrorCode, FetchOptions, Oid, PushOptions,
    RemoteCallbacks,
};

use crate::diagnostic::printable;
use crate::git::{
    GitError,
    access::{Access, Offers},
    address::Address,
    exchange::{self, Ended, Pulse, Stop},
    known_hosts::{self, Verdict},
    patience::{HELD, pause},
};

/// A repository that is reached over a network.
#[derive(Clone)]
pub struct Remote {
    /// Where it is.
    pub address: Address,
    /// How to get in.
    pub access: Access,
    /// How long a server may be silent.
    pub timeout: Duration,
    /// The repository here that objects are kept in.
    pub(super) objects: PathBuf,
    /// What ends an exchange early.
    pub(super) stop: Stop,
}

/// What became of a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pushed {
    /// The remote took it.
    Done,
    /// Somebody else was faster.
    Moved,
}

impl Remote {
    /// The commit that a reference of the remote names, fetched.
    pub(super) fn tip(&self, reference: &str) -> Result<Option<Oid>, GitError> {
        let (remote, name) = (self.clone(), reference.to_owned());
        let heads = self.within(move |pulse| remote.fetch(&|head, _| head == name, &pulse))?;
        Ok(heads.into_iter().find(|(head, _)| head == reference).map(|(_, tip)| tip))
    }

    /// The tips of all branches, of which these and what names a commit are fetched; without any, what is checked out there.
    pub(super) fn catch_up(&self, wanted: Oid, branches: &[String]) -> Result<Vec<Oid>, GitError> {
        let (remote, branches) = (self.clone(), branches.to_vec());
        let heads = self.within(move |pulse| {
            let is_meant = |name: &str| match branches.as_slice() {
                [] => name == "HEAD",
                branches => branches.iter().any(|branch| branch == name),
            };
            remote.fetch(&|name, tip| tip == wanted || is_meant(name), &pulse)
        })?;
        let branches = heads.into_iter().filter(|(name, _)| name.starts_with("refs/heads/"));
        Ok(branches.map(|(_, tip)| tip).collect())
    }

    /// Moves a reference of the remote from one commit to another, unless it has moved meanwhile. History is never rewritten.
    pub(super) fn push(
        &self,
        commit: Oid,
        reference: &str,
        from: Option<Oid>,
    ) -> Result<Pushed, GitError> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let (remote, name) = (self.clone(), reference.to_owned());
            let Some(why) = self.within(move |pulse| remote.send(commit, &name, &pulse))? else {
                return Ok(Pushed::Done);
            };
            // Servers say in many words that a branch has moved. Whether it has, it says itself.
            if self.tip(reference)? != from {
                return Ok(Pushed::Moved);
            }
            if !is_held(&why) || attempt == HELD {
                return Err(GitError::Rejected { address: self.address.shown(), why });
            }
            pause(attempt);
        }
    }

    fn within<T: Send + 'static>(
        &self,
        exchange: impl FnOnce(Pulse) -> Result<T, GitError> + Send + 'static,
    ) -> Result<T, GitError> {
        exchange::run(self.timeout, &self.stop, exchange).unwrap_or_else(|ended| {
            Err(match ended {
                Ended::Stopped => GitError::Stopped,
                Ended::Broken(why) => GitError::Thread(why),
                Ended::TimedOut => {
                    let address = self.address.shown();
                    GitError::Timeout { address, seconds: self.timeout.as_secs() }
                }
            })
        })
    }

    fn open(&self) -> Result<git2::Repository, GitError> {
        git2::Repository::open(&self.objects).map_err(GitError::git("open the repository"))
    }

    /// The references of the remote. The commits of those that are chosen are fetched.
    fn fetch(
        &self,
        is_chosen: &dyn Fn(&str, Oid) -> bool,
        pulse: &Pulse,
    ) -> Result<Vec<(String, Oid)>, GitError> {
        let repository = self.open()?;
        let said = Said::default();
        let mut remote = repository
            .remote_anonymous(self.address.text())
            .map_err(|error| self.failed(&error, &said))?;
        let heads: Vec<(String, Oid)> = {
            let callbacks = Some(self.callbacks(&repository, &said, pulse));
            let connection = remote
                .connect_auth(Direction::Fetch, callbacks, None)
                .map_err(|error| self.failed(&error, &said))?;
            let heads = connection.list().map_err(|error| self.failed(&error, &said))?;
            heads.iter().map(|head| (head.name().to_owned(), head.oid())).collect()
        };
        let missing: Vec<&str> = heads
            .iter()
            .filter(|(name, tip)| is_chosen(name, *tip) && repository.find_commit(*tip).is_err())
            .map(|(name, _)| name.as_str())
            .collect();
        if !missing.is_empty() {
            let mut options = FetchOptions::new();
            options.remote_callbacks(self.callbacks(&repository, &said, pulse));
            options.download_tags(git2::AutotagOption::None).update_fetchhead(false);
            // The tip moves on between two exchanges, and what is downloaded then holds the older one too.
            remote
                .download(&missing, Some(&mut options))
                .map_err(|error| self.failed(&error, &said))?;
        }
        Ok(heads)
    }

    /// Why the remote did not take it; none if it did.
    fn send(
        &self,
        commit: Oid,
        reference: &str,
        pulse: &Pulse,
    ) -> Result<Option<String>, GitError> {
        let repository = self.open()?;
        let said = Said::default();
        let refused = Arc::new(Mutex::new(None));
        let mut remote = repository
            .remote_anonymous(self.address.text())
            .map_err(|error| self.failed(&error, &said))?;
        let mut callbacks = self.callbacks(&repository, &said, pulse);
        let seen = Arc::clone(&refused);
        callbacks.push_update_reference(move |_, status| {
            *seen.lock().unwrap_or_else(PoisonError::into_inner) = status.map(str::to_owned);
            Ok(())
        });
        let mut options = PushOptions::new();
        options.remote_callbacks(callbacks);
        let result = remote.push(&[format!("{commit}:{reference}")], Some(&mut options));
        drop(options);
        let status = refused.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (result, status) {
            (Ok(()), None) => Ok(None),
            (Ok(()), Some(status)) => Ok(Some(said.with(&status))),
            (Err(error), _) if error.code() == ErrorCode::NotFastForward => {
                Ok(Some("the branch has moved".to_owned()))
            }
            (Err(error), _) => Err(self.failed(&error, &said)),
        }
    }

    fn callbacks<'c>(
        &'c self,
        repository: &git2::Repository,
        said: &'c Said,
        pulse: &'c Pulse,
    ) -> RemoteCallbacks<'c> {
        let config = repository.config().and_then(|mut config| config.snapshot()).ok();
        let mut offers = Offers::new(&self.access, &self.address, config);
        let mut callbacks = RemoteCallbacks::new();
        callbacks.credentials(move |_, user, allowed| offers.next(user, allowed));
        callbacks.certificate_check(|certificate, _| self.check(certificate, said));
        callbacks.sideband_progress(|bytes| {
            said.hear(bytes);
            pulse.beat()
        });
        callbacks.transfer_progress(|_| pulse.beat());
        callbacks.push_transfer_progress(|_, _, _| {
            pulse.beat();
        });
        callbacks.pack_progress(|_, _, _| {
            pulse.beat();
        });
        callbacks
    }

    /// Holds the key of an SSH host against the file that the user named. All else is left to libgit2, which checks
    /// certificates against the system's and keys against the user's own `known_hosts`.
    fn check(
        &self,
        certificate: &git2::cert::Cert<'_>,
        said: &Said,
    ) -> Result<CertificateCheckStatus, git2::Error> {
        let (Some(file), Some(key)) = (&self.access.known_hosts, certificate.as_hostkey()) else {
            return Ok(CertificateCheckStatus::CertificatePassthrough);
        };
        let refused = |why: &str| {
            let text = format!("{why} in {}", file.display());
            // libgit2 says something of its own in place of it.
            *said.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(text.clone());
            git2::Error::new(ErrorCode::Certificate, ErrorClass::Ssh, text)
        };
        let text =
            std::fs::read_to_string(file).map_err(|_| refused("keys of hosts cannot be read"))?;
        let (host, port) = self.address.host();
        let key = key.hostkey().ok_or_else(|| refused("the host showed no key to find"))?;
        match known_hosts::verdict(&text, host, port.unwrap_or(22), key) {
            Verdict::Known => Ok(CertificateCheckStatus::CertificateOk),
            Verdict::Wrong => Err(refused("the host shows another key than")),
            Verdict::Revoked => Err(refused("the host shows a key that is revoked")),
            Verdict::Signed => Err(refused(
                "only who signs keys is named for the host, which is not enough: add its own key",
            )),
            Verdict::Unknown => Err(refused("the host is not")),
        }
    }

    /// What went wrong, in words that help, and without what the address hides.
    fn failed(&self, error: &git2::Error, said: &Said) -> GitError {
        let address = self.address.shown();
        let text = error.message().to_owned();
        let status = |code: &str| text.contains(&format!("status code: {code}"));
        if error.code() == ErrorCode::Certificate {
            return GitError::Untrusted { address, why: printable(&said.why(&text)) };
        }
        if error.code() == ErrorCode::Auth
            || status("401")
            || text.contains("authentication")
            || text.contains("credentials")
        {
            return GitError::Unauthorized { address };
        }
        if status("403") {
            return GitError::Forbidden { address };
        }
        let is_passing =
            status("429") || ["500", "502", "503", "504"].iter().any(|code| status(code));
        if is_passing {
            return GitError::Busy { address, why: printable(&text) };
        }
        GitError::Remote { address, why: printable(&said.with(&self.hidden(&text))) }
    }

    /// libgit2 repeats the address in some messages.
    fn hidden(&self, text: &str) -> String {
        text.replace(self.address.text(), &self.address.shown())
    }
}

/// Whether a server says that it cannot lock a reference: somebody else moves it just now, and has not moved it yet.
fn is_held(why: &str) -> bool {
    const HOLDS: [&str; 5] = [
        "cannot lock ref",
        "failed to update ref",
        "failed to lock",
        "lock failure",
        "unable to lock",
    ];
    // What looks the same and does not pass.
    const STAYS: [&str; 5] = [
        "cannot create",
        "aborted by hook",
        "permission denied",
        "no space left",
        "read-only file system",
    ];
    let why = why.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| why.contains(word));
    says(&HOLDS) && !says(&STAYS)
}

/// What was said during an exchange.
#[derive(Default)]
struct Said {
    /// By the server, to the person at the other end: hooks explain themselves there.
    heard: Mutex<Vec<u8>>,
    /// By us, of the key that the host showed.
    refused: Mutex<Option<String>>,
}

impl Said {
    /// Why a host is not trusted.
    fn why(&self, text: &str) -> String {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.clone().unwrap_or_else(|| text.to_owned())
    }

    fn hear(&self, bytes: &[u8]) {
        const MOST: usize = 4096;
        let mut said = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let room = MOST.saturating_sub(said.len()).min(bytes.len());
        said.extend_from_slice(&bytes[..room]);
    }

    fn with(&self, status: &str) -> String {
        let said = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let said = String::from_utf8_lossy(&said);
        let lines: Vec<&str> =
            said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        match lines.as_slice() {
            [] => printable(status),
            lines => printable(&format!("{status}: {}", lines.join("; "))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_that_somebody_holds_is_told_from_one_that_cannot_be_written() {
        for (why, expected) in [
            ("cannot lock ref 'refs/heads/x': Unable to create '/r/x.lock': File exists.", true),
            ("failed to update ref: error: cannot lock ref 'refs/heads/x'", true),
            ("cannot lock ref 'refs/heads/x': is at 1 but expected 2", true),
            ("failed to lock", true),
            ("LOCK_FAILURE: Lock failure", true),
            ("pre-receive hook declined: policy 17 says no", false),
            ("failed to update ref: 'refs/heads/a' exists; cannot create 'refs/heads/a/b'", false),
            ("failed to update ref: error: ref updates aborted by hook", false),
            ("cannot lock ref 'refs/heads/x': Unable to create 'x.lock': Permission denied", false),
            ("cannot lock ref 'refs/heads/x': Unable to create: No space left on device", false),
        ] {
            assert_eq!(is_held(why), expected, "{why}");
        }
    }
}
