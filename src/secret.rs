//! Names that secrets have. What stands under one of them is in no message and in no report.

/// Whether a variable is called like a secret.
pub(crate) fn is_variable(name: &str) -> bool {
    const ENDINGS: &[&str] =
        &["_TOKEN", "_KEY", "_PASSWORD", "_PASSWD", "_SECRET", "_PASSPHRASE", "_CREDENTIALS"];
    ENDINGS.iter().any(|ending| name.ends_with(ending)) && !name.contains("PUBLIC")
}

/// Whether a key of a configuration, or a header, is called like a secret.
pub(crate) fn is_key(key: &str) -> bool {
    let key = key.to_ascii_uppercase().replace('-', "_");
    matches!(key.as_str(), "TOKEN" | "SECRET" | "PASSWORD" | "APIKEY")
        || key.ends_with("AUTHORIZATION")
        || is_variable(&key)
}

/// Whether an address holds credentials: a user of a web server, or a user with a password of anything else. What a
/// variable brings is none.
pub(crate) fn is_in_address(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let Some((user, _)) = authority(rest).rsplit_once('@') else { return false };
    let has_password = user.split_once(':').is_some_and(|(_, password)| !password.is_empty());
    let is_web = scheme.ends_with("http") || scheme.ends_with("https");
    !user.is_empty() && !user.contains('$') && (has_password || is_web)
}

/// Whether what stands under a key may be secret: it is called so, is the value of a variable, or what a Secret holds.
pub(crate) fn hides(key: &str) -> bool {
    key == "value" || holds_many(key) || is_name(key)
}

/// Whether every entry under a key may be secret, whatever it is called.
pub(crate) fn holds_many(key: &str) -> bool {
    matches!(key, "data" | "stringData")
}

/// Whether something is called like a secret, however it is spelled: `apikey`, `clientSecret`, `PGPASSWORD`, `--db-pass`. This
/// decides only what is shown, and so takes in more than what the rules complain about.
pub(crate) fn is_name(name: &str) -> bool {
    /// With or without something in front.
    const ENDINGS: &[&str] = &[
        "apikey",
        "authorization",
        "credential",
        "credentials",
        "passphrase",
        "passwd",
        "password",
        "secret",
        "token",
    ];
    /// As the last of several words: alone, or as the end of another word, they are something else.
    const WORDS: &[&str] = &["key", "pass", "pat", "pwd"];
    /// Fields of Kubernetes that are called like secrets and say nothing of any.
    const OPEN: &[&str] = &["automountServiceAccountToken", "topologyKey"];
    if OPEN.contains(&name) {
        return false;
    }
    let name = name.trim_start_matches(['-', '_']);
    let ends = |ending: &&str| before(name, ending).is_some();
    let is_last = |word: &&str| {
        before(name, word).is_some_and(|before| {
            let is_capital = name[before.len()..].starts_with(|c: char| c.is_ascii_uppercase());
            before.ends_with(['_', '-', '.'])
                || (is_capital && before.ends_with(|c: char| c.is_ascii_lowercase()))
        })
    };
    let is_called_so = name.eq_ignore_ascii_case("pass")
        || is_heading(name)
        || ENDINGS.iter().any(ends)
        || WORDS.iter().any(is_last);
    is_called_so && !name.to_ascii_uppercase().contains("PUBLIC")
}

/// Whether a key is a secret where a text stands under it, and only a heading where a map does: `auth`.
pub(crate) fn is_heading(key: &str) -> bool {
    key.trim_start_matches('_').eq_ignore_ascii_case("auth")
}

/// What stands before the end of a name, in any case of letters.
fn before<'n>(name: &'n str, ending: &str) -> Option<&'n str> {
    let (before, end) = name.split_at_checked(name.len().checked_sub(ending.len())?)?;
    end.eq_ignore_ascii_case(ending).then_some(before)
}

/// What is said of an address that may hold a password where none belongs.
#[cfg(any(feature = "git", feature = "oci"))]
pub(crate) const AMBIGUOUS: &str = "an @ stands where no user does, so what is before it may be a password, and is not shown; an address begins \
    with its scheme or with ./, and /, ?, #, and @ are written %2F, %3F, %23, and %40 in its other parts";

/// Whether what stands before an `@` may be a password although it does not stand where one belongs: somebody forgot the scheme, or
/// to write `/` as `%2F`. Paths on this machine have no password.
#[cfg(any(feature = "git", feature = "oci"))]
pub(crate) fn is_ambiguous(text: &str) -> bool {
    match text.split_once("://") {
        Some(("file", _)) => false,
        Some((scheme, rest)) => scheme.contains('@') || rest[authority(rest).len()..].contains('@'),
        None if is_scp(text) => text.split_once(':').is_some_and(|(_, path)| path.contains('@')),
        None => authority(text).contains('@'),
    }
}

/// `user@host:path`, as scp writes it; a path has a slash before a colon.
#[cfg(any(feature = "git", feature = "oci"))]
pub(crate) fn is_scp(text: &str) -> bool {
    !text.contains("://")
        && text.split_once(':').is_some_and(|(host, _)| !host.contains('/') && !host.is_empty())
}

/// User, host, and port.
pub(crate) fn authority(rest: &str) -> &str {
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_names() {
        for name in ["OPENROUTER_API_KEY", "TELEGRAM_BOT_TOKEN", "EMAIL_PASSWORD", "FAL_KEY"] {
            assert!(is_variable(name) && hides(name), "{name}");
        }
        for name in ["MAX_TOKENS", "SSH_PUBLIC_KEY", "KEYBOARD", "TZ"] {
            assert!(!is_variable(name) && !hides(name), "{name}");
        }
        for key in ["token", "api_key", "stringData", "value", "authorization", "X-Api-Key"] {
            assert!(hides(key), "{key}");
        }
        for key in ["secretKeyRef", "secretName", "key", "name"] {
            assert!(!hides(key), "{key}");
        }
    }

    #[test]
    fn more_is_hidden_than_rules_complain_about() {
        for name in [
            "PGPASSWORD",
            "MYSQL_PWD",
            "DB_PASS",
            "OPENAI_APIKEY",
            "PASSPHRASE",
            "CREDENTIALS",
            "GITHUB_PAT",
            "apikey",
            "passphrase",
            "passwd",
            "auth",
            "_auth",
            "_authToken",
            "Authorization",
            "Proxy-Authorization",
            "clientSecret",
            "sshKey",
            "--db-pass",
            "X-Api-Key",
        ] {
            assert!(is_name(name) && hides(name), "{name}");
        }
        for name in ["PGPASSWORD", "MYSQL_PWD", "DB_PASS", "OPENAI_APIKEY", "GITHUB_PAT"] {
            assert!(!is_variable(name), "{name}");
        }
        for name in [
            "PWD",
            "PATH",
            "COMPASS",
            "BYPASS",
            "MONKEY",
            "key",
            "PAT",
            "oauth",
            "author",
            "MAX_TOKENS",
            "PASSWORD_FILE",
            "publicKey",
            "SSH_PUBLIC_KEY",
            "secretName",
            "topologyKey",
            "monkeyé",
        ] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_seen() {
        for text in ["https://u:p@a.example/x", "git+https://t0@a.example", "postgres://u:p@db/x"] {
            assert!(is_in_address(text), "{text}");
        }
        for text in [
            "https://a.example/u:p@x",
            "https://${USER}:${PASSWORD}@a.example",
            "ssh://git@a.example",
            "postgres://u@db/x",
            "u:p@x",
        ] {
            assert!(!is_in_address(text), "{text}");
        }
    }
}
