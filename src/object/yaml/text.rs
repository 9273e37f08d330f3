//! Strings that are not plain: blocks, and double quotes.

use std::fmt::Write;

use crate::object::yaml::{pad, plain};

/// Appends a string as a key, or wherever only one line can stand.
pub(super) fn one_line(out: &mut String, text: &str) {
    if plain::is_plain(text) {
        out.push_str(text);
    } else {
        quoted(out, text);
    }
}

/// Appends a string as a value, and the end of its line. The lines of a block are indented by `indent`.
pub(super) fn value(out: &mut String, text: &str, indent: usize) {
    if is_block(text) {
        block(out, text, indent);
    } else {
        one_line(out, text);
        out.push('\n');
    }
}

/// Whether a text of several lines survives as a block: no line has invisible white space alone, and every character is
/// one that readers keep.
fn is_block(text: &str) -> bool {
    text.contains('\n')
        && text.lines().all(|line| line.is_empty() || !line.trim().is_empty())
        && !text.trim_end_matches('\n').is_empty()
        && !text.chars().any(|character| !matches!(character, '\n' | '\t') && is_escaped(character))
        && !text.trim_start_matches('\n').starts_with('\t')
}

/// The header says how the text ends (`-` without line feed, `+` with several), and the indentation if the text itself
/// begins with blanks.
fn block(out: &mut String, text: &str, indent: usize) {
    out.push('|');
    if text.starts_with([' ', '\n']) {
        out.push('2');
    }
    let body = text.trim_end_matches('\n');
    let ends = text.len() - body.len();
    out.push_str(match ends {
        0 => "-\n",
        1 => "\n",
        _ => "+\n",
    });
    for line in body.split('\n') {
        if !line.is_empty() {
            pad(out, indent);
            out.push_str(line);
        }
        out.push('\n');
    }
    for _ in 1..ends {
        out.push('\n');
    }
}

fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            character if is_escaped(character) => escape(out, character),
            character => out.push(character),
        }
    }
    out.push('"');
}

fn escape(out: &mut String, character: char) {
    let code = u32::from(character);
    // Writing to a string cannot fail.
    let _ = match code {
        0..=0xff => write!(out, "\\x{code:02x}"),
        0x100..=0xffff => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}

/// Characters that cannot stand in YAML, that some readers take for the end of a line, or that hide or reorder the text
/// around them on a screen.
pub(super) fn is_escaped(character: char) -> bool {
    match character {
        '\0'..' '
        | '\u{7f}'..='\u{9f}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => true,
        // The last two code points of every plane are no characters.
        character => u32::from(character) & 0xfffe == 0xfffe,
    }
}
