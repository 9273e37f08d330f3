//! Names of artifacts: `oci://HOST/REPOSITORY:TAG@DIGEST`.

use std::fmt;

/// Why an address is none. What may be a password in it is not shown.
#[derive(Debug, thiserror::Error)]
#[error("{} is no address of an artifact: {why}", shown(.text))]
pub struct ReferenceError {
    text: String,
    why: &'static str,
}

/// The most characters of a tag, as the distribution specification says.
const LONGEST_TAG: usize = 128;

/// Where an artifact is, or shall be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The host, with the port where one is named.
    pub registry: String,
    /// The path of the repository.
    pub repository: String,
    /// The tag; without tag and digest, it is `latest`.
    pub tag: Option<String>,
    /// The digest of the manifest, as `sha256:` and 64 digits.
    pub digest: Option<String>,
}

impl Reference {
    /// What an address says.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        let wrong = |why| ReferenceError { text: text.to_owned(), why };
        let rest = text.strip_prefix("oci://").ok_or_else(|| wrong("it begins with oci://"))?;
        let (rest, digest) = match rest.split_once('@') {
            Some((_, digest)) if !is_digest(digest) => {
                return Err(wrong(
                    "after the @ stands a digest, sha256: and 64 digits; users and passwords are read from Docker's configuration",
                ));
            }
            Some((rest, digest)) => (rest, Some(digest.to_owned())),
            None => (rest, None),
        };
        let (registry, path) = rest
            .split_once('/')
            .filter(|(registry, path)| is_host(registry) && !path.is_empty())
            .ok_or_else(|| wrong("it is oci://HOST/REPOSITORY:TAG"))?;
        let (repository, tag) = match path.split_once(':') {
            Some((_, tag)) if !is_tag(tag) => {
                return Err(wrong(
                    "a tag has up to 128 letters, digits, dots, dashes, and underscores, and begins with neither a dot nor a dash",
                ));
            }
            Some((repository, tag)) => (repository, Some(tag.to_owned())),
            None => (path, None),
        };
        if !repository.split('/').all(is_component) {
            return Err(wrong(
                "a repository is written in lower-case letters and digits, with single dots, dashes, and underscores between them",
            ));
        }
        Ok(Reference {
            registry: registry.to_owned(),
            repository: repository.to_owned(),
            tag,
            digest,
        })
    }

    /// What a registry is asked for: the digest, else the tag.
    pub fn wanted(&self) -> &str {
        self.digest.as_deref().or(self.tag.as_deref()).unwrap_or("latest")
    }

    /// The same with another tag and without a digest.
    #[must_use]
    pub fn tagged(&self, tag: &str) -> Self {
        Reference { tag: Some(tag.to_owned()), digest: None, ..self.clone() }
    }

    /// The tag that an artifact is pushed under.
    pub fn tag(&self) -> &str {
        self.tag.as_deref().unwrap_or("latest")
    }

    /// The artifact by its digest alone: `HOST/REPOSITORY@DIGEST`, as programs of others take it.
    pub fn by_digest(&self, digest: &str) -> String {
        format!("{}/{}@{digest}", self.registry, self.repository)
    }

    /// The host that answers for a registry. Docker's own has two names.
    pub fn host(&self) -> &str {
        match self.registry.as_str() {
            "docker.io" | "index.docker.io" => "registry-1.docker.io",
            registry => registry,
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "oci://{}/{}", self.registry, self.repository)?;
        if let Some(tag) = &self.tag {
            write!(formatter, ":{tag}")?;
        }
        self.digest.as_ref().map_or(Ok(()), |digest| write!(formatter, "@{digest}"))
    }
}

/// Whether a host, with or without a port, is this machine.
#[cfg(feature = "oci")]
pub(super) fn is_local(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "localhost" | "[::1]")
        || name.parse().is_ok_and(|address: std::net::Ipv4Addr| address.is_loopback())
}

/// Whether a text is a digest that is known here.
pub(super) fn is_digest(text: &str) -> bool {
    text.strip_prefix("sha256:").is_some_and(|digits| {
        digits.len() == 64 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

fn is_host(text: &str) -> bool {
    // Others take a first part without a dot for a part of the repository, and mean Docker's registry.
    let looks_like_one = text == "localhost" || text.contains(['.', ':']);
    looks_like_one
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
}

fn is_tag(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.len() <= LONGEST_TAG
        && text.bytes().next().is_some_and(is_word)
        && text.bytes().all(|byte| is_word(byte) || matches!(byte, b'.' | b'-'))
}

fn is_component(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_edge = |byte: Option<u8>| byte.is_some_and(is_letter);
    is_edge(text.bytes().next())
        && is_edge(text.bytes().last())
        && text.bytes().all(|byte| is_letter(byte) || b".-_".contains(&byte))
        && !["..", "___", "._", "_.", ".-", "-."].iter().any(|pair| text.contains(pair))
}

/// An address without what may be a password.
fn shown(text: &str) -> String {
    let scheme = text.find("://").map_or(0, |at| at + 3);
    match text.rfind('@') {
        Some(at) if at >= scheme => format!("{:?}", format!("{}…{}", &text[..scheme], &text[at..])),
        _ => format!("{text:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_parts() {
        let digest = format!("sha256:{}", "0a".repeat(32));
        let text = format!("oci://localhost:5000/team/agents:prod@{digest}");
        let reference = Reference::parse(&text).unwrap();
        assert_eq!(reference.registry, "localhost:5000");
        assert_eq!(reference.repository, "team/agents");
        assert_eq!(reference.tag(), "prod");
        assert_eq!(reference.wanted(), digest);
        assert_eq!(reference.to_string(), text);
        #[cfg(feature = "oci")]
        assert!(is_local(&reference.registry) && !is_local("a.b"));
        #[cfg(feature = "oci")]
        for host in
            ["127.example.com", "127.0.0.1@example.com", "localhost.example.com", "10.0.0.1"]
        {
            assert!(!is_local(host), "{host}");
        }
        let plain = Reference::parse("oci://docker.io/team/agents").unwrap();
        assert_eq!((plain.host(), plain.wanted()), ("registry-1.docker.io", "latest"));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for (text, expected) in [
            ("ghcr.io/team/agents", "begins with oci://"),
            ("https://ghcr.io/team/agents", "begins with oci://"),
            ("oci://", "HOST/REPOSITORY"),
            ("oci://ghcr.io", "HOST/REPOSITORY"),
            ("oci://ghcr.io/", "HOST/REPOSITORY"),
            ("oci://team/agents", "HOST/REPOSITORY"),
            ("oci://user:password@ghcr.io/team/agents", "Docker's configuration"),
            ("oci://ghcr.io/Team/agents", "lower-case"),
            ("oci://ghcr.io/team//agents", "lower-case"),
            ("oci://ghcr.io/../agents", "lower-case"),
            ("oci://ghcr.io/team/agents:-a", "a tag has"),
            ("oci://ghcr.io/team/agents:", "a tag has"),
            ("oci://ghcr.io/team/agents:a:b", "a tag has"),
            ("oci://ghcr.io/team/agents@sha256:00", "a digest"),
            ("oci://ghcr.io/team/agents@sha512:00", "a digest"),
        ] {
            let error = Reference::parse(text).unwrap_err().to_string();
            assert!(error.contains(expected) && !error.contains("user:password"), "{error}");
        }
    }
}
