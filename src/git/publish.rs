//! Rendered manifests to a commit on a branch, here or at a remote.
//!
//! Whoever is faster wins, and the other takes the new tip and writes its own files again: nothing is merged, and no history is
//! rewritten. Killed anywhere, it leaves the branch as it was or as it should be, because the move of the branch is the last
//! step and a single one.

use git2::Oid;

use crate::{
    changeset::{Files, Plan, RECORD},
    git::{
        CommitId, GitError, Repository,
        lineage::{Stranger, Unclear, is_later},
        note::{note, noted},
        patience::{ATTEMPTS, patiently, pause},
        remote::{Pushed, Remote},
        sign::Signer,
        write::{Changes, Person},
    },
    hydrator::{self, DryCommit},
    publication::{self, Provenance, Publication, Refusal, Rules},
};

/// Where a branch is.
pub enum Destination<'r> {
    /// In a repository on this machine.
    Here(&'r Repository),
    /// In a remote, whose objects are kept in the repository.
    There(&'r Repository, Remote),
}

/// What is to be committed, and how.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch, and any goes with any other")]
pub struct Request<'a> {
    /// The branch, without `refs/heads/`.
    pub branch: &'a str,
    /// The branch that a new one begins with, where that is not nothing.
    pub base: Option<&'a str>,
    /// The directory on the branch, empty for the root.
    pub path: &'a str,
    /// Whether the files at the root that say where everything comes from are ours to write.
    pub with_root: bool,
    /// The manifests, by path in the directory.
    pub manifests: &'a Files,
    /// The commit that they come from.
    pub dry: &'a DryCommit,
    /// How they can be made again.
    pub commands: &'a [String],
    /// The digest of everything that they are made from.
    pub inputs: &'a str,
    /// What the user allows.
    pub rules: &'a Rules,
    /// Whether a branch that is not there is made.
    pub create: bool,
    /// Whether an older commit may replace a newer one.
    pub older: bool,
    /// What is done where it is not known which one is older.
    pub stranger: Stranger<'a>,
    /// Whether a note tells which commit it comes from.
    pub note: bool,
    /// Who commits.
    pub author: &'a Person,
    /// What signs.
    pub signer: Option<&'a Signer>,
    /// Whether only to say what would be done.
    pub dry_run: bool,
}

/// What became of it.
#[derive(Debug, PartialEq, Eq)]
pub enum Published {
    /// The branch holds it already.
    Unchanged,
    /// The branch holds what comes from a later commit, which this one names.
    Newer(String),
    /// This would be done.
    Planned(Plan),
    /// This was done, by this commit.
    Committed(Plan, CommitId),
}

/// Why nothing was committed.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Git failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// It could be done and is not.
    #[error("{place}")]
    Refused {
        /// The branch and the path on it.
        place: String,
        /// Why.
        source: Refusal,
    },
    /// The branch is not there.
    #[error("there is no branch {0}; to make it: --create-branch")]
    NoBranch(String),
    /// A work tree shows the branch.
    #[error(
        "the branch {0} is checked out here, and its files would no longer be those of the branch; push to a remote, or check out another branch"
    )]
    CheckedOut(String),
    /// It may be older than what is there.
    #[error(
        "{place} comes from {commit}, and whether that is later cannot be seen: this clone lacks it, and {why}; fetch the history (git fetch --unshallow, or in CI a fetch depth of 0), or replace it: --older"
    )]
    Unclear {
        /// The branch and the path on it.
        place: String,
        /// The commit that it comes from.
        commit: String,
        /// Why that is not known.
        why: Unclear,
    },
    /// Others were always faster.
    #[error("the branch {branch} moved {attempts} times while this was written; try again later")]
    Contention {
        /// The branch.
        branch: String,
        /// How often it was tried.
        attempts: u32,
    },
}

/// What would be committed on top of a tip.
enum Draft {
    Unchanged,
    Newer(String),
    Changed(Plan),
}

impl Destination<'_> {
    /// Where objects are read and written.
    pub fn objects(&self) -> &Repository {
        match self {
            Destination::Here(repository) | Destination::There(repository, _) => repository,
        }
    }

    fn tip(&self, branch: &str) -> Result<Option<Oid>, GitError> {
        let reference = format!("refs/heads/{branch}");
        match self {
            Destination::Here(repository) => repository.branch(branch),
            Destination::There(repository, remote) => {
                let tip = patiently(|| remote.tip(&reference))?;
                if let Some(tip) = tip {
                    repository.remember(remote, branch, tip);
                }
                Ok(tip)
            }
        }
    }

    /// Moves the branch from one commit to the next.
    fn advance(&self, branch: &str, from: Option<Oid>, to: Oid) -> Result<Pushed, GitError> {
        let reference = format!("refs/heads/{branch}");
        match self {
            Destination::Here(repository) => repository.advance(&reference, from, to),
            Destination::There(repository, remote) => {
                let pushed = patiently(|| remote.push(to, &reference, from))?;
                if pushed == Pushed::Done {
                    repository.remember(remote, branch, to);
                }
                Ok(pushed)
            }
        }
    }

    /// Whether the branch holds what comes from inputs with this digest, so that nothing has to be rendered.
    pub fn is_current(&self, branch: &str, path: &str, inputs: &str) -> Result<bool, GitError> {
        let repository = self.objects();
        let root = repository.tree_of(self.tip(branch)?)?;
        let directory = repository.directory_of(root, path)?;
        repository.is_current(directory.as_ref(), inputs)
    }
}

/// Commits. `source` is the repository that the dry commit is in.
pub fn publish(
    source: &Repository,
    destination: &Destination<'_>,
    request: &Request<'_>,
) -> Result<Published, PublishError> {
    if let Destination::Here(repository) = destination
        && repository.shows(request.branch)
    {
        return Err(PublishError::CheckedOut(request.branch.to_owned()));
    }
    for attempt in 0..ATTEMPTS {
        pause(attempt);
        let tip = destination.tip(request.branch)?;
        let parent = match (tip, request.base) {
            (None, Some(base)) => destination.tip(base)?,
            (tip, _) => tip,
        };
        if parent.is_none() && !request.create {
            return Err(PublishError::NoBranch(request.branch.to_owned()));
        }
        let plan = match draft(source, destination, tip, parent, request)? {
            Draft::Unchanged => {
                if let (Some(tip), false) = (tip, request.dry_run) {
                    note(destination, tip, request)?;
                }
                return Ok(Published::Unchanged);
            }
            Draft::Newer(sha) => return Ok(Published::Newer(sha)),
            Draft::Changed(plan) if request.dry_run => return Ok(Published::Planned(plan)),
            Draft::Changed(plan) => plan,
        };
        let commit = write(destination.objects(), parent, &plan, request)?;
        match destination.advance(request.branch, tip, commit)? {
            Pushed::Moved => {}
            Pushed::Done => {
                note(destination, commit, request)?;
                return Ok(Published::Committed(plan, CommitId(commit)));
            }
        }
    }
    Err(PublishError::Contention { branch: request.branch.to_owned(), attempts: ATTEMPTS })
}

fn draft(
    source: &Repository,
    destination: &Destination<'_>,
    tip: Option<Oid>,
    parent: Option<Oid>,
    request: &Request<'_>,
) -> Result<Draft, PublishError> {
    let Request { branch, path, manifests, dry, commands, inputs, rules, .. } = request;
    let objects = destination.objects();
    let place = || if path.is_empty() { (*branch).to_owned() } else { format!("{branch}:{path}") };
    let directory = objects.directory_of(objects.tree_of(parent)?, path)?;
    for sha in replaced(destination, tip, parent, request)? {
        let unclear = |why| PublishError::Unclear { place: place(), commit: short(&sha), why };
        if is_later(source, &sha, &dry.sha, request.stranger).map_err(unclear)? {
            return Ok(Draft::Newer(sha));
        }
    }
    let present = objects.present(directory.as_ref(), manifests)?;
    let is_root = path.is_empty() || !request.with_root;
    let metadata = if is_root { dry.root_metadata() } else { dry.path_metadata(commands) };
    let provenance = Provenance { metadata, readme: dry.readme(commands) };
    let refused = |source| PublishError::Refused { place: place(), source };
    let wanted = (*manifests).clone();
    match publication::plan(wanted, &provenance, inputs, &present, rules).map_err(refused)? {
        Publication::Unchanged => Ok(Draft::Unchanged),
        Publication::Changed(plan) => Ok(Draft::Changed(plan)),
    }
}

/// The commits that would be replaced: the one that the directory says it comes from, and the one that a note names, because a
/// commit that changed nothing is only there.
fn replaced(
    destination: &Destination<'_>,
    tip: Option<Oid>,
    parent: Option<Oid>,
    request: &Request<'_>,
) -> Result<Vec<String>, GitError> {
    if request.older {
        return Ok(Vec::new());
    }
    let objects = destination.objects();
    let root = objects.tree_of(parent)?;
    let of_root = objects.dry_sha(root.as_ref())?;
    let of_path = objects.dry_sha(objects.directory_of(root, request.path)?.as_ref())?;
    let mut all: Vec<String> = of_path.iter().cloned().collect();
    // Where another directory was written later, the note may be about that one.
    if let Some(tip) = tip.filter(|_| request.note && of_root == of_path) {
        all.extend(noted(destination, tip)?.filter(|noted| Some(noted) != of_path.as_ref()));
    }
    Ok(all)
}

/// The first digits of a commit.
fn short(sha: &str) -> String {
    sha.chars().take(7).collect()
}

/// Writes the commit that the plan asks for.
fn write(
    objects: &Repository,
    parent: Option<Oid>,
    plan: &Plan,
    request: &Request<'_>,
) -> Result<Oid, GitError> {
    let base = objects.tree_of(parent)?;
    let at = |path: &str| match request.path {
        "" => path.to_owned(),
        directory => format!("{directory}/{path}"),
    };
    let root_metadata = request.dry.root_metadata();
    let mut changes = Changes::new();
    if request.with_root {
        if !request.path.is_empty() && is_ours(objects, base.as_ref())? {
            changes.insert(hydrator::METADATA.to_owned(), Some(root_metadata.as_bytes()));
        }
        let has_attributes =
            base.as_ref().is_some_and(|base| base.get_name(hydrator::ATTRIBUTES_FILE).is_some());
        if !has_attributes {
            changes.insert(
                hydrator::ATTRIBUTES_FILE.to_owned(),
                Some(hydrator::ATTRIBUTES.as_bytes()),
            );
        }
    }
    for (path, text) in &plan.write {
        changes.insert(at(path), Some(text.as_bytes()));
    }
    for path in &plan.remove {
        changes.insert(at(path), None);
    }
    changes.insert(at(RECORD), Some(plan.record.as_bytes()));
    let tree = objects.changed_tree(base.as_ref(), &changes)?;
    let message = request.dry.message();
    objects.write_commit(tree, parent, request.author, &message, request.signer)
}

/// Whether the metadata at the root is a hydrator's, or not there.
fn is_ours(objects: &Repository, root: Option<&git2::Tree<'_>>) -> Result<bool, GitError> {
    let Some(root) = root else { return Ok(true) };
    let there = objects.content(root, hydrator::METADATA)?;
    Ok(there.is_none() || objects.dry_sha(Some(root))?.is_some())
}
