//! `petasos schema`.

use crate::{
    api,
    cli::Failure,
    object::{Format, to_text},
    terminal::Terminal,
};

/// Print the JSON Schema of our kinds, for editors
///
/// An editor with a YAML language server checks a file that begins with
/// `# yaml-language-server: $schema=petasos.schema.json`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {}

/// Prints the schema.
pub(super) fn run(Arguments {}: &Arguments, terminal: &mut Terminal) -> Result<(), Failure> {
    terminal.print(&to_text(&api::json_schema(), Format::Json)).map_err(Failure::writing)
}
