//! The project file on disk, searched upward.

use std::fs;

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

use crate::project::FILE;

/// How many directories are searched.
const HIGHEST: usize = 64;

/// The nearest directory at or above a path that holds a project file. The search ends where a Git repository begins: what
/// lies above it belongs to somebody else.
pub(crate) fn find(start: &Utf8Path) -> Option<Utf8PathBuf> {
    let mut directory: Utf8PathBuf =
        start.components().filter(|part| *part != Utf8Component::CurDir).collect();
    if !fs::metadata(directory_or_dot(&directory)).is_ok_and(|here| here.is_dir()) {
        directory = parent(&directory)?;
    }
    for _ in 0..HIGHEST {
        if fs::metadata(directory.join(FILE)).is_ok_and(|file| file.is_file()) {
            return Some(directory);
        }
        if fs::metadata(directory.join(".git")).is_ok() {
            return None;
        }
        directory = parent(&directory)?;
    }
    None
}

/// The directory above, in the words of the path that was given; none at the root of the file system.
fn parent(directory: &Utf8Path) -> Option<Utf8PathBuf> {
    match directory.file_name() {
        Some(_) => directory.parent().map(Utf8Path::to_owned),
        None if directory.has_root() => None,
        // `..` and nothing at all have no name that could be cut off.
        None => {
            let above = directory.join("..");
            let is_root = above.canonicalize_utf8().ok()?
                == directory_or_dot(directory).canonicalize_utf8().ok()?;
            (!is_root).then_some(above)
        }
    }
}

fn directory_or_dot(directory: &Utf8Path) -> &Utf8Path {
    if directory.as_str().is_empty() { Utf8Path::new(".") } else { directory }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_file_above_is_found() {
        let guard = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(guard.path()).unwrap();
        fs::create_dir_all(root.join("a/b/c")).unwrap();
        fs::write(root.join("a/b/c/x.yaml"), "").unwrap();
        fs::write(root.join(FILE), "").unwrap();
        assert_eq!(find(&root.join("a/b/c/x.yaml")).as_deref(), Some(root));
        assert_eq!(find(root).as_deref(), Some(root));
        fs::write(root.join("a").join(FILE), "").unwrap();
        assert_eq!(find(&root.join("a/b")), Some(root.join("a")));
    }

    #[test]
    fn the_search_ends_where_a_repository_begins() {
        let guard = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(guard.path()).unwrap();
        fs::create_dir_all(root.join("a/.git")).unwrap();
        fs::write(root.join(FILE), "").unwrap();
        assert_eq!(find(&root.join("a")), None);
    }

    #[test]
    fn a_relative_path_is_searched_above_the_current_directory() {
        // Tests run in the directory of the package, which has no project file above it.
        assert_eq!(find(Utf8Path::new("src")), None);
        assert_eq!(parent(Utf8Path::new("")), Some("..".into()));
        assert_eq!(parent(Utf8Path::new("..")), Some("../..".into()));
        assert_eq!(parent(Utf8Path::new("/")), None);
    }
}
