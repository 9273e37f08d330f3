//! Template text to plain YAML: each expression becomes a placeholder of the same width, each `{% %}` line an entry.
//!
//! The placeholder keeps every line and column where it was, so the YAML parser's positions are the template's.

use std::{iter, sync::Arc};

use crate::{
    diagnostic::{Code, Diagnostic, Location, Source, Span, catalogue::pack},
    render::lexer,
};

mod join;
mod word;

pub(crate) use self::word::{Slot, Word, span, word};

/// The first of the characters that stand for expressions: the number of the expression is added.
const EXPRESSION: u32 = 0xF_0000;
/// The first of the characters that stand for `{% %}` lines.
const CONTROL: u32 = 0x10_0000;
/// How many of each a template may hold: what the two private planes of Unicode have room for.
const MOST: usize = 0xFFFD;
/// What follows a placeholder up to the width of its expression. It is text like any other: [`Masked::after`] counts it.
const FILL: char = '_';

/// A masked template.
pub(crate) struct Masked {
    pub(crate) text: String,
    pub(crate) expressions: Vec<Slot>,
    pub(crate) controls: Vec<Control>,
    /// How many characters follow the placeholder of each expression.
    fills: Vec<usize>,
}

impl Masked {
    /// A text that begins with a placeholder, without it and its filling.
    pub(crate) fn after<'a>(&self, text: &'a str) -> &'a str {
        let mut characters = text.chars();
        let fill = match characters.next().and_then(mark) {
            Some(Mark::Expression(number)) => self.fills.get(number).copied().unwrap_or(0),
            Some(Mark::Control(_)) | None => 0,
        };
        characters.as_str().get(fill..).unwrap_or_default()
    }
}

/// A `{% %}` line.
#[derive(Debug)]
pub(crate) struct Control {
    pub(crate) word: Word,
    pub(crate) span: Span,
}

/// What a placeholder stands for.
pub(crate) enum Mark {
    Expression(usize),
    Control(usize),
}

/// What a character stands for, if it is a placeholder.
pub(crate) fn mark(character: char) -> Option<Mark> {
    let number = u32::from(character);
    match number {
        CONTROL.. => Some(Mark::Control((number - CONTROL) as usize)),
        EXPRESSION.. => Some(Mark::Expression((number - EXPRESSION) as usize)),
        _ => None,
    }
}

/// One line of a template, read.
enum Row {
    /// Nothing but white space or a comment.
    Blank(String),
    Content(String),
    /// The number of the control.
    Control(usize),
}

/// Masks a template. An error leaves the rest of the template to be read, so that all are found.
pub(crate) fn mask_template(source: &Arc<Source>) -> Result<Masked, Vec<Diagnostic>> {
    let mut masker = Masker {
        source,
        expressions: Vec::new(),
        fills: Vec::new(),
        controls: Vec::new(),
        errors: Vec::new(),
    };
    let rows = masker.rows();
    let text = masker.join(&rows);
    let Masker { expressions, fills, controls, errors, .. } = masker;
    if errors.is_empty() { Ok(Masked { text, expressions, controls, fills }) } else { Err(errors) }
}

struct Masker<'a> {
    source: &'a Arc<Source>,
    expressions: Vec<Slot>,
    fills: Vec<usize>,
    controls: Vec<Control>,
    errors: Vec<Diagnostic>,
}

impl<'a> Masker<'a> {
    fn error(&mut self, span: Span, message: &str, help: &str) {
        self.problem(&pack::TEMPLATE_SYNTAX, span, message, help);
    }

    fn problem(&mut self, code: &'static Code, span: Span, message: &str, help: &str) {
        let location = Location { source: Arc::clone(self.source), span };
        self.errors.push(Diagnostic::new(code, message).at(location).help(help));
    }

    fn rows(&mut self) -> Vec<Row> {
        let source: &'a Source = self.source;
        let mut rows = Vec::new();
        let mut start = 0;
        let mut in_comment = None;
        for line in source.text.split_inclusive('\n') {
            let end = start + line.len();
            let line = line.trim_end_matches(['\n', '\r']);
            rows.push(self.row(line, start, &mut in_comment));
            start = end;
        }
        if let Some(start) = in_comment {
            self.error(span(start, 2), "this comment has no end", "close it with `#}`");
        }
        rows
    }

    /// Reads a line. `in_comment` is where the comment begins that the line starts in.
    fn row(&mut self, line: &str, start: usize, in_comment: &mut Option<usize>) -> Row {
        let trimmed = line.trim();
        if in_comment.is_none() && trimmed.starts_with("{%") {
            let at = start + (line.len() - line.trim_start().len());
            return self.control(trimmed, at).map_or(Row::Blank(String::new()), Row::Control);
        }
        let is_comment = trimmed.starts_with('#');
        let mut masked = String::with_capacity(line.len() + 8);
        let mut at = 0;
        while at < line.len() {
            let rest = &line[at..];
            if in_comment.is_some() {
                let length = rest.find("#}").map_or(rest.len(), |end| end + 2);
                if rest[..length].ends_with("#}") {
                    *in_comment = None;
                }
                blank(&mut masked, &rest[..length]);
                at += length;
                continue;
            }
            let Some(next) = rest.find('{') else {
                self.plain(&mut masked, rest, start + at);
                break;
            };
            self.plain(&mut masked, &rest[..next], start + at);
            at += next;
            let rest = &line[at..];
            if rest.starts_with("{#") && !line[..at].ends_with('$') {
                *in_comment = Some(start + at);
                masked.push_str("  ");
                at += 2;
            } else if let Some(inner) = rest.strip_prefix("{{") {
                let Some(end) = expression_end(inner) else {
                    if !is_comment {
                        let help = "close it with `}}`; an expression stands on one line";
                        let place = span(start + at, 2);
                        self.error(place, "this expression has no end on its line", help);
                    }
                    blank(&mut masked, rest);
                    break;
                };
                self.placeholder(&mut masked, &rest[..end + 4], start + at);
                at += end + 4;
            } else {
                if rest.starts_with("{%") && !is_comment {
                    self.error(
                        span(start + at, 2),
                        "`{% %}` stands within a line",
                        "put it alone on a line, around whole entries, or use `{{ a if b else c }}`",
                    );
                }
                masked.push('{');
                at += 1;
            }
        }
        if masked.trim().is_empty() || is_comment {
            Row::Blank(masked)
        } else {
            Row::Content(masked)
        }
    }

    /// Text that is no expression. The characters of the placeholders cannot stand in it.
    fn plain(&mut self, masked: &mut String, text: &str, start: usize) {
        let is_placeholder = |(_, found): &(usize, char)| mark(*found).is_some();
        if !text.is_ascii()
            && let Some((index, bad)) = text.char_indices().find(is_placeholder)
        {
            self.error(
                span(start + index, bad.len_utf8()),
                "this private-use character cannot stand in a template",
                "write it as a YAML escape in double quotes",
            );
        }
        masked.push_str(text);
    }

    fn placeholder(&mut self, masked: &mut String, whole: &str, start: usize) {
        let number = self.expressions.len();
        if number >= MOST {
            self.error(span(start, 2), "the template has too many expressions", "split it");
            return;
        }
        let fill = whole.chars().count() - 1;
        masked.push(character(EXPRESSION, number));
        masked.extend(iter::repeat_n(FILL, fill));
        let inner = whole[2..whole.len() - 2].trim_start_matches('-');
        let from = start + whole.len() - 2 - inner.len();
        self.expressions.push(Slot::new(inner.trim_end_matches('-'), from));
        self.fills.push(fill);
    }

    fn control(&mut self, line: &str, start: usize) -> Option<usize> {
        let place = span(start, line.len());
        let alone = "put one `{% %}` alone on the line";
        let Some(inner) = line.strip_prefix("{%").and_then(|line| line.strip_suffix("%}")) else {
            self.error(place, "something follows `{% %}` on its line, or it has no end", alone);
            return None;
        };
        if inner.contains("{%") {
            self.error(place, "the line has more than one `{% %}`", alone);
            return None;
        }
        if self.controls.len() >= MOST {
            self.error(place, "the template has too many `{% %}` lines", "split it");
            return None;
        }
        let trimmed = inner.trim_matches('-');
        match word(&Slot::new(trimmed, start + line.find(trimmed).unwrap_or(2))) {
            Ok(word) => {
                self.controls.push(Control { word, span: place });
                Some(self.controls.len() - 1)
            }
            Err(reason) => {
                self.error(place, "this `{% %}` line cannot be read", reason);
                None
            }
        }
    }
}

/// Where an expression ends that begins at the start of a text: the place of its `}}`.
pub(crate) fn expression_end(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        match first {
            '"' | '\'' => {
                at += lexer::quoted(&text[at..], first);
                continue;
            }
            '(' | '[' | '{' => depth += 1,
            '}' if depth == 0 => return text[at..].starts_with("}}").then_some(at),
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += first.len_utf8();
    }
    None
}

fn blank(masked: &mut String, text: &str) {
    masked.extend(text.chars().map(|_| ' '));
}

fn character(first: u32, number: usize) -> char {
    u32::try_from(number)
        .ok()
        .and_then(|number| char::from_u32(first + number))
        .expect("the number is below MOST, and all of the plane are characters")
}
