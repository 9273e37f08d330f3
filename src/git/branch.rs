//! What a branch holds in one directory, and what stands in the way there.

use camino::Utf8Path;
use git2::{ErrorCode, ObjectType, Oid};

use crate::{
    changeset::{self, Files, RECORD},
    digest::sha256,
    git::{GitError, Repository, link::is_link},
    hydrator,
    publication::{self, Present},
};

impl Repository {
    /// The tip of a local branch.
    pub(super) fn branch(&self, name: &str) -> Result<Option<Oid>, GitError> {
        self.reference(&format!("refs/heads/{name}"))
    }

    /// The root of a commit; none without a commit.
    pub(super) fn tree_of(&self, commit: Option<Oid>) -> Result<Option<git2::Tree<'_>>, GitError> {
        let Some(commit) = commit else { return Ok(None) };
        let tree = self.git.find_commit(commit).and_then(|commit| commit.tree());
        tree.map(Some).map_err(GitError::git(format!("read the commit {commit}")))
    }

    /// A directory of a tree; none if nothing is there. What is there must be a directory all the way.
    pub(super) fn directory_of<'r>(
        &'r self,
        root: Option<git2::Tree<'r>>,
        path: &str,
    ) -> Result<Option<git2::Tree<'r>>, GitError> {
        let mut here = root;
        let mut place = String::new();
        for name in path.split('/').filter(|name| !name.is_empty()) {
            let Some(tree) = here else { return Ok(None) };
            place = if place.is_empty() { name.to_owned() } else { format!("{place}/{name}") };
            here = match tree.get_name(name) {
                None => None,
                Some(entry) if entry.kind() == Some(ObjectType::Tree) => {
                    let tree = self.git.find_tree(entry.id());
                    Some(tree.map_err(GitError::git(format!("read {place}")))?)
                }
                Some(entry) => return Err(occupied(&place, &entry)),
            };
        }
        Ok(here)
    }

    /// The state of a directory, with the content of what is wanted there and of what its record names.
    pub(super) fn present(
        &self,
        directory: Option<&git2::Tree<'_>>,
        wanted: &Files,
    ) -> Result<Present, GitError> {
        let Some(tree) = directory else {
            return Ok(Present { is_empty: true, ..Present::default() });
        };
        let mut present = Present { is_empty: tree.is_empty(), ..Present::default() };
        if let Some(bytes) = self.content(tree, RECORD)? {
            present.record = Some(String::from_utf8_lossy(&bytes).into_owned());
        }
        // A record that cannot be read is refused when the plan is made.
        let record = present.record.as_deref().and_then(|text| changeset::read_record(text).ok());
        let owned = record.iter().flat_map(|record| record.files.keys());
        for path in publication::paths(wanted).chain(owned.map(String::as_str)) {
            if !present.files.contains_key(path)
                && let Some(bytes) = self.content(tree, path)?
            {
                let content = changeset::content(&bytes, wanted.get(path));
                present.files.insert(path.to_owned(), content);
            }
        }
        Ok(present)
    }

    /// Whether the directory holds what was made from inputs with this digest, byte for byte.
    pub(super) fn is_current(
        &self,
        directory: Option<&git2::Tree<'_>>,
        inputs: &str,
    ) -> Result<bool, GitError> {
        let Some(tree) = directory else { return Ok(false) };
        let Some(record) = self.content(tree, RECORD)? else { return Ok(false) };
        let record = String::from_utf8_lossy(&record).into_owned();
        if !publication::is_from(&record, inputs) {
            return Ok(false);
        }
        let Ok(record) = changeset::read_record(&record) else { return Ok(false) };
        for (path, digest) in &record.files {
            if self.content(tree, path)?.map(sha256).as_ref() != Some(digest) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The dry commit that a directory says it comes from.
    pub(super) fn dry_sha(
        &self,
        directory: Option<&git2::Tree<'_>>,
    ) -> Result<Option<String>, GitError> {
        let Some(tree) = directory else { return Ok(None) };
        let metadata = self.content(tree, hydrator::METADATA)?;
        Ok(metadata.and_then(|bytes| hydrator::dry_sha(&String::from_utf8_lossy(&bytes))))
    }

    /// The content of a file below a directory; none if nothing is there.
    pub(super) fn content(
        &self,
        tree: &git2::Tree<'_>,
        path: &str,
    ) -> Result<Option<Vec<u8>>, GitError> {
        let entry = match tree.get_path(Utf8Path::new(path).as_std_path()) {
            Ok(entry) => entry,
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
            Err(error) => return Err(GitError::git(format!("read {path}"))(error)),
        };
        if entry.kind() != Some(ObjectType::Blob) || is_link(&entry) {
            return Err(occupied(path, &entry));
        }
        let blob = self.git.find_blob(entry.id());
        let blob = blob.map_err(GitError::git(format!("read {path}")))?;
        Ok(Some(blob.content().to_vec()))
    }
}

/// Something else stands where a file or a directory is needed.
pub(super) fn occupied(path: &str, entry: &git2::TreeEntry<'_>) -> GitError {
    let what = match entry.kind() {
        Some(ObjectType::Commit) => "a submodule",
        Some(ObjectType::Tree) => "a directory",
        _ if is_link(entry) => "a symbolic link",
        _ => "a file",
    };
    GitError::Occupied { path: path.into(), what }
}
