//! Trees and commits from changed files, without an index and without a work tree.

use std::collections::BTreeMap;

use git2::{ObjectType, Oid, Signature};

use crate::{
    git::{GitError, Repository, branch::occupied, sign::Signer},
    hydrator::DryCommit,
};

/// The mode of a plain file.
const FILE: i32 = 0o100_644;
/// The mode of a directory.
const DIRECTORY: i32 = 0o040_000;

/// Files by path from the root: the new content, or none for a file that goes.
pub(super) type Changes<'c> = BTreeMap<String, Option<&'c [u8]>>;

/// One directory's share of the changes.
#[derive(Default)]
struct Node<'c> {
    files: BTreeMap<&'c str, Option<&'c [u8]>>,
    directories: BTreeMap<&'c str, Node<'c>>,
}

/// Who makes a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The mail address.
    pub email: String,
}

impl Person {
    fn now(&self) -> Result<Signature<'static>, GitError> {
        Signature::now(&self.name, &self.email).map_err(GitError::git("use the author's name"))
    }
}

impl Repository {
    /// The tree with the changes made; everything else in it stays.
    pub(super) fn changed_tree(
        &self,
        base: Option<&git2::Tree<'_>>,
        changes: &Changes<'_>,
    ) -> Result<Oid, GitError> {
        let mut root = Node::default();
        for (path, content) in changes {
            let mut node = &mut root;
            let mut rest = path.as_str();
            while let Some((name, below)) = rest.split_once('/') {
                node = node.directories.entry(name).or_default();
                rest = below;
            }
            node.files.insert(rest, *content);
        }
        let tree = self.write_node(&root, base, "")?;
        match tree {
            Some(tree) => Ok(tree),
            None => self
                .git
                .treebuilder(None)
                .and_then(|empty| empty.write())
                .map_err(GitError::git("write a tree")),
        }
    }

    /// The tree of one directory; none if nothing is left in it.
    fn write_node(
        &self,
        node: &Node<'_>,
        base: Option<&git2::Tree<'_>>,
        place: &str,
    ) -> Result<Option<Oid>, GitError> {
        let what = if place.is_empty() { "the files of the branch" } else { place };
        let failed = |error| GitError::git(format!("write {what}"))(error);
        let mut builder = self.git.treebuilder(base).map_err(failed)?;
        for (name, content) in &node.files {
            let before = base.and_then(|base| base.get_name(name));
            if let Some(entry) = before.as_ref().filter(|entry| !is_file(entry)) {
                return Err(occupied(&format!("{place}{name}"), entry));
            }
            match content {
                Some(content) => {
                    let blob = self.git.blob(content).map_err(failed)?;
                    builder.insert(*name, blob, FILE).map_err(failed)?;
                }
                None if before.is_some() => builder.remove(*name).map_err(failed)?,
                None => {}
            }
        }
        for (name, below) in &node.directories {
            let before = base.and_then(|base| base.get_name(name));
            let inner = match &before {
                None => None,
                Some(entry) if entry.kind() == Some(ObjectType::Tree) => {
                    Some(self.git.find_tree(entry.id()).map_err(failed)?)
                }
                Some(entry) => return Err(occupied(&format!("{place}{name}"), entry)),
            };
            match self.write_node(below, inner.as_ref(), &format!("{place}{name}/"))? {
                Some(tree) => drop(builder.insert(*name, tree, DIRECTORY).map_err(failed)?),
                None if before.is_some() => builder.remove(*name).map_err(failed)?,
                None => {}
            }
        }
        if builder.is_empty() { Ok(None) } else { builder.write().map(Some).map_err(failed) }
    }

    /// Writes a commit that no branch has yet.
    pub(super) fn write_commit(
        &self,
        tree: Oid,
        parent: Option<Oid>,
        author: &Person,
        message: &str,
        signer: Option<&Signer>,
    ) -> Result<Oid, GitError> {
        let failed = |error| GitError::git("write a commit")(error);
        let tree = self.git.find_tree(tree).map_err(failed)?;
        let parent = parent.map(|id| self.git.find_commit(id)).transpose().map_err(failed)?;
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        let person = author.now()?;
        let Some(signer) = signer else {
            return self
                .git
                .commit(None, &person, &person, message, &tree, &parents)
                .map_err(failed);
        };
        let buffer = self
            .git
            .commit_create_buffer(&person, &person, message, &tree, &parents)
            .map_err(failed)?;
        let text = str::from_utf8(&buffer).map_err(|_| GitError::Encoding)?;
        let signature = signer.sign(text.as_bytes())?;
        self.git.commit_signed(text, &signature, None).map_err(failed)
    }

    /// A commit of this repository, as the manifests that come from it describe it.
    pub fn dry_commit(
        &self,
        commit: super::CommitId,
        repository: &str,
    ) -> Result<DryCommit, GitError> {
        let found = self.git.find_commit(commit.0);
        let found = found.map_err(GitError::git(format!("read the commit {commit}")))?;
        let author = found.author();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        let name = text(author.name_bytes());
        let email = text(author.email_bytes());
        let message = text(found.message_bytes());
        let trailers = git2::message_trailers_strs(&message);
        let trailers = trailers.map_err(GitError::git(format!("read the message of {commit}")))?;
        let dry = DryCommit {
            repository: repository.to_owned(),
            sha: commit.to_string(),
            author: format!("{name} <{email}>"),
            date: crate::hydrator::date(author.when().seconds()),
            ..DryCommit::default()
        };
        Ok(dry.with_message(&message, trailers.iter()))
    }

    /// Who makes commits in this repository, as Git is configured.
    pub fn person(&self) -> Option<Person> {
        let config = self.git.config().ok()?.snapshot().ok()?;
        let text = |key| config.get_str(key).ok().map(str::to_owned);
        Some(Person { name: text("user.name")?, email: text("user.email")? })
    }
}

fn is_file(entry: &git2::TreeEntry<'_>) -> bool {
    entry.kind() == Some(ObjectType::Blob) && !super::link::is_link(entry)
}
