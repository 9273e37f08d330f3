//! References of a repository here: read, and moved in one step.

use std::time::Duration;

use git2::{ErrorCode, Oid};

use crate::git::{
    GitError, Repository,
    remote::{Pushed, Remote},
};

/// How old the lock of a reference is that nobody holds any more.
const STALE: Duration = Duration::from_secs(10);

impl Repository {
    pub(super) fn reference(&self, name: &str) -> Result<Option<Oid>, GitError> {
        match self.git.refname_to_id(name) {
            Ok(id) => Ok(Some(id)),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(GitError::git(format!("read {name}"))(error)),
        }
    }

    /// Moves a reference, unless somebody else has moved or locked it.
    pub(super) fn advance(
        &self,
        reference: &str,
        from: Option<Oid>,
        to: Oid,
    ) -> Result<Pushed, GitError> {
        const LOG: &str = "petasos";
        let moved = match from {
            Some(from) => self.git.reference_matching(reference, to, true, from, LOG),
            None => self.git.reference(reference, to, false, LOG),
        };
        if moved.as_ref().is_err_and(|error| error.code() == ErrorCode::Locked) {
            self.remove_stale_lock(reference);
        }
        match moved {
            Ok(_) => Ok(Pushed::Done),
            Err(error)
                if matches!(
                    error.code(),
                    ErrorCode::Modified | ErrorCode::Locked | ErrorCode::Exists
                ) =>
            {
                Ok(Pushed::Moved)
            }
            // Deleted between the two steps: the next attempt sees it.
            Err(error) if error.code() == ErrorCode::NotFound => Ok(Pushed::Moved),
            Err(error) => Err(GitError::git(format!("move {reference}"))(error)),
        }
    }

    /// Removes the lock of a process that was killed while it moved a reference. One that lives holds its lock for an
    /// instant.
    fn remove_stale_lock(&self, reference: &str) {
        let lock = self.git.commondir().join(format!("{reference}.lock"));
        let age = lock.metadata().and_then(|lock| lock.modified()).ok();
        if age.and_then(|since| since.elapsed().ok()).is_some_and(|age| age > STALE) {
            // If it cannot be removed, the next attempt finds it again.
            let _ = std::fs::remove_file(lock);
        }
    }

    /// Whether a work tree shows a branch: that of the repository, or one beside it.
    pub(super) fn shows(&self, branch: &str) -> bool {
        let name = format!("refs/heads/{branch}");
        let is_shown = |git: &git2::Repository| {
            let head = git.find_reference("HEAD");
            let is_it = |head: git2::Reference<'_>| {
                head.symbolic_target().is_ok_and(|target| target == Some(name.as_str()))
            };
            !git.is_bare() && head.is_ok_and(is_it)
        };
        // Where this is itself one beside it.
        let first = git2::Repository::open(self.git.commondir());
        let names = self.git.worktrees();
        let mut others = names.iter().flat_map(|names| names.iter()).filter_map(|name| {
            let tree = self.git.find_worktree(name.ok()??).ok()?;
            git2::Repository::open_from_worktree(&tree).ok()
        });
        is_shown(&self.git)
            || first.is_ok_and(|git| is_shown(&git))
            || others.any(|git| is_shown(&git))
    }

    /// Keeps the objects of a remote branch, so that the next fetch has only what is new. Nothing depends on it.
    pub(super) fn remember(&self, remote: &Remote, branch: &str, tip: Oid) {
        let key = crate::digest::sha256(remote.address.shown());
        let name = format!("refs/petasos/{}/{branch}", &key[..12]);
        let _ = self.git.reference(&name, tip, true, "petasos");
    }
}
