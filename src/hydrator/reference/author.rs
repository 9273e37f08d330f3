//! A person as mails name one (RFC 5322), in the one form that Argo CD writes.

use std::fmt::Write;

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// Characters that make a name of other letters go into Base64.
const NOT_AS_THEY_ARE: &str = "\"#$%&'(),.:;<>@[]^`{|}~";

/// The most letters of an encoded word. Names that need more are none.
const LONGEST: usize = 63;

/// `Ada Byron <ada@example.com>` as `"Ada Byron" <ada@example.com>`; none if the text names nobody.
pub(super) fn canonical(text: &str) -> Option<String> {
    let text = text.trim();
    let (name, address) = match text.strip_suffix('>') {
        Some(rest) => rest.rsplit_once('<')?,
        None => ("", text),
    };
    let (local, domain) = address.rsplit_once('@')?;
    if !is_dotted(local) || !is_dotted(domain) {
        return None;
    }
    let name = phrase(name.trim())?;
    let address = format!("<{local}@{domain}>");
    if name.is_empty() { Some(address) } else { Some(format!("{} {address}", shown(&name)?)) }
}

/// Whether a text is words with dots in between.
fn is_dotted(text: &str) -> bool {
    text.split('.').all(|word| !word.is_empty() && word.chars().all(is_of_word))
}

fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(letter) || !letter.is_ascii()
}

/// A name, quoted or of plain words.
fn phrase(text: &str) -> Option<String> {
    if let Some(quoted) = text.strip_prefix('"') {
        return unquoted(quoted.strip_suffix('"')?);
    }
    let is_plain = |word: &str| word.chars().all(|letter| is_of_word(letter) || letter == '.');
    let words: Vec<&str> = text.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
    words.iter().all(|word| is_plain(word)).then(|| words.join(" "))
}

fn unquoted(text: &str) -> Option<String> {
    let mut name = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => name.push(letters.next()?),
            '"' => return None,
            letter if letter.is_control() => return None,
            letter => name.push(letter),
        }
    }
    Some(name)
}

/// The name in quotes, or encoded (RFC 2047) where it has other letters than those of ASCII.
fn shown(name: &str) -> Option<String> {
    if name.is_ascii() {
        return Some(format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")));
    }
    let (form, text) = if name.contains(|letter| NOT_AS_THEY_ARE.contains(letter)) {
        ('b', STANDARD.encode(name))
    } else {
        ('q', quoted_printable(name))
    };
    (text.len() <= LONGEST).then(|| format!("=?utf-8?{form}?{text}?="))
}

fn quoted_printable(text: &str) -> String {
    text.bytes().fold(String::new(), |mut text, byte| {
        match byte {
            b' ' => text.push('_'),
            b'!'..=b'~' if !matches!(byte, b'=' | b'?' | b'_') => text.push(char::from(byte)),
            _ => {
                let _ = write!(text, "={byte:02X}");
            }
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected texts are what Go's `net/mail` makes of them.
    #[test]
    fn a_person_has_one_form() {
        for (text, expected) in [
            ("Ada <ada@example.com>", Some("\"Ada\" <ada@example.com>")),
            ("Ada  B. Lovelace <ada@example.com>", Some("\"Ada B. Lovelace\" <ada@example.com>")),
            ("\"Byron, \\\"Ada\\\"\" <a.b@x.y>", Some("\"Byron, \\\"Ada\\\"\" <a.b@x.y>")),
            ("ada@example.com", Some("<ada@example.com>")),
            ("<ada@example.com>", Some("<ada@example.com>")),
            ("Adä B <ada@example.com>", Some("=?utf-8?q?Ad=C3=A4_B?= <ada@example.com>")),
            ("Adä B. <ada@example.com>", Some("=?utf-8?b?QWTDpCBCLg==?= <ada@example.com>")),
            ("bot+1@users.example.com", Some("<bot+1@users.example.com>")),
            ("Ada", None),
            ("Ada <ada>", None),
            ("Ada <ada@>", None),
            ("Ada <@example.com>", None),
            ("Ada <a..b@example.com>", None),
            ("Byron, Ada <ada@example.com>", None),
            ("\"Ada <ada@example.com>", None),
            ("", None),
        ] {
            assert_eq!(canonical(text).as_deref(), expected, "{text}");
        }
        // Go reads comments, and long names as several words. Both are left in the message here.
        assert_eq!(canonical("Ada (Byron) <ada@example.com>"), None);
        assert_eq!(canonical(&format!("{} <ada@example.com>", "ä".repeat(20))), None);
    }
}
