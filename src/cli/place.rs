//! Where a run reads: the disk, or a revision of a Git repository.

use std::{collections::BTreeMap, io::Read, sync::Arc};

use camino::{Utf8Path, Utf8PathBuf};

#[cfg(feature = "git")]
use crate::git::{Repository, Revision};
use crate::{
    cli::Failure,
    diagnostic::{Diagnostic, Source},
    pack_directory,
    project::{FILE, Ignore},
    project_file, source,
};

/// Where files are.
pub(super) enum Place {
    /// In the file system.
    Disk,
    /// In a commit.
    #[cfg(feature = "git")]
    Revision(Box<Repository>, Revision),
}

/// A project file before it is read, and the directory that it stands in.
pub(super) type FoundProject = (Utf8PathBuf, Arc<Source>);

impl Place {
    /// The project file at or above a path.
    pub(super) fn project(
        &self,
        start: &Utf8Path,
        report: &mut Vec<Diagnostic>,
    ) -> Result<Option<FoundProject>, Failure> {
        match self {
            Place::Disk => {
                let Some(directory) = project_file::find(start) else { return Ok(None) };
                let source = source::load(&directory.join(FILE), report)?;
                Ok(source.map(|source| (directory, source)))
            }
            #[cfg(feature = "git")]
            Place::Revision(repository, revision) => {
                let found = repository.find_above(revision, start, FILE)?;
                let Some((directory, file)) = found else { return Ok(None) };
                let source = repository.load(revision, &file, report)?;
                Ok(source.map(|source| (directory, source)))
            }
        }
    }

    /// Paths in a project as paths of this place.
    pub(super) fn enter(&mut self, directory: &Utf8Path, paths: &[String]) -> Vec<Utf8PathBuf> {
        match self {
            Place::Disk => paths.iter().map(|path| join(directory, path)).collect(),
            #[cfg(feature = "git")]
            Place::Revision(repository, _) => {
                repository.enter(directory);
                paths.iter().map(Utf8PathBuf::from).collect()
            }
        }
    }

    /// The files of a pack of the project.
    pub(super) fn pack(
        &self,
        directory: &Utf8Path,
        path: &str,
    ) -> Result<BTreeMap<String, String>, PackFailure> {
        match self {
            Place::Disk => {
                pack_directory::read(&join(directory, path)).map_err(PackFailure::Problems)
            }
            #[cfg(feature = "git")]
            Place::Revision(repository, revision) => {
                let texts = repository.texts(revision, &join(directory, path));
                texts.map_err(|error| PackFailure::Failure(error.into()))
            }
        }
    }

    /// The texts of the paths, without what the project ignores.
    pub(super) fn read(
        &self,
        paths: &[Utf8PathBuf],
        ignored: Option<(&Utf8Path, &Ignore)>,
        stdin: &mut dyn Read,
        report: &mut Vec<Diagnostic>,
    ) -> Result<Vec<Arc<Source>>, Failure> {
        let ignored = ignored.filter(|(_, ignore)| !ignore.is_empty());
        let mut sources = Vec::new();
        match self {
            Place::Disk => {
                let mut files = source::list(paths)?;
                if let Some((directory, ignore)) = ignored {
                    files.retain(|file| !is_ignored(directory, ignore, file));
                }
                for file in files {
                    sources.extend(match file.as_str() {
                        source::STDIN => source::load_stdin(stdin, report)?,
                        _ => source::load(&file, report)?,
                    });
                }
            }
            #[cfg(feature = "git")]
            Place::Revision(repository, revision) => {
                let files = repository.files(revision, paths)?;
                let is_wanted = |path: &Utf8Path| {
                    ignored.is_none_or(|(directory, ignore)| {
                        !path.strip_prefix(directory).is_ok_and(|path| ignore.matches(path))
                    })
                };
                for file in files.iter().filter(|file| is_wanted(&file.path)) {
                    sources.extend(repository.load(revision, file, report)?);
                }
            }
        }
        Ok(sources)
    }
}

/// Why the files of a pack cannot be had.
pub(super) enum PackFailure {
    /// They are no pack.
    Problems(Vec<Diagnostic>),
    /// They could not be read at all.
    #[cfg_attr(
        not(feature = "git"),
        expect(dead_code, reason = "files of a directory are problems")
    )]
    Failure(Failure),
}

fn join(directory: &Utf8Path, path: &str) -> Utf8PathBuf {
    match (directory.as_str(), path) {
        ("", _) => path.into(),
        (_, ".") => directory.to_owned(),
        _ => directory.join(path),
    }
}

/// Whether the project ignores a file. Files are compared by where they really are, because a path can be spelled in many ways.
fn is_ignored(directory: &Utf8Path, ignore: &Ignore, file: &Utf8Path) -> bool {
    let here = if directory.as_str().is_empty() { Utf8Path::new(".") } else { directory };
    let Ok(root) = here.canonicalize_utf8() else { return false };
    let parent = file.parent().filter(|parent| !parent.as_str().is_empty());
    let parent = parent.unwrap_or(Utf8Path::new(".")).canonicalize_utf8();
    let name = file.file_name().unwrap_or_default();
    parent.is_ok_and(|parent| {
        parent.join(name).strip_prefix(root).is_ok_and(|path| ignore.matches(path))
    })
}
