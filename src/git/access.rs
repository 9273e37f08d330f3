//! Credentials for a remote: secret files, what Git's configuration has, a credential helper, an SSH agent. They are read when a
//! server asks for them, and are in no message.

use std::{fs, path::PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use git2::{Cred, CredentialType, Error};

use crate::git::{address::Address, scope};

/// The most bytes of a secret file.
const LONGEST: u64 = 64 << 10;

/// Where secrets are. It holds none itself.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// The user that a password belongs to.
    pub username: Option<String>,
    /// The file with a password or token for https.
    pub password_file: Option<PathBuf>,
    /// The file with a private key for SSH.
    pub ssh_key: Option<PathBuf>,
    /// The file with keys of hosts; without it, the user's own `known_hosts`.
    pub known_hosts: Option<PathBuf>,
}

/// One way to credentials; none where it does not lead to any.
type Way<'a> = fn(&Offers<'a>, Option<&str>) -> Option<Result<Cred, Error>>;

/// What a server is offered, one after the other.
pub(super) struct Offers<'a> {
    access: &'a Access,
    address: &'a Address,
    config: Option<git2::Config>,
    /// How many of the ways were tried.
    tried: usize,
}

impl<'a> Offers<'a> {
    pub(super) fn new(
        access: &'a Access,
        address: &'a Address,
        config: Option<git2::Config>,
    ) -> Self {
        Offers { access, address, config, tried: 0 }
    }

    /// The next credentials; an error when there are no more.
    pub(super) fn next(
        &mut self,
        user: Option<&str>,
        allowed: CredentialType,
    ) -> Result<Cred, Error> {
        if allowed.contains(CredentialType::USERNAME) && !allowed.contains(CredentialType::SSH_KEY)
        {
            return Cred::username(self.access.username.as_deref().or(user).unwrap_or("git"));
        }
        let ways: &[Way<'a>] = if allowed.contains(CredentialType::SSH_KEY) {
            &[Self::key_file, Self::agent]
        } else {
            &[Self::password_file, Self::address, Self::header, Self::helper]
        };
        while let Some(way) = ways.get(self.tried) {
            self.tried += 1;
            if let Some(offer) = way(self, user) {
                return offer;
            }
        }
        let error = Error::new(
            git2::ErrorCode::Auth,
            git2::ErrorClass::Net,
            "the server wants other credentials",
        );
        Err(error)
    }

    fn password_file(&self, user: Option<&str>) -> Option<Result<Cred, Error>> {
        let file = self.access.password_file.as_ref()?;
        let user = self.access.username.as_deref().or(user).unwrap_or("git");
        Some(secret(file).and_then(|password| Cred::userpass_plaintext(user, &password)))
    }

    fn address(&self, _: Option<&str>) -> Option<Result<Cred, Error>> {
        let (user, password) = self.address.secret()?;
        Some(Cred::userpass_plaintext(&user, &password))
    }

    /// What CI puts into the configuration of its checkout: `http.<url>.extraheader` with basic authorization.
    fn header(&self, _: Option<&str>) -> Option<Result<Cred, Error>> {
        let config = self.config.as_ref()?;
        let mut entries = config.entries(Some("http\\..*extraheader")).ok()?;
        let mut found = None;
        while let Some(Ok(entry)) = entries.next() {
            let (Ok(name), Ok(value)) = (entry.name(), entry.value()) else { continue };
            let url = name.strip_prefix("http.").and_then(|name| name.strip_suffix(".extraheader"));
            let fit = url.and_then(|url| scope::fit(url, self.address.text()));
            // The closest counts, and of two that are as close the later.
            if fit >= found.as_ref().map(|(fit, _)| *fit)
                && let (Some(fit), Some(credentials)) = (fit, basic(value))
            {
                found = Some((fit, credentials));
            }
        }
        let (_, (user, password)) = found?;
        Some(Cred::userpass_plaintext(&user, &password))
    }

    fn helper(&self, user: Option<&str>) -> Option<Result<Cred, Error>> {
        let config = self.config.as_ref()?;
        let user = self.access.username.as_deref().or(user);
        Cred::credential_helper(config, &self.address.shown(), user).ok().map(Ok)
    }

    fn key_file(&self, user: Option<&str>) -> Option<Result<Cred, Error>> {
        let file = self.access.ssh_key.as_ref()?;
        let user = self.access.username.as_deref().or(user).unwrap_or("git");
        Some(secret(file).and_then(|key| Cred::ssh_key_from_memory(user, None, &key, None)))
    }

    #[expect(clippy::unnecessary_wraps, reason = "it is one way among others")]
    fn agent(&self, user: Option<&str>) -> Option<Result<Cred, Error>> {
        let user = self.access.username.as_deref().or(user).unwrap_or("git");
        Some(Cred::ssh_key_from_agent(user))
    }
}

/// The text of a secret file. A final newline, which editors add, is no part of a password, and a key needs one.
fn secret(file: &std::path::Path) -> Result<String, Error> {
    let failed = |why: &str| Error::from_str(&format!("cannot read {}: {why}", file.display()));
    let length = fs::metadata(file).map_err(|error| failed(&error.to_string()))?.len();
    if length > LONGEST {
        return Err(failed("it is too large for a secret"));
    }
    let text = fs::read_to_string(file).map_err(|error| failed(&error.to_string()))?;
    let is_key = text.starts_with("-----BEGIN");
    let trimmed = text.trim_end_matches(['\n', '\r']);
    Ok(if is_key { text.clone() } else { trimmed.to_owned() })
}

/// User and password of a header `Authorization: Basic …`.
fn basic(header: &str) -> Option<(String, String)> {
    let (name, value) = header.split_once(':')?;
    let (kind, encoded) = value.trim().split_once(' ')?;
    if !name.trim().eq_ignore_ascii_case("authorization") || !kind.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_of_basic_authorization_is_read() {
        let expected = Some(("x".to_owned(), "y:z".to_owned()));
        assert_eq!(basic("AUTHORIZATION: basic eDp5Ono="), expected);
        assert_eq!(basic("Authorization: Bearer abc"), None);
        assert_eq!(basic("X-Other: basic eDp5"), None);
    }

    #[test]
    fn a_password_has_no_newline_at_its_end() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("token");
        fs::write(&file, "hunter2\n").unwrap();
        assert_eq!(secret(&file).unwrap(), "hunter2");
        let error = secret(&directory.path().join("none")).unwrap_err();
        assert!(error.message().contains("none"), "{error}");
    }
}
