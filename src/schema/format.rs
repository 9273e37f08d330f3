//! The string formats that an API server checks. The rare ones (credit cards, ISBN, colors) are left to it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::object::{names, quantity};

/// Checks a string against a format.
///
/// # Errors
///
/// What was expected, to be read after "is not".
pub(super) fn check(format: &str, text: &str) -> Result<(), &'static str> {
    let (fits, expected) = match format {
        "date-time" | "datetime" => (is_date_time(text), "a time such as 2026-01-31T08:00:00Z"),
        "date" => (is_date(text), "a date such as 2026-01-31"),
        "duration" => (is_duration(text), "a duration such as 1h30m"),
        "byte" => (is_base64(text), "base64"),
        "ipv4" => (text.parse::<Ipv4Addr>().is_ok(), "an IPv4 address"),
        "ipv6" => (text.parse::<Ipv6Addr>().is_ok(), "an IPv6 address"),
        "cidr" => (is_cidr(text), "a network such as 10.0.0.0/8"),
        "uuid" => (is_uuid(text), "a UUID"),
        "quantity" => (quantity::parse(text).is_ok(), "a quantity such as 10Gi"),
        "k8s-short-name" => (names::label(text).is_ok(), "a DNS label"),
        "k8s-long-name" => (names::subdomain(text).is_ok(), "a DNS name"),
        _ => (true, ""),
    };
    if fits { Ok(()) } else { Err(expected) }
}

fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once(['T', 't']) else { return false };
    let bytes = time.as_bytes();
    let Some((clock, rest)) = bytes.split_at_checked(8) else { return false };
    let two = |at: usize, most: u8| number(&clock[at..at + 2]).is_some_and(|n| n <= most.into());
    is_date(date)
        && clock[2] == b':'
        && clock[5] == b':'
        && two(0, 23)
        && two(3, 59)
        && two(6, 59)
        && is_zone(without_fraction(rest))
}

fn without_fraction(rest: &[u8]) -> &[u8] {
    match rest {
        [b'.', digits @ ..] if digits.first().is_some_and(u8::is_ascii_digit) => {
            let end = digits.iter().position(|byte| !byte.is_ascii_digit());
            &digits[end.unwrap_or(digits.len())..]
        }
        _ => rest,
    }
}

fn is_zone(zone: &[u8]) -> bool {
    match zone {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', hours @ .., b':', one, two] => {
            hours.len() == 2 && number(hours).is_some() && number(&[*one, *two]).is_some()
        }
        _ => false,
    }
}

fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = bytes else { return false };
    let parts = (number(&[*y1, *y2, *y3, *y4]), number(&[*m1, *m2]), number(&[*d1, *d2]));
    let (Some(year), Some(month), Some(day)) = parts else { return false };
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |sum, digit| {
        digit.is_ascii_digit().then(|| sum * 10 + u32::from(digit - b'0'))
    })
}

/// A Go duration (`1h30m`, `-1.5s`, `0`), or a count with a unit as Scala writes it (`2 days`).
pub(crate) fn is_duration(text: &str) -> bool {
    is_go_duration(text) || is_spelled_duration(text)
}

/// A duration as Go's `time.ParseDuration` reads it.
pub(crate) fn is_go_duration(text: &str) -> bool {
    let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    if rest == "0" {
        return true;
    }
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let unit_at = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (amount, tail) = rest.split_at(unit_at);
        if amount.matches('.').count() > 1 || !amount.contains(|c: char| c.is_ascii_digit()) {
            return false;
        }
        let units = ["ns", "us", "µs", "μs", "ms", "s", "m", "h"];
        let end = tail.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(tail.len());
        if !units.contains(&&tail[..end]) {
            return false;
        }
        rest = &tail[end..];
    }
    true
}

fn is_spelled_duration(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut rest = lower.as_str();
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let digits = &rest[start..];
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let tail = digits[end..].trim_start();
        let unit_end = tail.find(|c: char| !c.is_alphabetic()).unwrap_or(tail.len());
        if is_unit(&tail[..unit_end]) {
            return true;
        }
        rest = &digits[end..];
    }
    false
}

fn is_unit(unit: &str) -> bool {
    const EXACT: [&str; 11] = ["ns", "us", "µs", "ms", "s", "m", "h", "hr", "d", "w", "wk"];
    const STARTS: [&str; 8] = ["nano", "micro", "milli", "sec", "min", "hour", "day", "week"];
    EXACT.contains(&unit) || STARTS.iter().any(|start| unit.starts_with(start))
}

/// Base64 with padding, not empty.
fn is_base64(text: &str) -> bool {
    let body = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
    !body.is_empty()
        && text.len().is_multiple_of(4)
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/')
}

/// A network as Go's `net.ParseCIDR` reads it.
fn is_cidr(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else { return false };
    let most = match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    !length.is_empty() && length.len() <= 3 && number(length.as_bytes()).is_some_and(|n| n <= most)
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
    fn times_are_those_of_rfc_3339() {
        fits(
            "date-time",
            &["2026-01-31T08:00:00Z", "2024-02-29t23:59:59.123456z", "2026-01-01T00:00:00+02:00"],
            &[
                "",
                "2026-01-31",
                "2026-01-31 08:00:00Z",
                "2026-02-29T08:00:00Z",
                "2026-13-01T08:00:00Z",
                "2026-01-31T24:00:00Z",
                "2026-01-31T08:60:00Z",
                "2026-01-31T08:00:00",
                "2026-01-31T08:00:00.Z",
                "2026-01-31T08:00:00+0200",
                "2026-01-31Tö8:00:00Z",
            ],
        );
    }

    #[test]
    fn durations_are_those_of_go_or_spelled() {
        fits(
            "duration",
            &["1h30m", "-1.5s", "0", "+5ms", ".5h", "1.s", "2 days", "3 weeks", "10µs", "1h30"],
            &["", "1", "h", "1x", "-", ".s", "days"],
        );
        assert!(!is_go_duration("2 days"));
        assert!(!is_go_duration("2d"));
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
