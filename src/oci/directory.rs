//! The files of a directory that become an artifact.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use crate::{
    changeset::{self, RECORD},
    digest::sha256,
    oci::{
        OciError,
        archive::{File, Files},
    },
};

/// What version control keeps of its own.
const PASSED_OVER: &[&str] = &[".git", ".hg", ".svn"];

/// Reads all files of a directory but the record of who wrote it. Where there is one, the files have to be what it says.
pub fn read(directory: &Path) -> Result<Files, OciError> {
    let mut files = Files::new();
    collect(directory, "", &mut files)?;
    let record = files.remove(RECORD);
    if files.is_empty() {
        let why = "holds no file; render into it first, with `petasos render --output`";
        return Err(OciError::File { path: directory.to_owned(), why });
    }
    if let Some(record) = record {
        check(directory, &String::from_utf8_lossy(&record.content), &files)?;
    }
    Ok(files)
}

/// Compares with the record.
fn check(directory: &Path, record: &str, files: &Files) -> Result<(), OciError> {
    let edited = |path: &str| OciError::Edited { path: directory.join(path) };
    let record = changeset::read_record(record).map_err(|_| edited(RECORD))?;
    for (path, digest) in &record.files {
        if files.get(path).is_none_or(|file| sha256(&file.content) != *digest) {
            return Err(edited(path));
        }
    }
    Ok(())
}

fn collect(directory: &Path, prefix: &str, files: &mut Files) -> Result<(), OciError> {
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
        if kind.is_dir() {
            if !PASSED_OVER.contains(&name.as_str()) {
                collect(&path, &format!("{inner}/"), files)?;
            }
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
