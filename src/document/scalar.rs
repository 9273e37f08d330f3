//! What an unquoted word means, exactly as the Kubernetes tools read it.
//!
//! They read YAML 1.1 booleans (`on`, `y`), octal with a leading zero, and underscores in numbers; leave base 60 and
//! dates as text; and pass everything through JSON, where `1e3` and `1000` are the same number.

use std::borrow::Cow;

use serde_json::Number;

use crate::diagnostic::{
    Code,
    catalogue::reading::{BOOLEAN_WORD, LEGACY_NUMBER},
};

/// What an unquoted word says.
#[derive(Debug, Clone, PartialEq)]
pub enum Plain {
    /// A string.
    Text,
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number, as an integer where it is whole and fits 64 bits.
    Number(Number),
    /// A number that JSON cannot hold: infinite, not a number, or an integer over 64 bits in base 2, 8, or 16.
    Outside,
}

/// The meaning of an unquoted word.
pub fn resolve(text: &str) -> Plain {
    match text.as_bytes().first() {
        None => Plain::Null,
        Some(b'~' | b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O') => {
            word(text)
        }
        Some(b'0'..=b'9' | b'+' | b'-' | b'.') => number(text),
        Some(_) => Plain::Text,
    }
}

/// The warning that a word deserves because another YAML reader, or its author, takes it for something else.
pub fn surprise(text: &str, plain: &Plain) -> Option<&'static Code> {
    match plain {
        Plain::Bool(_) if !matches!(text.as_bytes()[0], b't' | b'T' | b'f' | b'F') => {
            Some(&BOOLEAN_WORD)
        }
        Plain::Number(_) if is_legacy(text) => Some(&LEGACY_NUMBER),
        _ => None,
    }
}

fn word(text: &str) -> Plain {
    match text {
        "~" | "null" | "Null" | "NULL" => Plain::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Plain::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Plain::Bool(false)
        }
        _ => Plain::Text,
    }
}

fn number(text: &str) -> Plain {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Plain::Outside;
    }
    let digits = if text.contains('_') && !text.starts_with('.') {
        Cow::Owned(text.replace('_', ""))
    } else {
        Cow::Borrowed(text)
    };
    match integer(&digits) {
        Integer::Is(number) => Plain::Number(number),
        Integer::TooLarge => Plain::Outside,
        Integer::No => float(&digits),
    }
}

enum Integer {
    Is(Number),
    TooLarge,
    No,
}

fn integer(text: &str) -> Integer {
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (radix, digits, prefixed) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..], true),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..], true),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..], true),
        [b'0', _, ..] => (8, &digits[1..], false),
        _ => (10, digits, false),
    };
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return Integer::No;
    }
    let signed = |value: u64| {
        if negative {
            0_i64.checked_sub_unsigned(value).map(Number::from)
        } else {
            Some(Number::from(value))
        }
    };
    match u64::from_str_radix(digits, radix).ok().and_then(signed) {
        Some(number) => Integer::Is(number),
        None if prefixed => Integer::TooLarge,
        None => Integer::No,
    }
}

fn float(text: &str) -> Plain {
    if !is_float(text) {
        return Plain::Text;
    }
    let value: f64 = text.parse().unwrap_or(f64::INFINITY);
    whole(value).or_else(|| Number::from_f64(value)).map_or(Plain::Text, Plain::Number)
}

/// A floating-point number that is an integer of 64 bits, as that integer: JSON makes no difference between the two.
pub(crate) fn whole(value: f64) -> Option<Number> {
    // The shortest decimal text, not a cast, says which integer is meant: it is what the API server would be sent.
    (value.fract() == 0.0 && value.abs() < 1e19)
        .then(|| value.to_string())
        .and_then(|digits| digits.parse::<i64>().ok())
        .map(Number::from)
}

/// `[-+]? ( "." digits | digits ( "." digits? )? ) ( [eE] [-+]? digits )?`
fn is_float(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let some_digits = |text: &str| !text.is_empty() && all_digits(text);
    let mantissa_ok = match mantissa.split_once('.') {
        Some(("", fraction)) => some_digits(fraction),
        Some((whole, fraction)) => some_digits(whole) && all_digits(fraction),
        None => some_digits(mantissa),
    };
    mantissa_ok
        && exponent.is_none_or(|exponent| {
            some_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))
        })
}

/// Whether YAML 1.1 and 1.2 disagree about a number: underscores, a leading zero, or base 2.
fn is_legacy(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    text.contains('_') || matches!(unsigned.as_bytes(), [b'0', b'0'..=b'9' | b'b' | b'B', ..])
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &Value) {
        let read = match resolve(text) {
            Plain::Text => Value::from(text),
            Plain::Null => Value::Null,
            Plain::Bool(value) => Value::from(value),
            Plain::Number(number) => Value::Number(number),
            Plain::Outside => Value::from("outside"),
        };
        assert_eq!(&read, expected, "{text}");
    }

    #[test]
    fn words_are_read_as_kubectl_does() {
        for text in ["y", "Y", "yes", "YES", "on", "On", "true", "True", "TRUE"] {
            check(text, &json!(true));
        }
        for text in ["n", "no", "No", "OFF", "off", "false", "False"] {
            check(text, &json!(false));
        }
        for text in ["", "~", "null", "Null", "NULL"] {
            check(text, &json!(null));
        }
        for text in ["yEs", "tRUE", "nULL", "oN", "t", "f", "none", "None", "~x"] {
            check(text, &json!(text));
        }
    }

    #[test]
    fn integers_have_the_bases_of_go() {
        check("0", &json!(0));
        check("-0", &json!(0));
        check("+12", &json!(12));
        check("014", &json!(12));
        check("-014", &json!(-12));
        check("0o14", &json!(12));
        check("0x1F", &json!(31));
        check("0b11", &json!(3));
        check("1_000", &json!(1000));
        check("18446744073709551615", &json!(u64::MAX));
        check("-9223372036854775808", &json!(i64::MIN));
        check("0xFFFFFFFFFFFFFFFFF", &json!("outside"));
    }

    #[test]
    fn digits_that_are_not_octal_are_decimal() {
        check("08", &json!(8));
        check("0779", &json!(779));
    }

    #[test]
    fn whole_floats_are_integers() {
        check("1e3", &json!(1000));
        check("1.0", &json!(1));
        check("-1.50e1", &json!(-15));
        check("1e18", &json!(1_000_000_000_000_000_000_u64));
        check("-0.0", &json!(0));
    }

    #[test]
    fn floats_are_floats() {
        check("1.5", &json!(1.5));
        check(".5", &json!(0.5));
        check("-.5", &json!(-0.5));
        check("1.5e-7", &json!(1.5e-7));
        check("99999999999999999999", &json!(1e20));
        check("1e999", &json!("1e999"));
    }

    #[test]
    fn infinities_are_outside_json() {
        for text in [".inf", "-.inf", "+.Inf", ".nan", ".NaN"] {
            check(text, &json!("outside"));
        }
    }

    #[test]
    fn near_numbers_are_text() {
        for text in [
            "+",
            "-",
            ".",
            "..",
            "0x",
            "0xg",
            "0o8",
            "0b2",
            "1.2.3",
            "12:30",
            "1:30:00",
            "-+1",
            "1e",
            "e1",
            "1e+",
            "2026-01-01",
            "1,000",
            "0b",
            "--1",
            "+.nan",
            "._1",
            "５",
        ] {
            check(text, &json!(text));
        }
    }

    #[test]
    fn surprises_are_told() {
        let told = |text: &str| surprise(text, &resolve(text)).map(|code| code.id);
        for text in ["on", "no", "y"] {
            assert_eq!(told(text), Some(BOOLEAN_WORD.id), "{text}");
        }
        for text in ["014", "-014", "1_000", "0b1", "08"] {
            assert_eq!(told(text), Some(LEGACY_NUMBER.id), "{text}");
        }
        for text in ["true", "FALSE", "0", "0.5", "1e3", "0x1F", "0o7", "x", "~", "0_x"] {
            assert_eq!(told(text), None, "{text}");
        }
    }
}
