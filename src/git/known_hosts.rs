//! Keys of SSH hosts, held against a file in the format of `known_hosts`.

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// What a file says of a host's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// This is the key.
    Known,
    /// The file has another key for the host, or says that this one was stolen.
    Wrong,
    /// The file does not know the host.
    Unknown,
}

/// Holds the key of a host against the lines of a file. Hashed names are not recognized.
pub(super) fn verdict(text: &str, host: &str, port: u16, key: &[u8]) -> Verdict {
    let name = if port == 22 { host.to_owned() } else { format!("[{host}]:{port}") };
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
        match (marker, is_same) {
            (Some("@revoked"), true) => return Verdict::Wrong,
            (None, true) => verdict = Verdict::Known,
            (None, false) if verdict == Verdict::Unknown => verdict = Verdict::Wrong,
            _ => {}
        }
    }
    verdict
}

/// Whether a list of patterns means the host: one that begins with `!` excludes it.
fn matches(patterns: &str, name: &str) -> bool {
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
            Verdict::Wrong,
        );
        check("@cert-authority * ssh-ed25519 a2V5", "example.com", 22, Verdict::Unknown);
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
