//! A source that is elsewhere: its branch is fetched into a repository here, which is made where there is none.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, atomic::AtomicBool},
};

use camino::{Utf8Path, Utf8PathBuf};

use crate::git::{GitError, Person, Remote, Repository, exchange::Stop};

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

    /// The commit that a branch of this repository names.
    pub fn tip(&self, branch: &str) -> Result<String, GitError> {
        let place = self.git.path().display();
        let missing =
            || GitError::Unknown { revision: format!("{branch} in {place}"), nearest: None };
        Ok(self.branch(branch)?.ok_or_else(missing)?.to_string())
    }

    /// The commit that is checked out in this repository.
    pub fn head(&self) -> Result<String, GitError> {
        let head = self.git.head().and_then(|head| head.peel_to_commit());
        let head = head.map_err(GitError::git("read what is checked out"))?;
        Ok(head.id().to_string())
    }

    /// The branch that is checked out, if one is.
    pub fn head_branch(&self) -> Option<String> {
        let head = self.git.head().ok().filter(git2::Reference::is_branch)?;
        head.shorthand().ok().map(str::to_owned)
    }

    /// Writes files as a commit without history, which no branch has.
    pub fn import(
        &self,
        files: &BTreeMap<String, Vec<u8>>,
        subject: &str,
        author: &Person,
        seconds: i64,
    ) -> Result<String, GitError> {
        let failed = |error| GitError::git("write a commit")(error);
        let changes = files.iter().map(|(path, bytes)| (path.clone(), Some(bytes.as_slice())));
        let tree = self.changed_tree(None, &changes.collect())?;
        let tree = self.git.find_tree(tree).map_err(failed)?;
        let time = git2::Time::new(seconds, 0);
        let person = git2::Signature::new(&author.name, &author.email, &time).map_err(failed)?;
        let commit = self.git.commit(None, &person, &person, subject, &tree, &[]);
        commit.map(|commit| commit.to_string()).map_err(failed)
    }

    /// The files that change when a branch of this repository moves.
    pub fn references(&self) -> Vec<Utf8PathBuf> {
        let of =
            |directory: &Path, name: &str| Utf8PathBuf::from_path_buf(directory.join(name)).ok();
        let common = self.git.commondir();
        [of(self.git.path(), "HEAD"), of(common, "packed-refs"), of(common, "refs")]
            .into_iter()
            .flatten()
            .collect()
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
