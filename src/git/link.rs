//! Symbolic links in a tree: what they mean within the repository, and never what lies beside it.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use git2::{ErrorCode, FileMode, ObjectType, Oid};

use crate::git::{GitError, tree::Walk};

/// How many links lead to each other before they lead nowhere.
const LONGEST: usize = 16;

/// What stands at a path, links followed.
pub(super) enum Target {
    File(Oid),
    /// And where it is when no link leads there.
    Directory(Oid, Utf8PathBuf),
    Submodule,
    Nothing,
}

/// Whether an entry is a symbolic link.
pub(super) fn is_link(entry: &git2::TreeEntry<'_>) -> bool {
    entry.filemode() == i32::from(FileMode::Link)
}

impl Walk<'_> {
    /// What a path from the root of the repository means.
    pub(super) fn look_up(&self, path: &Utf8Path) -> Result<Target, GitError> {
        self.target(path, path, LONGEST)
    }

    /// What a link means.
    pub(super) fn follow(
        &self,
        path: &Utf8Path,
        entry: &git2::TreeEntry<'_>,
    ) -> Result<Target, GitError> {
        self.linked(path, path, entry.id(), LONGEST)
    }

    /// `link` is where it began, for messages.
    fn target(&self, link: &Utf8Path, path: &Utf8Path, left: usize) -> Result<Target, GitError> {
        let root = self.repository.root(self.revision)?;
        if path.as_str().is_empty() {
            return Ok(Target::Directory(root.id(), path.to_owned()));
        }
        let entry = match root.get_path(path.as_std_path()) {
            Ok(entry) => entry,
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(Target::Nothing),
            Err(error) => return Err(GitError::git(format!("read {path}"))(error)),
        };
        Ok(match entry.kind() {
            Some(ObjectType::Tree) => Target::Directory(entry.id(), path.to_owned()),
            Some(ObjectType::Commit) => Target::Submodule,
            _ if is_link(&entry) => return self.linked(link, path, entry.id(), left),
            _ => Target::File(entry.id()),
        })
    }

    fn linked(
        &self,
        link: &Utf8Path,
        path: &Utf8Path,
        blob: Oid,
        left: usize,
    ) -> Result<Target, GitError> {
        if left == 0 {
            return Ok(Target::Nothing);
        }
        let blob = self.repository.git.find_blob(blob);
        let blob = blob.map_err(GitError::git(format!("read {path}")))?;
        let place = str::from_utf8(blob.content())
            .ok()
            .and_then(|text| join(path, Utf8Path::new(text)))
            .filter(|place| place.starts_with(self.given))
            .ok_or_else(|| GitError::Outside {
                path: link.to_owned(),
                revision: self.revision.name.clone(),
                directory: match self.given.as_str() {
                    "" => "the repository".into(),
                    _ => self.given.to_owned(),
                },
            })?;
        self.target(link, &place, left - 1)
    }
}

/// Where a link at `path` with this text leads; none if it leads out of the repository.
fn join(path: &Utf8Path, text: &Utf8Path) -> Option<Utf8PathBuf> {
    let mut place = path.parent().map(Utf8Path::to_owned).unwrap_or_default();
    for component in text.components() {
        match component {
            Utf8Component::CurDir => {}
            Utf8Component::Normal(name) => place.push(name),
            Utf8Component::ParentDir => {
                if !place.pop() {
                    return None;
                }
            }
            Utf8Component::RootDir | Utf8Component::Prefix(_) => return None,
        }
    }
    Some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, text: &str, expected: Option<&str>) {
        assert_eq!(join(path.into(), text.into()), expected.map(Utf8PathBuf::from));
    }

    #[test]
    fn a_link_leads_where_it_stands() {
        check("a/link", "b.yaml", Some("a/b.yaml"));
        check("a/link", "../b.yaml", Some("b.yaml"));
        check("a/link", "./../a/./c", Some("a/c"));
    }

    #[test]
    fn a_link_leads_nowhere_outside() {
        check("a/link", "../../b.yaml", None);
        check("link", "..", None);
        check("link", "/etc/passwd", None);
    }
}
