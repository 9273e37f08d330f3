//! The options that say what is read and what it is rendered with, shared by the commands that render.

use std::mem::ManuallyDrop;

use anyhow::anyhow;
use camino::{Utf8Path, Utf8PathBuf};

#[cfg(feature = "git")]
use crate::git::Repository;
use crate::{
    cli::{
        Failure,
        load::{self, FoundProject, Loaded, Nothing},
        place::Place,
    },
    diagnostic::Diagnostic,
    flux::treatment::Treatment,
    kinds::Kinds,
    object::{Format, release::Release},
    pack::Pack,
    pack_directory,
    pipeline::{ObjectSet, Parameters},
    project::Target,
    source,
    terminal::Terminal,
};
#[cfg(feature = "watch")]
use crate::{
    project::{FILE, Project},
    project_file,
};

/// What to read and what to render it with.
#[derive(Debug, clap::Args)]
pub(super) struct Input {
    /// Files, directories (read recursively: .yaml, .yml, .json), or `-` for standard input; without it, what the target or the
    /// project file `petasos.yaml` reads
    #[arg(value_name = "PATH")]
    pub paths: Vec<Utf8PathBuf>,
    /// Render for this target of the project file `petasos.yaml`, with its sources, namespace, and overlays
    #[arg(long, value_name = "NAME")]
    target: Option<String>,
    #[command(flatten)]
    revision: AtRevision,
    #[command(flatten)]
    settings: Settings,
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
    pub namespace: Option<String>,
    /// The Kubernetes of the cluster, such as `1.35`: fields that it does not have are found
    #[arg(long, value_name = "VERSION")]
    pub kubernetes_version: Option<Release>,
    #[command(flatten)]
    pub packs: Packs,
    /// How many threads to use [default: all cores]
    #[arg(short, long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
}

/// Packs besides the built-in ones.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Packs {
    /// A directory with a pack: more kinds, or changed templates of a built-in pack
    #[arg(long = "pack", value_name = "DIR")]
    pub directories: Vec<Utf8PathBuf>,
}

impl Settings {
    /// What is set here, or else by the target.
    pub(super) fn parameters(&self, target: Option<&Target>) -> Parameters {
        let namespace = target.and_then(|target| target.namespace.as_ref());
        // The project file is not read where this is no version.
        let version = target.and_then(|target| target.kubernetes_version.as_ref()?.parse().ok());
        Parameters {
            namespace: self.namespace.as_ref().or(namespace).cloned(),
            include_instances: target.is_some_and(|target| target.include_instances),
            kubernetes: self.kubernetes_version.or(version),
        }
    }
}

impl Packs {
    /// The kinds that the run knows: the built-in ones and those of `--pack`.
    pub(super) fn kinds(&self) -> Result<Kinds, Failure> {
        load::kinds(self.directories.iter().map(|directory| read_pack(directory)))
    }
}

/// A pack on disk, or what is wrong with it.
pub(super) fn read_pack(directory: &Utf8Path) -> Result<Pack, Vec<Diagnostic>> {
    Pack::load(directory.as_str(), &pack_directory::read(directory)?)
}

impl Input {
    /// Reads everything that the run needs.
    pub(super) fn load(&self, terminal: &mut Terminal) -> Result<Loaded, Failure> {
        let mut place = self.revision.place()?;
        let project = self.project(&place)?;
        let target = load::target(self.target.as_deref(), project.as_ref())?;
        if self.paths.is_empty() && project.is_none() {
            let problem = "write what to read: there is no petasos.yaml here or above that says it";
            return Err(Failure::Input(anyhow!("{problem}")));
        }
        load::load(
            &mut place,
            &self.paths,
            project.as_ref(),
            target,
            &self.settings,
            Nothing::IsWrong,
            terminal,
        )
    }

    /// The files and directories that a run reads.
    #[cfg(feature = "watch")]
    pub(super) fn watched(&self) -> Vec<Utf8PathBuf> {
        let mut paths = [&self.paths[..], &self.settings.packs.directories].concat();
        let first = self.paths.first().map_or(Utf8Path::new("."), |path| path);
        let Some(directory) = project_file::find(first) else { return paths };
        let file = directory.join(FILE);
        // What is wrong with it, the run says.
        let mut unsaid = Vec::new();
        let source = source::load(&file, &mut unsaid).ok().flatten();
        if let Some(project) = source.and_then(|source| Project::read(&source, &mut unsaid)) {
            let settings = &project.settings;
            paths.extend(Place::Disk.enter(&directory, &settings.packs));
            if self.paths.is_empty() {
                let target = self.target.as_ref().and_then(|name| project.target(name).ok());
                let sources = target.and_then(|target| target.sources.as_ref());
                paths.extend(Place::Disk.enter(&directory, sources.unwrap_or(&settings.sources)));
            }
        }
        paths.push(file);
        paths
    }

    /// Reads and renders everything.
    pub(super) fn render(
        &self,
        format: Format,
        flux: Option<Treatment>,
        terminal: &mut Terminal,
    ) -> Result<ObjectSet, Failure> {
        // The process ends soon, and to take the packs apart would only take time.
        let mut loaded = ManuallyDrop::new(self.load(terminal)?);
        loaded.flux = flux;
        Ok(loaded.render(format, terminal))
    }

    /// The project file above the first path.
    fn project(&self, place: &Place) -> Result<Option<FoundProject>, Failure> {
        let first = self.paths.first().map_or(Utf8Path::new("."), |path| path);
        let is_stdin = first == source::STDIN;
        if is_stdin && self.target.is_none() {
            return Ok(None);
        }
        load::project(place, if is_stdin { Utf8Path::new(".") } else { first })
    }
}

impl AtRevision {
    #[cfg(feature = "git")]
    fn place(&self) -> Result<Place, Failure> {
        let Some(revision) = &self.revision else { return Ok(Place::Disk) };
        let here = self.repository.as_deref().unwrap_or(Utf8Path::new("."));
        let repository = Repository::open(here)?;
        let revision = repository.resolve(revision)?;
        Ok(Place::Revision(Box::new(repository), revision))
    }

    #[cfg(not(feature = "git"))]
    fn place(&self) -> Result<Place, Failure> {
        match self.revision {
            None => Ok(Place::Disk),
            Some(_) => Err(Failure::without("git")),
        }
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
