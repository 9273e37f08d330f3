//! SHA-256 as people compare it.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// The digest of some bytes, in 64 lower-case hexadecimal digits.
pub(crate) fn sha256(bytes: impl AsRef<[u8]>) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
