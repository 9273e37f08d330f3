//! `petasos schema`.

use crate::{
    api,
    cli::Failure,
    object::{Format, to_text},
    preview, project,
    terminal::Terminal,
};

/// Print the JSON Schema of our kinds, for editors
///
/// An editor with a YAML language server checks a file that begins with
/// `# yaml-language-server: $schema=petasos.schema.json`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The schema of the project file `petasos.yaml` instead
    #[arg(long)]
    project: bool,
    /// The schema of what `petasos diff --output json` writes instead
    #[arg(long, conflicts_with = "project")]
    diff: bool,
}

/// Prints the schema.
pub(super) fn run(
    Arguments { project, diff }: &Arguments,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let schema = match (project, diff) {
        (true, _) => project::json_schema(),
        (false, true) => preview::schema(),
        (false, false) => api::json_schema(),
    };
    terminal.print(&to_text(&schema, Format::Json)).map_err(Failure::writing)
}
