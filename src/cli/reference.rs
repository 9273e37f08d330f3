//! The reference of the command line in Markdown, made from the definitions that parse it.

use std::fmt::Write;

use clap::{Command, CommandFactory};

use crate::cli::Arguments;

/// `docs/cli.md`.
pub fn reference() -> String {
    let mut text = String::from(
        "# Command line\n\nMade from the program: `petasos COMMAND --help` prints the same.\n",
    );
    let mut command = Arguments::command().term_width(100);
    command.build();
    section(&mut command, &mut text);
    text
}

fn section(command: &mut Command, text: &mut String) {
    let name = command.get_bin_name().unwrap_or(command.get_name()).to_owned();
    let help = command.render_long_help().to_string();
    let lines = help.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    let _ = write!(text, "\n## {name}\n\n```text\n{}\n```\n", lines.trim_end());
    for inner in command.get_subcommands_mut().filter(|inner| inner.get_name() != "help") {
        section(inner, text);
    }
}
