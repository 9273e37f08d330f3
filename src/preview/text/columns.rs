//! Before and after beside each other.

use crate::preview::{
    lines::{Line, Row, Sign, rows},
    text::{DIM, GREEN, Page, RED},
};

/// What stands before and between the columns.
const FRAME: usize = 9;

/// Fewer letters than this are no column.
const NARROWEST: usize = 20;

impl Page {
    /// Lines in two columns: what is gone beside what came in its place.
    pub(super) fn columns(&mut self, lines: &[Line], width: usize) {
        let column = (width.saturating_sub(FRAME) / 2).max(NARROWEST);
        for row in rows(lines) {
            match row {
                Row::Gap(line) => self.line(line),
                Row::Sides(left, right) => self.row(left, right, column),
            }
        }
    }

    /// One row, as high as its longer side.
    fn row(&mut self, left: Option<&Line>, right: Option<&Line>, column: usize) {
        let (lefts, rights) = (wrapped(left, column), wrapped(right, column));
        for index in 0..lefts.len().max(rights.len()) {
            let cell = |cells: &[String]| cells.get(index).cloned().unwrap_or_default();
            let (before, after) = (cell(&lefts), cell(&rights));
            let style = |line: Option<&Line>, other| match line.map(|line| line.sign) {
                Some(Sign::Removed | Sign::Added) => other,
                _ => "",
            };
            self.push("", "      ");
            self.push(style(left, RED), &format!("{before:<column$}"));
            self.push(DIM, " │ ");
            self.push(style(right, GREEN), &after);
            self.end();
        }
    }
}

/// The text of a line in pieces that fit.
fn wrapped(line: Option<&Line>, column: usize) -> Vec<String> {
    let letters: Vec<char> = line.map_or_else(Vec::new, |line| line.text.chars().collect());
    if letters.is_empty() {
        return vec![String::new()];
    }
    letters.chunks(column).map(|piece| piece.iter().collect()).collect()
}
