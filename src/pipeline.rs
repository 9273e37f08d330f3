//! The one pass: texts in, an ordered and checked set of objects out. A pure function of its inputs.
//!
//! Each text is parsed, resolved, rendered, checked, and written by one thread and then dropped, so memory holds the
//! texts that came in and the texts that go out, and never all the trees.

use std::{
    collections::{BTreeMap, HashSet, btree_map::Entry},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use serde::Serialize;

use crate::{
    diagnostic::{Diagnostic, Level, Source, Span, catalogue},
    document,
    flux::treatment::Treatment,
    kinds::Kinds,
    object::{Format, Identity, RenderedObject, order, release::Release},
    resolve::rules,
};

mod fault;
mod find;
mod one;
mod shared;

pub use find::{Found, NotFound, find};
use shared::Shared;

/// What a run renders with.
pub struct Options<'a> {
    /// The packs and the kinds that they render.
    pub kinds: &'a Kinds,
    /// What the user or the target sets.
    pub parameters: &'a Parameters,
    /// How objects are written.
    pub format: Format,
    /// What to do about Flux's post-build substitution.
    pub flux: Option<&'a Treatment>,
    /// How many threads work at the same time; 1 works on the caller's.
    pub jobs: usize,
}

/// What a user or a target sets, and each object is a function of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Parameters {
    /// The namespace of instances that name none.
    pub namespace: Option<String>,
    /// Whether instances are part of the output themselves.
    pub include_instances: bool,
    /// The Kubernetes of the cluster that the objects are for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kubernetes: Option<Release>,
}

/// What came out.
#[derive(Debug, Default)]
pub struct ObjectSet {
    /// The objects, in the order of the output.
    pub objects: Vec<RenderedObject>,
    /// Every problem, in the order of files and lines.
    pub report: Vec<Diagnostic>,
    /// How many instances the input holds.
    pub instances: usize,
}

impl ObjectSet {
    /// Whether the objects are worth nothing, because the input is wrong somewhere.
    pub fn is_refused(&self) -> bool {
        self.report.iter().any(|diagnostic| diagnostic.level() == Level::Error)
    }

    /// What makes the input wrong, without what else there is to say.
    pub fn errors(&self) -> Vec<Diagnostic> {
        let is_error = |diagnostic: &&Diagnostic| diagnostic.level() == Level::Error;
        self.report.iter().filter(is_error).cloned().collect()
    }
}

/// What one text, or all of them, gave so far.
#[derive(Default)]
struct Part {
    objects: Vec<RenderedObject>,
    report: Vec<Diagnostic>,
    claims: Vec<rules::ClaimUse>,
    instances: usize,
}

/// Renders everything. `report` is what is known to be wrong already; `progress` is told how many texts are taken up, from
/// any thread.
pub fn render(
    sources: &[Arc<Source>],
    report: Vec<Diagnostic>,
    options: &Options<'_>,
    progress: &(dyn Fn(usize) + Sync),
) -> ObjectSet {
    let mut all = Part { report, ..Part::default() };
    let shared = Shared::find(sources, options.parameters.namespace.as_deref(), &mut all.report);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut part = Part::default();
        while let Some(source) = sources.get(next.fetch_add(1, Ordering::Relaxed)) {
            for document in document::parse(source, &mut part.report) {
                one::document(document, options, &shared, &mut part);
            }
            progress(next.load(Ordering::Relaxed).min(sources.len()));
        }
        part
    };
    let workers = options.jobs.min(sources.len());
    if workers <= 1 {
        all.append(work());
    } else {
        let parts = Mutex::new(&mut all);
        let worker = || {
            let part = work();
            parts.lock().unwrap_or_else(PoisonError::into_inner).append(part);
        };
        thread::scope(|scope| {
            // Where no more threads are to be had, the work is done by those that there are, and by this one.
            for _ in 1..workers {
                if thread::Builder::new().spawn_scoped(scope, worker).is_err() {
                    break;
                }
            }
            worker();
        });
    }
    finish(all)
}

impl Part {
    fn append(&mut self, mut other: Part) {
        self.objects.append(&mut other.objects);
        self.report.append(&mut other.report);
        self.claims.append(&mut other.claims);
        self.instances += other.instances;
    }
}

/// What only the whole set shows: objects that are there twice, and instances that get in each other's way.
fn finish(mut all: Part) -> ObjectSet {
    rules::check_together(&all.claims, &mut all.report);
    all.objects.sort_by(order::compare);
    report_duplicates(&all.objects, &mut all.report);
    all.report.sort_by(Diagnostic::order);
    all.report.dedup();
    ObjectSet { objects: all.objects, report: all.report, instances: all.instances }
}

/// Where an object comes from.
type Place<'a> = (&'a str, Span);

fn place(object: &RenderedObject) -> Place<'_> {
    (object.location.source.name.as_str(), object.location.span)
}

/// Applying both would leave whichever comes last. Two documents that share many objects are one problem.
fn report_duplicates(objects: &[RenderedObject], report: &mut Vec<Diagnostic>) {
    let mut identities = HashSet::with_capacity(objects.len());
    if objects.iter().all(|object| identities.insert(&object.identity)) {
        return;
    }
    let mut seen: BTreeMap<&Identity, &RenderedObject> = BTreeMap::new();
    let mut pairs: BTreeMap<(Place<'_>, Place<'_>), Vec<(&RenderedObject, &RenderedObject)>> =
        BTreeMap::new();
    for object in objects {
        match seen.entry(&object.identity) {
            Entry::Vacant(entry) => drop(entry.insert(object)),
            Entry::Occupied(first) => {
                let pair = (place(first.get()), place(object));
                pairs.entry(pair).or_default().push((first.get(), object));
            }
        }
    }
    for shared in pairs.values() {
        let Some(((first, object), more)) = shared.split_first() else { continue };
        let (line, _) = first.location.source.position(first.location.span.start);
        let message = match more.len() {
            0 => format!("{} is there already", object.identity),
            1 => format!("{} and 1 more object are there already", object.identity),
            more => format!("{} and {more} more objects are there already", object.identity),
        };
        report.push(
            Diagnostic::new(&catalogue::output::DUPLICATE_OBJECT, message)
                .at(object.location.clone())
                .about(object.identity.to_string())
                .label(format!("the first is at {}:{line}", first.location.source.name))
                .help("give one of the two another name or namespace, or leave it out"),
        );
    }
}
