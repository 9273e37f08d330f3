//! The report for people: the line of the source, a caret, and what to do.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level as Shown, Origin, Renderer, Snippet};

use crate::{
    diagnostic::{Diagnostic, Level, Location},
    report::{Cursor, Summary, about, clean, floor_boundary, mask::Masks},
};

/// The most bytes of a source line that are shown on either side of the marked text.
const AROUND: usize = 120;

/// The most bytes that are marked.
const MARKED: usize = 240;

/// What stands in place of a secret.
const HIDDEN: &str = "***";

/// The report, each diagnostic with its place, and a line that counts them. Empty when there is none.
pub fn human(diagnostics: &[Diagnostic], color: bool, width: usize) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() }.term_width(width);
    let mut cursor = Cursor::default();
    let mut masks = Masks::default();
    let mut text = String::new();
    for diagnostic in diagnostics {
        text += &renderer.render(&[group(diagnostic, &mut cursor, &mut masks)]);
        text += "\n\n";
    }
    if !diagnostics.is_empty() {
        text += &Summary::of(diagnostics).to_string();
        text.push('\n');
    }
    text
}

fn group<'d>(diagnostic: &'d Diagnostic, cursor: &mut Cursor, masks: &mut Masks) -> Group<'d> {
    let level = match diagnostic.level() {
        Level::Error => Shown::ERROR,
        Level::Warning => Shown::WARNING,
        Level::Note => Shown::NOTE,
    };
    let title = level.primary_title(clean(&diagnostic.message)).id(diagnostic.code.id);
    let mut group = Group::with_title(title);
    if let Some(location) = &diagnostic.location {
        let region = cursor.region(location);
        let (line, marked, is_cut) = excerpt(location, diagnostic.is_secret, masks);
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

/// The part of the source line that is worth showing, safe for a terminal, where in it the marked text stands, and
/// whether its place in what is shown is not its place in the file. A secret is replaced, and all that follows it is cut.
fn excerpt(
    location: &Location,
    is_secret: bool,
    masks: &mut Masks,
) -> (String, Range<usize>, bool) {
    let text = location.source.text.as_str();
    let start = floor_boundary(text, location.span.start as usize);
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = text[start..].find(['\n', '\r']).map_or(text.len(), |length| start + length);
    let line_range = line_start..line_end;
    let end = floor_boundary(text, location.span.end as usize).clamp(start, line_end);
    let marked_end = floor_boundary(text, end.min(start + MARKED));
    let from = floor_boundary(text, line_start.max(start.saturating_sub(AROUND)));
    let to = floor_boundary(text, line_end.min(marked_end + AROUND));
    let mask = masks.of_line(&location.source, &line_range);
    let hidden = mask.as_ref().map_or(usize::MAX, |mask| mask.from);

    let mut line = String::new();
    let mut is_cut = from > line_start;
    if is_cut {
        line.push('…');
    }
    let shown = match &mask {
        _ if is_secret => start..start,
        Some(mask) if hidden <= start => mask.shown(text, &line_range, start..marked_end),
        _ => start..marked_end.min(hidden),
    };
    let is_hidden = is_secret || shown.end < marked_end || shown.is_empty() && hidden <= start;
    let (before, is_shorter) = before(text, from..start, hidden, is_hidden);
    is_cut |= is_shorter;
    line += &before;
    let marked_from = line.len();
    line += &clean(&text[shown]);
    if is_hidden {
        line += HIDDEN;
    }
    let marked_to = line.len();
    if !is_hidden && hidden > start {
        line += &after(text, marked_end..to, hidden, to < line_end);
    }
    (line, marked_from..marked_to, is_cut)
}

/// What is shown of the text before the mark, and whether that is not all of it.
fn before(text: &str, part: Range<usize>, hidden: usize, is_hidden: bool) -> (String, bool) {
    let shown = part.start..part.end.min(hidden).max(part.start);
    let is_shorter = hidden < part.start || !text[shown.end..part.end].trim().is_empty();
    let all = if is_shorter { shown } else { part };
    let mut before = clean(&text[all]).into_owned();
    // The mark itself stands for all that is hidden before it.
    if is_shorter && !is_hidden {
        before.extend([HIDDEN, " "]);
    }
    (before, is_shorter)
}

/// What is shown of the text after the mark.
fn after(text: &str, part: Range<usize>, hidden: usize, goes_on: bool) -> String {
    let end = part.end.min(hidden).max(part.start);
    let mut after = clean(&text[part.start..end]).into_owned();
    if hidden < part.end {
        after += HIDDEN;
    } else if goes_on {
        after.push('…');
    }
    after
}
