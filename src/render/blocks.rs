//! `{% if %}` and `{% for %}` put around what stands between them, for maps, lists, and text alike.

use std::mem;

use crate::render::node::{Branch, Leaf, Line, Loop};

/// Lines that are read one after the other, with the blocks that are open.
pub(crate) struct Blocks<T> {
    lines: Vec<Line<T>>,
    open: Vec<Open<T>>,
}

/// A block whose end is not read yet, and the lines before it.
struct Open<T> {
    before: Vec<Line<T>>,
    head: Head<T>,
}

enum Head<T> {
    If { done: Vec<Branch<T>>, condition: Option<Leaf> },
    For { names: Vec<String>, list: Leaf },
}

/// A word that does not fit where it stands.
pub(crate) struct Misplaced;

impl<T> Blocks<T> {
    pub(crate) fn new() -> Self {
        Blocks { lines: Vec::new(), open: Vec::new() }
    }

    pub(crate) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    pub(crate) fn push(&mut self, one: T) {
        self.lines.push(Line::One(one));
    }

    pub(crate) fn open_if(&mut self, condition: Leaf) {
        self.open(Head::If { done: Vec::new(), condition: Some(condition) });
    }

    pub(crate) fn open_for(&mut self, names: Vec<String>, list: Leaf) {
        self.open(Head::For { names, list });
    }

    /// `elif` with a condition, `else` without.
    pub(crate) fn other(&mut self, next: Option<Leaf>) -> Result<(), Misplaced> {
        match self.open.last_mut().map(|open| &mut open.head) {
            Some(Head::If { done, condition }) if condition.is_some() => {
                let condition = mem::replace(condition, next);
                done.push(Branch { condition, lines: mem::take(&mut self.lines) });
                Ok(())
            }
            _ => Err(Misplaced),
        }
    }

    /// `endif` or `endfor`.
    pub(crate) fn close(&mut self, is_for: bool) -> Result<(), Misplaced> {
        let open = self.open.pop().ok_or(Misplaced)?;
        if matches!(open.head, Head::For { .. }) != is_for {
            return Err(Misplaced);
        }
        let lines = mem::replace(&mut self.lines, open.before);
        self.lines.push(match open.head {
            Head::If { mut done, condition } => {
                done.push(Branch { condition, lines });
                Line::If(done)
            }
            Head::For { names, list } => Line::For(Loop { names, list, lines }),
        });
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<Vec<Line<T>>, Misplaced> {
        if self.open.is_empty() { Ok(self.lines) } else { Err(Misplaced) }
    }

    fn open(&mut self, head: Head<T>) {
        self.open.push(Open { before: mem::take(&mut self.lines), head });
    }
}
