//! Seeded files: paths below the agent's directory, and keys of a `ConfigMap` that stand for them.

use std::fmt::Write;

use crate::digest;

/// What the agent and the start program keep there, and a seed would break.
const TAKEN: [&str; 4] = ["config.yaml", ".env", "auth.json", ".petasos"];

/// The longest key that a `ConfigMap` takes.
const LONGEST_KEY: usize = 253;

/// A path of a seed without empty and `.` parts.
///
/// # Errors
/// The path leads out of the agent's directory, or to a file that is not for seeds.
pub fn path(text: &str) -> Result<String, String> {
    if text.starts_with('/') || text.split('/').any(|part| part == "..") || text.contains('\0') {
        return Err(format!("`{text}` leads out of the agent's directory"));
    }
    let parts: Vec<_> = text.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    match parts.as_slice() {
        [] => Err(format!("`{text}` names no file")),
        [first, ..] if *first == ".petasos" => {
            Err(format!("`{text}` is in the start program's own directory"))
        }
        [only] if TAKEN.contains(only) => Err(format!("`{text}` belongs to the agent")),
        parts => Ok(parts.join("/")),
    }
}

/// The key of a path: what a key may hold stays, all else is `_` and two hexadecimal digits a byte, so that no two
/// paths share a key, and none is `_index.json`.
pub fn key(path: &str) -> String {
    let mut key = String::with_capacity(path.len() + 8);
    for (index, byte) in path.bytes().enumerate() {
        // Kubernetes takes no key that starts with two dots.
        let is_leading_dot = byte == b'.' && index == 0;
        if (byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')) && !is_leading_dot {
            key.push(char::from(byte));
        } else {
            write!(key, "_{byte:02x}").expect("a string takes all text");
        }
    }
    if key.len() > LONGEST_KEY { long_key(path) } else { key }
}

fn long_key(path: &str) -> String {
    format!("_long-{}", digest::sha256(path))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_can_be_read() {
        assert_eq!(key("SOUL.md"), "SOUL.md");
        assert_eq!(key("notes/finance_2026.md"), "notes_2ffinance_5f2026.md");
        assert_eq!(key(".x"), "_2ex");
        assert_eq!(key("é"), "_c3_a9");
    }

    #[test]
    fn paths_are_cleaned() {
        assert_eq!(path("a//b/./c").unwrap(), "a/b/c");
        assert_eq!(path("skills/config.yaml").unwrap(), "skills/config.yaml");
        assert_eq!(path("..a/b..").unwrap(), "..a/b..");
    }

    #[test]
    fn paths_out_of_the_directory_and_taken_ones_are_refused() {
        for bad in [
            "/a",
            "../a",
            "a/../b",
            "a/..",
            "",
            ".",
            "./.",
            "config.yaml",
            "./.env",
            "auth.json",
            ".petasos",
            ".petasos/x",
            "a\0",
        ] {
            assert!(path(bad).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn every_key_is_one_that_kubernetes_takes(path in "[^\0]{1,300}") {
            let key = key(&path);
            prop_assert!(!key.is_empty() && key.len() <= LONGEST_KEY);
            prop_assert!(!key.starts_with('.'));
            prop_assert!(key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)));
            prop_assert_ne!(key, "_index.json");
        }

        #[test]
        fn two_paths_never_share_a_key(a in "[a-c_/.]{1,8}", b in "[a-c_/.]{1,8}") {
            prop_assert_eq!(a == b, key(&a) == key(&b));
        }
    }
}
