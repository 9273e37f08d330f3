//! `petasos explain`.

use std::fmt::Write;

use anyhow::anyhow;

use crate::{cli::Failure, diagnostic::catalogue, report, terminal::Terminal};

/// Explain a diagnostic: what it means, why it is so, and what to write instead
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The code, such as P1001; without it, all codes with their titles
    code: Option<String>,
    /// All pages, in Markdown
    #[arg(long, conflicts_with = "code")]
    markdown: bool,
}

/// Prints a page, the list, or the whole document.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<(), Failure> {
    let text = match &arguments.code {
        _ if arguments.markdown => report::markdown(),
        None => list(),
        Some(id) => report::page(catalogue::find(id).ok_or_else(|| {
            Failure::Input(anyhow!(
                "there is no diagnostic {id:?}; `petasos explain` lists them all"
            ))
        })?),
    };
    terminal.print(&text).map_err(Failure::writing)
}

/// A line a code.
fn list() -> String {
    catalogue::all().fold(String::new(), |mut text, code| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{}  {:7}  {}", code.id, code.level.to_string(), code.title);
        text
    })
}
