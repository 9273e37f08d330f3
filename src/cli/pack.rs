//! `petasos pack`.

use anyhow::anyhow;
use camino::Utf8PathBuf;
use serde_json::Value;

use crate::{
    cli::{
        Failure,
        input::{Packs, read_pack},
        report::{self, ReportForm},
    },
    diagnostic::Level,
    kinds::Kinds,
    object::{Format, to_text},
    pack::{self, Pack},
    terminal::Terminal,
};

/// List, show, and check packs: the templates that instances are rendered with
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    List(List),
    Show(Show),
    Lint(Lint),
}

/// List the packs and the kinds that they render
#[derive(Debug, clap::Args)]
pub(super) struct List {
    #[command(flatten)]
    packs: Packs,
    /// The form of the list
    #[arg(short, long, value_enum, default_value_t)]
    output: ListForm,
}

/// The forms of a list.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum ListForm {
    /// For people
    #[default]
    Human,
    /// For programs
    Json,
}

/// Show what a pack makes of an instance, and when, or one of its files
#[derive(Debug, clap::Args)]
pub(super) struct Show {
    /// The name of the pack
    name: String,
    /// One of its files, such as statefulset.yaml
    file: Option<String>,
    #[command(flatten)]
    packs: Packs,
}

/// Check a pack: syntax, names, and that every path it reads exists in its kinds
#[derive(Debug, clap::Args)]
pub(super) struct Lint {
    /// The directory of the pack
    directory: Utf8PathBuf,
    /// The form of the report
    #[arg(short, long, value_enum, default_value_t)]
    output: ReportForm,
    #[command(flatten)]
    deny: report::Deny,
}

/// Lists, shows, or checks.
pub(super) fn run(command: &Command, terminal: &mut Terminal) -> Result<(), Failure> {
    match command {
        Command::List(arguments) => list(arguments, terminal),
        Command::Show(arguments) => show(arguments, terminal),
        Command::Lint(arguments) => lint(arguments, terminal),
    }
}

fn list(List { packs, output }: &List, terminal: &mut Terminal) -> Result<(), Failure> {
    let kinds = packs.kinds()?;
    let text = match output {
        ListForm::Human => pack::list(kinds.packs()),
        ListForm::Json => {
            to_text(&kinds.packs().iter().map(Pack::summary).collect::<Value>(), Format::Json)
        }
    };
    terminal.print(&text).map_err(Failure::writing)
}

fn show(Show { name, file, packs }: &Show, terminal: &mut Terminal) -> Result<(), Failure> {
    let kinds = packs.kinds()?;
    let names =
        || kinds.packs().iter().map(|pack| pack.name.as_str()).collect::<Vec<_>>().join(", ");
    let pack = kinds.packs().iter().find(|pack| pack.name == *name).ok_or_else(|| {
        Failure::Input(anyhow!("there is no pack {name:?}; there are {}", names()))
    })?;
    let text = match file {
        None => pack::show(pack),
        Some(file) => pack::show_template(pack, file)
            .ok_or_else(|| {
                Failure::Input(anyhow!(
                    "the pack has no file {file:?}; `petasos pack show {name}` lists them"
                ))
            })?
            .to_owned(),
    };
    terminal.print(&text).map_err(Failure::writing)
}

fn lint(Lint { directory, output, deny }: &Lint, terminal: &mut Terminal) -> Result<(), Failure> {
    let problems = match read_pack(directory) {
        Err(problems) => problems,
        Ok(pack) => {
            let mut problems = pack.lint();
            match Kinds::new(vec![pack]) {
                Err(more) => problems.extend(more),
                Ok(kinds) => problems.extend(
                    kinds.packs().last().into_iter().flat_map(|pack| kinds.check_paths(pack)),
                ),
            }
            problems
        }
    };
    report::show(&problems, *output, terminal, report::Stream::Result)?;
    if problems.iter().any(|problem| problem.level() == Level::Error) {
        return Err(Failure::Reported);
    }
    deny.check(&problems)?;
    match output {
        ReportForm::Human if problems.is_empty() => {
            terminal.print(&format!("{directory}: fine\n")).map_err(Failure::writing)
        }
        _ => Ok(()),
    }
}
