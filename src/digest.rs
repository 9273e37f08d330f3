//! SHA-256 as people compare it, and with a key as nobody can guess it.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// The digest of some bytes, in 64 lower-case hexadecimal digits.
pub(crate) fn sha256(bytes: impl AsRef<[u8]>) -> String {
    hexadecimal(Sha256::digest(bytes))
}

/// Two lower-case digits a byte.
pub(crate) fn hexadecimal(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// HMAC-SHA-256 of some bytes.
pub(crate) fn hmac_sha256(key: &[u8], bytes: &[u8]) -> [u8; 32] {
    hmac::<Sha256>(key, bytes).into()
}

/// HMAC-SHA-1 of some bytes, which OpenSSH hides names of hosts with.
#[cfg(feature = "git")]
pub(crate) fn hmac_sha1(key: &[u8], bytes: &[u8]) -> [u8; 20] {
    hmac::<sha1::Sha1>(key, bytes).into()
}

/// HMAC (RFC 2104) by a digest whose blocks have 64 bytes.
fn hmac<D: Digest>(key: &[u8], bytes: &[u8]) -> sha2::digest::Output<D> {
    const BLOCK: usize = 64;
    let mut block = [0; BLOCK];
    if key.len() > BLOCK {
        let short = D::digest(key);
        block[..short.len()].copy_from_slice(&short);
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let inner = D::new().chain_update(block.map(|byte| byte ^ 0x36)).chain_update(bytes);
    let outer = D::new().chain_update(block.map(|byte| byte ^ 0x5c));
    outer.chain_update(inner.finalize()).finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of RFC 4231: a short key, and one that is longer than a block.
    #[test]
    fn a_keyed_digest_is_what_the_standard_says() {
        let short = hmac_sha256(b"Jefe", b"what do ya want for nothing?");
        assert_eq!(
            hexadecimal(short),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        let long =
            hmac_sha256(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First");
        assert_eq!(
            hexadecimal(long),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    /// The vectors of RFC 2202.
    #[cfg(feature = "git")]
    #[test]
    fn a_keyed_digest_of_160_bits_is_what_the_standard_says() {
        let short = hmac_sha1(b"Jefe", b"what do ya want for nothing?");
        assert_eq!(hexadecimal(short), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
        let long =
            hmac_sha1(&[0xaa; 80], b"Test Using Larger Than Block-Size Key - Hash Key First");
        assert_eq!(hexadecimal(long), "aa4ae5e15272d00e95705637ce8a3b55ed402112");
    }
}
