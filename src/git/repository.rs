//! One repository on disk, with a work tree or bare.

use std::{path::Path, time::Duration};

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use git2::{ErrorCode, RepositoryOpenFlags};

use crate::git::{Access, Address, GitError, Remote, exchange::Stop};

/// A repository, and the directory in it that paths are relative to.
pub struct Repository {
    pub(super) git: git2::Repository,
    /// Where paths start, from the root of the repository; empty is the root.
    prefix: Utf8PathBuf,
}

impl Repository {
    /// The repository that a directory is in; it is searched upward. Paths are relative to that directory.
    ///
    /// The environment does not redirect it: `GIT_DIR` and the like are not read.
    pub fn open(directory: &Utf8Path) -> Result<Self, GitError> {
        let flags = RepositoryOpenFlags::empty();
        let nothing: [&Path; 0] = [];
        let git = git2::Repository::open_ext(directory, flags, nothing)
            .map_err(|error| unopened(directory, error))?;
        let prefix = prefix(&git, directory);
        Ok(Repository { git, prefix })
    }

    /// The repository at a path, and none above it.
    pub fn open_exactly(path: &Utf8Path) -> Result<Self, GitError> {
        let git =
            git2::Repository::open_ext(path, RepositoryOpenFlags::NO_SEARCH, [] as [&Path; 0]);
        let git = git.map_err(|error| unopened(path, error))?;
        Ok(Repository { git, prefix: Utf8PathBuf::new() })
    }

    /// A remote whose objects are kept in this repository.
    pub fn remote(&self, address: Address, access: Access, timeout: Duration) -> Remote {
        Remote {
            address,
            access,
            timeout,
            objects: self.git.path().to_owned(),
            stop: Stop::default(),
        }
    }

    /// Lets paths start at a directory, given from the root of the repository.
    pub fn enter(&mut self, directory: &Utf8Path) {
        directory.clone_into(&mut self.prefix);
    }

    /// A path of the user's as a path from the root of the repository. It cannot leave the repository.
    pub(super) fn path(&self, path: &Utf8Path) -> Result<Utf8PathBuf, GitError> {
        let refused = |why| GitError::Path { path: path.to_owned(), why };
        if path == crate::source::STDIN {
            return Err(refused("standard input is in no revision"));
        }
        if path.as_str().is_empty() {
            return Err(refused("a path is empty; `.` means this directory"));
        }
        let mut inside = self.prefix.clone();
        for component in path.components() {
            match component {
                Utf8Component::CurDir => {}
                Utf8Component::Normal(name) => inside.push(name),
                Utf8Component::ParentDir if inside.pop() => {}
                Utf8Component::ParentDir => return Err(refused("it leaves the repository")),
                Utf8Component::RootDir | Utf8Component::Prefix(_) => {
                    return Err(refused("it is absolute; in a revision, paths are relative"));
                }
            }
        }
        Ok(inside)
    }
}

/// Where a directory stands in the repository's work tree; nothing in a bare one.
fn prefix(git: &git2::Repository, directory: &Utf8Path) -> Utf8PathBuf {
    let root = git.workdir().and_then(|root| root.canonicalize().ok());
    let here = directory.canonicalize().ok();
    root.zip(here)
        .and_then(|(root, here)| {
            Utf8PathBuf::from_path_buf(here.strip_prefix(root).ok()?.into()).ok()
        })
        // The directory `.git` is not part of the tree.
        .filter(|prefix| !prefix.starts_with(".git"))
        .unwrap_or_default()
}

fn unopened(directory: &Utf8Path, error: git2::Error) -> GitError {
    match error.code() {
        ErrorCode::NotFound => GitError::NotARepository(directory.to_owned()),
        ErrorCode::Owner => GitError::Owner(directory.to_owned()),
        _ => GitError::git(format!("open the Git repository of {directory}"))(error),
    }
}
