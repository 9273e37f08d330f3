//! Keys of SSH hosts, held against a file in the format of `known_hosts`.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::digest::hmac_sha1;

/// What a file says of a host's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// This is the key.
    Known,
    /// The file has another key for the host.
    Wrong,
    /// The file says that nobody may trust this key any more.
    Revoked,
    /// The file knows the host only by who signs its keys.
    Signed,
    /// The file does not know the host.
    Unknown,
}

/// Holds the key of a host against the lines of a file.
///
/// Names may be hashed. A line of an authority that signs keys (`@cert-authority`) makes no key known, because libgit2 shows
/// the host's key and not its certificate.
pub(super) fn verdict(text: &str, host: &str, port: u16, key: &[u8]) -> Verdict {
    let host = host.to_ascii_lowercase();
    let name = if port == 22 { host } else { format!("[{host}]:{port}") };
    let mut verdict = Verdict::Unknown;
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        let mut words = line.split_whitespace().peekable();
        let marker = words.next_if(|word| word.starts_with('@'));
        let (Some(hosts), Some(_kind), Some(encoded)) = (words.next(), words.next(), words.next())
        else {
            continue;
        };
        if !matches(hosts, &name) {
            continue;
        }
        let is_same = STANDARD.decode(encoded).is_ok_and(|bytes| bytes == key);
        verdict = match (marker, is_same, verdict) {
            (Some("@revoked"), true, _) => return Verdict::Revoked,
            (None, true, _) => Verdict::Known,
            (None, false, Verdict::Unknown | Verdict::Signed) => Verdict::Wrong,
            (Some("@cert-authority"), _, Verdict::Unknown) => Verdict::Signed,
            (_, _, verdict) => verdict,
        };
    }
    verdict
}

/// Whether the first word of a line means the host.
fn matches(hosts: &str, name: &str) -> bool {
    match hosts.strip_prefix("|1|") {
        Some(hashed) => is_hash(hashed, name),
        None => is_among(hosts, name),
    }
}

/// Whether a salt and a digest, as `HashKnownHosts` has them written, are of the host.
fn is_hash(hashed: &str, name: &str) -> bool {
    let parts = hashed.split_once('|').and_then(|(salt, digest)| {
        Some((STANDARD.decode(salt).ok()?, STANDARD.decode(digest).ok()?))
    });
    parts.is_some_and(|(salt, digest)| digest == hmac_sha1(&salt, name.as_bytes()))
}

/// Whether a list of patterns means the host: one that begins with `!` excludes it.
fn is_among(patterns: &str, name: &str) -> bool {
    let mut found = false;
    for pattern in patterns.split(',') {
        match pattern.strip_prefix('!') {
            Some(pattern) if is_like(pattern, name) => return false,
            Some(_) => {}
            None => found |= is_like(pattern, name),
        }
    }
    found
}

/// `*` stands for any letters, `?` for one.
fn is_like(pattern: &str, name: &str) -> bool {
    let Some(first) = pattern.chars().next() else { return name.is_empty() };
    let rest = &pattern[first.len_utf8()..];
    match first {
        '*' => (0..=name.len()).any(|at| name.get(at..).is_some_and(|name| is_like(rest, name))),
        _ => name.chars().next().is_some_and(|letter| {
            (first == '?' || letter.eq_ignore_ascii_case(&first))
                && is_like(rest, &name[letter.len_utf8()..])
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASHED: &str = "|1|3GndvOU+2IHxQCX9Trn91NYwXjE=|gFUE1NMVpmfTJHT74YNGqw7TgWY= ssh-ed25519 a2V5\n\
        |1|NSFo7SygFhjcNLCe0eOfTJtjZtI=|ZZmmhuv00jH1cDPKRsx0eSx4vZw= ssh-ed25519 b3RoZXI=\n";

    #[track_caller]
    fn check(text: &str, host: &str, port: u16, expected: Verdict) {
        assert_eq!(verdict(text, host, port, b"key"), expected);
    }

    #[test]
    fn a_key_is_known_by_its_host_and_port() {
        check("example.com ssh-ed25519 a2V5", "example.com", 22, Verdict::Known);
        check("example.com ssh-ed25519 a2V5", "example.com", 2222, Verdict::Unknown);
        check("[example.com]:2222 ssh-ed25519 a2V5", "example.com", 2222, Verdict::Known);
        check("*.example.com,x ssh-ed25519 a2V5", "git.example.com", 22, Verdict::Known);
        check(
            "!git.example.com,*.example.com ssh-ed25519 a2V5",
            "git.example.com",
            22,
            Verdict::Unknown,
        );
    }

    #[test]
    fn another_key_is_wrong() {
        check("example.com ssh-ed25519 b3RoZXI=", "example.com", 22, Verdict::Wrong);
        check(
            "example.com ssh-rsa b3RoZXI=\nexample.com ssh-ed25519 a2V5",
            "example.com",
            22,
            Verdict::Known,
        );
        check(
            "@revoked * ssh-ed25519 a2V5\nexample.com ssh-ed25519 a2V5",
            "example.com",
            22,
            Verdict::Revoked,
        );
    }

    #[test]
    fn a_host_that_is_known_by_who_signs_its_keys_is_not_trusted() {
        let authority = "@cert-authority *.example.com ssh-ed25519 a2V5";
        check(authority, "git.example.com", 22, Verdict::Signed);
        check(authority, "example.org", 22, Verdict::Unknown);
        for (line, expected) in [
            ("git.example.com ssh-ed25519 a2V5", Verdict::Known),
            ("git.example.com ssh-ed25519 b3RoZXI=", Verdict::Wrong),
        ] {
            check(&format!("{authority}\n{line}"), "git.example.com", 22, expected);
            check(&format!("{line}\n{authority}"), "git.example.com", 22, expected);
        }
    }

    /// The lines are what `ssh-keygen -H` made of `git.example.com` and `[git.example.com]:2222`.
    #[test]
    fn a_name_can_be_hashed() {
        check(HASHED, "git.example.com", 22, Verdict::Known);
        check(HASHED, "GIT.example.com", 22, Verdict::Known);
        check(HASHED, "git.example.com", 2222, Verdict::Wrong);
        check(HASHED, "git.example.com", 2223, Verdict::Unknown);
        check(HASHED, "example.com", 22, Verdict::Unknown);
        for broken in ["|1|", "|1|a", "|1|%%%|%%%", "|1|a2V5|", "|2|a2V5|a2V5"] {
            check(&format!("{broken} ssh-ed25519 a2V5"), "example.com", 22, Verdict::Unknown);
        }
    }

    #[test]
    fn what_is_no_line_is_passed_over() {
        check(
            "# example.com ssh-ed25519 a2V5\n\nexample.com\n",
            "example.com",
            22,
            Verdict::Unknown,
        );
    }
}
