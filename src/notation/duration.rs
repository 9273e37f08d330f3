//! Durations, in the syntax of Go, which Kubernetes uses: `1h30m`, `1.5s`, `250ms`.

use std::time::Duration;

/// Reads a duration that is not negative: one or more numbers with a unit each, or `0`.
pub fn parse(text: &str) -> Option<Duration> {
    unsigned(text.strip_prefix('+').unwrap_or(text))
}

/// A Go duration of either sign (`1h30m`, `-1.5s`, `0`), or a count with a unit as Scala writes it (`2 days`).
pub fn is_duration(text: &str) -> bool {
    unsigned(text.strip_prefix(['+', '-']).unwrap_or(text)).is_some() || is_spelled(text)
}

fn unsigned(mut rest: &str) -> Option<Duration> {
    if rest == "0" {
        return Some(Duration::ZERO);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let number_end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at(number_end);
        let unit_end = tail.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit_end);
        total = total.checked_add(part(number, unit)?)?;
        rest = tail;
    }
    Some(total)
}

/// One number with its unit.
fn part(number: &str, unit: &str) -> Option<Duration> {
    let nanoseconds: u128 = match unit {
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if fraction.contains('.') || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let whole: u128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    // Digits past the twelfth are under a nanosecond in every unit.
    let (parts, weight) = fraction.bytes().take(12).fold((0, 1), |(parts, weight), digit| {
        (parts * 10 + u128::from(digit - b'0'), weight * 10)
    });
    let total = whole.checked_mul(nanoseconds)?.checked_add(parts * nanoseconds / weight)?;
    // The API server keeps durations as signed 64-bit nanoseconds.
    i64::try_from(total).ok()?;
    Some(Duration::from_nanos(u64::try_from(total).ok()?))
}

fn is_spelled(text: &str) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_add_up() {
        for (text, milliseconds) in [
            ("0", 0),
            ("0s", 0),
            ("1h30m", 5_400_000),
            ("1.5s", 1_500),
            (".5s", 500),
            ("1.s", 1_000),
            ("+250ms", 250),
            ("1000µs", 1),
            ("1000μs", 1),
            ("1h1h", 7_200_000),
        ] {
            assert_eq!(parse(text), Some(Duration::from_millis(milliseconds)), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in [
            "",
            "+",
            "1",
            "s",
            "1d",
            "1h 30m",
            "1.2.3s",
            ".s",
            "-1s",
            "1H",
            "1m30",
            "9999999999h",
            "99999999999999999999999999999999999999999h",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn durations_of_a_schema_may_be_negative_or_spelled() {
        for text in
            ["1h30m", "-1.5s", "0", "+5ms", ".5h", "1.s", "2 days", "3 weeks", "10µs", "1h30"]
        {
            assert!(is_duration(text), "{text}");
        }
        for text in ["", "1", "h", "1x", "-", "+-1", ".s", "days"] {
            assert!(!is_duration(text), "{text}");
        }
    }
}
