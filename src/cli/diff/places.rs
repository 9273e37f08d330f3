//! Where the two sides of a comparison are: two paths, of the disk or of revisions, or the two ends of a pull request.

use std::slice;

use anyhow::anyhow;
use camino::{Utf8Path, Utf8PathBuf};

#[cfg(feature = "git")]
use crate::{
    cli::diff::Revisions,
    git::{GitError, Repository},
};
use crate::{
    cli::{
        Failure,
        diff::{
            Arguments,
            side::{Side, Wanted},
        },
        place::Place,
    },
    source,
    terminal::Terminal,
};

/// What a side begins with that is in a revision. A path that begins so is written `./git:…`.
const IN_GIT: &str = "git:";

/// A side of a revision, as `git:REVISION[:PATH]` names it.
struct InGit<'a> {
    revision: &'a str,
    /// Without one, the project's sources there, or everything below the directory.
    #[cfg_attr(
        not(any(feature = "git", test)),
        expect(dead_code, reason = "nothing is read there")
    )]
    path: Option<&'a Utf8Path>,
}

impl<'a> InGit<'a> {
    /// The side that a text names, if it is one of a revision. No name of a branch or a tag has a colon.
    fn of(side: &'a Utf8Path) -> Option<Self> {
        let named = side.as_str().strip_prefix(IN_GIT)?;
        let (revision, path) = match named.split_once(':') {
            Some((revision, path)) => (revision, Some(path.into())),
            None => (named, None),
        };
        Some(InGit { revision, path })
    }
}

impl Arguments {
    /// The path that a file has in a checkout, where its name begins with the revision that it was read from.
    pub(super) fn in_checkout<'n>(&self, name: &'n str) -> Option<&'n str> {
        if self.revisions.base.is_some() {
            return name.split_once(':').map(|(_, path)| path);
        }
        let mut sides = self.paths.iter().filter_map(|side| InGit::of(side));
        sides.find_map(|side| name.strip_prefix(side.revision)?.strip_prefix(':'))
    }

    /// Both sides, the old one first.
    pub(super) fn sides(&self, terminal: &mut Terminal) -> Result<(Side, Side), Failure> {
        match &self.revisions.base {
            #[cfg(feature = "git")]
            Some(base) => self.of_revisions(base, terminal),
            #[cfg(not(feature = "git"))]
            Some(_) => Err(Failure::without("git")),
            None => self.of_paths(terminal),
        }
    }

    fn wanted<'a>(&'a self, paths: &'a [Utf8PathBuf]) -> Wanted<'a> {
        Wanted { paths, target: self.target.as_deref(), settings: &self.settings }
    }

    fn of_paths(&self, terminal: &mut Terminal) -> Result<(Side, Side), Failure> {
        let [old, new] = self.paths.as_slice() else {
            let problem = "two sides are compared: write OLD and NEW, or --base REVISION";
            return Err(Failure::Input(anyhow!(problem)));
        };
        if old == source::STDIN && new == source::STDIN {
            return Err(Failure::Input(anyhow!("only one of the two sides can be standard input")));
        }
        let sides = [old, new].map(|side| InGit::of(side));
        if self.revisions.repository.is_some() && sides.iter().all(Option::is_none) {
            let problem = "--repository is for --base, and for sides such as git:HEAD";
            return Err(Failure::Input(anyhow!(problem)));
        }
        let mut read = |path: &Utf8PathBuf, in_git: Option<&InGit<'_>>| match in_git {
            Some(in_git) => self.of_revision(in_git, terminal),
            None => Side::read(Place::Disk, &self.wanted(slice::from_ref(path)), terminal),
        };
        let [of_old, of_new] = &sides;
        Ok((read(old, of_old.as_ref())?, read(new, of_new.as_ref())?))
    }

    #[cfg(feature = "git")]
    fn of_revision(&self, side: &InGit<'_>, terminal: &mut Terminal) -> Result<Side, Failure> {
        let repository = Repository::open(self.revisions.here())?;
        let revision = repository.resolve(side.revision)?;
        let paths: Vec<Utf8PathBuf> = side.path.into_iter().map(Utf8Path::to_owned).collect();
        Side::read(Place::Revision(Box::new(repository), revision), &self.wanted(&paths), terminal)
    }

    #[cfg(not(feature = "git"))]
    #[expect(clippy::unused_self, reason = "with Git, there are paths to read")]
    fn of_revision(&self, _: &InGit<'_>, _: &mut Terminal) -> Result<Side, Failure> {
        Err(Failure::without("git"))
    }

    #[cfg(feature = "git")]
    fn of_revisions(&self, base: &str, terminal: &mut Terminal) -> Result<(Side, Side), Failure> {
        let here = self.revisions.here();
        let (of_old, of_new) = (Repository::open(here)?, Repository::open(here)?);
        let head = of_new.resolve(&self.revisions.head)?;
        let base = of_old.merge_base(&of_old.resolve(base)?, &head)?;
        let wanted = self.wanted(&self.paths);
        let new = Side::read(Place::Revision(Box::new(of_new), head), &wanted, terminal)?;
        let old = Side::read(Place::Revision(Box::new(of_old), base), &wanted, terminal);
        let old = match old {
            // What is compared may be new as a whole.
            Err(Failure::Input(error)) if is_missing(&error) => Side::empty(),
            old => old?,
        };
        Ok((old, new))
    }
}

#[cfg(feature = "git")]
impl Revisions {
    /// The directory that paths of revisions are relative to.
    fn here(&self) -> &Utf8Path {
        self.repository.as_deref().unwrap_or(".".into())
    }
}

/// Whether a revision does not have a path.
#[cfg(feature = "git")]
fn is_missing(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref::<GitError>(), Some(GitError::NotFound { .. }))
}

#[cfg(test)]
mod tests {
    use super::{InGit, Utf8Path};

    #[track_caller]
    fn check(side: &str, revision: &str, path: Option<&str>) {
        let found = InGit::of(side.into()).unwrap();
        assert_eq!((found.revision, found.path.map(Utf8Path::as_str)), (revision, path));
    }

    #[test]
    fn a_side_of_a_revision_is_told_from_a_path() {
        check("git:HEAD", "HEAD", None);
        check("git:env/prod:agents/a:b", "env/prod", Some("agents/a:b"));
        check("git:", "", None);
        for path in ["agents", "./git:HEAD", "git", "-", "HEAD:agents", "github:x"] {
            assert!(InGit::of(path.into()).is_none(), "{path}");
        }
    }
}
