//! Times, in the syntax of RFC 3339: `2026-01-31T08:00:00Z`.

/// A date and a time with a zone, as RFC 3339 says it.
pub fn is_date_time(text: &str) -> bool {
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

/// A day of the calendar: `2026-01-31`.
pub fn is_date(text: &str) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_rfc_3339() {
        for text in
            ["2026-01-31T08:00:00Z", "2024-02-29t23:59:59.123456z", "2026-01-01T00:00:00+02:00"]
        {
            assert!(is_date_time(text), "{text}");
        }
        for text in [
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
        ] {
            assert!(!is_date_time(text), "{text}");
        }
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        for (text, expected) in [
            ("2026-12-31", true),
            ("2000-02-29", true),
            ("1900-02-29", false),
            ("2026-04-31", false),
            ("2026-00-01", false),
            ("2026-01-00", false),
            ("26-01-01", false),
            ("2026-1-1", false),
        ] {
            assert_eq!(is_date(text), expected, "{text}");
        }
    }
}
