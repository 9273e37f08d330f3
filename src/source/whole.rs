//! A directory as a whole: every file in it, whatever it is for.

use std::{collections::BTreeMap, fs, io};

use camino::Utf8Path;

use crate::source::{MAX_BYTES, Root, SourceError, bounded, canonical, names};

/// The bytes of every file below a directory, by their paths from there. Hidden names are left out; a link gives the file that
/// it leads to, which must be below the directory, too.
pub fn whole(directory: &Utf8Path) -> Result<BTreeMap<String, Vec<u8>>, SourceError> {
    let root = canonical(directory)?;
    let mut files = BTreeMap::new();
    descend(directory, "", &Root { given: directory, canonical: &root }, &mut files)?;
    Ok(files)
}

fn descend(
    directory: &Utf8Path,
    place: &str,
    root: &Root<'_>,
    files: &mut BTreeMap<String, Vec<u8>>,
) -> Result<(), SourceError> {
    for name in names(directory)? {
        let path = directory.join(&name);
        let place = if place.is_empty() { name } else { format!("{place}/{name}") };
        let failed = |source| SourceError::File { path: path.clone(), source };
        let kind = fs::symlink_metadata(&path).map_err(failed)?.file_type();
        if kind.is_dir() {
            descend(&path, &place, root, files)?;
        } else if is_file(&path, kind, root)? {
            let mut file = fs::File::open(&path).map_err(failed)?;
            let bytes = bounded(&mut file, 0).map_err(failed)?;
            if bytes.len() as u64 > MAX_BYTES {
                let why = format!("it has more than {} MiB", MAX_BYTES >> 20);
                return Err(failed(io::Error::new(io::ErrorKind::FileTooLarge, why)));
            }
            files.insert(place, bytes);
        }
    }
    Ok(())
}

/// Whether there is a file to read. Directories behind links are read under their own names, if at all.
fn is_file(path: &Utf8Path, kind: fs::FileType, root: &Root<'_>) -> Result<bool, SourceError> {
    if !kind.is_symlink() {
        return Ok(kind.is_file());
    }
    let target = path.canonicalize_utf8();
    let target = target.map_err(|source| SourceError::File { path: path.to_owned(), source })?;
    if target.starts_with(root.canonical) {
        Ok(target.is_file())
    } else {
        Err(SourceError::Outside { path: path.to_owned(), directory: root.given.to_owned() })
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[track_caller]
    fn check(prepare: impl Fn(&Utf8Path), expected: Result<&[&str], &str>) {
        let guard = tempfile::tempdir().unwrap();
        let directory = Utf8Path::from_path(guard.path()).unwrap();
        prepare(directory);
        match (whole(directory), expected) {
            (Ok(files), Ok(names)) => assert!(files.keys().eq(names), "{:?}", files.keys()),
            (Err(error), Err(text)) => assert!(error.to_string().contains(text), "{error}"),
            (found, expected) => panic!("{found:?} is not {expected:?}"),
        }
    }

    #[test]
    fn every_file_is_read_and_nothing_that_is_hidden() {
        let prepare = |directory: &Utf8Path| {
            fs::create_dir_all(directory.join("packs/one")).unwrap();
            fs::create_dir_all(directory.join(".git")).unwrap();
            for name in ["petasos.yaml", "packs/one/pack.yaml", "packs/one/run.py", ".git/HEAD"] {
                fs::write(directory.join(name), [0xff]).unwrap();
            }
        };
        check(prepare, Ok(&["packs/one/pack.yaml", "packs/one/run.py", "petasos.yaml"]));
    }

    /// As Kubernetes mounts a `ConfigMap`.
    #[test]
    fn files_behind_links_of_the_same_directory_are_read() {
        let prepare = |directory: &Utf8Path| {
            fs::create_dir(directory.join("..2026")).unwrap();
            fs::write(directory.join("..2026/demo.yaml"), "a: b").unwrap();
            symlink("..2026", directory.join("..data")).unwrap();
            symlink("..data/demo.yaml", directory.join("demo.yaml")).unwrap();
        };
        check(prepare, Ok(&["demo.yaml"]));
    }

    #[test]
    fn a_link_that_leads_out_is_refused() {
        check(
            |directory| symlink("/etc/hostname", directory.join("a.yaml")).unwrap(),
            Err("leads out of"),
        );
        check(|directory| symlink("none", directory.join("a.yaml")).unwrap(), Err("cannot read"));
    }

    #[test]
    fn a_file_that_is_too_large_is_refused() {
        let prepare = |directory: &Utf8Path| {
            let file = fs::File::create(directory.join("a.yaml")).unwrap();
            file.set_len(MAX_BYTES + 1).unwrap();
        };
        check(prepare, Err("cannot read"));
    }
}
