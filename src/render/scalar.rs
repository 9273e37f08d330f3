//! Plain scalars of a template to values, by the core schema of YAML 1.2.

use serde_json::{Number, Value};

/// The value of a scalar that has no quotes.
///
/// Words such as `yes` and `on` are text here, as they are in YAML 1.2; the emitter quotes them.
pub(crate) fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number),
    }
}

fn number(text: &str) -> Option<Number> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return None;
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let unsigned = text.strip_prefix('+').unwrap_or(text);
        return unsigned
            .parse::<i64>()
            .map(Number::from)
            .or_else(|_| unsigned.parse::<u64>().map(Number::from))
            .ok();
    }
    let is_float = digits.bytes().any(|byte| byte.is_ascii_digit())
        && digits
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
    is_float.then(|| text.parse::<f64>().ok().and_then(Number::from_f64)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_core_schema_is_read() {
        for text in
            ["yes", "on", "0o7", "0x1f", "1_000", "12:30", "1.2.3", "2026-01-01", "1e", ".", "-"]
        {
            assert_eq!(plain(text), Value::String(text.to_owned()));
        }
        assert_eq!(plain("-7"), Value::from(-7));
        assert_eq!(plain("1.5"), Value::from(1.5));
        assert_eq!(plain("~"), Value::Null);
    }
}
