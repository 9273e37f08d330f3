//! The syntax of names, labels, and keys in Kubernetes.

/// A DNS label: what a Service, a container, or a namespace may be called.
///
/// # Errors
///
/// What is wrong with it, to be read after the name.
pub fn label(name: &str) -> Result<(), &'static str> {
    if name.len() > 63 {
        return Err("is longer than 63 characters");
    }
    if is_label(name) {
        Ok(())
    } else {
        Err("must be lower-case letters, digits, and `-`, and start and end with a letter or digit")
    }
}

/// A DNS label that starts with a letter, as a Service must be called.
///
/// # Errors
///
/// What is wrong with it, to be read after the name.
pub fn service(name: &str) -> Result<(), &'static str> {
    label(name)?;
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        return Err("must start with a letter");
    }
    Ok(())
}

/// A DNS subdomain: what most objects may be called.
///
/// # Errors
///
/// What is wrong with it, to be read after the name.
pub fn subdomain(name: &str) -> Result<(), &'static str> {
    if name.len() > 253 {
        return Err("is longer than 253 characters");
    }
    if name.split('.').all(is_label) {
        Ok(())
    } else {
        Err("must be lower-case letters, digits, `-`, and `.`, \
             and each part between dots must start and end with a letter or digit")
    }
}

/// A name as a server might make it from `generateName`: with a letter for the `-` that mostly stands at its end. Like the
/// server, which checks no more, it replaces the character before as well.
pub fn generated(prefix: &str) -> String {
    match prefix.char_indices().nth_back(1) {
        Some((end, _)) if prefix.ends_with('-') => format!("{}a", &prefix[..end]),
        _ => prefix.to_owned(),
    }
}

/// A path segment: what a Role or a binding may be called.
///
/// # Errors
///
/// What is wrong with it, to be read after the name.
pub fn path_segment(name: &str) -> Result<(), &'static str> {
    if name.is_empty() || matches!(name, "." | "..") || name.contains(['/', '%']) {
        return Err("must not be empty, `.`, or `..`, or contain `/` or `%`");
    }
    Ok(())
}

/// The key of a label: an optional DNS subdomain with `/`, and a name.
///
/// # Errors
///
/// What is wrong with it, to be read after the key.
pub fn qualified(key: &str) -> Result<(), &'static str> {
    let name = match key.split_once('/') {
        None => key,
        Some((prefix, name)) => {
            subdomain(prefix).map_err(|_| "has a prefix that is not a DNS name")?;
            name
        }
    };
    if name.is_empty() {
        return Err("has an empty name");
    }
    if name.len() > 63 {
        return Err("has a name longer than 63 characters");
    }
    if is_word(name) { Ok(()) } else { Err(WORD) }
}

/// The key of an annotation: as that of a label, but upper case is fine in its prefix.
///
/// # Errors
///
/// What is wrong with it, to be read after the key.
pub fn annotation_key(key: &str) -> Result<(), &'static str> {
    if key.bytes().any(|byte| byte.is_ascii_uppercase()) {
        qualified(&key.to_ascii_lowercase())
    } else {
        qualified(key)
    }
}

/// The value of a label.
///
/// # Errors
///
/// What is wrong with it, to be read after the value.
pub fn label_value(value: &str) -> Result<(), &'static str> {
    if value.len() > 63 {
        return Err("is longer than 63 characters");
    }
    if value.is_empty() || is_word(value) { Ok(()) } else { Err(WORD) }
}

/// The name of a port: an IANA service name.
///
/// # Errors
///
/// What is wrong with it, to be read after the name.
pub fn port(name: &str) -> Result<(), &'static str> {
    if name.len() > 15 {
        return Err("is longer than 15 characters");
    }
    if !is_label(name) || name.contains("--") {
        return Err("must be lower-case letters, digits, and single `-`");
    }
    if !name.contains(|c: char| c.is_ascii_lowercase()) {
        return Err("must have at least one letter");
    }
    Ok(())
}

/// The name of an environment variable: any printable ASCII character but `=`.
///
/// # Errors
///
/// What is wrong with it, to be read after the name.
pub fn environment(name: &str) -> Result<(), &'static str> {
    if name.is_empty() {
        return Err("is empty");
    }
    if name.bytes().all(|byte| (b' '..=b'~').contains(&byte) && byte != b'=') {
        Ok(())
    } else {
        Err("must be printable ASCII characters without `=`")
    }
}

/// A key of a `ConfigMap`.
///
/// # Errors
///
/// What is wrong with it, to be read after the key.
pub fn config_key(key: &str) -> Result<(), &'static str> {
    if key.len() > 253 {
        return Err("is longer than 253 characters");
    }
    if key.is_empty() || !key.bytes().all(is_word_byte) {
        return Err("must be letters, digits, `-`, `_`, and `.`");
    }
    if key == "." || key.starts_with("..") {
        return Err("must not be `.` or start with `..`");
    }
    Ok(())
}

const WORD: &str =
    "must be letters, digits, `-`, `_`, and `.`, and start and end with a letter or digit";

fn is_label(name: &str) -> bool {
    let fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    name.bytes().all(|byte| fine(byte) || byte == b'-')
        && name.bytes().next().is_some_and(fine)
        && name.bytes().last().is_some_and(fine)
}

fn is_word(name: &str) -> bool {
    name.bytes().all(is_word_byte)
        && name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric())
        && name.bytes().last().is_some_and(|byte| byte.is_ascii_alphanumeric())
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rule: fn(&str) -> Result<(), &'static str>, good: &[&str], bad: &[&str]) {
        for name in good {
            assert_eq!(rule(name), Ok(()), "{name:?}");
        }
        for name in bad {
            assert!(rule(name).is_err(), "{name:?} is taken");
        }
    }

    #[test]
    fn labels_and_subdomains() {
        let long = "a".repeat(64);
        check(label, &["a", "a-b", "0", &long[..63]], &["", "A", "-a", "a-", "a.b", "ä", &long]);
        check(subdomain, &["a.b", &long], &["", ".", "a.", "a..b", "a.-b", &"a".repeat(254)]);
        check(service, &["a1"], &["1a", "a.b"]);
    }

    #[test]
    fn keys_and_values() {
        check(qualified, &["a", "x.y/A_b.c"], &["", "/a", "a/", "a/b/c", "X/a", "-a", "a b"]);
        check(annotation_key, &["Example.com/A"], &["a/b/c", ""]);
        check(label_value, &["", "v1.0_x"], &["-", "a b", "a/b", &"a".repeat(64)]);
        check(config_key, &["config.yaml", ".env", "_"], &["", ".", "..", "..a", "a/b"]);
    }

    #[test]
    fn ports_and_variables() {
        check(port, &["http", "a1"], &["", "1", "a--b", "-a", "HTTP", "sixteen-letters-"]);
        check(environment, &["PATH", "a.b", "1"], &["", "A=B", "A\n", "Ä"]);
        check(path_segment, &["a:b"], &["", ".", "..", "a/b", "a%"]);
    }
}
