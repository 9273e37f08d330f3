//! Where the two sides of a comparison are: two paths, or two revisions.

use std::slice;

use anyhow::anyhow;
use camino::Utf8PathBuf;

#[cfg(feature = "git")]
use crate::git::{GitError, Repository};
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

impl Arguments {
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
        let mut read =
            |path| Side::read(Place::Disk, &self.wanted(slice::from_ref(path)), terminal);
        Ok((read(old)?, read(new)?))
    }

    #[cfg(feature = "git")]
    fn of_revisions(&self, base: &str, terminal: &mut Terminal) -> Result<(Side, Side), Failure> {
        let here = self.revisions.repository.as_deref().unwrap_or(".".into());
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

/// Whether a revision does not have a path.
#[cfg(feature = "git")]
fn is_missing(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref::<GitError>(), Some(GitError::NotFound { .. }))
}
