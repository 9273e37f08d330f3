//! What `petasos sync` follows: a branch of a remote or of a repository on this machine, a work tree, or plain files.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::AtomicBool},
    time::SystemTime,
};

use anyhow::anyhow;
use camino::{Utf8Path, Utf8PathBuf};

use crate::{
    cli::{Failure, sync::Arguments},
    git::{GitError, Repository},
    source,
    watch::Snapshot,
};

/// How often files are read again that change while they are read.
const ATTEMPTS: u32 = 10;

/// The bytes of files.
type Files = BTreeMap<String, Vec<u8>>;

/// What was found at one look.
pub(super) struct Origin {
    /// The commit, which is in the repository here.
    pub revision: String,
    /// The address that it comes from, without credentials.
    pub address: Option<String>,
}

/// The files whose changes are worth a look. A remote says nothing by itself.
pub(super) fn watched(arguments: &Arguments) -> Vec<Utf8PathBuf> {
    let local = || {
        let here = Repository::open_or_make(&arguments.work.repository).ok()?;
        here.address(&arguments.source).ok()?.local().map(Utf8Path::to_owned)
    };
    let place = arguments.directory.clone().or_else(local);
    let repository = place.and_then(|place| Repository::open_exactly(&place).ok());
    let references = repository.map_or_else(Vec::new, |repository| repository.references());
    references.into_iter().chain(arguments.directory.clone()).collect()
}

/// Looks at the source, and takes what is there into the repository.
pub(super) fn look(arguments: &Arguments, stop: &Arc<AtomicBool>) -> Result<Origin, Failure> {
    let here = Repository::open_or_make(&arguments.work.repository)?;
    if let Some(directory) = &arguments.directory {
        return match Repository::open_exactly(directory) {
            Err(GitError::NotARepository(_)) => {
                Ok(Origin { revision: import(&here, directory, arguments)?, address: None })
            }
            there => {
                let there = there?;
                let address = there.address("origin").ok().map(|address| address.shown());
                Ok(Origin { revision: here.copy_head(&there, directory)?, address })
            }
        };
    }
    let address = here.address(&arguments.source)?;
    let shown = address.shown();
    let place = &arguments.work.place;
    let revision = if let Some(path) = address.local() {
        here.copy_branch(path, &arguments.source_branch)?
    } else {
        let mut remote = here.remote(address, place.access(), place.timeout());
        remote.stop_when(stop);
        here.follow(&remote, &arguments.source_branch)?
    };
    Ok(Origin { revision, address: Some(shown) })
}

/// Makes a commit of the files of a directory.
fn import(
    here: &Repository,
    directory: &Utf8Path,
    arguments: &Arguments,
) -> Result<String, Failure> {
    let (files, snapshot) = at_one_moment(directory)?;
    let written = snapshot.newest().unwrap_or(SystemTime::UNIX_EPOCH);
    let since = written.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or_default();
    let name = directory.file_name().unwrap_or("a directory");
    let author = arguments.work.making.person(here)?;
    Ok(here.import(&files, &format!("files of {name}"), &author, seconds)?)
}

/// The files of a directory, by path, none of which changed while they were read.
fn at_one_moment(directory: &Utf8Path) -> Result<(Files, Snapshot), Failure> {
    let paths = [directory.to_owned()];
    for _ in 0..ATTEMPTS {
        let snapshot = Snapshot::of(&paths);
        let files = source::whole(directory)?;
        if Snapshot::of(&paths).is_like(&snapshot) {
            return Ok((files, snapshot));
        }
    }
    Err(Failure::Surroundings(anyhow!("the files of {directory} change while they are read")))
}
