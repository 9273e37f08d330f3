//! Which part of a source line no report shows: who reads a report need not be who may read the file.
//!
//! A line is judged by the keys in it, not parsed, for it may be one that YAML cannot read. From the first key that
//! may have a secret under it, all of the line is hidden.

use std::{ops::Range, sync::Arc};

use crate::{diagnostic::Source, report::floor_boundary, secret};

/// How far around a line the kind of its document is looked for: the most that a Secret has.
const FAR: usize = 1 << 20;

/// Keys of a Secret that have no secret beside them.
const OPEN: &[&str] = &["apiVersion", "kind", "metadata"];

/// The end of a line that is hidden.
#[derive(Clone, Copy)]
pub(super) struct Mask {
    /// The byte of the text from which on it is.
    pub(super) from: usize,
    /// Whether the hidden part is a map in which every value may be secret.
    holds_many: bool,
}

/// Finds masks, and remembers the last: a long line with many problems is searched once.
#[derive(Default)]
pub(super) struct Masks {
    last: Option<(Arc<Source>, Range<usize>, Option<Mask>)>,
}

impl Masks {
    /// The hidden end of a line, if there is one.
    pub(super) fn of_line(&mut self, source: &Arc<Source>, line: &Range<usize>) -> Option<Mask> {
        match &self.last {
            Some((known, at, mask)) if Arc::ptr_eq(known, source) && at == line => *mask,
            _ => {
                let mask = find(&source.text, line);
                self.last = Some((Arc::clone(source), line.clone(), mask));
                mask
            }
        }
    }
}

fn find(text: &str, line: &Range<usize>) -> Option<Mask> {
    let is_secret = is_secret_document(text, line);
    let mut has_keys = false;
    for (key, from) in keys(text, line, line.clone()) {
        has_keys = true;
        let is_hidden = is_secret && !OPEN.contains(&key);
        if is_hidden || secret::hides(key) {
            return Some(Mask { from, holds_many: is_hidden || secret::holds_many(key) });
        }
    }
    // A line of a Secret that has no key goes on with a value.
    (is_secret && !has_keys).then_some(Mask { from: line.start, holds_many: true })
}

impl Mask {
    /// The part of the marked text that is shown although it is behind the beginning of the mask: a key, or the value of
    /// one that says nothing of secrets.
    pub(super) fn shown(
        &self,
        text: &str,
        line: &Range<usize>,
        marked: Range<usize>,
    ) -> Range<usize> {
        const QUOTES: [char; 4] = [' ', '\t', '"', '\''];
        let before = text[line.start..marked.start].trim_end_matches(QUOTES);
        let is_key = before.ends_with(['{', ','])
            && text[marked.end..line.end].trim_start_matches(QUOTES).starts_with(':');
        let is_open_value = || {
            let key = before.strip_suffix(':').map(key_at_end);
            !self.holds_many && key.is_some_and(|key| !secret::hides(key))
        };
        if !is_key && !is_open_value() {
            return marked.start..marked.start;
        }
        let hidden = keys(text, line, marked.clone()).find(|(key, _)| secret::hides(key));
        marked.start..hidden.map_or(marked.end, |(_, from)| from)
    }
}

/// The keys in a part of a line that have something behind them, each with the place of that.
fn keys<'t>(
    text: &'t str,
    line: &Range<usize>,
    part: Range<usize>,
) -> impl Iterator<Item = (&'t str, usize)> {
    let rest = text[part.start..line.end].trim_end().len() + part.start;
    let before = move |colon: usize| &text[part.start..part.start + colon];
    text[part.clone()].match_indices(':').filter_map(move |(colon, _)| {
        let behind = text.get(part.start + colon + 1..rest).filter(|behind| !behind.is_empty())?;
        Some((key_at_end(before(colon)), rest - behind.trim_start().len()))
    })
}

/// The key that a text ends with, without its quotes.
fn key_at_end(text: &str) -> &str {
    let text = text.trim_end();
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_suffix(quote) {
            return inner.rsplit(quote).next().unwrap_or(inner);
        }
    }
    text.rsplit(|c: char| c.is_whitespace() || "{[,".contains(c)).next().unwrap_or(text)
}

/// Whether a line stands in a document that says `kind: Secret`.
fn is_secret_document(text: &str, line: &Range<usize>) -> bool {
    let from = floor_boundary(text, line.start.saturating_sub(FAR));
    let to = floor_boundary(text, line.end.saturating_add(FAR));
    let from = text[from..line.start].rfind("\n---").map_or(from, |start| from + start);
    let to = text[line.end..to].find("\n---").map_or(to, |end| line.end + end);
    let document = &text[from..to];
    document.match_indices("Secret").any(|(at, word)| {
        let before = document[..at].trim_end_matches(['"', '\'', ' ', '\t']);
        let is_whole =
            !document[at + word.len()..].starts_with(|c: char| c.is_ascii_alphanumeric());
        is_whole && before.strip_suffix(':').map(key_at_end) == Some("kind")
    })
}
