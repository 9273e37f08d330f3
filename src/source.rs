//! Files, directories, and standard input to texts.
//!
//! [`list`] finds the files, [`load`] reads one, so that a caller may read them in parallel; [`read`] does both in turn.
//! What is wrong with the surroundings is a [`SourceError`]; what is wrong in a file is a diagnostic.

use std::{collections::BTreeSet, fs, io, io::Read, sync::Arc};

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

use crate::{
    diagnostic::{Diagnostic, Location, Source, Span, catalogue::reading::TOO_LARGE},
    document,
};

pub(crate) mod selection;
#[cfg(feature = "git")]
mod whole;

use selection::{MARKERS, is_hidden, is_manifest, is_passed_over};
#[cfg(feature = "git")]
pub use whole::whole;

/// How many bytes one file may have.
pub const MAX_BYTES: u64 = 64 << 20;

/// The path that means standard input.
pub const STDIN: &str = "-";

/// Why a directory gives nothing, although it may hold YAML: the file that makes it something else than manifests.
pub fn marker(directory: &Utf8Path) -> Option<&'static str> {
    MARKERS.into_iter().find(|marker| directory.join(marker).is_file())
}

/// Why the input cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// Nothing is there.
    #[error("cannot find {path}{}", suggestion(nearest.as_deref()))]
    NotFound {
        /// As the user gave it.
        path: Utf8PathBuf,
        /// The name beside it that is most like it.
        nearest: Option<String>,
    },
    /// An empty text, as an unset variable of a shell gives it.
    #[error("a path is empty; `.` means this directory")]
    Empty,
    /// A file cannot be read.
    #[error("cannot read {path}")]
    File {
        /// The file.
        path: Utf8PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A directory cannot be listed.
    #[error("cannot list the directory {path}")]
    Directory {
        /// The directory.
        path: Utf8PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A name in a directory is not UTF-8, so that no message could show it.
    #[error("the directory {path} has a file whose name is not UTF-8: {name}")]
    Name {
        /// The directory.
        path: Utf8PathBuf,
        /// The name as far as it can be shown.
        name: String,
    },
    /// A symbolic link leads out of the directory that was given, so that a checkout could read files of its host.
    #[error(
        "the symbolic link {path} leads out of {directory}; give its target as an input of its own"
    )]
    Outside {
        /// The link.
        path: Utf8PathBuf,
        /// The directory that was given.
        directory: Utf8PathBuf,
    },
}

/// The texts of files, directories, and standard input (`-`), in the order given. A file whose content is refused is
/// left out, and the reason goes to the report.
pub fn read(
    paths: &[Utf8PathBuf],
    stdin: &mut dyn Read,
    report: &mut Vec<Diagnostic>,
) -> Result<Vec<Arc<Source>>, SourceError> {
    let mut sources = Vec::new();
    for path in list(paths)? {
        let source = if path == STDIN { load_stdin(stdin, report)? } else { load(&path, report)? };
        sources.extend(source);
    }
    Ok(sources)
}

/// The files that the paths mean, each once however it is spelled: a directory gives the manifests in it and below it,
/// sorted.
pub fn list(paths: &[Utf8PathBuf]) -> Result<Vec<Utf8PathBuf>, SourceError> {
    let mut files = Vec::new();
    for path in paths {
        if path.as_str().is_empty() {
            return Err(SourceError::Empty);
        }
        if path == STDIN {
            files.push(path.clone());
        } else if metadata(path)?.is_dir() {
            let root = canonical(path)?;
            list_directory(path, &Root { given: path, canonical: &root }, &mut files)?;
        } else {
            files.push(path.clone());
        }
    }
    let mut seen = BTreeSet::new();
    Ok(files.iter().map(|file| plain(file)).filter(|file| seen.insert(file.clone())).collect())
}

/// The path without the dots and slashes that mean nothing: `./a//b` is `a/b`. `./-` is a file, and stays one.
fn plain(path: &Utf8Path) -> Utf8PathBuf {
    let plain: Utf8PathBuf =
        path.components().skip_while(|component| *component == Utf8Component::CurDir).collect();
    if plain == STDIN { path.to_owned() } else { plain }
}

/// The text of one file, or none if its content is refused.
pub fn load(
    path: &Utf8Path,
    report: &mut Vec<Diagnostic>,
) -> Result<Option<Arc<Source>>, SourceError> {
    let length = metadata(path)?.len();
    if length > MAX_BYTES {
        report.push(too_large(path.as_str(), Some(length)));
        return Ok(None);
    }
    let file_error = |source| SourceError::File { path: path.to_owned(), source };
    let mut file = fs::File::open(path).map_err(file_error)?;
    let bytes = bounded(&mut file, length).map_err(file_error)?;
    Ok(text(path.as_str(), bytes, report))
}

/// The text of standard input, or none if its content is refused.
pub fn load_stdin(
    stdin: &mut dyn Read,
    report: &mut Vec<Diagnostic>,
) -> Result<Option<Arc<Source>>, SourceError> {
    let file_error = |source| SourceError::File { path: "<stdin>".into(), source };
    let bytes = bounded(stdin, 0).map_err(file_error)?;
    Ok(text("<stdin>", bytes, report))
}

/// The text of some bytes under a name, or none if they are refused.
pub(crate) fn text(
    name: &str,
    bytes: Vec<u8>,
    report: &mut Vec<Diagnostic>,
) -> Option<Arc<Source>> {
    if bytes.len() as u64 > MAX_BYTES {
        report.push(too_large(name, None));
        return None;
    }
    document::decode(name, bytes).map_err(|problem| report.push(*problem)).ok()
}

/// At most one byte more than the limit: a pipe, or a file that grows, has no length to trust.
fn bounded(input: &mut dyn Read, expected: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or(0) + 1);
    input.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What is said of a text over the limit.
pub(crate) fn too_large(name: &str, length: Option<u64>) -> Diagnostic {
    let limit = MAX_BYTES >> 20;
    let message = match length {
        Some(length) => {
            format!("the file has {} MiB, and {limit} MiB is the limit", length.div_ceil(1 << 20))
        }
        None => format!("the input has more than {limit} MiB"),
    };
    let source = Arc::new(Source { name: name.to_owned(), text: String::new() });
    Diagnostic::new(&TOO_LARGE, message)
        .at(Location { source, span: Span::default() })
        .help("divide it into several files, or leave it out of the input")
}

/// The directory that links may not leave.
struct Root<'a> {
    given: &'a Utf8Path,
    canonical: &'a Utf8Path,
}

fn list_directory(
    directory: &Utf8Path,
    root: &Root,
    files: &mut Vec<Utf8PathBuf>,
) -> Result<(), SourceError> {
    let names = names(directory)?;
    if is_passed_over(names.iter().map(String::as_str), directory == root.given) {
        return Ok(());
    }
    for name in names {
        let path = directory.join(&name);
        let error = |source| SourceError::File { path: path.clone(), source };
        let kind = fs::symlink_metadata(&path).map_err(error)?.file_type();
        if kind.is_dir() {
            list_directory(&path, root, files)?;
        } else if kind.is_symlink() {
            list_link(path, root, files)?;
        } else if kind.is_file() && is_manifest(&name) {
            files.push(path);
        }
    }
    Ok(())
}

/// A link to a manifest in the same directory tree is a file like others. A link to a directory in it is passed over,
/// because the directory is read under its own name.
fn list_link(
    path: Utf8PathBuf,
    root: &Root,
    files: &mut Vec<Utf8PathBuf>,
) -> Result<(), SourceError> {
    let target = match path.canonicalize_utf8() {
        Ok(target) => target,
        Err(_) if !is_manifest(path.file_name().unwrap_or_default()) => return Ok(()),
        Err(source) => return Err(SourceError::File { path, source }),
    };
    let is_directory = target.is_dir();
    if !is_directory && !is_manifest(path.file_name().unwrap_or_default()) {
        return Ok(());
    }
    if !target.starts_with(root.canonical) {
        return Err(SourceError::Outside { path, directory: root.given.to_owned() });
    }
    if !is_directory {
        files.push(path);
    }
    Ok(())
}

/// The names in a directory that are not hidden, sorted.
fn names(directory: &Utf8Path) -> Result<Vec<String>, SourceError> {
    let error = |source| SourceError::Directory { path: directory.to_owned(), source };
    let mut names = Vec::new();
    for entry in fs::read_dir(directory).map_err(error)? {
        match entry.map_err(error)?.file_name().into_string() {
            Ok(name) if is_hidden(&name) => {}
            Ok(name) => names.push(name),
            Err(name) => {
                let name = name.to_string_lossy().into_owned();
                return Err(SourceError::Name { path: directory.to_owned(), name });
            }
        }
    }
    names.sort_unstable();
    Ok(names)
}

fn metadata(path: &Utf8Path) -> Result<fs::Metadata, SourceError> {
    fs::metadata(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            SourceError::NotFound { path: path.to_owned(), nearest: nearest(path) }
        }
        _ => SourceError::File { path: path.to_owned(), source },
    })
}

fn canonical(path: &Utf8Path) -> Result<Utf8PathBuf, SourceError> {
    path.canonicalize_utf8()
        .map_err(|source| SourceError::Directory { path: path.to_owned(), source })
}

/// The name beside a missing path that is most like it, if one is.
fn nearest(path: &Utf8Path) -> Option<String> {
    let wanted = path.file_name()?;
    let directory = match path.parent()? {
        parent if parent.as_str().is_empty() => Utf8Path::new("."),
        parent => parent,
    };
    let close = |name: String| {
        let likeness = strsim::normalized_damerau_levenshtein(wanted, &name);
        (likeness > 0.6).then_some((likeness, name))
    };
    let names = names(directory).ok()?.into_iter().filter_map(close);
    names.max_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, name)| name)
}

fn suggestion(nearest: Option<&str>) -> String {
    nearest.map(|name| format!("; did you mean {name}?")).unwrap_or_default()
}

#[cfg(test)]
mod tests;
