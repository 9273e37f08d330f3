//! The files of a directory that become an artifact.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use crate::{
    changeset::{self, RECORD, Record},
    digest::sha256,
    oci::{
        OciError,
        archive::{File, Files},
    },
    source::selection::is_hidden,
};

/// Reads the files of a directory but the record of who wrote it. Where there is one, the files have to be what it says, and no
/// others. What is hidden and not in a record is no manifest, and often what nobody means to publish.
pub fn read(directory: &Path) -> Result<Files, OciError> {
    let record = record(directory)?;
    let mut files = Files::new();
    collect(directory, "", record.as_ref(), &mut files)?;
    files.remove(RECORD);
    if files.is_empty() {
        let why = "holds no file; render into it first, with `petasos render --output`";
        return Err(OciError::File { path: directory.to_owned(), why });
    }
    if let Some(record) = record {
        check(directory, &record, &files)?;
    }
    Ok(files)
}

/// What the record says, if there is one.
fn record(directory: &Path) -> Result<Option<Record>, OciError> {
    let path = directory.join(RECORD);
    match fs::read(&path) {
        Ok(text) => changeset::read_record(&String::from_utf8_lossy(&text))
            .map(Some)
            .map_err(|_| OciError::Edited { path }),
        // What else is wrong with the directory is said when it is read.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(source) => Err(OciError::Io { path, source }),
    }
}

/// Compares with the record.
fn check(directory: &Path, record: &Record, files: &Files) -> Result<(), OciError> {
    for (path, digest) in &record.files {
        if files.get(path).is_none_or(|file| sha256(&file.content) != *digest) {
            return Err(OciError::Edited { path: directory.join(path) });
        }
    }
    match files.keys().find(|path| !record.files.contains_key(*path)) {
        Some(path) => Err(OciError::Unlisted { path: directory.join(path) }),
        None => Ok(()),
    }
}

/// Whether a record lists a file, or one below a directory.
fn lists(record: &Record, path: &str) -> bool {
    let below = format!("{path}/");
    let first = record.files.range(below.clone()..).next();
    record.files.contains_key(path) || first.is_some_and(|(found, _)| found.starts_with(&below))
}

fn collect(
    directory: &Path,
    prefix: &str,
    record: Option<&Record>,
    files: &mut Files,
) -> Result<(), OciError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source: std::io::Error| match source.kind() {
            ErrorKind::NotFound => OciError::File { path, why: "there is no such directory" },
            ErrorKind::NotADirectory => {
                OciError::File { path, why: "is a file, and an artifact is made of a directory" }
            }
            _ => OciError::Io { path, source },
        }
    };
    for entry in fs::read_dir(directory).map_err(failed(directory))? {
        let entry = entry.map_err(failed(directory))?;
        let path = entry.path();
        let Ok(name) = entry.file_name().into_string() else {
            return Err(wrong(path, "has a name that is no text"));
        };
        let kind = entry.file_type().map_err(failed(&path))?;
        let inner = format!("{prefix}{name}");
        if is_hidden(&name) && !record.is_some_and(|record| lists(record, &inner)) {
            continue;
        }
        if kind.is_dir() {
            collect(&path, &format!("{inner}/"), record, files)?;
        } else if kind.is_file() {
            let content = fs::read(&path).map_err(failed(&path))?;
            let is_executable = is_executable(&entry.metadata().map_err(failed(&path))?);
            files.insert(inner, File { content, is_executable });
        } else if kind.is_symlink() {
            return Err(wrong(
                path,
                "is a link, which Flux leaves out of artifacts; put the file in its place",
            ));
        } else {
            return Err(wrong(path, "is neither a file nor a directory"));
        }
    }
    Ok(())
}

fn wrong(path: PathBuf, why: &'static str) -> OciError {
    OciError::File { path, why }
}

#[cfg(unix)]
fn is_executable(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &fs::Metadata) -> bool {
    false
}
