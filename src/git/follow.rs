//! A source that is elsewhere: its branch is fetched into a repository here, which is made where there is none.

use std::sync::{Arc, atomic::AtomicBool};

use camino::Utf8Path;
use git2::ErrorCode;

use crate::git::{GitError, Remote, Repository, remote::Stop};

impl Repository {
    /// The repository that a directory is in; a bare one is made in a directory that is empty or not there.
    pub fn open_or_make(directory: &Utf8Path) -> Result<Self, GitError> {
        match Repository::open(directory) {
            Err(GitError::NotARepository(_)) if is_free(directory) => {
                git2::Repository::init_bare(directory)
                    .map_err(GitError::git(format!("make a repository in {directory}")))?;
                Repository::open(directory)
            }
            opened => opened,
        }
    }

    /// Fetches a branch of a remote; the commit that it names.
    pub fn follow(&self, remote: &Remote, branch: &str) -> Result<String, GitError> {
        let missing = || GitError::Unknown {
            revision: format!("{branch} at {}", remote.address.shown()),
            nearest: None,
        };
        let tip = remote.tip(&format!("refs/heads/{branch}"))?.ok_or_else(missing)?;
        self.remember(remote, branch, tip);
        Ok(tip.to_string())
    }

    /// The same from a repository on this machine.
    pub fn copy_branch(&self, path: &Utf8Path, branch: &str) -> Result<String, GitError> {
        let there = Repository::open_exactly(path)?;
        let missing =
            || GitError::Unknown { revision: format!("{branch} in {path}"), nearest: None };
        let tip = there.branch(branch)?.ok_or_else(missing)?;
        match self.git.find_commit(tip) {
            Ok(_) => return Ok(tip.to_string()),
            Err(error) if error.code() == ErrorCode::NotFound => {}
            Err(error) => return Err(GitError::git(format!("read the commit {tip}"))(error)),
        }
        let failed = |error| GitError::git(format!("fetch {branch} from {path}"))(error);
        let mut remote = self.git.remote_anonymous(path.as_str()).map_err(failed)?;
        remote.download(&[format!("refs/heads/{branch}")], None).map_err(failed)?;
        Ok(tip.to_string())
    }
}

impl Remote {
    /// Ends an exchange early when the flag is raised.
    pub fn stop_when(&mut self, flag: &Arc<AtomicBool>) {
        self.stop = Stop(Some(Arc::clone(flag)));
    }
}

fn is_free(directory: &Utf8Path) -> bool {
    directory.read_dir().map_or(true, |mut entries| entries.next().is_none())
}
