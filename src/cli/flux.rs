//! Flux's post-build substitution: the options of `render`, and `petasos flux`.

use std::{collections::BTreeMap, sync::Arc};

use anyhow::anyhow;
use camino::Utf8PathBuf;

mod kustomization;

use crate::{
    cli::{
        Failure,
        report::{self, ReportForm},
    },
    diagnostic::{Diagnostic, Level, Source},
    document,
    flux::{
        lint,
        literal::Protection,
        substitution::Missing,
        treatment::{Substitution, Treatment},
        variables,
    },
    source,
    terminal::Terminal,
};

/// What to do about Flux's post-build substitution.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Flux")]
pub(super) struct Options {
    /// Keep every text out of Flux's post-build substitution
    #[arg(long, value_enum, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "opt-out")]
    flux: Option<How>,
    /// With --flux=escape: a variable that is left for Flux to replace
    #[arg(long, value_name = "NAME")]
    flux_variable: Vec<String>,
    #[command(flatten)]
    variables: Variables,
    /// Let a variable that is not there be empty, as Flux did before 2.9
    #[arg(long)]
    lenient_substitution: bool,
}

/// How objects are kept out of substitution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum How {
    /// Annotate the objects that would be changed
    OptOut,
    /// Double each `$` that means something; needs a Kustomization that substitutes
    Escape,
}

/// Where variables come from.
#[derive(Debug, clap::Args)]
struct Variables {
    /// Variables of Flux's post-build substitution: the names and values of a YAML file; `render` then substitutes
    #[arg(long, value_name = "FILE")]
    substitute: Vec<Utf8PathBuf>,
    /// The same from the ConfigMaps and Secrets of a file; those of --substitute win
    #[arg(long, value_name = "FILE")]
    substitute_from: Vec<Utf8PathBuf>,
}

impl Options {
    /// What the run does, if it does anything.
    pub(super) fn treatment(&self, terminal: &mut Terminal) -> Result<Option<Treatment>, Failure> {
        let wants = |what: &str| Failure::Input(anyhow!("{what}"));
        if !self.flux_variable.is_empty() && self.flux != Some(How::Escape) {
            return Err(wants("--flux-variable says what --flux=escape leaves alone: give both"));
        }
        if self.lenient_substitution && !self.variables.are_given() {
            return Err(wants("--lenient-substitution needs --substitute or --substitute-from"));
        }
        let protection = match self.flux {
            Some(_) if self.variables.are_given() => {
                return Err(wants(
                    "--flux keeps texts out of a substitution that --substitute does: give one of them",
                ));
            }
            None if self.variables.are_given() => {
                let missing =
                    if self.lenient_substitution { Missing::Empty } else { Missing::Refused };
                let variables = self.variables.read(terminal)?;
                return Ok(Some(Treatment::Substitute(Substitution { variables, missing })));
            }
            None => return Ok(None),
            Some(How::OptOut) => Protection::OptOut,
            Some(How::Escape) => {
                Protection::Escape { keep: self.flux_variable.iter().cloned().collect() }
            }
        };
        Ok(Some(Treatment::Protect(protection)))
    }
}

impl Variables {
    fn are_given(&self) -> bool {
        !self.substitute.is_empty() || !self.substitute_from.is_empty()
    }

    fn read(&self, terminal: &mut Terminal) -> Result<BTreeMap<String, String>, Failure> {
        let mut report = Vec::new();
        let mut variables = BTreeMap::new();
        for path in self.substitute_from.iter().chain(&self.substitute) {
            let sources =
                source::read(std::slice::from_ref(path), &mut terminal.stdin, &mut report)?;
            for source in &sources {
                for document in document::read(source, &mut report) {
                    variables::add(&document, &mut variables, &mut report);
                }
            }
        }
        report::show(&report, ReportForm::Human, terminal, report::Stream::Error)?;
        if report.iter().any(|problem| problem.level() == Level::Error) {
            return Err(Failure::Reported);
        }
        Ok(variables)
    }
}

/// What Flux is told, and what it makes of manifests
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    Lint(Lint),
    Kustomization(kustomization::Kustomization),
}

/// Say which texts of manifests Flux's post-build substitution would change or refuse
#[derive(Debug, clap::Args)]
pub(super) struct Lint {
    /// Manifests: files, directories, or `-` for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<Utf8PathBuf>,
    #[command(flatten)]
    variables: Variables,
    /// The form of the report
    #[arg(short, long, value_enum, default_value_t)]
    output: ReportForm,
    #[command(flatten)]
    deny: report::Deny,
}

/// Runs `petasos flux`.
pub(super) fn run(command: &Command, terminal: &mut Terminal) -> Result<(), Failure> {
    match command {
        Command::Lint(arguments) => lint(arguments, terminal),
        Command::Kustomization(arguments) => kustomization::run(arguments, terminal),
    }
}

fn lint(arguments: &Lint, terminal: &mut Terminal) -> Result<(), Failure> {
    let variables = arguments.variables.read(terminal)?;
    let mut report = Vec::new();
    let sources = source::read(&arguments.paths, &mut terminal.stdin, &mut report)?;
    for source in &sources {
        check(source, &variables, &mut report);
    }
    report::show(&report, arguments.output, terminal, report::Stream::Result)?;
    if report.iter().any(|problem| problem.level() == Level::Error) {
        return Err(Failure::Reported);
    }
    arguments.deny.check(&report)
}

fn check(source: &Arc<Source>, variables: &BTreeMap<String, String>, report: &mut Vec<Diagnostic>) {
    for document in document::parse(source, report) {
        lint::check(&document, &|name| variables.contains_key(name), report);
    }
}
