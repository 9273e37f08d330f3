//! How Kubernetes writes names, quantities, durations, times, and networks.
//!
//! Nothing here knows of schemas or objects: both are made of texts that are written so.

use std::net::{Ipv4Addr, Ipv6Addr};

pub mod duration;
pub mod names;
pub mod network;
pub mod quantity;
pub mod time;

/// Checks a text against a `format` of an `OpenAPI` schema, as an API server does. The rare ones (credit cards, ISBN,
/// colors) are left to it.
///
/// # Errors
///
/// What was expected, to be read after "is not".
pub fn check(format: &str, text: &str) -> Result<(), &'static str> {
    let (fits, expected) = match format {
        "date-time" | "datetime" => {
            (time::is_date_time(text), "a time such as 2026-01-31T08:00:00Z")
        }
        "date" => (time::is_date(text), "a date such as 2026-01-31"),
        "duration" => (duration::is_duration(text), "a duration such as 1h30m"),
        "byte" => (is_base64(text), "base64"),
        "ipv4" => (text.parse::<Ipv4Addr>().is_ok(), "an IPv4 address"),
        "ipv6" => (text.parse::<Ipv6Addr>().is_ok(), "an IPv6 address"),
        "cidr" => (network::is_cidr(text), "a network such as 10.0.0.0/8"),
        "uuid" => (is_uuid(text), "a UUID"),
        "quantity" => (quantity::parse(text).is_ok(), "a quantity such as 10Gi"),
        "k8s-short-name" => (names::label(text).is_ok(), "a DNS label"),
        "k8s-long-name" => (names::subdomain(text).is_ok(), "a DNS name"),
        _ => (true, ""),
    };
    if fits { Ok(()) } else { Err(expected) }
}

/// Base64 with padding, not empty.
fn is_base64(text: &str) -> bool {
    let body = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
    !body.is_empty()
        && text.len().is_multiple_of(4)
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/')
}

fn is_uuid(text: &str) -> bool {
    let groups = [8, 4, 4, 4, 12];
    let mut rest = text.as_bytes();
    for (position, length) in groups.into_iter().enumerate() {
        if position > 0 {
            rest = rest.strip_prefix(b"-").unwrap_or(rest);
        }
        let Some((group, tail)) = rest.split_at_checked(length) else { return false };
        if !group.iter().all(u8::is_ascii_hexdigit) {
            return false;
        }
        rest = tail;
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn fits(format: &str, good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(check(format, text).is_ok(), "{format} refuses {text:?}");
        }
        for text in bad {
            assert!(check(format, text).is_err(), "{format} takes {text:?}");
        }
    }

    #[test]
    fn addresses_encodings_and_identifiers() {
        fits("cidr", &["10.0.0.0/8", "::/0"], &["10.0.0.0", "10.0.0.0/33", "x/8", "10.0.0.0/"]);
        fits("byte", &["aGk=", "AAAA"], &["", "aGk", "a===", "ä+=="]);
        fits("uuid", &["01234567-89ab-cdef-0123-456789abcdef"], &["", "01234567-89ab-cdef-0123"]);
        fits("ipv4", &["1.2.3.4"], &["1.2.3", "::1", "1.2.3.04"]);
        fits("quantity", &["10Gi", "1e3"], &["", "10GB"]);
        fits("credit-card", &["anything"], &[]);
    }
}
