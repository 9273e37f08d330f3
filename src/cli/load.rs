//! What a run needs, read from its place: the project, its packs, the target, and the texts.

use std::{collections::BTreeMap, sync::Arc};

use anyhow::anyhow;
use camino::{Utf8Path, Utf8PathBuf};

use crate::{
    cli::{
        Failure, all_cores,
        input::Settings,
        place::{PackFailure, Place},
        progress::Progress,
    },
    diagnostic::{Diagnostic, Level, Source},
    digest,
    flux::treatment::Treatment,
    kinds::Kinds,
    nearest::nearest,
    object::Format,
    pack::Pack,
    pack_directory,
    pipeline::{self, ObjectSet, Options, Parameters},
    project::{self, FILE, Ignore, Project, Target},
    source,
    terminal::Terminal,
};

/// Everything that a run needs.
pub(super) struct Loaded {
    /// The packs and the kinds that they render.
    pub kinds: Kinds,
    /// The texts.
    pub sources: Vec<Arc<Source>>,
    /// What is wrong with texts that cannot be read.
    pub report: Vec<Diagnostic>,
    /// The digest of all that the output is made from.
    pub inputs: String,
    parameters: Parameters,
    /// What to do about Flux's post-build substitution.
    pub flux: Option<Treatment>,
    jobs: Option<u16>,
}

impl Loaded {
    /// Nothing to render, and nothing to render it with.
    #[cfg(feature = "git")]
    pub(super) fn nothing() -> Self {
        Loaded {
            kinds: Kinds::that_pass_through(),
            sources: Vec::new(),
            report: Vec::new(),
            inputs: String::new(),
            parameters: Parameters::default(),
            flux: None,
            jobs: None,
        }
    }

    /// The options of the pipeline. To count the cores takes longer than to read a text.
    pub(super) fn options(&self, format: Format) -> Options<'_> {
        let of_machine = || if self.sources.len() > 1 { all_cores() } else { 1 };
        Options {
            kinds: &self.kinds,
            parameters: &self.parameters,
            format,
            flux: self.flux.as_ref(),
            jobs: self.jobs.map_or_else(of_machine, usize::from),
        }
    }

    /// Whether something of the input is not among the texts. What the rest renders to is no result.
    pub(super) fn is_refused(&self) -> bool {
        self.report.iter().any(|problem| problem.level() == Level::Error)
    }

    /// Whether both render the same text to the same, as far as the settings go.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.parameters == other.parameters
    }

    /// Renders everything.
    pub(super) fn render(&self, format: Format, terminal: &mut Terminal) -> ObjectSet {
        let progress = Progress::new(terminal, self.sources.len(), "files");
        let options = self.options(format);
        pipeline::render(&self.sources, self.report.clone(), &options, &|done| progress.show(done))
    }
}

/// What it means that there is no text at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nothing {
    /// The user is mistaken.
    IsWrong,
    /// There is nothing yet, or nothing any more.
    IsFine,
}

/// A project and the directory that its paths start at.
pub(super) struct FoundProject {
    /// Where its paths start.
    pub directory: Utf8PathBuf,
    /// What it says.
    pub project: Project,
    /// What is noteworthy about it.
    pub report: Vec<Diagnostic>,
}

/// The project at or above a path; what is wrong with it ends the run.
pub(super) fn project(place: &Place, start: &Utf8Path) -> Result<Option<FoundProject>, Failure> {
    let mut report = Vec::new();
    let Some((directory, source)) = place.project(start, &mut report)? else { return Ok(None) };
    match Project::read(&source, &mut report) {
        Some(project) => Ok(Some(FoundProject { directory, project, report })),
        None => Err(Failure::Unprepared(report)),
    }
}

/// Reads what a target, or a project without one, or neither, renders.
pub(super) fn load(
    place: &mut Place,
    paths: &[Utf8PathBuf],
    project: Option<&FoundProject>,
    target: Option<&Target>,
    settings: &Settings,
    nothing: Nothing,
    terminal: &mut Terminal,
) -> Result<Loaded, Failure> {
    let mut report = project.map_or_else(Vec::new, |found| found.report.clone());
    let own = project.map(|found| (&*found.directory, &found.project.settings));
    let packs = own
        .into_iter()
        .flat_map(|(directory, settings)| settings.packs.iter().map(move |path| (directory, path)));
    let mut texts = Vec::new();
    for (directory, path) in packs {
        match place.pack(directory, path) {
            Ok(files) => texts.push((path.as_str(), Ok(files))),
            Err(PackFailure::Problems(problems)) => texts.push((path, Err(problems))),
            Err(PackFailure::Failure(failure)) => return Err(failure),
        }
    }
    for directory in &settings.packs.directories {
        texts.push((directory.as_str(), pack_directory::read(directory)));
    }
    let packs: Vec<_> =
        texts.iter().filter_map(|(_, files)| files.as_ref().ok()).cloned().collect();
    let load = |(path, files): (&str, Result<_, _>)| Pack::load(path, &files?);
    let kinds = kinds(texts.into_iter().map(load))?;
    let mut all = paths.to_vec();
    if let (true, Some((directory, settings))) = (all.is_empty(), own) {
        let sources = target.and_then(|target| target.sources.as_ref());
        all = place.enter(directory, sources.unwrap_or(&settings.sources));
    }
    let ignore = own.map(|(_, settings)| Ignore::new(&settings.ignore).unwrap_or_default());
    let ignored = own.map(|(directory, _)| directory).zip(ignore.as_ref());
    let mut sources = place.read(&all, ignored, &mut terminal.stdin, &mut report)?;
    if sources.is_empty() && report.is_empty() && nothing == Nothing::IsWrong {
        return Err(empty(&all, place));
    }
    if let (Some(found), Some(target)) = (project, target) {
        sources = project::apply(&found.project, target, sources, &mut report);
    }
    let parameters = settings.parameters(target);
    Ok(Loaded {
        inputs: inputs(&sources, &packs, &parameters, &report),
        kinds,
        sources,
        report,
        parameters,
        flux: None,
        jobs: settings.jobs,
    })
}

/// The digest of everything that the output is a function of: texts, packs, parameters, and the program; and of what is said of
/// the input besides, so that nothing is said of one input that was found in another.
fn inputs(
    sources: &[Arc<Source>],
    packs: &[BTreeMap<String, String>],
    parameters: &Parameters,
    report: &[Diagnostic],
) -> String {
    // Where a file lies is no part of it: the same is read in many places.
    let said = |problem: &Diagnostic| serde_json::json!([problem.code.id, problem.message]);
    let said: Vec<_> = report.iter().map(said).collect();
    let parameters = serde_json::json!([env!("CARGO_PKG_VERSION"), parameters, said]);
    let mut all = vec![digest::sha256(parameters.to_string())];
    let of_pack = |pack: &BTreeMap<String, String>| {
        serde_json::to_string(pack).expect("a map of strings is always JSON")
    };
    all.extend(packs.iter().map(|pack| digest::sha256(of_pack(pack))));
    // How many packs there are is part of it, so that no text is taken for one.
    all.push(packs.len().to_string());
    all.extend(sources.iter().map(|source| digest::sha256(&source.text)));
    digest::sha256(all.join(" "))
}

/// The target that the user names, if one is named.
pub(super) fn target<'p>(
    name: Option<&str>,
    project: Option<&'p FoundProject>,
) -> Result<Option<&'p Target>, Failure> {
    match (name, project) {
        (None, _) => Ok(None),
        (Some(name), Some(found)) => chosen(&found.project, name).map(Some),
        (Some(_), None) => Err(without_project()),
    }
}

/// The target of this name.
pub(super) fn chosen<'p>(project: &'p Project, name: &str) -> Result<&'p Target, Failure> {
    project.target(name).map_err(|names| {
        let near = nearest(name, names.iter().copied());
        Failure::Input(match (near, names.is_empty()) {
            (Some(near), _) => anyhow!("there is no target {name:?}; did you mean {near}?"),
            (None, true) => anyhow!("there is no target {name:?}: {FILE} has none"),
            (None, false) => {
                anyhow!("there is no target {name:?}; there are {}", names.join(", "))
            }
        })
    })
}

/// A target was named, and there is no file that could have it.
pub(super) fn without_project() -> Failure {
    Failure::Input(anyhow!("there is no {FILE} here or above; `petasos init` writes one"))
}

/// Why the paths give no text.
fn empty(paths: &[Utf8PathBuf], place: &Place) -> Failure {
    let names = paths.iter().map(|path| path.as_str()).collect::<Vec<_>>().join(", ");
    let passed_over: String = match place {
        Place::Disk => {
            let why = |path: &Utf8PathBuf| {
                let why = match source::marker(path)? {
                    "pack.yaml" => "a pack, for --pack",
                    _ => "a Helm chart",
                };
                Some(format!("; {path} is {why}"))
            };
            paths.iter().filter_map(why).collect()
        }
        #[cfg(feature = "git")]
        Place::Revision(_, revision) => format!(" of {revision}"),
    };
    Failure::Input(anyhow!("no .yaml, .yml, or .json file in {names}{passed_over}"))
}

/// The built-in kinds and those of packs.
pub(super) fn kinds(
    found: impl Iterator<Item = Result<Pack, Vec<Diagnostic>>>,
) -> Result<Kinds, Failure> {
    let mut packs = Vec::new();
    let mut problems = Vec::new();
    for pack in found {
        match pack {
            Ok(pack) => packs.push(pack),
            Err(mut found) => problems.append(&mut found),
        }
    }
    let kinds = if problems.is_empty() { Kinds::new(packs) } else { Err(problems) };
    kinds.map_err(Failure::Unprepared)
}
