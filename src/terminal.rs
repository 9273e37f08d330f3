//! The only writer: results to standard output, everything else to standard error.

use std::io::{self, IsTerminal, Read, Write};

/// The streams of one run, and what they can show.
pub struct Terminal {
    /// Standard input.
    pub stdin: Box<dyn Read + Send>,
    /// Where results go.
    pub stdout: Box<dyn Write>,
    /// Where diagnostics and progress go.
    pub stderr: Box<dyn Write + Send>,
    /// Whether standard error may have color.
    pub color: bool,
    /// Whether standard output may have color.
    pub color_results: bool,
    /// Whether a person watches standard error, so that progress helps.
    pub interactive: bool,
    /// How wide diagnostics may be, in columns.
    pub width: usize,
    /// How wide standard output is, where it is a terminal.
    pub columns: Option<usize>,
}

impl Terminal {
    /// The streams of the process. `color` is what the user asked for; `None` leaves it to the stream.
    pub fn of_process(color: Option<bool>) -> Self {
        let interactive = io::stderr().is_terminal();
        Terminal {
            stdin: Box::new(io::stdin()),
            stdout: Box::new(io::BufWriter::with_capacity(1 << 16, io::stdout())),
            stderr: Box::new(io::stderr()),
            color: color.unwrap_or(interactive),
            color_results: color.unwrap_or_else(|| io::stdout().is_terminal()),
            interactive,
            width: 120,
            columns: terminal_size::terminal_size_of(io::stdout())
                .map(|(terminal_size::Width(columns), _)| usize::from(columns)),
        }
    }

    /// Writes a result. That the reader has gone away is an error here, and the program ends on it without a word.
    pub fn print(&mut self, text: &str) -> io::Result<()> {
        self.stdout.write_all(text.as_bytes())
    }

    /// Writes to the person who runs the program.
    pub fn tell(&mut self, text: &str) -> io::Result<()> {
        self.stderr.write_all(text.as_bytes())
    }
}
