//! Names that secrets have. What stands under one of them is in no message and in no report.

/// Whether a variable is called like a secret.
pub(crate) fn is_variable(name: &str) -> bool {
    const ENDINGS: &[&str] =
        &["_TOKEN", "_KEY", "_PASSWORD", "_PASSWD", "_SECRET", "_PASSPHRASE", "_CREDENTIALS"];
    ENDINGS.iter().any(|ending| name.ends_with(ending)) && !name.contains("PUBLIC")
}

/// Whether a key of a configuration is called like a secret.
pub(crate) fn is_key(key: &str) -> bool {
    matches!(key, "token" | "secret" | "password" | "apiKey" | "Authorization")
        || is_variable(&key.to_ascii_uppercase())
}

/// Whether what stands under a key may be secret: it is called so, is the value of a variable, or what a Secret holds.
pub(crate) fn hides(key: &str) -> bool {
    key == "value" || holds_many(key) || is_key(key)
}

/// Whether every entry under a key may be secret, whatever it is called.
pub(crate) fn holds_many(key: &str) -> bool {
    matches!(key, "data" | "stringData")
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
        for key in ["token", "api_key", "stringData", "value"] {
            assert!(hides(key), "{key}");
        }
        for key in ["secretKeyRef", "secretName", "key", "name"] {
            assert!(!hides(key), "{key}");
        }
    }
}
