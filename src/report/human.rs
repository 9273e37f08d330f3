//! The report for people: the line of the source, a caret, and what to do.

use std::{borrow::Cow, ops::Range};

use annotate_snippets::{AnnotationKind, Group, Level as Shown, Origin, Renderer, Snippet};

use crate::{
    diagnostic::{Diagnostic, Level, Location},
    report::{Cursor, Summary, about, clean, floor_boundary},
};

/// The most bytes of a source line that are shown on either side of the marked text.
const AROUND: usize = 120;

/// The most bytes that are marked.
const MARKED: usize = 240;

/// The report, each diagnostic with its place, and a line that counts them. Empty when there is none.
pub fn human(diagnostics: &[Diagnostic], color: bool, width: usize) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() }.term_width(width);
    let mut cursor = Cursor::default();
    let mut text = String::new();
    for diagnostic in diagnostics {
        text += &renderer.render(&[group(diagnostic, &mut cursor)]);
        text += "\n\n";
    }
    if !diagnostics.is_empty() {
        text += &Summary::of(diagnostics).to_string();
        text.push('\n');
    }
    text
}

fn group<'d>(diagnostic: &'d Diagnostic, cursor: &mut Cursor) -> Group<'d> {
    let level = match diagnostic.level() {
        Level::Error => Shown::ERROR,
        Level::Warning => Shown::WARNING,
        Level::Note => Shown::NOTE,
    };
    let title = level.primary_title(clean(&diagnostic.message)).id(diagnostic.code.id);
    let mut group = Group::with_title(title);
    if let Some(location) = &diagnostic.location {
        let region = cursor.region(location);
        let (line, marked, is_cut) = excerpt(location, diagnostic.is_secret);
        let annotation =
            AnnotationKind::Primary.span(marked).label(diagnostic.label.as_deref().map(clean));
        let snippet = Snippet::source(line).line_start(region.line).annotation(annotation);
        let name = clean(&location.source.name);
        // A snippet counts the column in what it shows, so where the line is cut the place is told apart from it.
        group = if is_cut {
            let origin = Origin::path(name).line(region.line).char_column(region.column);
            group.element(origin).element(snippet)
        } else {
            group.element(snippet.path(name))
        };
    } else if let Some(label) = &diagnostic.label {
        group = group.element(Shown::NOTE.message(clean(label)));
    }
    if let Some(about) = about(diagnostic).map(|about| clean(&about).into_owned()) {
        group = group.element(Shown::NOTE.with_name("in").message(about));
    }
    match &diagnostic.help {
        Some(help) => group.element(Shown::HELP.message(clean(help))),
        None => group,
    }
}

/// Text without what follows a key `value`: variables are written as `{name: TOKEN, value: ...}`, and who reads a report
/// need not be who may read the file.
fn without_values(text: &str) -> Cow<'_, str> {
    let is_key = |at: &usize| {
        let after = text[at + "value".len()..].trim_start_matches(['"', '\'']);
        after.trim_start().strip_prefix(':').is_some_and(|value| !value.trim().is_empty())
    };
    match text.match_indices("value").map(|(at, _)| at).find(is_key) {
        Some(at) => Cow::Owned(format!("{}value: ***", &text[..at])),
        None => Cow::Borrowed(text),
    }
}

/// Whether a text ends with the key `value`, so that what follows is the value of a variable.
fn is_value(before: &str) -> bool {
    let key = before.trim_end().strip_suffix(':').map(|key| key.trim_end_matches(['"', '\'']));
    key.is_some_and(|key| key.ends_with("value"))
}

/// The part of the source line that is worth showing, safe for a terminal, where in it the marked text stands, and
/// whether its beginning is missing. A secret is replaced, and all that follows it is cut.
fn excerpt(location: &Location, is_secret: bool) -> (String, Range<usize>, bool) {
    let text = location.source.text.as_str();
    let start = floor_boundary(text, location.span.start as usize);
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = text[start..].find(['\n', '\r']).map_or(text.len(), |length| start + length);
    let end = floor_boundary(text, location.span.end as usize).clamp(start, line_end);
    let marked_end = floor_boundary(text, end.min(start + MARKED));
    let from = floor_boundary(text, line_start.max(start.saturating_sub(AROUND)));
    let to = floor_boundary(text, line_end.min(marked_end + AROUND));
    let mut line = String::new();
    if from > line_start {
        line.push('…');
    }
    let before = without_values(&text[from..start]);
    // Where something before the mark is left out, its place in what is shown is not its place in the file.
    let is_cut = from > line_start || matches!(before, Cow::Owned(_));
    line += &clean(&before);
    let marked_from = line.len();
    if is_secret || is_value(&text[line_start..start]) {
        line += "***";
        return (line, marked_from..marked_from + "***".len(), is_cut);
    }
    line += &clean(&without_values(&text[start..marked_end]));
    let marked_to = line.len();
    line += &clean(&without_values(&text[marked_end..to]));
    if to < line_end {
        line.push('…');
    }
    (line, marked_from..marked_to, is_cut)
}
