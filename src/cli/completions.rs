//! `petasos completions`.

use clap::CommandFactory;

use crate::{cli::Failure, terminal::Terminal};

/// Print the completion script of a shell
///
/// For bash: `petasos completions bash > /etc/bash_completion.d/petasos`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Which shell
    shell: clap_complete::Shell,
}

/// Prints the script.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut super::Arguments::command(),
        "petasos",
        &mut script,
    );
    terminal.print(&String::from_utf8_lossy(&script)).map_err(Failure::writing)
}
