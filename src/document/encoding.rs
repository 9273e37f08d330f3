//! Bytes to text, and the characters that YAML does not allow in it.

use std::sync::Arc;

use crate::diagnostic::{
    Diagnostic, Location, Source, Span,
    catalogue::reading::{CONTROL_CHARACTER, ENCODING},
};

/// The text of a file. What is not UTF-8 is refused, with a guess at what it is.
///
/// # Errors
///
/// The problem, placed at the first byte that is wrong in the part of the text that could be read.
pub fn decode(name: &str, bytes: Vec<u8>) -> Result<Arc<Source>, Box<Diagnostic>> {
    if let Some(encoding) = other_encoding(&bytes) {
        let message = format!("the text is {encoding}, not UTF-8");
        let problem = Diagnostic::new(&ENCODING, message)
            .help(format!("convert it: iconv -f {encoding} -t UTF-8"));
        return Err(Box::new(problem.at(start_of(name))));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Arc::new(Source { name: name.to_owned(), text })),
        Err(error) => Err(Box::new(invalid(name, &error))),
    }
}

/// The problem of the first character that YAML forbids, if there is one.
pub(super) fn forbidden(source: &Source) -> Option<(Span, Diagnostic)> {
    // Almost every text passes this look at its bytes, which costs nothing beside the parser.
    let suspicious = |byte: u8| is_control(byte) || matches!(byte, 0x7f | 0xc2 | 0xef);
    if !source.text.bytes().any(suspicious) {
        return None;
    }
    let (start, character) = source.text.char_indices().find(|(_, character)| {
        u8::try_from(*character).is_ok_and(is_control)
            || matches!(character, '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}')
    })?;
    let code = u32::from(character);
    let help = if character == '\0' {
        "the file is damaged, or is not text"
    } else {
        "write it as an escape in double quotes, such as \"\\x1b\", or remove it"
    };
    let problem = Diagnostic::new(
        &CONTROL_CHARACTER,
        format!("the character U+{code:04X} cannot stand in YAML"),
    )
    .help(help);
    Some((span(start, start + character.len_utf8()), problem))
}

fn is_control(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')
}

/// The name of an encoding with two or four bytes a character, recognized as YAML recognizes it: by its first bytes.
fn other_encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0, 0, 0xfe, 0xff, ..] | [0, 0, 0, 1..=0x7f, ..] => Some("UTF-32BE"),
        [0xff, 0xfe, 0, 0, ..] | [1..=0x7f, 0, 0, 0, ..] => Some("UTF-32LE"),
        [0xfe, 0xff, ..] | [0, 1..=0x7f, ..] => Some("UTF-16BE"),
        [0xff, 0xfe, ..] | [1..=0x7f, 0, 1..=0x7f, 0, ..] => Some("UTF-16LE"),
        _ => None,
    }
}

fn invalid(name: &str, error: &std::string::FromUtf8Error) -> Diagnostic {
    let valid = error.utf8_error().valid_up_to();
    let (good, rest) = error.as_bytes().split_at(valid);
    let message = match rest.first() {
        Some(byte) => format!("the byte 0x{byte:02x} is not UTF-8"),
        None => "the text is not UTF-8".to_owned(),
    };
    // The location shows the text up to the broken byte, and one character in its place.
    let mut text = String::from_utf8_lossy(good).into_owned();
    text.push(char::REPLACEMENT_CHARACTER);
    let span = span(valid, text.len());
    let source = Arc::new(Source { name: name.to_owned(), text });
    Diagnostic::new(&ENCODING, message)
        .at(Location { source, span })
        .help("save the file as UTF-8; binary data belongs in base64")
}

fn start_of(name: &str) -> Location {
    let source = Arc::new(Source { name: name.to_owned(), text: String::new() });
    Location { source, span: Span::default() }
}

/// Byte offsets as they are kept. Texts are limited far below 4 GiB; past it an offset sticks at the end.
pub(super) fn span(start: usize, end: usize) -> Span {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span { start: offset(start), end: offset(end) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: &str) {
        let message = decode("in.yaml", bytes.to_vec()).err().map(|problem| problem.message);
        assert_eq!(message.as_deref(), Some(expected));
    }

    #[test]
    fn other_encodings_are_named() {
        check(b"\xff\xfea\0:\0", "the text is UTF-16LE, not UTF-8");
        check(b"\xfe\xff\0a", "the text is UTF-16BE, not UTF-8");
        check(b"a\0:\0 \0", "the text is UTF-16LE, not UTF-8");
        check(b"\0a\0:", "the text is UTF-16BE, not UTF-8");
        check(b"\xff\xfe\0\0a\0\0\0", "the text is UTF-32LE, not UTF-8");
    }

    #[test]
    fn a_broken_byte_is_placed_on_its_line() {
        let problem = decode("in.yaml", b"a: 1\nb: \xffx\n".to_vec()).expect_err("is not UTF-8");
        let location = problem.location.expect("has a place");
        assert_eq!(problem.message, "the byte 0xff is not UTF-8");
        assert_eq!(location.source.position(location.span.start), (2, 4));
    }

    #[test]
    fn a_text_with_byte_order_mark_is_kept() {
        assert!(decode("in.yaml", b"\xef\xbb\xbfa: 1\n".to_vec()).is_ok());
    }

    #[test]
    fn forbidden_characters_are_found() {
        let found = |text: &str| {
            let source = Source { name: "in.yaml".to_owned(), text: text.to_owned() };
            forbidden(&source).map(|(span, _)| span.start)
        };
        assert_eq!(found("a: x\0y"), Some(4));
        assert_eq!(found("a: \u{1b}[0m"), Some(3));
        assert_eq!(found("a: \u{80}"), Some(3));
        assert_eq!(found("a: \u{ffff}"), Some(3));
        assert_eq!(found("a: \u{85}\u{a0}\tï\r\n"), None);
    }
}
