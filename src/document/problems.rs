//! The problems of one text, each with its place, and never more than anybody reads.

use std::sync::Arc;

use crate::diagnostic::{
    Diagnostic, Level, Location, Source, Span, catalogue::reading::TOO_MANY_PROBLEMS,
};

/// How many errors of one text are reported, and how many warnings. A hostile text cannot fill the memory with them.
const MAX_PROBLEMS: usize = 1000;

/// Where problems of one text go.
pub(super) struct Problems<'a> {
    source: &'a Arc<Source>,
    report: &'a mut Vec<Diagnostic>,
    errors: usize,
    warnings: usize,
}

impl<'a> Problems<'a> {
    pub(super) fn new(source: &'a Arc<Source>, report: &'a mut Vec<Diagnostic>) -> Self {
        Problems { source, report, errors: 0, warnings: 0 }
    }

    /// Adds a problem at a place. After too many errors one last error says so; warnings past the limit are dropped.
    pub(super) fn add(&mut self, span: Span, problem: Diagnostic) {
        let count = match problem.level() {
            Level::Error => &mut self.errors,
            Level::Warning | Level::Note => &mut self.warnings,
        };
        *count += 1;
        if *count <= MAX_PROBLEMS {
            self.report.push(problem.at(self.place(span)));
        } else if self.errors == MAX_PROBLEMS + 1 {
            self.errors += 1;
            let message = format!("more than {MAX_PROBLEMS} errors, the rest is not shown");
            self.report.push(
                Diagnostic::new(&TOO_MANY_PROBLEMS, message)
                    .at(self.place(span))
                    .help("correct the first ones and run again"),
            );
        }
    }

    /// Whether further errors would not be shown, so that none needs to be made.
    pub(super) fn is_full(&self) -> bool {
        self.errors > MAX_PROBLEMS
    }

    /// The line of a byte, for messages that name two places.
    pub(super) fn line(&self, offset: u32) -> usize {
        self.source.position(offset).0
    }

    fn place(&self, span: Span) -> Location {
        Location { source: Arc::clone(self.source), span }
    }
}
