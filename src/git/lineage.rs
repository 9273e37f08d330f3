//! Which of two commits of the source is the later one, also where a clone does not hold both.
//!
//! A clone of a CI job is as old as the job, and often has one commit only. So its origin is asked: what comes after a commit is
//! reachable from a branch there, and a clone that gets that branch gets everything between the two.

use std::collections::BTreeSet;

use git2::Oid;

use crate::git::{GitError, Remote, Repository};

/// What is done about a commit that a branch comes from, and that the source does not hold.
#[derive(Clone, Copy)]
pub enum Stranger<'a> {
    /// It counts as later: who follows a branch looks at it once more.
    IsLater,
    /// The origin of the source is asked, where there is one.
    AskOrigin(Option<&'a Remote>),
    /// It does not matter, because nothing is written.
    IsLeft,
}

/// Why it is not known which commit is the later one.
#[derive(Debug, thiserror::Error)]
pub enum Unclear {
    /// Part of the history is missing.
    #[error("its history is cut off, as a shallow clone's is")]
    Cut,
    /// Who was to tell did not.
    #[error("its origin cannot be asked ({0})")]
    Origin(Box<GitError>),
}

/// Whether the first commit comes after the second.
pub(super) fn is_later(
    source: &Repository,
    one: &str,
    other: &str,
    stranger: Stranger<'_>,
) -> Result<bool, Unclear> {
    let (Ok(one), Ok(other)) = (Oid::from_str(one), Oid::from_str(other)) else {
        // No commit of Git's.
        return Ok(false);
    };
    if let Some(known) = source.comes_after(one, other) {
        return Ok(known);
    }
    match stranger {
        Stranger::IsLater => Ok(true),
        Stranger::AskOrigin(None) if source.git.is_shallow() => Err(Unclear::Cut),
        // Without an origin, there is nobody else who could have made it.
        Stranger::IsLeft | Stranger::AskOrigin(None) => Ok(false),
        Stranger::AskOrigin(Some(origin)) => source.ask(origin, one, other),
    }
}

impl Repository {
    /// Whether the first commit comes after the second; none if that cannot be seen here.
    fn comes_after(&self, one: Oid, other: Oid) -> Option<bool> {
        if one == other {
            return Some(false);
        }
        if self.git.find_commit(one).is_err() || self.git.find_commit(other).is_err() {
            return None;
        }
        if !self.git.is_shallow() {
            return self.git.graph_descendant_of(one, other).ok();
        }
        let is_seen = |from, to| self.leads_to(from, to).then_some(());
        is_seen(one, other).map(|()| true).or_else(|| is_seen(other, one).map(|()| false))
    }

    /// Whether the parents of a commit, as far as they are here, lead to another. libgit2's own search fails where they end.
    fn leads_to(&self, from: Oid, to: Oid) -> bool {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(id) = open.pop() {
            if id == to {
                return true;
            }
            if seen.insert(id)
                && let Ok(commit) = self.git.find_commit(id)
            {
                open.extend(commit.parent_ids());
            }
        }
        false
    }

    /// The same, where the commits may be known to the origin only.
    fn ask(&self, origin: &Remote, one: Oid, other: Oid) -> Result<bool, Unclear> {
        let failed = |error| Unclear::Origin(Box::new(error));
        if let Some(path) = origin.address.local() {
            // Read where it is: a fetch from a path would make a shallow clone forget that it is one.
            let there = Repository::open_exactly(path).map_err(failed)?;
            return match there.comes_after(one, other) {
                None if there.git.is_shallow() => Err(Unclear::Cut),
                known => Ok(known.unwrap_or(false)),
            };
        }
        let tips = origin.catch_up(one, &self.followed()).map_err(failed)?;
        if let Some(known) = self.comes_after(one, other) {
            return Ok(known);
        }
        // Whatever comes after a commit on a branch is here now, and this one is not.
        let is_on = |tip: &Oid| *tip == other || self.comes_after(*tip, other) == Some(true);
        if !self.git.is_shallow() || tips.iter().any(is_on) { Ok(false) } else { Err(Unclear::Cut) }
    }

    /// The branches of its origin that a clone has.
    fn followed(&self) -> Vec<String> {
        const OURS: &str = "refs/remotes/origin/";
        let Ok(references) = self.git.references_glob(&format!("{OURS}*")) else { return vec![] };
        references
            .filter_map(|reference| {
                let reference = reference.ok()?;
                let name = reference.name().ok()?.strip_prefix(OURS)?;
                (name != "HEAD").then(|| format!("refs/heads/{name}"))
            })
            .collect()
    }
}
