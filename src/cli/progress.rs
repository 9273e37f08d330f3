//! One line on the terminal while work takes long. It is erased when the work is done.

use std::{
    io::Write,
    sync::Mutex,
    time::{Duration, Instant},
};

use crate::terminal::Terminal;

/// How long work may take in silence.
const SILENCE: Duration = Duration::from_secs(1);
/// How long a line stands at least: reading is slower than writing.
const PAUSE: Duration = Duration::from_millis(100);
/// Back to the start of the line, and nothing in it.
const ERASE: &str = "\r\x1b[K";

/// What a person who waits sees.
pub(super) struct Progress<'a> {
    total: usize,
    unit: &'static str,
    line: Mutex<Line<'a>>,
}

struct Line<'a> {
    stderr: Option<&'a mut (dyn Write + Send)>,
    next: Instant,
    is_shown: bool,
}

impl<'a> Progress<'a> {
    /// Nothing is shown where nobody watches.
    pub(super) fn new(terminal: &'a mut Terminal, total: usize, unit: &'static str) -> Self {
        let stderr: Option<&mut (dyn Write + Send)> =
            if terminal.interactive { Some(&mut *terminal.stderr) } else { None };
        let next = Instant::now() + SILENCE;
        Progress { total, unit, line: Mutex::new(Line { stderr, next, is_shown: false }) }
    }

    /// Says how many are done.
    pub(super) fn show(&self, done: usize) {
        // A thread that would have to wait has nothing newer to say.
        let Ok(mut line) = self.line.try_lock() else { return };
        let Line { stderr: Some(stderr), next, is_shown } = &mut *line else { return };
        let now = Instant::now();
        if now < *next {
            return;
        }
        *next = now + PAUSE;
        *is_shown = true;
        // Progress that cannot be shown is no reason to stop.
        let _ = write!(stderr, "{ERASE}{done} of {} {}", self.total, self.unit);
    }
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        if let (Some(stderr), true) = (&mut self.stderr, self.is_shown) {
            let _ = stderr.write_all(ERASE.as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    /// What is written within some time that nobody has waited.
    #[track_caller]
    fn check(interactive: bool, waited: Duration, expected: &str) {
        let (mut reader, writer) = io::pipe().unwrap();
        let mut terminal = Terminal {
            stdin: Box::new(io::empty()),
            stdout: Box::new(io::sink()),
            stderr: Box::new(writer),
            color: false,
            color_results: false,
            interactive,
            width: 80,
            columns: None,
        };
        let progress = Progress::new(&mut terminal, 9, "files");
        progress.line.lock().unwrap().next -= waited;
        progress.show(3);
        progress.show(4);
        drop(progress);
        drop(terminal);
        assert_eq!(io::read_to_string(&mut reader).unwrap(), expected);
    }

    #[test]
    fn long_work_has_a_line_that_goes_away() {
        check(true, SILENCE, "\r\x1b[K3 of 9 files\r\x1b[K");
    }

    #[test]
    fn short_work_and_work_that_nobody_watches_say_nothing() {
        check(true, Duration::ZERO, "");
        check(false, SILENCE, "");
    }
}
