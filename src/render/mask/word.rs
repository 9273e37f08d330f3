//! What a `{% %}` line says.

use crate::{diagnostic::Span, render::lexer};

/// An expression, without its braces.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// What a `{% %}` line says.
#[derive(Debug, Clone)]
pub(crate) enum Word {
    If(Slot),
    ElseIf(Slot),
    Else,
    EndIf,
    For(Vec<String>, Slot),
    EndFor,
}

/// What a `{% %}` says, given what stands inside it.
pub(crate) fn word(inner: &Slot) -> Result<Word, &'static str> {
    let (first, rest) = inner.text.split_once(char::is_whitespace).unwrap_or((&inner.text, ""));
    match (first, rest.trim()) {
        ("if" | "elif", "") => Err("the condition is missing"),
        ("if", _) => Ok(Word::If(inner.tail(first.len()))),
        ("elif", _) => Ok(Word::ElseIf(inner.tail(first.len()))),
        ("else", "") => Ok(Word::Else),
        ("endif", "") => Ok(Word::EndIf),
        ("endfor", "") => Ok(Word::EndFor),
        ("for", _) => {
            let (names, _) = rest.split_once(" in ").ok_or("write `for name in list`")?;
            let list = inner.tail(inner.text.len() - rest.len() + names.len() + " in ".len());
            let names: Vec<String> = names.split(',').map(|name| name.trim().to_owned()).collect();
            if names.len() > 2 || !names.iter().all(|name| lexer::is_name(name)) {
                return Err("a loop has one name, or two with a comma between");
            }
            if list.text.is_empty() {
                Err("the list is missing")
            } else {
                Ok(Word::For(names, list))
            }
        }
        ("else" | "endif" | "endfor", _) => Err("nothing may follow this word"),
        _ => Err("only if, elif, else, endif, for, and endfor are known"),
    }
}

impl Slot {
    /// A part of a text, trimmed, with its place.
    pub(crate) fn new(text: &str, start: usize) -> Self {
        let lead = text.len() - text.trim_start().len();
        let text = text.trim();
        Slot { text: text.to_owned(), span: span(start + lead, text.len()) }
    }

    fn tail(&self, from: usize) -> Self {
        Slot::new(&self.text[from..], self.span.start as usize + from)
    }
}

/// A range of bytes.
pub(crate) fn span(start: usize, length: usize) -> Span {
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Span { start: number(start), end: number(start + length) }
}
