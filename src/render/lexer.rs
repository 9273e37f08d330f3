//! The tokens of an expression, as far as the compiler looks at them before minijinja does.

use std::ops::Range;

/// A token that is not white space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    /// Its bytes in the expression.
    pub(crate) range: Range<usize>,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Name,
    Number,
    Text,
    /// `**` is one; every other operator or bracket is one character.
    Symbol,
}

/// The tokens of an expression. Text that is not closed is a token up to the end.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let (kind, length) = match first {
            _ if first.is_whitespace() => {
                at += first.len_utf8();
                continue;
            }
            '"' | '\'' => (Kind::Text, quoted(rest, first)),
            _ if first.is_ascii_digit() => (Kind::Number, word(rest)),
            _ if is_word(first) => (Kind::Name, word(rest)),
            _ if rest.starts_with("**") => (Kind::Symbol, 2),
            _ => (Kind::Symbol, first.len_utf8()),
        };
        tokens.push(Token { kind, range: at..at + length });
        at += length;
    }
    tokens
}

/// Whether a text is a name that an expression may use for a variable.
pub(crate) fn is_name(text: &str) -> bool {
    text.chars().all(is_word) && text.starts_with(|first: char| !first.is_ascii_digit())
}

/// The content of a quoted token without escapes, or none.
pub(crate) fn unquoted(token: &str) -> Option<&str> {
    let quote = token.chars().next()?;
    let inner = token.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inner.contains(['\\', quote])).then_some(inner)
}

/// The length of a quoted text, with its quotes.
pub(crate) fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (index, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return index + quote.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

fn word(text: &str) -> usize {
    text.find(|character| !is_word(character)).unwrap_or(text.len())
}

fn is_word(character: char) -> bool {
    character == '_' || character.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = tokens(text).into_iter().map(|token| &text[token.range]).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn texts_are_one_token() {
        check(
            r#"a ~ "b}} * \" c" | d('e')"#,
            &["a", "~", r#""b}} * \" c""#, "|", "d", "(", "'e'", ")"],
        );
    }

    #[test]
    fn power_is_not_two_stars() {
        check("2**3*x", &["2", "**", "3", "*", "x"]);
    }

    #[test]
    fn any_text_has_tokens() {
        check("\"é", &["\"é"]);
        check("é", &["é"]);
        check("", &[]);
    }
}
