//! What need not be rendered, because it is the same on both sides.
//!
//! The unit is a document of a text. What a document renders to is a function of its text, of the cluster's defaults, of
//! the ConfigMaps that it names, of the packs, and of the settings of the run. Where the last two are the same on both
//! sides, a document that is on both renders to the same objects unless the defaults or such a ConfigMap differ.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
    sync::Arc,
};

use crate::{api, diagnostic::Source, document, document::Document};

/// Texts without the documents that are the same on both sides and render to the same. What instances share stays. Lines
/// keep their numbers.
pub fn leave_out(old: &mut Vec<Arc<Source>>, new: &mut Vec<Arc<Source>>) {
    let (left, right) = (mem::take(old), mem::take(new));
    let (before, after) = (parts(&left), parts(&right));
    let same = both(&before, &after);
    let dependents = Dependents::of([&before, &after], &same);
    let mut paired = [same.clone(), same];
    for ((texts, parts), (side, rest)) in [(left.as_slice(), &before), (right.as_slice(), &after)]
        .into_iter()
        .zip([old, new].into_iter().zip(&mut paired))
    {
        for (index, text) in texts.iter().enumerate() {
            let stays = parts[index].iter().map(|part| {
                let is_paired = rest.get_mut(part.key).is_some_and(|count| {
                    let is_left = *count > 0;
                    *count = count.saturating_sub(1);
                    is_left
                });
                !is_paired || part.is_shared() || dependents.has(part)
            });
            let stays: Vec<bool> = stays.collect();
            side.extend(kept(text, &parts[index], &stays));
        }
    }
}

/// One document of a text.
struct Part<'t> {
    /// The whole of it, with the line that begins it.
    text: &'t str,
    /// What is compared: without that line, and without blank ends.
    key: &'t str,
}

impl Part<'_> {
    /// Whether others are rendered with it.
    fn is_shared(&self) -> bool {
        self.key.contains(api::DEFAULTS_KIND) || self.key.contains("ConfigMap")
    }
}

/// The documents of each text.
fn parts(texts: &[Arc<Source>]) -> Vec<Vec<Part<'_>>> {
    texts.iter().map(|text| split(&text.text)).collect()
}

/// A text in its documents. Three dashes at the beginning of a line end a document whatever is open there; where a text
/// uses more of YAML's marks, it is one part.
fn split(text: &str) -> Vec<Part<'_>> {
    let has_marks = text.lines().any(|line| line.starts_with('%') || line.starts_with("..."));
    let mut starts = vec![0];
    if !has_marks {
        let lines = text.match_indices('\n').map(|(end, _)| end + 1);
        starts.extend(lines.filter(|start| is_mark(&text[*start..])));
    }
    starts.push(text.len());
    let part = |range: &[usize]| {
        let text = &text[range[0]..range[1]];
        let inner = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n"));
        Part { text, key: inner.unwrap_or(text).trim_end() }
    };
    starts.windows(2).map(part).collect()
}

fn is_mark(rest: &str) -> bool {
    rest.strip_prefix("---")
        .is_some_and(|behind| behind.is_empty() || behind.starts_with(char::is_whitespace))
}

/// How often each document is on both sides.
fn both<'t>(before: &[Vec<Part<'t>>], after: &[Vec<Part<'t>>]) -> BTreeMap<&'t str, usize> {
    let mut counts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for (side, parts) in [before, after].into_iter().enumerate() {
        for part in parts.iter().flatten() {
            counts.entry(part.key).or_default()[side] += 1;
        }
    }
    counts.into_iter().map(|(key, [one, other])| (key, one.min(other))).collect()
}

/// Documents that render to something else although they are the same.
enum Dependents {
    /// All.
    All,
    /// Those that name one of these ConfigMaps.
    Of(BTreeSet<String>),
}

impl Dependents {
    fn of(sides: [&Vec<Vec<Part<'_>>>; 2], same: &BTreeMap<&str, usize>) -> Self {
        let mut names = BTreeSet::new();
        let parts = sides.into_iter().flatten().flatten();
        let differs = |part: &&Part<'_>| same.get(part.key).is_none_or(|count| *count == 0);
        for part in parts.clone().filter(|part| part.is_shared()).filter(differs) {
            if part.key.contains(api::DEFAULTS_KIND) {
                return Dependents::All;
            }
            let text = Arc::new(Source { name: String::new(), text: part.key.to_owned() });
            let documents = document::parse(&text, &mut Vec::new());
            let maps = documents.iter().filter(|document| document.kind() == "ConfigMap");
            names.extend(maps.map(|document: &Document| document.name().to_owned()));
        }
        let dependents = Dependents::Of(names);
        // Defaults that name a ConfigMap name it for every instance.
        let mut defaults = parts.filter(|part| part.key.contains(api::DEFAULTS_KIND));
        if defaults.any(|part| dependents.has(part)) { Dependents::All } else { dependents }
    }

    fn has(&self, part: &Part<'_>) -> bool {
        match self {
            Dependents::All => true,
            // A name may be written with an escape.
            Dependents::Of(names) => {
                !names.is_empty()
                    && (part.key.contains('\\')
                        || names.iter().any(|name| part.key.contains(name.as_str())))
            }
        }
    }
}

/// A text with nothing but line feeds in place of the documents that go, or none where all do.
fn kept(text: &Arc<Source>, parts: &[Part<'_>], stays: &[bool]) -> Option<Arc<Source>> {
    if stays.iter().all(|stays| *stays) {
        return Some(Arc::clone(text));
    }
    if !stays.contains(&true) {
        return None;
    }
    let mut left = String::new();
    for (part, stays) in parts.iter().zip(stays) {
        if *stays {
            left.push_str(part.text);
        } else {
            left.extend(part.text.matches('\n'));
        }
    }
    Some(Arc::new(Source { name: text.name.clone(), text: left }))
}

#[cfg(test)]
mod tests;
