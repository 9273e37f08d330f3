//! Networks: `10.0.0.0/8`.

use std::net::IpAddr;

/// A network as Go's `net.ParseCIDR` reads it.
pub fn is_cidr(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else { return false };
    let most = match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    length.bytes().all(|byte| byte.is_ascii_digit())
        && length.parse::<u16>().is_ok_and(|length| length <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_an_address_and_a_length() {
        for text in ["10.0.0.0/8", "0.0.0.0/0", "10.0.0.1/032", "::/0", "fd00::/128"] {
            assert!(is_cidr(text), "{text}");
        }
        for text in ["", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "::/129", "x/8", "10.0.0.0/+8"] {
            assert!(!is_cidr(text), "{text}");
        }
    }
}
