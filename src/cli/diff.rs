//! `petasos diff`.

use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

use anyhow::{Context, anyhow};
use camino::Utf8PathBuf;

use crate::{
    cli::{
        Failure,
        input::Settings,
        report::{self, ReportForm, Stream},
    },
    diagnostic::{Diagnostic, Source},
    diff::{self, Change},
    object::Identity,
    preview::{self, FingerprintKey, Ignore, Layout, Preview},
    risk,
    terminal::Terminal,
};

mod fail_on;
mod places;
mod post;
mod side;

use fail_on::FailOn;
use post::Post;
use side::Side;

/// Show what differs between two sets of objects
///
/// Each side is a directory, a file, `-`, or `git:REVISION[:PATH]`: what a revision of a Git repository holds, read from its
/// objects, such as `git:HEAD:agents` or the branch `git:env/prod`. Instances in it are rendered, and other objects are
/// taken as they are; a directory that petasos wrote, which its record `petasos.sum` shows, is taken as it is as a whole.
/// With --base, the sides are two revisions: the state where they part, and --head. Values of Secrets and of fields that are
/// called like secrets never appear: a fingerprint with a key shows whether they differ.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The old side and the new side, each a path or `git:REVISION[:PATH]`; with --base, the paths to compare [default: the
    /// project's sources, or this directory]
    #[arg(required_unless_present = "base", value_name = "PATH")]
    paths: Vec<Utf8PathBuf>,
    #[command(flatten)]
    revisions: Revisions,
    /// Compare what this target of the project file `petasos.yaml` renders
    #[arg(long, value_name = "NAME")]
    target: Option<String>,
    #[command(flatten)]
    settings: Settings,
    /// The form of the preview
    #[arg(short, long, value_enum, default_value_t)]
    output: Form,
    /// How before and after stand to each other in text
    #[arg(long, value_enum, default_value_t)]
    layout: LayoutName,
    /// Exit with 1 when anything differs that is shown
    #[arg(long)]
    exit_code: bool,
    /// Exit with 1 when a change has this risk: a code, or `error`, `warning`, or `note` for those that are as bad or worse
    #[arg(long, value_name = "RISK")]
    fail_on: Vec<FailOn>,
    /// Leave out these differences: a path such as `spec.replicas`, one of some objects such as `configmap/demo:data`, or
    /// the code of a risk; `*` stands for any part of a name
    #[arg(long, value_name = "PATH-OR-RISK")]
    ignore: Vec<Ignore>,
    /// Show also what says nothing: fields that servers fill in, digests of what is compared, the order of volumes
    #[arg(long)]
    all: bool,
    /// A file with the key of the fingerprints of secrets, so that they are the same in each run [default: a new key]
    #[arg(long, value_name = "FILE")]
    fingerprint_key_file: Option<PathBuf>,
    #[command(flatten)]
    post: Post,
}

/// Revisions of a Git repository.
#[derive(Debug, clap::Args)]
struct Revisions {
    /// Compare with the commit where this revision and --head part, as a pull request does
    #[arg(long, value_name = "REVISION", allow_hyphen_values = true)]
    base: Option<String>,
    /// The new side
    #[arg(
        long,
        value_name = "REVISION",
        requires = "base",
        allow_hyphen_values = true,
        default_value = "HEAD"
    )]
    head: String,
    /// The directory that the paths in revisions are relative to; its repository is searched upward [default: this one]
    #[arg(long, value_name = "DIR")]
    repository: Option<Utf8PathBuf>,
}

/// The forms of a preview.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// For people at a terminal
    #[default]
    Text,
    /// A comment of a pull request; --forge and --max-bytes say whose and how long
    Markdown,
    /// One HTML file that needs nothing else
    Html,
    /// For programs; `petasos schema --diff` describes it
    Json,
    /// JSON Patches (RFC 6902), one an object
    Patch,
    /// Risks for code scanning: SARIF 2.1.0
    Sarif,
    /// Risks for build servers: `JUnit` XML
    Junit,
    /// Risks as annotations of GitHub Actions
    Github,
}

/// How before and after stand to each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum LayoutName {
    /// Beside each other on a terminal that is wide enough, or else below each other
    #[default]
    Auto,
    /// Below each other
    Unified,
    /// Beside each other
    SideBySide,
}

/// From how many columns on a terminal shows before and after beside each other.
const WIDE: usize = 140;

/// The fewest bytes that a key has.
const SHORTEST_KEY: usize = 16;

/// Compares.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<(), Failure> {
    let (old, new) = arguments.sides(terminal)?;
    let options = preview::Options { ignore: arguments.ignored(&new)?, key: arguments.key()? };
    let preview = preview::preview(Arguments::changes(old, new, terminal)?, &options);
    let text = match arguments.output {
        Form::Text => preview::text(&preview, arguments.layout(terminal), terminal.color_results),
        Form::Markdown => arguments.post.markdown(&preview),
        Form::Html => preview::html(&preview),
        Form::Json => preview::json(&preview),
        Form::Patch => preview::patch(&preview),
        Form::Sarif => crate::report::sarif(&arguments.diagnostics(&preview)),
        Form::Junit => preview::junit(&preview),
        Form::Github => crate::report::github(&arguments.diagnostics(&preview)),
    };
    terminal.print(&text).map_err(Failure::writing)?;
    arguments.post.run(&preview, terminal)?;
    arguments.verdict(&preview)
}

impl Arguments {
    /// The risks at files as a checkout has them: without the revision that they were read from.
    fn diagnostics(&self, preview: &Preview) -> Vec<Diagnostic> {
        let mut diagnostics = preview.diagnostics();
        for location in diagnostics.iter_mut().filter_map(|one| one.location.as_mut()) {
            let Source { name, text } = &*location.source;
            if let Some(path) = self.in_checkout(name) {
                location.source = Arc::new(Source { name: path.to_owned(), text: text.clone() });
            }
        }
        diagnostics
    }

    /// What is left out: what the user, the project, and every run says.
    fn ignored(&self, new: &Side) -> Result<Vec<Ignore>, Failure> {
        let mut ignore = self.ignore.clone();
        let of_project = new.project.iter().flat_map(|found| &found.project.settings.diff.ignore);
        for text in of_project {
            let parsed =
                text.parse::<Ignore>().context("cannot read diff.ignore of the project file");
            ignore.push(parsed.map_err(Failure::Input)?);
        }
        if !self.all {
            ignore.extend(preview::usual());
        }
        Ok(ignore)
    }

    fn key(&self) -> Result<FingerprintKey, Failure> {
        let Some(path) = &self.fingerprint_key_file else {
            let mut key = vec![0; 32];
            let made = getrandom::fill(&mut key).map_err(anyhow::Error::from);
            made.context("cannot make a key for fingerprints").map_err(Failure::Surroundings)?;
            return Ok(FingerprintKey::new(key));
        };
        let key = std::fs::read(path)
            .with_context(|| format!("cannot read the key {}", path.display()))
            .map_err(Failure::Surroundings)?;
        if key.len() < SHORTEST_KEY {
            let path = path.display();
            let problem =
                anyhow!("the key {path} has less than {SHORTEST_KEY} bytes, which can be guessed");
            return Err(Failure::Input(problem));
        }
        Ok(FingerprintKey::new(key))
    }

    fn layout(&self, terminal: &Terminal) -> Layout {
        let width = terminal.columns.unwrap_or(WIDE);
        let is_beside = match self.layout {
            LayoutName::Auto => terminal.columns.is_some() && width >= WIDE,
            LayoutName::Unified => false,
            LayoutName::SideBySide => true,
        };
        if is_beside { Layout::SideBySide(width) } else { Layout::Unified }
    }

    /// What differs. What is wrong with the new side ends the run; the old side is what it is.
    fn changes(old: Side, new: Side, terminal: &mut Terminal) -> Result<Vec<Change>, Failure> {
        let (old, new) = side::render(old, new, terminal);
        report::show(&new.set.errors(), ReportForm::Human, terminal, Stream::Error)?;
        if new.is_refused() {
            return Err(Failure::Reported);
        }
        if old.is_refused() {
            report::show(&old.set.errors(), ReportForm::Human, terminal, Stream::Error)?;
            let note = "the old side has errors: what it cannot render is shown as added\n";
            terminal.tell(note).map_err(Failure::writing)?;
        }
        let mut changes = diff::compare(&old.set.objects, &new.set.objects);
        // An instance is shown where it allows something that none of its objects shows.
        let of_instances = diff::compare(&old.instances, &new.instances);
        let known: BTreeSet<Identity> = changes.iter().map(|one| one.identity.clone()).collect();
        changes.extend(
            of_instances
                .into_iter()
                .filter(|change| !known.contains(&change.identity) && !risk::of(change).is_empty()),
        );
        Ok(changes)
    }

    fn verdict(&self, preview: &Preview) -> Result<(), Failure> {
        let failed = preview
            .all_risks()
            .find(|risk| self.fail_on.iter().any(|fail_on| fail_on.means(risk.code)));
        if let Some(risk) = failed {
            let code = risk.code.id;
            return Err(Failure::Differs(Some(anyhow!(
                "{}; {code} is in --fail-on",
                risk.message
            ))));
        }
        if self.exit_code && !preview.is_empty() {
            return Err(Failure::Differs(None));
        }
        Ok(())
    }
}
