//! The options that say what is read and what it is rendered with, shared by the commands that render.

use std::{mem::ManuallyDrop, sync::Arc};

use anyhow::anyhow;
use camino::{Utf8Path, Utf8PathBuf};

#[cfg(feature = "git")]
use crate::git::Repository;
use crate::{
    cli::{Failure, all_cores, progress::Progress, report},
    diagnostic::{Diagnostic, Source},
    kinds::Kinds,
    object::Format,
    pack::Pack,
    pack_directory,
    pipeline::{self, ObjectSet, Options},
    source,
    terminal::Terminal,
};

/// What to read and what to render it with.
#[derive(Debug, clap::Args)]
pub(super) struct Input {
    /// Files, directories (read recursively: .yaml, .yml, .json), or `-` for standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<Utf8PathBuf>,
    #[command(flatten)]
    revision: AtRevision,
    #[command(flatten)]
    pub settings: Settings,
}

/// Which state of a Git repository to read.
#[derive(Debug, clap::Args)]
struct AtRevision {
    /// Read the paths as they are in this revision of the Git repository, whatever the work tree holds
    #[arg(long, value_name = "REVISION", allow_hyphen_values = true)]
    revision: Option<String>,
    /// The directory that the paths are relative to; its repository is searched upward [default: this one]
    #[arg(long, value_name = "DIR", requires = "revision")]
    repository: Option<Utf8PathBuf>,
}

/// What to render with.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Settings {
    /// The namespace of instances that name none
    #[arg(short, long, value_name = "NAMESPACE", value_parser = namespace)]
    namespace: Option<String>,
    #[command(flatten)]
    packs: Packs,
    /// How many threads to use [default: all cores]
    #[arg(short, long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
}

/// Packs besides the built-in ones.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Packs {
    /// A directory with a pack: more kinds, or changed templates of a built-in pack
    #[arg(long = "pack", value_name = "DIR")]
    directories: Vec<Utf8PathBuf>,
}

impl Packs {
    /// The kinds that the run knows: the built-in ones and those of `--pack`.
    pub(super) fn kinds(&self, terminal: &mut Terminal) -> Result<Kinds, Failure> {
        let mut packs = Vec::new();
        let mut problems = Vec::new();
        for directory in &self.directories {
            match read_pack(directory) {
                Ok(pack) => packs.push(pack),
                Err(mut found) => problems.append(&mut found),
            }
        }
        let kinds = if problems.is_empty() { Kinds::new(packs) } else { Err(problems) };
        kinds.or_else(|problems| {
            report::show(&problems, report::ReportForm::Human, terminal, report::Stream::Error)?;
            Err(Failure::Reported)
        })
    }
}

/// A pack on disk, or what is wrong with it.
pub(super) fn read_pack(directory: &Utf8Path) -> Result<Pack, Vec<Diagnostic>> {
    Pack::load(directory.as_str(), &pack_directory::read(directory)?)
}

impl Settings {
    /// The kinds that the run knows.
    pub(super) fn kinds(&self, terminal: &mut Terminal) -> Result<Kinds, Failure> {
        self.packs.kinds(terminal)
    }

    /// The options of the pipeline for so many texts. To count the cores takes longer than to read a text.
    pub(super) fn options<'a>(
        &'a self,
        kinds: &'a Kinds,
        format: Format,
        texts: usize,
    ) -> Options<'a> {
        let of_machine = || if texts > 1 { all_cores() } else { 1 };
        let jobs = self.jobs.map_or_else(of_machine, usize::from);
        Options { kinds, namespace: self.namespace.as_deref(), format, jobs }
    }
}

impl Input {
    /// All texts of the input, and what is wrong with those that cannot be read.
    pub(super) fn sources(
        &self,
        terminal: &mut Terminal,
    ) -> Result<(Vec<Arc<Source>>, Vec<Diagnostic>), Failure> {
        let mut report = Vec::new();
        let sources = match &self.revision.revision {
            None => source::read(&self.paths, &mut terminal.stdin, &mut report)?,
            Some(revision) => self.revision.read(revision, &self.paths, &mut report)?,
        };
        if sources.is_empty() && report.is_empty() {
            return Err(self.empty());
        }
        Ok((sources, report))
    }

    /// Why the paths give no text.
    fn empty(&self) -> Failure {
        let paths = self.paths.iter().map(|path| path.as_str()).collect::<Vec<_>>().join(", ");
        if let Some(revision) = &self.revision.revision {
            let message = anyhow!("no .yaml, .yml, or .json file in {paths} of {revision}");
            return Failure::Input(message);
        }
        let passed_over = self.paths.iter().filter_map(|path| {
            let why = match source::marker(path)? {
                "pack.yaml" => "a pack, for --pack",
                _ => "a Helm chart",
            };
            Some(format!("; {path} is {why}"))
        });
        let passed_over: String = passed_over.collect();
        Failure::Input(anyhow!("no .yaml, .yml, or .json file in {paths}{passed_over}"))
    }

    /// Reads and renders everything.
    pub(super) fn render(
        &self,
        format: Format,
        terminal: &mut Terminal,
    ) -> Result<ObjectSet, Failure> {
        // The process ends soon, and to take the packs apart would only take time.
        let kinds = ManuallyDrop::new(self.settings.kinds(terminal)?);
        let (sources, report) = self.sources(terminal)?;
        let progress = Progress::new(terminal, sources.len());
        let options = self.settings.options(&kinds, format, sources.len());
        Ok(pipeline::render(&sources, report, &options, &|done| progress.show(done)))
    }
}

#[cfg(feature = "git")]
impl AtRevision {
    fn read(
        &self,
        revision: &str,
        paths: &[Utf8PathBuf],
        report: &mut Vec<Diagnostic>,
    ) -> Result<Vec<Arc<Source>>, Failure> {
        let here = self.repository.as_deref().unwrap_or(Utf8Path::new("."));
        let repository = Repository::open(here)?;
        let revision = repository.resolve(revision)?;
        Ok(repository.read(&revision, paths, report)?)
    }
}

#[cfg(not(feature = "git"))]
impl AtRevision {
    fn read(
        &self,
        _: &str,
        _: &[Utf8PathBuf],
        _: &mut Vec<Diagnostic>,
    ) -> Result<Vec<Arc<Source>>, Failure> {
        Err(Failure::without("git"))
    }
}

/// A namespace as Kubernetes allows it.
fn namespace(text: &str) -> Result<String, String> {
    let valid = !text.is_empty()
        && text.len() <= 63
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        && !text.starts_with('-')
        && !text.ends_with('-');
    if valid {
        Ok(text.to_owned())
    } else {
        Err("a namespace has lower-case letters, digits, and dashes, 63 at most, and no dash at an end".to_owned())
    }
}
