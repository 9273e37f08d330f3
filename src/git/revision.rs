//! Names of commits: what users write, and what they mean in a repository.

use std::fmt;

use git2::ErrorCode;

use crate::{
    git::{GitError, Repository},
    nearest::nearest,
};

/// The most characters of a revision that is looked up.
const LONGEST: usize = 1024;

/// How many digits of a commit people read.
const SHORT: usize = 7;

/// The identity of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CommitId(pub(super) git2::Oid);

impl CommitId {
    /// The first digits, which people read.
    pub fn short(self) -> String {
        self.0.to_string().chars().take(SHORT).collect()
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A commit under the name that messages show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The name as the user gave it, or the first digits of the commit.
    pub name: String,
    /// The commit.
    pub commit: CommitId,
}

impl fmt::Display for Revision {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name)
    }
}

impl Repository {
    /// The commit that a revision means: a branch, a tag, a commit, or what Git derives from one, such as `HEAD~2`.
    pub fn resolve(&self, text: &str) -> Result<Revision, GitError> {
        if let Some(why) = misspelled(text) {
            return Err(GitError::Spelling { text: text.to_owned(), why });
        }
        let found = self.git.revparse_single(text);
        let object = found.map_err(|error| self.unresolved(text, error))?;
        let commit = object
            .peel_to_commit()
            .map_err(|_| GitError::Spelling { text: text.to_owned(), why: "it names no commit" })?;
        Ok(Revision { name: text.to_owned(), commit: CommitId(commit.id()) })
    }

    /// The commit where the histories of two revisions part: what a pull request compares with.
    pub fn merge_base(&self, one: &Revision, other: &Revision) -> Result<Revision, GitError> {
        match self.git.merge_base(one.commit.0, other.commit.0) {
            Ok(id) => Ok(Revision { name: CommitId(id).short(), commit: CommitId(id) }),
            Err(error) if self.git.is_shallow() && is_missing(&error) => Err(GitError::Shallow {
                what: format!("the commit where {one} and {other} part"),
                command: "git fetch --unshallow".to_owned(),
            }),
            Err(error) if error.code() == ErrorCode::NotFound => {
                Err(GitError::NoMergeBase(one.name.clone(), other.name.clone()))
            }
            Err(error) => Err(GitError::git(format!("find where {one} and {other} part"))(error)),
        }
    }

    fn unresolved(&self, text: &str, error: git2::Error) -> GitError {
        match error.code() {
            ErrorCode::NotFound | ErrorCode::UnbornBranch if self.git.is_shallow() => {
                GitError::Shallow { what: text.to_owned(), command: fetch_command(text) }
            }
            ErrorCode::NotFound | ErrorCode::UnbornBranch => {
                GitError::Unknown { revision: text.to_owned(), nearest: self.nearest(text) }
            }
            ErrorCode::InvalidSpec => {
                GitError::Spelling { text: text.to_owned(), why: "Git cannot read it" }
            }
            ErrorCode::Ambiguous => GitError::Spelling {
                text: text.to_owned(),
                why: "more than one commit begins with it",
            },
            _ => GitError::git(format!("look up {text}"))(error),
        }
    }

    /// The branch or tag whose name is most like the text.
    fn nearest(&self, text: &str) -> Option<String> {
        let references = self.git.references().ok()?;
        let names: Vec<String> = references
            .filter_map(|reference| Some(reference.ok()?.shorthand().ok()?.to_owned()))
            .collect();
        nearest(text, names.iter().map(String::as_str)).map(str::to_owned)
    }
}

/// What is wrong with the text of a revision, before a repository is asked.
fn misspelled(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("it is empty");
    }
    if text.starts_with('-') {
        return Some("it begins with a dash, as options do");
    }
    if text.contains("..") {
        return Some("it is a range, and one commit is needed");
    }
    if text.chars().any(char::is_control) {
        return Some("it has a control character");
    }
    (text.len() > LONGEST).then_some("it is too long")
}

/// Part of the history that is not here, or the commit itself.
fn is_missing(error: &git2::Error) -> bool {
    error.code() == ErrorCode::NotFound || error.class() == git2::ErrorClass::Odb
}

/// The command that gets a revision into a shallow clone.
fn fetch_command(text: &str) -> String {
    match text.split_once('/') {
        Some((remote @ ("origin" | "upstream"), branch)) if is_plain(branch) => {
            format!("git fetch --depth 1 {remote} {branch}:refs/remotes/{remote}/{branch}")
        }
        _ if text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            format!("git fetch --depth 1 origin {text}")
        }
        _ => "git fetch --unshallow".to_owned(),
    }
}

/// Whether a shell takes the text as it is.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_a_revision_is_refused_before_git_sees_it() {
        for text in ["", "-x", "--upload-pack=/bin/sh", "a..b", "a...b", "a\nb", "\u{1b}[2J"] {
            assert!(misspelled(text).is_some(), "{text:?}");
        }
        for text in ["main", "HEAD~2", "v1.0^{}", "origin/main", "@{upstream}"] {
            assert_eq!(misspelled(text), None, "{text}");
        }
    }

    #[test]
    fn the_command_that_fetches_can_be_pasted_into_a_shell() {
        assert_eq!(
            fetch_command("origin/feature/x"),
            "git fetch --depth 1 origin feature/x:refs/remotes/origin/feature/x"
        );
        assert_eq!(fetch_command("origin/$(id)"), "git fetch --unshallow");
        assert_eq!(fetch_command("HEAD~3"), "git fetch --unshallow");
    }
}
