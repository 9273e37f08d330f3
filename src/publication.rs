//! From rendered objects and what a branch holds to what is committed, or why it is not.
//!
//! Pure: an edge reads what the branch holds, and writes what comes out.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    changeset::{self, ChangesetError, Contents, Files, Others, Plan, RECORD, Record, Writer},
    diagnostic::Source,
    document, hydrator, layout,
    object::{Identity, RenderedObject},
};

/// What begins the line of the record with the digest of what was rendered.
const INPUTS: &str = "# Inputs: ";

/// What a target's directory on its branch holds.
#[derive(Debug, Default)]
pub struct Present {
    /// The ownership record, if there is one.
    pub record: Option<String>,
    /// The content of the files that the record or the output names, as far as they are there.
    pub files: Contents,
    /// Whether nothing at all is there.
    pub is_empty: bool,
}

/// What the user allows.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Instances and claims, as namespace/name, whose volumes may go.
    pub remove: BTreeSet<String>,
    /// The share of objects, in percent, that one commit may remove.
    pub most_lost: u8,
    /// Whether a directory that holds files of somebody else may be written to.
    pub adopt: bool,
}

/// The files that say where the others come from.
#[derive(Debug, Clone, Default)]
pub struct Provenance {
    /// What programs read.
    pub metadata: String,
    /// What people read.
    pub readme: String,
}

/// Why nothing is committed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Refusal {
    /// There is nothing to write.
    #[error("nothing was rendered, and to commit it would remove everything")]
    Empty,
    /// Somebody else's files are there.
    #[error(
        "it holds files, and no {RECORD}: petasos did not write it; use another branch or path, or --adopt to write beside them"
    )]
    Foreign,
    /// Too much would go.
    #[error(
        "{lost} of {all} objects would be removed, and {most} % is the limit; if that is meant: --most-lost 100"
    )]
    MassLoss {
        /// How many objects would go.
        lost: usize,
        /// How many there are.
        all: usize,
        /// The limit in percent.
        most: u8,
    },
    /// Data would be lost.
    #[error(
        "{object} would be removed, and its data with it; if that is meant: --remove {name}, or name it in the target's `remove`"
    )]
    Volume {
        /// The object.
        object: String,
        /// What to name.
        name: String,
    },
    /// The files cannot be planned.
    #[error(transparent)]
    Files(ChangesetError),
}

/// What is committed.
#[derive(Debug, PartialEq, Eq)]
pub enum Publication {
    /// The branch holds it already.
    Unchanged,
    /// These files change.
    Changed(Plan),
}

/// The files of a set of objects, by path in the target's directory.
pub fn manifests(objects: Vec<RenderedObject>) -> Files {
    if objects.is_empty() { Files::new() } else { layout::files(objects, "yaml") }
}

/// The paths whose content the plan has to know, apart from those of the record.
pub fn paths(wanted: &Files) -> impl Iterator<Item = &str> {
    wanted.keys().map(String::as_str).chain([hydrator::METADATA, hydrator::README])
}

/// Whether a record says that it was written from inputs with this digest.
pub fn is_from(record: &str, inputs: &str) -> bool {
    record.lines().any(|line| line.strip_prefix(INPUTS) == Some(inputs))
}

/// What changes in the directory so that it holds `wanted`.
pub fn plan(
    wanted: Files,
    provenance: &Provenance,
    inputs: &str,
    present: &Present,
    rules: &Rules,
) -> Result<Publication, Refusal> {
    if wanted.is_empty() {
        return Err(Refusal::Empty);
    }
    let old = present.record.as_deref().map(changeset::read_record).transpose();
    let old = old.map_err(Refusal::Files)?;
    if old.is_none() && !present.is_empty && !rules.adopt {
        return Err(Refusal::Foreign);
    }
    let owned = old.as_ref().map_or_else(BTreeMap::new, |old| old.files.clone());
    let is_lost = |path: &&String| {
        !wanted.contains_key(*path) && !is_about(path) && present.files.contains_key(*path)
    };
    let lost: Vec<&String> = owned.keys().filter(is_lost).collect();
    let is_same = |(path, text): (&String, &Arc<str>)| {
        present.files.get(path).is_some_and(|there| **there == *text.as_bytes())
    };
    if lost.is_empty() && old.is_some() && wanted.iter().all(is_same) {
        return Ok(Publication::Unchanged);
    }
    refuse_mass_loss(&owned, &lost, rules.most_lost)?;
    refuse_lost_volumes(&lost, &wanted, present, rules)?;
    let plan = with_provenance(wanted, provenance, present, old.as_ref())?;
    Ok(Publication::Changed(Plan { record: stamped(&plan.record, inputs), ..plan }))
}

/// The plan with the files that say where the others come from. What somebody else wrote under their names stays.
fn with_provenance(
    mut wanted: Files,
    provenance: &Provenance,
    present: &Present,
    old: Option<&Record>,
) -> Result<Plan, Refusal> {
    let is_ours = |path: &str| {
        let there = present.files.get(path);
        let is_metadata = |bytes: &Arc<[u8]>| {
            path == hydrator::METADATA
                && str::from_utf8(bytes).ok().and_then(hydrator::dry_sha).is_some()
        };
        there.is_none()
            || old.is_some_and(|old| old.files.contains_key(path))
            || there.is_some_and(is_metadata)
    };
    let mut old = old.map(|old| Record { writer: old.writer, files: old.files.clone() });
    for (path, text) in
        [(hydrator::METADATA, &provenance.metadata), (hydrator::README, &provenance.readme)]
    {
        if is_ours(path) {
            wanted.insert(path.to_owned(), text.as_str().into());
            // Metadata of another hydrator is replaced by ours.
            let owned = &mut old.get_or_insert_default().files;
            owned.entry(path.to_owned()).or_insert_with(|| "0".repeat(64));
        }
    }
    changeset::plan(old.as_ref(), &present.files, wanted, Writer::Render, Others::Remove)
        .map_err(Refusal::Files)
}

/// Files about the objects, which are none.
fn is_about(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name == "kustomization.yaml" || path == hydrator::METADATA || path == hydrator::README
}

fn refuse_mass_loss(
    owned: &BTreeMap<String, String>,
    lost: &[&String],
    most: u8,
) -> Result<(), Refusal> {
    let all = owned.keys().filter(|path| !is_about(path)).count();
    let lost = lost.len();
    if lost * 100 > all * usize::from(most) {
        return Err(Refusal::MassLoss { lost, all, most });
    }
    Ok(())
}

/// A claim or a namespace that goes takes data along, unless the same object stands somewhere else now.
fn refuse_lost_volumes(
    lost: &[&String],
    wanted: &Files,
    present: &Present,
    rules: &Rules,
) -> Result<(), Refusal> {
    let holds_data = |identity: &Identity| {
        matches!(identity.kind.as_str(), "PersistentVolumeClaim" | "Namespace")
    };
    let mut kept: Option<BTreeSet<Identity>> = None;
    for path in lost {
        let text = present.files.get(*path).map(|bytes| String::from_utf8_lossy(bytes));
        let Some(identity) = text.and_then(|text| identity(&text)).filter(holds_data) else {
            continue;
        };
        let kept = kept.get_or_insert_with(|| {
            wanted.values().filter_map(|text| identity_of_data(text)).collect()
        });
        let names = names(path, &identity);
        if kept.contains(&identity) || names.iter().any(|name| rules.remove.contains(name)) {
            continue;
        }
        let name = names.into_iter().next().unwrap_or_default();
        return Err(Refusal::Volume { object: identity.to_string(), name });
    }
    Ok(())
}

fn identity(text: &str) -> Option<Identity> {
    let source = Arc::new(Source { name: String::new(), text: text.to_owned() });
    document::parse(&source, &mut Vec::new()).first().and_then(|one| Identity::of(&one.value))
}

/// The same, where the text can be of such an object at all.
fn identity_of_data(text: &str) -> Option<Identity> {
    let may_be = text.contains("PersistentVolumeClaim") || text.contains("Namespace");
    if may_be { identity(text) } else { None }
}

/// What a user may call an object whose data may go: the instance that it stands with, or the object itself. The first is offered,
/// and the project file takes it: without a namespace, it has the name of the directory instead.
fn names(path: &str, identity: &Identity) -> Vec<String> {
    let parts: Vec<&str> = path.split('/').collect();
    let own = match &identity.namespace {
        Some(namespace) => format!("{namespace}/{}", identity.name),
        None => identity.name.clone(),
    };
    match parts.as_slice() {
        [namespace, instance, _file] => vec![format!("{namespace}/{instance}"), own],
        [namespace, _file] => vec![format!("{namespace}/{}", identity.name), own],
        _ => vec![own],
    }
}

/// The record with the digest of what was rendered, behind its first line.
fn stamped(record: &str, inputs: &str) -> String {
    let (header, rest) = record.split_once('\n').unwrap_or((record, ""));
    format!("{header}\n{INPUTS}{inputs}\n{rest}")
}

#[cfg(test)]
mod tests;
