//! Addresses of remote repositories, and what of them may be shown.

use camino::Utf8Path;

use crate::{
    git::{GitError, Repository},
    secret::{AMBIGUOUS, authority, is_ambiguous, is_scp},
};

/// How a repository is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    Http,
    Ssh,
    File,
}

/// The address of a repository. Its text may hold credentials where Git's configuration has them there; [`Address::shown`] never does.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    text: String,
    pub(super) scheme: Scheme,
}

impl Address {
    /// An address that a user gave. Credentials in it are refused: they would be in the process list and in logs.
    pub fn given(text: &str) -> Result<Self, GitError> {
        let address = Address::parse(text)?;
        if address.secret().is_some() {
            let why = "it holds credentials; leave them out, and use --password-file or a credential helper";
            return Err(GitError::Address { shown: address.shown(), why });
        }
        Ok(address)
    }

    /// An address of Git's configuration.
    fn parse(text: &str) -> Result<Self, GitError> {
        let refused = |why| GitError::Address { shown: without_user(text), why };
        if is_ambiguous(text) {
            return Err(refused(AMBIGUOUS));
        }
        if text.is_empty() || text.starts_with('-') || text.contains(char::is_control) {
            return Err(refused("it is no address of a repository"));
        }
        let scheme = match text.split_once("://") {
            Some(("https" | "http", _)) => Scheme::Http,
            Some(("ssh" | "git+ssh" | "ssh+git", _)) => Scheme::Ssh,
            Some(("file", _)) => Scheme::File,
            Some(_) => return Err(refused("use https, ssh, or a path")),
            None if is_scp(text) => Scheme::Ssh,
            None => Scheme::File,
        };
        Ok(Address { text: text.to_owned(), scheme })
    }

    /// What the transport is given.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The path of a repository on this machine, if that is what the address means.
    pub fn local(&self) -> Option<&Utf8Path> {
        let path = self.text.strip_prefix("file://").unwrap_or(&self.text);
        (self.scheme == Scheme::File).then(|| Utf8Path::new(path))
    }

    /// The address without user and password, for messages and for what is committed.
    pub fn shown(&self) -> String {
        match self.scheme {
            // `git@host:path` names a user who is no secret.
            Scheme::Ssh if is_scp(&self.text) => self.text.clone(),
            _ => without_user(&self.text),
        }
    }

    /// The address for configuration of others: the user of SSH is part of it, a password and what stands before an address of
    /// the web are not.
    pub fn for_others(&self) -> String {
        match (self.scheme, user_info(&self.text)) {
            (Scheme::Ssh, Some(user)) => {
                let name = user.split(':').next().unwrap_or(user);
                self.text.replacen(&format!("{user}@"), &format!("{name}@"), 1)
            }
            _ => self.shown(),
        }
    }

    /// User and password in the address.
    pub(super) fn secret(&self) -> Option<(String, String)> {
        if self.scheme != Scheme::Http {
            let user = user_info(&self.text)?;
            return user.split_once(':').map(|(user, password)| (decode(user), decode(password)));
        }
        let user = user_info(&self.text)?;
        let (user, password) = user.split_once(':').unwrap_or((user, ""));
        Some((decode(user), decode(password)))
    }

    /// The host, and the port where one is named.
    pub(super) fn host(&self) -> (&str, Option<u16>) {
        let rest = self.text.split_once("://").map_or(self.text.as_str(), |(_, rest)| rest);
        let authority = rest.split('/').next().unwrap_or(rest);
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        if is_scp(&self.text) {
            return (authority.split(':').next().unwrap_or(authority), None);
        }
        match authority.rsplit_once(':') {
            Some((host, port)) => match port.parse() {
                Ok(port) => (host, Some(port)),
                Err(_) => (authority, None),
            },
            None => (authority, None),
        }
    }
}

impl Repository {
    /// The address of a remote that the repository knows by name, or an address as the user gave it.
    pub fn address(&self, remote: &str) -> Result<Address, GitError> {
        match self.git.find_remote(remote) {
            Ok(found) => {
                let push = found.pushurl().ok().flatten().map(str::to_owned);
                let url = push.or_else(|| found.url().ok().map(str::to_owned));
                Address::parse(&url.unwrap_or_default())
            }
            Err(_) if remote.contains(['/', ':']) => Address::given(remote),
            Err(_) => Err(GitError::NoRemote(after_user(remote).to_owned())),
        }
    }
}

fn user_info(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://")?;
    authority(rest).rsplit_once('@').map(|(user, _)| user)
}

/// The text as far as it may be shown.
fn without_user(text: &str) -> String {
    if is_ambiguous(text) {
        return match text.split_once("://") {
            Some((scheme @ ("https" | "http" | "ssh"), _)) => format!("{scheme}://…"),
            _ => "…".to_owned(),
        };
    }
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let rest = if scheme == "file" { rest } else { rest.split(['?', '#']).next().unwrap_or(rest) };
    let (authority, path) = rest.split_at(authority(rest).len());
    format!("{scheme}://{}{path}", after_user(authority))
}

/// What stands behind a user and a password.
fn after_user(text: &str) -> &str {
    text.rsplit_once('@').map_or(text, |(_, rest)| rest)
}

/// `%40` is `@`.
fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let code = (first == b'%').then(|| after.get(..2)).flatten();
        let code = code.and_then(|code| u8::from_str_radix(str::from_utf8(code).ok()?, 16).ok());
        bytes.push(code.unwrap_or(first));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_refused_where_a_user_gives_them_and_never_shown() {
        for text in ["https://u:hunter2@h/x.git", "https://hunter2@h/x.git", "ssh://u:hunter2@h/x"]
        {
            let error = Address::given(text).err().unwrap().to_string();
            assert!(error.contains("credentials") && !error.contains("hunter2"), "{error}");
            let address = Address::parse(text).unwrap_or_else(|error| panic!("{error}"));
            assert!(!address.shown().contains("hunter2"), "{}", address.shown());
        }
        assert!(!without_user("https://h/x?token=hunter2").contains("hunter2"));
    }

    #[test]
    fn what_stands_before_an_at_is_never_shown() {
        for (text, shown) in [
            ("https://u:hunter2@h/x.git", "https://h/x.git"),
            ("https://hunter2@h:8443/x.git", "https://h:8443/x.git"),
            ("https://u:hun%2Fter2@h/x", "https://h/x"),
            ("https://u:h@hunter2@h/x", "https://h/x"),
            ("https://h/x?token=hunter2", "https://h/x"),
            ("https://h/x#hunter2", "https://h/x"),
            ("ssh://u:hunter2@h/x", "ssh://h/x"),
            ("https://u:hun/ter2@h/x", "https://…"),
            ("https://u:hun?ter2@h/x", "https://…"),
            ("https://u:hun#ter2@h/x", "https://…"),
            ("https://h/x?token=hun@ter2", "https://…"),
            ("https://hun/ter2@h/x", "https://…"),
            ("ftp://u:hun/ter2@h/x", "…"),
            ("hunter2@h://x", "…"),
            ("u:hunter2@h/x", "…"),
            ("u@example.com:hunter2@h/x", "…"),
            ("u:hun/ter2@h:x", "…"),
            ("hunter2@h/x", "…"),
        ] {
            assert_eq!(without_user(text), shown, "{text}");
            let error = Address::given(text).err().map(|error| error.to_string());
            assert_eq!(error.is_some(), text.contains('@'), "{text}");
            let error = error.unwrap_or_default();
            assert!(!error.contains("hun") && !error.contains("ter2"), "{error}");
        }
        for text in [
            "git@example.com:team/x.git",
            "example.com:team/x.git",
            "ssh://h/x",
            "https://h:8443/x%40y",
            "/srv/@team/x.git",
            "./x@y",
            "file:///srv/x@y?z",
        ] {
            let address = Address::given(text).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(address.shown(), text);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "--upload-pack=x", "ext::sh -c id", "git://h/x", "ftp://h/x", "a\nb"] {
            let found = Address::given(text).map(|address| address.scheme);
            assert!(found.is_err() || text.starts_with("ext::"), "{text} is {found:?}");
        }
    }

    #[test]
    fn the_host_is_found() {
        let host = |text: &str| {
            let address = Address::parse(text).unwrap_or_else(|error| panic!("{error}"));
            let (host, port) = address.host();
            (host.to_owned(), port)
        };
        assert_eq!(host("git@example.com:a/b.git"), ("example.com".to_owned(), None));
        assert_eq!(host("ssh://git@example.com:2222/a"), ("example.com".to_owned(), Some(2222)));
        assert_eq!(host("https://example.com/a"), ("example.com".to_owned(), None));
    }

    #[test]
    fn escapes_in_credentials_are_read() {
        let address =
            Address::parse("https://a%40b:p%2Fw@h/x").unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(address.secret(), Some(("a@b".to_owned(), "p/w".to_owned())));
        assert_eq!(decode("%zz%4"), "%zz%4");
    }
}
