//! Diagnostics as text: for people, for programs, for code scanners, and as annotations of a pull request.
//!
//! Everything here is a function from values to a string. Text of users never reaches a terminal raw: control
//! characters and those that reorder text are replaced.

use std::{borrow::Cow, sync::Arc};

use crate::diagnostic::{Code, Diagnostic, Level, Location, Source, catalogue, cut};

mod github;
mod human;
mod json;
mod mask;
mod sarif;

pub use github::github;
pub use human::human;
pub use json::json;
pub use sarif::sarif;

/// How many diagnostics of each level there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// Nothing is rendered when there is one.
    pub errors: usize,
    /// It renders, and is probably not meant.
    pub warnings: usize,
    /// Good to know.
    pub notes: usize,
}

impl Summary {
    /// Counts.
    pub fn of(diagnostics: &[Diagnostic]) -> Self {
        let count =
            |level| diagnostics.iter().filter(|diagnostic| diagnostic.level() == level).count();
        Summary {
            errors: count(Level::Error),
            warnings: count(Level::Warning),
            notes: count(Level::Note),
        }
    }
}

/// `3 errors, 1 warning`; nothing when there is nothing to count.
impl std::fmt::Display for Summary {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counts = [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        for (position, (count, noun)) in counts.enumerate() {
            let comma = if position == 0 { "" } else { ", " };
            let plural = if *count == 1 { "" } else { "s" };
            write!(formatter, "{comma}{count} {noun}{plural}")?;
        }
        Ok(())
    }
}

/// The page of a code, as `petasos explain` prints it.
pub fn page(code: &Code) -> String {
    format!("# {}: {}\n\nLevel: {}.\n\n{}\n", code.id, code.title, code.level, code.page.trim())
}

/// All pages with a table of contents: the whole of `docs/diagnostics.md`.
pub fn markdown() -> String {
    let mut text = String::from(
        "# Diagnostics\n\nEvery problem that petasos reports has a code, which never changes its meaning. \
         `petasos explain CODE` prints a page of this document. It is generated from the program; do not edit it.\n\n\
         | code | level | meaning |\n|---|---|---|\n",
    );
    for Code { id, level, title, page: _ } in catalogue::all() {
        text.extend([format!("| [{id}](#{}) | {level} | {title} |\n", id.to_lowercase())]);
    }
    for Code { id, level, title, page } in catalogue::all() {
        text.extend([format!("\n## {id}\n\n**{title}** ({level})\n\n{}\n", page.trim())]);
    }
    text
}

/// Lines and columns, counted from 1, columns in characters. The end is the place after the last character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Region {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

/// Turns offsets into lines. It remembers where it was, so that a report in order reads each text once.
#[derive(Default)]
struct Cursor {
    source: Option<Arc<Source>>,
    offset: usize,
    line: usize,
    line_start: usize,
}

impl Cursor {
    fn region(&mut self, location: &Location) -> Region {
        let (line, column) = self.place(&location.source, location.span.start);
        let end = location.span.end.max(location.span.start);
        let (end_line, end_column) = self.place(&location.source, end);
        Region { line, column, end_line, end_column }
    }

    fn place(&mut self, source: &Arc<Source>, offset: u32) -> (usize, usize) {
        let text = &source.text;
        let offset = floor_boundary(text, offset as usize);
        let same = self.source.as_ref().is_some_and(|known| Arc::ptr_eq(known, source));
        if !same || offset < self.line_start {
            *self = Cursor { source: Some(Arc::clone(source)), offset: 0, line: 1, line_start: 0 };
        }
        // Within one line an earlier offset is fine: only the columns are counted again.
        if offset > self.offset {
            let passed = &text[self.offset..offset];
            if let Some(last) = passed.rfind('\n') {
                self.line += passed.matches('\n').count();
                self.line_start = self.offset + last + 1;
            }
            self.offset = offset;
        }
        (self.line, text[self.line_start..offset].chars().count() + 1)
    }
}

/// The nearest start of a character at or before an offset.
fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// The object and the field that a problem is about, as reports for people name them.
fn about(diagnostic: &Diagnostic) -> Option<String> {
    /// A namespace, a name, and a kind of usual length fit.
    const MOST: usize = 120;
    let parts = [&diagnostic.object, &diagnostic.field];
    let parts: Vec<_> = parts.into_iter().flatten().map(|part| cut(part, MOST)).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Text that is safe on one line of a terminal.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let safe = |c: char| match c {
        '\n' | '\t' => ' ',
        c if is_unsafe(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    Cow::Owned(text.chars().map(safe).collect())
}

/// Control characters, and those that change the direction of text or cannot be seen.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests;
