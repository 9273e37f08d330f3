//! Lines to one YAML text, in which each `{% %}` line is an entry of the map or list around it.

use crate::render::mask::{CONTROL, Masker, Row, Word, character};

impl Masker<'_> {
    /// Puts the rows together, each control with the indentation of the entries that it stands around.
    pub(super) fn join(&mut self, rows: &[Row]) -> String {
        let mut text = String::with_capacity(self.source.text.len() + rows.len());
        let mut open: Vec<(usize, String)> = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            match row {
                Row::Blank(line) | Row::Content(line) => text.push_str(line),
                Row::Control(control) => {
                    let entry = self.entry(*control, &rows[index + 1..], &mut open);
                    let placeholder = character(CONTROL, *control);
                    text.push_str(&entry.replace('@', placeholder.encode_utf8(&mut [0; 4])));
                }
            }
            text.push('\n');
        }
        for (control, _) in open {
            let help = match self.controls[control].word {
                Word::For(..) => "close it with `{% endfor %}`",
                _ => "close it with `{% endif %}`",
            };
            self.error(self.controls[control].span, "this block has no end", help);
        }
        text
    }

    /// The entry that stands for a control, `@` in place of its character.
    fn entry(&mut self, control: usize, after: &[Row], open: &mut Vec<(usize, String)>) -> String {
        let is_if = |masker: &Self, open: &[(usize, String)]| {
            open.last()
                .is_some_and(|(opener, _)| matches!(masker.controls[*opener].word, Word::If(_)))
        };
        let place = self.controls[control].span;
        match self.controls[control].word {
            Word::If(_) | Word::For(..) => {
                let entry = self.indentation(after).unwrap_or_else(|| {
                    self.error(
                        place,
                        "this block holds nothing",
                        "remove it, or put entries into it",
                    );
                    String::new()
                });
                open.push((control, entry.clone()));
                entry
            }
            Word::Else | Word::ElseIf(_) if is_if(self, open) => {
                open.last().map(|(_, entry)| entry.clone()).unwrap_or_default()
            }
            Word::EndIf if is_if(self, open) => {
                open.pop().map(|(_, entry)| entry).unwrap_or_default()
            }
            Word::EndFor if !open.is_empty() && !is_if(self, open) => {
                open.pop().map(|(_, entry)| entry).unwrap_or_default()
            }
            Word::Else | Word::ElseIf(_) | Word::EndIf => {
                self.error(
                    place,
                    "there is no `{% if %}` before this line",
                    "remove it, or close the block between",
                );
                String::new()
            }
            Word::EndFor => {
                self.error(
                    place,
                    "there is no `{% for %}` before this line",
                    "remove it, or close the block between",
                );
                String::new()
            }
        }
    }

    /// The indentation and the kind of the first entry inside a block.
    fn indentation(&self, after: &[Row]) -> Option<String> {
        let mut depth = 0;
        for row in after {
            match row {
                Row::Blank(_) => {}
                Row::Content(line) => {
                    let content = line.trim_start();
                    let indentation = &line[..line.len() - content.len()];
                    let is_item = content == "-" || content.starts_with("- ");
                    return Some(format!("{indentation}{}", if is_item { "- @" } else { "@:" }));
                }
                Row::Control(control) => match self.controls[*control].word {
                    Word::If(_) | Word::For(..) => depth += 1,
                    Word::EndIf | Word::EndFor if depth == 0 => return None,
                    Word::EndIf | Word::EndFor => depth -= 1,
                    Word::Else | Word::ElseIf(_) => {}
                },
            }
        }
        None
    }
}
