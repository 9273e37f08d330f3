//! The note on a commit that says which one it comes from, as Argo CD's hydrator writes it: written, and read.

use std::collections::BTreeMap;

use git2::Oid;

use crate::{
    git::{
        Destination, GitError, PublishError, Request,
        patience::{ATTEMPTS, patiently, pause},
        remote::Pushed,
    },
    hydrator,
};

/// Notes on a commit which dry commit it comes from.
pub(super) fn note(
    destination: &Destination<'_>,
    commit: Oid,
    request: &Request<'_>,
) -> Result<(), PublishError> {
    if !request.note {
        return Ok(());
    }
    let objects = destination.objects();
    for attempt in 0..ATTEMPTS {
        pause(attempt);
        let tip = notes(destination)?;
        let base = objects.tree_of(tip)?;
        let name = note_path(base.as_ref(), commit);
        let text = request.dry.note();
        if let Some(base) = &base
            && objects.content(base, &name)?.as_deref() == Some(text.as_bytes())
        {
            return Ok(());
        }
        let changes = BTreeMap::from([(name, Some(text.as_bytes()))]);
        let tree = objects.changed_tree(base.as_ref(), &changes)?;
        let message = "Notes added by petasos\n";
        let note = objects.write_commit(tree, tip, request.author, message, None)?;
        let moved = match destination {
            Destination::Here(repository) => repository.advance(hydrator::NOTES, tip, note)?,
            Destination::There(_, remote) => patiently(|| remote.push(note, hydrator::NOTES, tip))?,
        };
        if moved == Pushed::Done {
            return Ok(());
        }
    }
    let branch = hydrator::NOTES.to_owned();
    Err(PublishError::Contention { branch, attempts: ATTEMPTS })
}

/// The dry commit that the note on a commit names.
pub(super) fn noted(
    destination: &Destination<'_>,
    commit: Oid,
) -> Result<Option<String>, GitError> {
    let objects = destination.objects();
    let Some(base) = objects.tree_of(notes(destination)?)? else { return Ok(None) };
    let text = objects.content(&base, &note_path(Some(&base), commit))?;
    Ok(text.and_then(|bytes| hydrator::dry_sha(&String::from_utf8_lossy(&bytes))))
}

/// The commit with all notes.
fn notes(destination: &Destination<'_>) -> Result<Option<Oid>, GitError> {
    match destination {
        Destination::Here(repository) => repository.reference(hydrator::NOTES),
        Destination::There(_, remote) => patiently(|| remote.tip(hydrator::NOTES)),
    }
}

/// Where Git looks for the note: large trees of notes are divided by the first digits.
fn note_path(base: Option<&git2::Tree<'_>>, commit: Oid) -> String {
    let digits = commit.to_string();
    let (first, rest) = digits.split_at(2);
    let is_divided = base.is_some_and(|base| base.get_name(first).is_some());
    if is_divided { format!("{first}/{rest}") } else { digits }
}
