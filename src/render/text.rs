//! Text templates: scripts, Markdown, and other files that are no YAML.
//!
//! They hold the same expressions and blocks as YAML templates. A `{% %}` or `{# #}` that is alone on its line goes
//! with the whole line; elsewhere `-` inside the braces removes the white space beside them.

use std::sync::Arc;

use crate::{
    diagnostic::{Diagnostic, Location, Source, catalogue::pack},
    render::{
        blocks::Blocks,
        leaf,
        mask::{self, Slot, Word},
        node::{Leaf, Part, Text},
    },
};

/// Compiles a text template. The error holds every problem.
pub(super) fn template(source: &Arc<Source>) -> Result<Text, Vec<Diagnostic>> {
    let mut reader = Reader {
        source,
        blocks: Blocks::new(),
        open: Vec::new(),
        trim_next: false,
        errors: Vec::new(),
    };
    reader.read();
    for start in std::mem::take(&mut reader.open) {
        reader.error(
            start,
            2,
            "this block has no end",
            "close it with `{% endif %}` or `{% endfor %}`",
        );
    }
    let Reader { blocks, mut errors, .. } = reader;
    match blocks.finish() {
        Ok(pieces) if errors.is_empty() => Ok(Text { source: Arc::clone(source), pieces }),
        _ => {
            errors.sort_by(Diagnostic::order);
            Err(errors)
        }
    }
}

struct Reader<'a> {
    source: &'a Arc<Source>,
    blocks: Blocks<Part>,
    /// Where the open blocks begin.
    open: Vec<usize>,
    /// Whether the last tag removes the white space after it.
    trim_next: bool,
    errors: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    fn read(&mut self) {
        let text: &'a str = &self.source.text;
        let mut at = 0;
        while let Some(found) = next_tag(text, at) {
            let end = match &text[found..found + 2] {
                "{{" => mask::expression_end(&text[found + 2..]),
                "{%" => text[found + 2..].find("%}"),
                _ => text[found + 2..].find("#}"),
            };
            let Some(end) = end.map(|end| found + 2 + end) else {
                self.error(
                    found,
                    2,
                    "this has no end",
                    "close it, or take the file as it is with `file(\"name\")`",
                );
                return;
            };
            let after = end + 2;
            let is_line = !text[found..].starts_with("{{") && is_alone(text, found, after);
            let inner = &text[found + 2..end];
            let before = &text[at..found];
            let trims = inner.starts_with('-');
            self.literal(
                if is_line { before.trim_end_matches([' ', '\t']) } else { before },
                trims,
            );
            self.trim_next = inner.ends_with('-');
            let slot = Slot::new(inner.trim_matches('-'), found + 2 + usize::from(trims));
            match &text[found..found + 2] {
                "{{" => match leaf::leaf(self.source, &slot) {
                    Ok(leaf) => self.blocks.push(Part::Leaf(leaf)),
                    Err(error) => self.errors.push(*error),
                },
                "{%" => self.control(&slot, found, after - found),
                _ => {}
            }
            at = if is_line { after_line(text, after) } else { after };
        }
        self.literal(&text[at..], false);
    }

    fn literal(&mut self, text: &str, trim_end: bool) {
        let text = if self.trim_next { text.trim_start() } else { text };
        let text = if trim_end { text.trim_end() } else { text };
        if !text.is_empty() {
            self.blocks.push(Part::Literal(text.to_owned()));
        }
    }

    fn control(&mut self, slot: &Slot, start: usize, length: usize) {
        let word = match mask::word(slot) {
            Ok(word) => word,
            Err(reason) => return self.error(start, length, "this `{% %}` cannot be read", reason),
        };
        let done = match word {
            Word::If(condition) => {
                self.open.push(start);
                self.leaf(&condition).map(|leaf| {
                    self.blocks.open_if(leaf);
                    Ok(())
                })
            }
            Word::For(names, list) => {
                self.open.push(start);
                self.leaf(&list).map(|leaf| {
                    self.blocks.open_for(names, leaf);
                    Ok(())
                })
            }
            Word::ElseIf(condition) => {
                self.leaf(&condition).map(|leaf| self.blocks.other(Some(leaf)))
            }
            Word::Else => Some(self.blocks.other(None)),
            Word::EndIf | Word::EndFor => {
                self.open.pop();
                Some(self.blocks.close(matches!(word, Word::EndFor)))
            }
        };
        if let Some(Err(_)) = done
            && self.errors.is_empty()
        {
            self.error(
                start,
                length,
                "this does not fit the blocks around it",
                "close the block between, or remove it",
            );
        }
    }

    fn leaf(&mut self, slot: &Slot) -> Option<Leaf> {
        leaf::leaf(self.source, slot).map_err(|error| self.errors.push(*error)).ok()
    }

    fn error(&mut self, start: usize, length: usize, message: &str, help: &str) {
        let location =
            Location { source: Arc::clone(self.source), span: mask::span(start, length) };
        self.errors.push(Diagnostic::new(&pack::TEMPLATE_SYNTAX, message).at(location).help(help));
    }
}

/// Where the next `{{`, `{%`, or `{#` begins. `${#` is shell.
fn next_tag(text: &str, from: usize) -> Option<usize> {
    text[from..].match_indices('{').map(|(index, _)| from + index).find(|&index| {
        match text.as_bytes().get(index + 1) {
            Some(b'{' | b'%') => true,
            Some(b'#') => !text[..index].ends_with('$'),
            _ => false,
        }
    })
}

fn is_alone(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].rsplit('\n').next().unwrap_or_default();
    let after = text[end..].split('\n').next().unwrap_or_default();
    before.trim().is_empty() && after.trim().is_empty()
}

fn after_line(text: &str, from: usize) -> usize {
    text[from..].find('\n').map_or(text.len(), |newline| from + newline + 1)
}
