//! The command line: arguments to calls, results to output. The only place that knows exit codes and the environment.

use std::{ffi::OsString, io, process::ExitCode};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::terminal::Terminal;

mod argocd;
mod cmp;
mod commit;
mod completions;
mod crds;
mod delivery;
mod diff;
mod explain;
mod failure;
mod flux;
mod helm_post_renderer;
mod init;
mod input;
mod krm;
mod load;
mod pack;
mod place;
mod progress;
mod pull;
mod push;
mod reference;
mod registry;
mod remote;
mod render;
mod report;
mod schema;
#[cfg(feature = "watch")]
mod stop;
mod sync;
mod validate;
mod why;

pub use failure::Failure;
pub use reference::reference;

/// What follows the options in `--help`.
const AFTER_HELP: &str = "\
Exit codes:
  0  fine
  1  differences found, where `diff` is asked to tell
  2  the input or the arguments are wrong
  3  the surroundings failed: disk, network, Git, registry
  4  refused for safety

Start with: petasos render examples/quickstart";

/// Turns custom resources of AI agents into plain Kubernetes manifests
#[derive(Debug, Parser)]
#[command(name = "petasos", version, after_help = AFTER_HELP, max_term_width = 100, disable_help_subcommand = true)]
struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(Debug, clap::Args)]
struct Global {
    /// When to color what is written for people
    #[arg(long, global = true, value_enum, default_value_t, env = "PETASOS_COLOR")]
    color: Color,
}

/// When to color.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    Render(render::Arguments),
    Validate(validate::Arguments),
    Diff(diff::Arguments),
    Why(why::Arguments),
    Commit(Box<commit::Arguments>),
    Sync(Box<sync::Arguments>),
    Push(push::Arguments),
    Pull(pull::Arguments),
    Init(init::Arguments),
    Explain(explain::Arguments),
    #[command(subcommand)]
    Pack(pack::Command),
    #[command(subcommand)]
    Argocd(argocd::Command),
    #[command(subcommand)]
    Flux(flux::Command),
    #[command(subcommand)]
    Cmp(cmp::Command),
    Krm(krm::Arguments),
    HelmPostRenderer(helm_post_renderer::Arguments),
    Crds(crds::Arguments),
    Schema(schema::Arguments),
    Completions(completions::Arguments),
}

/// Runs the program. It can be called more than once in a process.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let parsed = match parse(arguments) {
        Ok(parsed) => parsed,
        Err(error) => {
            // Help goes to standard output with code 0, a mistake to standard error with code 2.
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            return match error.print() {
                Ok(()) => ExitCode::from(code),
                Err(gone) if gone.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(code),
                Err(_) => ExitCode::from(3),
            };
        }
    };
    let mut terminal = Terminal::of_process(wants_color(parsed.global.color));
    let outcome = run(parsed.command, &mut terminal);
    ExitCode::from(finish(outcome, &mut terminal))
}

fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Arguments, clap::Error> {
    Arguments::from_arg_matches(&Arguments::command().try_get_matches_from(arguments)?)
}

fn run(command: Command, terminal: &mut Terminal) -> Result<(), Failure> {
    match command {
        Command::Render(arguments) => render::run(&arguments, terminal),
        Command::Validate(arguments) => validate::run(&arguments, terminal),
        Command::Diff(arguments) => diff::run(&arguments, terminal),
        Command::Why(arguments) => why::run(&arguments, terminal),
        Command::Commit(arguments) => commit::run(&arguments, terminal),
        Command::Sync(arguments) => sync::run(&arguments, terminal),
        Command::Push(arguments) => push::run(&arguments, terminal),
        Command::Pull(arguments) => pull::run(&arguments, terminal),
        Command::Init(arguments) => init::run(&arguments, terminal),
        Command::Explain(arguments) => explain::run(&arguments, terminal),
        Command::Pack(command) => pack::run(&command, terminal),
        Command::Argocd(command) => argocd::run(&command, terminal),
        Command::Flux(command) => flux::run(&command, terminal),
        Command::Cmp(command) => cmp::run(&command, terminal),
        Command::Krm(arguments) => krm::run(&arguments, terminal),
        Command::HelmPostRenderer(arguments) => helm_post_renderer::run(&arguments, terminal),
        Command::Crds(arguments) => crds::run(&arguments, terminal),
        Command::Schema(arguments) => schema::run(&arguments, terminal),
        Command::Completions(arguments) => completions::run(&arguments, terminal),
    }
}

/// Says why a command failed and gives the exit code.
fn finish(outcome: Result<(), Failure>, terminal: &mut Terminal) -> u8 {
    let outcome = outcome.and_then(|()| terminal.flush().map_err(Failure::writing));
    let Err(failure) = outcome else { return 0 };
    if failure.is_broken_pipe() {
        return 0;
    }
    // Nothing can be done about a standard error that is closed.
    let _ = terminal.flush();
    let _ = failure.tell(terminal);
    failure.code()
}

/// What the user asked for, in the flag or in the environment; none leaves it to the stream.
fn wants_color(flag: Color) -> Option<bool> {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    let refused = std::env::var("NO_COLOR").is_ok_and(|value| !value.is_empty());
    match flag {
        Color::Always => Some(true),
        Color::Never => Some(false),
        Color::Auto => refused.then_some(false),
    }
}

/// How many things can be done at the same time here.
fn all_cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

impl Terminal {
    fn flush(&mut self) -> io::Result<()> {
        self.stdout.flush()
    }
}
