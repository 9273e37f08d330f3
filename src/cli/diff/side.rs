//! One side of a comparison: where it is, what is read there, and what it renders to.

use std::{collections::BTreeMap, mem::ManuallyDrop, sync::Arc};

use anyhow::anyhow;
use camino::{Utf8Path, Utf8PathBuf};

use crate::{
    api,
    changeset::RECORD,
    cli::{
        Failure,
        input::Settings,
        load::{self, FoundProject, Loaded, Nothing},
        place::{PackFailure, Place},
    },
    diagnostic::Source,
    document::{self, Document},
    field_path::FieldPath,
    kinds::Kinds,
    object::{Format, Identity, RenderedObject, to_text},
    pipeline::ObjectSet,
    source,
    terminal::Terminal,
    unchanged,
};

/// What is read of one side.
pub(super) struct Side {
    /// The process ends soon, and to take the packs apart would only take time.
    loaded: ManuallyDrop<Loaded>,
    /// The texts of the project's packs.
    packs: Vec<BTreeMap<String, String>>,
    /// What the project says about comparisons.
    pub(super) project: Option<FoundProject>,
    /// Whether nothing in it is rendered, because it has been.
    is_rendered: bool,
}

/// What became of one side.
pub(super) struct Rendered {
    pub(super) set: ObjectSet,
    /// The instances themselves, for what they allow and no object shows.
    pub(super) instances: Vec<RenderedObject>,
}

/// What is read of a place.
pub(super) struct Wanted<'a> {
    pub(super) paths: &'a [Utf8PathBuf],
    pub(super) target: Option<&'a str>,
    pub(super) settings: &'a Settings,
}

impl Side {
    /// Reads a side. It may be empty: everything is new then, or nothing is left.
    pub(super) fn read(
        mut place: Place,
        wanted: &Wanted<'_>,
        terminal: &mut Terminal,
    ) -> Result<Self, Failure> {
        let here = [Utf8PathBuf::from(".")];
        let first = wanted.paths.first().unwrap_or(&here[0]);
        let project = if first == source::STDIN { None } else { load::project(&place, first)? };
        let is_rendered = first != source::STDIN && place.has_above(first, RECORD)?;
        let target = match (is_rendered, &project) {
            // A rendered branch has no project that could name the target, and nothing that it would change.
            (true, None) => None,
            _ => load::target(wanted.target, project.as_ref())?,
        };
        let is_whole = wanted.paths.is_empty() && (is_rendered || project.is_none());
        let paths = if is_whole { &here } else { wanted.paths };
        let packs = packs(&place, project.as_ref())?;
        let settings = wanted.settings;
        let loaded = load::load(
            &mut place,
            paths,
            project.as_ref(),
            target.filter(|_| !is_rendered),
            settings,
            Nothing::IsFine,
            terminal,
        );
        let mut loaded = loaded?;
        let is_empty = loaded.sources.is_empty() && loaded.report.is_empty();
        if let (true, Place::Disk) = (is_empty, &place)
            && let Some(path) = paths.iter().find(|path| source::marker(path).is_some())
        {
            // A wrong path must not look as if everything were gone.
            let problem = anyhow!("{path} holds a pack or a chart, and no set of objects");
            return Err(Failure::Input(problem));
        }
        if is_rendered {
            loaded.kinds = Kinds::that_pass_through();
        }
        Ok(Side { loaded: ManuallyDrop::new(loaded), packs, project, is_rendered })
    }

    /// A side with nothing in it.
    #[cfg(feature = "git")]
    pub(super) fn empty() -> Self {
        let loaded = ManuallyDrop::new(Loaded::nothing());
        Side { loaded, packs: Vec::new(), project: None, is_rendered: false }
    }

    /// Renders all that is left to render.
    fn render(&self, terminal: &mut Terminal) -> Rendered {
        let set = self.loaded.render(Format::Json, terminal);
        let instances = if self.is_rendered { Vec::new() } else { instances(&self.loaded.sources) };
        Rendered { set, instances }
    }
}

impl Rendered {
    pub(super) fn is_refused(&self) -> bool {
        self.set.is_refused()
    }
}

/// Renders both sides, as far as they are not the same.
pub(super) fn render(
    mut old: Side,
    mut new: Side,
    terminal: &mut Terminal,
) -> (Rendered, Rendered) {
    let is_alike = old.is_rendered == new.is_rendered
        && old.packs == new.packs
        && old.loaded.is_like(&new.loaded);
    if is_alike {
        unchanged::leave_out(&mut old.loaded.sources, &mut new.loaded.sources);
    }
    (old.render(terminal), new.render(terminal))
}

/// The texts of the packs that a project names.
fn packs(
    place: &Place,
    project: Option<&FoundProject>,
) -> Result<Vec<BTreeMap<String, String>>, Failure> {
    let Some(found) = project else { return Ok(Vec::new()) };
    let mut packs = Vec::new();
    for path in &found.project.settings.packs {
        match place.pack(&found.directory, path) {
            Ok(files) => packs.push(files),
            // What is wrong with it is said where it is used.
            Err(PackFailure::Problems(_)) => {}
            Err(PackFailure::Failure(failure)) => return Err(failure),
        }
    }
    Ok(packs)
}

/// The instances of some texts, as objects.
fn instances(texts: &[Arc<Source>]) -> Vec<RenderedObject> {
    let named = texts.iter().filter(|text| text.text.contains(api::INSTANCE_KIND));
    let documents = named.flat_map(|text| document::parse(text, &mut Vec::new()));
    let object = |document: Document| {
        Some(RenderedObject {
            identity: Identity::of(&document.value)?,
            instance: Some(Arc::from(document.name())),
            text: to_text(&document.value, Format::Json),
            location: document.location(&FieldPath::default()),
        })
    };
    documents.filter(api::is_instance).filter_map(object).collect()
}

impl Place {
    /// Whether a file of this name stands in a directory or above it.
    #[cfg_attr(
        not(feature = "git"),
        expect(clippy::unnecessary_wraps, reason = "to look into a revision can fail")
    )]
    fn has_above(&self, path: &Utf8Path, name: &str) -> Result<bool, Failure> {
        match self {
            Place::Disk => {
                let path = path.canonicalize_utf8().unwrap_or_default();
                Ok(path.ancestors().any(|directory| directory.join(name).is_file()))
            }
            #[cfg(feature = "git")]
            Place::Revision(repository, revision) => {
                Ok(repository.find_above(revision, path, name)?.is_some())
            }
        }
    }
}
