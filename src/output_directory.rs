//! An output directory on disk: read what is there, act on a [`Plan`].

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::changeset::{self, ChangesetError, Contents, Files, Others, Plan, RECORD, Writer};

/// What the name of a file ends in until it is whole.
const NEW: &str = ".petasos-new";

/// Why an output directory could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// The plan is refused.
    #[error("{}", .directory.display())]
    Refused {
        /// The output directory.
        directory: PathBuf,
        /// Why.
        source: ChangesetError,
    },
    /// There is something else under its name.
    #[error("{}: is a file, and the output is a directory", .0.display())]
    NotADirectory(PathBuf),
    /// A link inside the directory would lead the files elsewhere.
    #[error("{}: is a symbolic link, so files would be written outside of the output directory; remove it, or choose another directory", .0.display())]
    Link(PathBuf),
    /// The file system said no.
    #[error("cannot {action} {}", .path.display())]
    Io {
        /// What was being done.
        action: &'static str,
        /// To which file.
        path: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
}

/// What has to change in `directory` so that it holds `wanted`; files that are not ours stay.
pub fn plan(
    directory: &Path,
    wanted: Files,
    writer: Writer,
    others: Others,
) -> Result<Plan, DirectoryError> {
    let refused = |source| DirectoryError::Refused { directory: directory.to_owned(), source };
    if directory.metadata().is_ok_and(|metadata| !metadata.is_dir()) {
        return Err(DirectoryError::NotADirectory(directory.to_owned()));
    }
    refuse_links(directory, RECORD)?;
    let record = read(&directory.join(RECORD))?
        .map(|record| changeset::read_record(&String::from_utf8_lossy(&record)))
        .transpose()
        .map_err(refused)?;
    let mut present = Contents::new();
    for path in record.iter().flat_map(|record| record.files.keys()).chain(wanted.keys()) {
        if present.contains_key(path) {
            continue;
        }
        refuse_links(directory, path)?;
        if let Some(content) = read(&directory.join(path))? {
            let content = changeset::content(&content, wanted.get(path));
            present.insert(path.clone(), content);
        }
    }
    let plan =
        changeset::plan(record.as_ref(), &present, wanted, writer, others).map_err(refused)?;
    for path in plan.write.keys().map(String::as_str).chain([RECORD]) {
        refuse_links(directory, &beside(path))?;
    }
    Ok(plan)
}

/// Does what the plan says. Killed anywhere, the next run repairs: the record names a file before it is written and
/// until it is removed, and each file appears whole or not at all.
pub fn act(directory: &Path, plan: &Plan) -> Result<(), DirectoryError> {
    let record = directory.join(RECORD);
    if plan.write.is_empty()
        && plan.remove.is_empty()
        && read(&record)?.as_deref() == Some(plan.record.as_bytes())
    {
        return Ok(());
    }
    write(&record, &with_removed(plan))?;
    for (path, content) in &plan.write {
        write(&directory.join(path), content)?;
    }
    for path in &plan.remove {
        let file = directory.join(path);
        fs::remove_file(&file).map_err(|source| DirectoryError::Io {
            action: "remove",
            path: file.clone(),
            source,
        })?;
        remove_empty_parents(directory, &file);
    }
    write(&record, &plan.record)
}

/// The new record and the files that are about to be removed.
fn with_removed(plan: &Plan) -> String {
    let absent = "0".repeat(64);
    plan.remove
        .iter()
        .fold(plan.record.clone(), |record, path| format!("{record}{absent}  {path}\n"))
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, DirectoryError> {
    match fs::read(path) {
        Ok(content) => Ok(Some(content)),
        Err(error)
            if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
        {
            Ok(None)
        }
        Err(source) => Err(DirectoryError::Io { action: "read", path: path.to_owned(), source }),
    }
}

/// Writes beside the file and renames, so that a reader sees the old file or the new one.
fn write(path: &Path, content: &str) -> Result<(), DirectoryError> {
    let failed =
        |action| move |source| DirectoryError::Io { action, path: path.to_owned(), source };
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(failed("create the directory of"))?;
    }
    let mut name = path.as_os_str().to_owned();
    name.push(NEW);
    let new = PathBuf::from(name);
    write_new(&new, content.as_bytes()).map_err(failed("write"))?;
    fs::rename(&new, path).map_err(failed("replace"))
}

/// Writes a file that was not there. What an interrupted run left under this name goes first; `create_new` follows no
/// link and takes no other file, whoever puts it there meanwhile.
fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    if path.symlink_metadata().is_ok_and(|metadata| metadata.is_file()) {
        fs::remove_file(path)?;
    }
    fs::OpenOptions::new().write(true).create_new(true).open(path)?.write_all(content)
}

/// The name that a file has until it is whole.
fn beside(path: &str) -> String {
    format!("{path}{NEW}")
}

fn refuse_links(directory: &Path, path: &str) -> Result<(), DirectoryError> {
    let mut here = directory.to_owned();
    for part in path.split('/') {
        here.push(part);
        if here.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink()) {
            return Err(DirectoryError::Link(here));
        }
    }
    Ok(())
}

/// Directories that became empty are removed, up to the output directory; others refuse by themselves.
fn remove_empty_parents(directory: &Path, file: &Path) {
    for parent in file.ancestors().skip(1).take_while(|parent| *parent != directory) {
        if fs::remove_dir(parent).is_err() {
            break;
        }
    }
}
