//! The files of a revision, as a directory source gives them: the same files, in the same order, under `REVISION:path`.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use camino::{Utf8Path, Utf8PathBuf};
use git2::ObjectType;

use crate::{
    diagnostic::{Diagnostic, Source},
    git::{
        GitError, Repository, Revision,
        link::{Target, is_link},
    },
    source::{
        self,
        selection::{is_hidden, is_manifest, is_passed_over},
    },
};

/// The most bytes of one file of a pack.
const PACK_FILE: usize = 1 << 20;
/// The most files of a pack.
const PACK_FILES: usize = 200;

/// The identity of a file's content: equal content, equal identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BlobId(pub(super) git2::Oid);

/// A file of a revision, whose content is not read yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// From the root of the repository.
    pub path: Utf8PathBuf,
    /// Its content.
    pub blob: BlobId,
}

impl Repository {
    /// The files that the paths mean in a revision, each once: a directory gives the manifests in it and below it, sorted.
    pub fn files(&self, revision: &Revision, paths: &[Utf8PathBuf]) -> Result<Vec<File>, GitError> {
        let mut seen = BTreeSet::new();
        let mut files = Vec::new();
        for path in paths {
            let given = self.path(path)?;
            Walk { repository: self, revision, given: &given }.given(&mut files)?;
        }
        files.retain(|file| seen.insert(file.path.clone()));
        Ok(files)
    }

    /// The text of one file, or none if its content is refused.
    pub fn load(
        &self,
        revision: &Revision,
        file: &File,
        report: &mut Vec<Diagnostic>,
    ) -> Result<Option<Arc<Source>>, GitError> {
        let name = format!("{revision}:{}", file.path);
        let failed = |error| GitError::git(format!("read {name}"))(error);
        let objects = self.git.odb().map_err(failed)?;
        let (length, _) = objects.read_header(file.blob.0).map_err(failed)?;
        if length as u64 > source::MAX_BYTES {
            report.push(source::too_large(&name, Some(length as u64)));
            return Ok(None);
        }
        let blob = self.git.find_blob(file.blob.0).map_err(failed)?;
        Ok(source::text(&name, blob.content().to_vec(), report))
    }

    /// The nearest directory at or above a path that holds a file of this name, and the file.
    pub fn find_above(
        &self,
        revision: &Revision,
        path: &Utf8Path,
        name: &str,
    ) -> Result<Option<(Utf8PathBuf, File)>, GitError> {
        let root = self.root(revision)?;
        let start = self.path(path)?;
        for directory in start.ancestors() {
            let place = directory.join(name);
            if let Ok(entry) = root.get_path(place.as_std_path())
                && entry.kind() == Some(ObjectType::Blob)
                && !is_link(&entry)
            {
                let file = File { path: place, blob: BlobId(entry.id()) };
                return Ok(Some((directory.to_owned(), file)));
            }
        }
        Ok(None)
    }

    /// The texts of the files in a directory, given from the root of the repository, by name, as a pack has them: links and
    /// what is no text are refused.
    pub fn texts(
        &self,
        revision: &Revision,
        directory: &Utf8Path,
    ) -> Result<BTreeMap<String, String>, GitError> {
        let refused = |path: Utf8PathBuf, why| GitError::Path { path, why };
        let root = self.root(revision)?;
        let entry = root.get_path(directory.as_std_path()).ok();
        let tree = entry.and_then(|entry| self.git.find_tree(entry.id()).ok());
        let missing =
            GitError::NotFound { path: directory.to_owned(), revision: revision.name.clone() };
        let mut texts = BTreeMap::new();
        for entry in &tree.ok_or(missing)? {
            let name = String::from_utf8_lossy(entry.name_bytes()).into_owned();
            let path = directory.join(&name);
            if is_hidden(&name) {
                continue;
            }
            if entry.kind() != Some(ObjectType::Blob) || is_link(&entry) {
                return Err(refused(path, "a pack is a directory of text files"));
            }
            let blob = self.git.find_blob(entry.id());
            let blob = blob.map_err(GitError::git(format!("read {path}")))?;
            if blob.size() > PACK_FILE || texts.len() == PACK_FILES {
                return Err(refused(path, "the pack is too large"));
            }
            let text = str::from_utf8(blob.content());
            let text = text.map_err(|_| refused(path, "it is not UTF-8"))?.to_owned();
            texts.insert(name, text);
        }
        Ok(texts)
    }

    /// The root of a revision.
    pub(super) fn root(&self, revision: &Revision) -> Result<git2::Tree<'_>, GitError> {
        let commit = self.git.find_commit(revision.commit.0);
        commit
            .and_then(|commit| commit.tree())
            .map_err(GitError::git(format!("read the tree of {revision}")))
    }
}

/// The search for the files of one path of the user's.
pub(super) struct Walk<'a> {
    pub(super) repository: &'a Repository,
    pub(super) revision: &'a Revision,
    /// The path, which links may not leave.
    pub(super) given: &'a Utf8Path,
}

impl Walk<'_> {
    fn given(&self, files: &mut Vec<File>) -> Result<(), GitError> {
        let root = self.repository.root(self.revision)?;
        if self.given.as_str().is_empty() {
            return self.directory(self.given, &root, files);
        }
        // The whole repository is what a link that the user names may lead to.
        let anywhere = Walk { given: Utf8Path::new(""), ..*self };
        match anywhere.look_up(self.given)? {
            Target::File(blob) => {
                files.push(File { path: self.given.to_owned(), blob: BlobId(blob) });
                Ok(())
            }
            Target::Directory(tree, place) => {
                let tree = self.repository.git.find_tree(tree);
                let tree = tree.map_err(GitError::git(format!("read {place}")))?;
                Walk { given: &place, ..*self }.directory(&place, &tree, files)
            }
            Target::Submodule => Err(self.submodule(self.given)),
            Target::Nothing => Err(GitError::NotFound {
                path: self.given.to_owned(),
                revision: self.revision.name.clone(),
            }),
        }
    }

    fn directory(
        &self,
        path: &Utf8Path,
        tree: &git2::Tree<'_>,
        files: &mut Vec<File>,
    ) -> Result<(), GitError> {
        let mut entries = BTreeMap::new();
        for entry in tree {
            entries.insert(self.name(path, &entry)?, entry);
        }
        let names = entries.keys().map(String::as_str).filter(|name| !is_hidden(name));
        if is_passed_over(names, path == self.given) {
            return Ok(());
        }
        for (name, entry) in entries.iter().filter(|(name, _)| !is_hidden(name)) {
            self.entry(&path.join(name), entry, files)?;
        }
        Ok(())
    }

    fn entry(
        &self,
        path: &Utf8Path,
        entry: &git2::TreeEntry<'_>,
        files: &mut Vec<File>,
    ) -> Result<(), GitError> {
        let is_manifest = is_manifest(path.file_name().unwrap_or_default());
        match entry.kind() {
            Some(ObjectType::Tree) => {
                let tree = self.repository.git.find_tree(entry.id());
                self.directory(path, &tree.map_err(GitError::git(format!("read {path}")))?, files)
            }
            Some(ObjectType::Commit) => Err(self.submodule(path)),
            _ if !is_manifest => Ok(()),
            _ if is_link(entry) => match self.follow(path, entry)? {
                Target::File(blob) => {
                    files.push(File { path: path.to_owned(), blob: BlobId(blob) });
                    Ok(())
                }
                // The directory is read under its own name.
                Target::Directory(..) | Target::Submodule => Ok(()),
                Target::Nothing => Err(GitError::Dangling {
                    path: path.to_owned(),
                    revision: self.revision.name.clone(),
                }),
            },
            _ => {
                files.push(File { path: path.to_owned(), blob: BlobId(entry.id()) });
                Ok(())
            }
        }
    }

    fn name(&self, path: &Utf8Path, entry: &git2::TreeEntry<'_>) -> Result<String, GitError> {
        let not_utf8 = |bytes: &[u8]| GitError::Name {
            path: Utf8PathBuf::from(format!("{}:{path}", self.revision)),
            name: String::from_utf8_lossy(bytes).into_owned(),
        };
        str::from_utf8(entry.name_bytes())
            .map(str::to_owned)
            .map_err(|_| not_utf8(entry.name_bytes()))
    }

    fn submodule(&self, path: &Utf8Path) -> GitError {
        GitError::Submodule { path: path.to_owned(), revision: self.revision.name.clone() }
    }
}
