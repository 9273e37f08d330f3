//! How reports are shown, shared by the commands that check.

use anyhow::anyhow;

use crate::{
    cli::Failure,
    diagnostic::{Diagnostic, Level},
    report,
    terminal::Terminal,
};

/// The forms of a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum ReportForm {
    /// For people, with the lines of the source
    #[default]
    Human,
    /// For programs
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

/// Which stream a report goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    /// Standard output: the report is the result.
    Result,
    /// Standard error: the result is something else.
    Error,
}

/// What else fails the run.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Deny {
    /// Fail on these too
    #[arg(long, value_enum, value_name = "LEVEL")]
    deny: Option<Denied>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Denied {
    /// Warnings
    Warnings,
    /// Warnings and notes
    Notes,
}

impl Deny {
    /// Fails, and says why, if the report holds something that the user does not accept. Errors speak for themselves.
    pub(super) fn check(&self, diagnostics: &[Diagnostic]) -> Result<(), Failure> {
        let denied = match self.deny {
            Some(denied) if diagnostics.iter().any(|one| self.refuses(one.level())) => denied,
            Some(_) | None => return Ok(()),
        };
        let name = match denied {
            Denied::Warnings => "warnings",
            Denied::Notes => "notes",
        };
        Err(Failure::Input(anyhow!("refused by --deny {name}")))
    }

    fn refuses(&self, level: Level) -> bool {
        match (level, self.deny) {
            (Level::Warning, Some(_)) | (Level::Note, Some(Denied::Notes)) => true,
            (Level::Error, _)
            | (Level::Warning, None)
            | (Level::Note, None | Some(Denied::Warnings)) => false,
        }
    }
}

/// Writes a report beside a result: errors, warnings, notes that are denied, and how many other notes there are.
pub(super) fn show_beside(
    diagnostics: &[Diagnostic],
    deny: &Deny,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let is_counted = |level| level == Level::Note && !deny.refuses(level);
    let (notes, others): (Vec<Diagnostic>, Vec<Diagnostic>) =
        diagnostics.iter().cloned().partition(|diagnostic| is_counted(diagnostic.level()));
    show(&others, ReportForm::Human, terminal, Stream::Error)?;
    let text = match notes.len() {
        0 => return Ok(()),
        1 => "1 note, which `petasos validate` shows\n".to_owned(),
        many => format!("{many} notes, which `petasos validate` shows\n"),
    };
    terminal.tell(&text).map_err(Failure::writing)
}

/// Writes a report.
pub(super) fn show(
    diagnostics: &[Diagnostic],
    form: ReportForm,
    terminal: &mut Terminal,
    stream: Stream,
) -> Result<(), Failure> {
    let color = if stream == Stream::Error { terminal.color } else { terminal.color_results };
    let text = match form {
        ReportForm::Human => report::human(diagnostics, color, terminal.width),
        ReportForm::Json => report::json(diagnostics),
        ReportForm::Sarif => report::sarif(diagnostics),
        ReportForm::Github => report::github(diagnostics),
    };
    match stream {
        Stream::Result => terminal.print(&text),
        Stream::Error => terminal.tell(&text),
    }
    .map_err(Failure::writing)
}
