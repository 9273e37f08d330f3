//! What `petasos sync` follows: a branch of a remote or of a repository on this machine, a work tree, or plain files.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::AtomicBool},
    time::SystemTime,
};

use anyhow::anyhow;
use camino::{Utf8Path, Utf8PathBuf};

use crate::{
    cli::{
        Failure,
        commit::{Order, Origin},
        sync::Arguments,
    },
    git::{GitError, Repository},
    source,
    watch::Snapshot,
};

/// How often files are read again that change while they are read.
const ATTEMPTS: u32 = 10;

/// The bytes of files.
type Files = BTreeMap<String, Vec<u8>>;

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

/// Looks at the source. What is on this machine is read where it is; all else is taken into the repository here.
pub(super) fn look(arguments: &Arguments, stop: &Arc<AtomicBool>) -> Result<Origin, Failure> {
    let repository = arguments.work.repository.clone();
    let here = Repository::open_or_make(&repository)?;
    if let Some(directory) = &arguments.directory {
        return match Repository::open_exactly(directory) {
            Err(GitError::NotARepository(_)) => Ok(Origin {
                repository,
                revision: import(&here, directory, arguments)?,
                address: None,
                order: Order::Followed,
            }),
            there => {
                let revision = there?.head()?;
                let order = Order::Followed;
                Ok(Origin { repository: directory.clone(), revision, address: None, order })
            }
        };
    }
    let address = here.address(&arguments.source)?;
    let (shown, order) = (Some(address.shown()), Order::Followed);
    let branch = &arguments.source_branch;
    if let Some(path) = address.local() {
        let revision = Repository::open_exactly(path)?.tip(branch)?;
        return Ok(Origin { repository: path.to_owned(), revision, address: shown, order });
    }
    let place = &arguments.work.place;
    let mut remote = here.remote(address, place.access(), place.timeout());
    remote.stop_when(stop);
    let revision = here.follow(&remote, branch)?;
    Ok(Origin { repository, revision, address: shown, order })
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
