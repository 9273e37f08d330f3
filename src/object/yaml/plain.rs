//! Which strings need no quotes: no reader of YAML 1.1 or 1.2 takes them for anything but themselves.

use crate::{
    document::scalar::{self, Plain},
    object::yaml::text,
};

/// Whether a string may stand as it is, as a key or as a value in block style.
pub(super) fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else { return false };
    begins_plain(bytes, first) && last != b':' && is_plain_within(text, last) && !resolves(text)
}

fn begins_plain(bytes: &[u8], first: u8) -> bool {
    match first {
        b'-' => begins_with_dash(bytes),
        b'?' | b':' | b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|'
        | b'>' | b'\'' | b'"' | b'%' | b'@' | b'`' => false,
        b'.' => !bytes.starts_with(b"..."),
        _ => true,
    }
}

/// `-c` and `--flag`, but no item of a list, no bracket behind a dash, and no document marker.
fn begins_with_dash(bytes: &[u8]) -> bool {
    let dashes = bytes.iter().take_while(|byte| **byte == b'-').count();
    let next = bytes.get(dashes).copied().unwrap_or(b' ');
    dashes <= 2
        && (next.is_ascii_alphanumeric() || matches!(next, b'/' | b'.' | b'_' | b'$' | 0x80..))
}

/// No control characters, no `: `, no ` #`, and no white space at the ends, of which readers have different ideas.
fn is_plain_within(text: &str, last: u8) -> bool {
    let mut before = b' ';
    for byte in text.bytes() {
        match byte {
            0..b' ' | 0x7f => return false,
            b' ' if before == b':' => return false,
            b'#' if before == b' ' => return false,
            _ => before = byte,
        }
    }
    if text.is_ascii() {
        return last != b' ' && !text.starts_with(' ');
    }
    !text.chars().any(text::is_escaped) && text.trim().len() == text.len()
}

/// Whether some reader takes an unquoted word for something other than a string.
fn resolves(text: &str) -> bool {
    match text.as_bytes() {
        [b'a'..=b'z' | b'A'..=b'Z', ..] => is_word(text),
        [b'0'..=b'9' | b'+' | b'-' | b'.', ..] => {
            scalar::resolve(text) != Plain::Text || is_number(text) || is_timestamp(text)
        }
        b"~" | b"=" | b"<<" => true,
        _ => false,
    }
}

/// Words in any case of letters, because some readers do not look at it. `inf` and `nan` are numbers to a few.
fn is_word(text: &str) -> bool {
    const WORDS: [&str; 12] =
        ["y", "n", "no", "on", "yes", "off", "nan", "inf", "true", "null", "false", "infinity"];
    text.len() <= 8 && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

fn is_number(text: &str) -> bool {
    // Some readers accept a second sign.
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let unsigned = unsigned.strip_prefix(['+', '-']).unwrap_or(unsigned);
    if let Some(digits) = unsigned.strip_prefix('0')
        && let Some(radix) = match digits.as_bytes().first() {
            Some(b'x' | b'X') => Some(16),
            Some(b'o' | b'O') => Some(8),
            Some(b'b' | b'B') => Some(2),
            _ => None,
        }
    {
        return digits[1..].chars().all(|digit| digit == '_' || digit.is_digit(radix));
    }
    is_decimal(unsigned)
        || is_sexagesimal(unsigned)
        || is_word(unsigned)
        || unsigned.strip_prefix('.').is_some_and(is_word)
}

/// Digits with separators, a fraction, and an exponent, each of which may be missing; also a lone dot, as YAML 1.1 has it.
fn is_decimal(unsigned: &str) -> bool {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digit = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'_' | b',');
    !mantissa.is_empty()
        && whole.bytes().chain(fraction.bytes()).all(is_digit)
        && exponent.is_none_or(|exponent| {
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            !digits.is_empty() && digits.bytes().all(is_digit)
        })
}

/// `12:30` and `1:30:00.5`, numbers of base 60 in YAML 1.1: every part after the first is below 60.
fn is_sexagesimal(unsigned: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || byte == b'_';
    let mut parts = unsigned.split(':');
    let first = parts.next().unwrap_or_default();
    let mut rest = parts.peekable();
    if first.is_empty() || !first.bytes().all(is_digit) || rest.peek().is_none() {
        return false;
    }
    rest.all(|part| {
        let (whole, fraction) = part.split_once('.').unwrap_or((part, ""));
        let below_60 = matches!(whole.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']);
        below_60 && fraction.bytes().all(is_digit)
    })
}

/// `2026-01-01`, alone or with a time behind it.
fn is_timestamp(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let mut part = || parts.next().unwrap_or_default();
    let (year, month, rest) = (part(), part(), part());
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let day = digits(rest);
    year.len() == 4
        && digits(year) == 4
        && matches!(month.len(), 1 | 2)
        && digits(month) == month.len()
        && matches!(day, 1 | 2)
        && matches!(rest.as_bytes().get(day), None | Some(b'T' | b't' | b' '))
}
