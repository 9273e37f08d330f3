//! The files of a pack, read from a directory. An edge: it reads, and knows nothing of what the files say.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read},
};

use camino::Utf8Path;

use crate::diagnostic::{Diagnostic, catalogue::pack as codes};

/// The most files of a pack.
const FILES: usize = 200;
/// The most bytes of one file.
const BYTES: u64 = 1 << 20;

/// Reads the files of a directory, by name. Links, directories inside, and files that are no text are refused.
///
/// Files whose names begin with a dot are left out.
pub fn read(directory: &Utf8Path) -> Result<BTreeMap<String, String>, Vec<Diagnostic>> {
    let entries = directory
        .read_dir_utf8()
        .and_then(Iterator::collect::<io::Result<Vec<_>>>)
        .map_err(|error| vec![unreadable(directory, &error.to_string())])?;
    let mut files = BTreeMap::new();
    let mut errors = Vec::new();
    for entry in entries.iter().filter(|entry| !entry.file_name().starts_with('.')) {
        match read_file(entry.path()) {
            Ok(text) => {
                files.insert(entry.file_name().to_owned(), text);
            }
            Err(reason) => errors.push(unreadable(entry.path(), &reason)),
        }
        if files.len() > FILES {
            errors.push(unreadable(directory, &format!("it has more than {FILES} files")));
            break;
        }
    }
    errors.sort_by(Diagnostic::order);
    if errors.is_empty() { Ok(files) } else { Err(errors) }
}

fn read_file(path: &Utf8Path) -> Result<String, String> {
    let kind = fs::symlink_metadata(path).map_err(|error| error.to_string())?.file_type();
    if kind.is_symlink() {
        return Err("it is a symbolic link".to_owned());
    }
    if !kind.is_file() {
        return Err("it is no file".to_owned());
    }
    let mut text = String::new();
    let file = File::open(path).map_err(|error| error.to_string())?;
    // One byte more than the limit tells a file that is too large from one that just fits.
    file.take(BYTES + 1).read_to_string(&mut text).map_err(|error| error.to_string())?;
    if text.len() as u64 > BYTES {
        return Err(format!("it is larger than {} MiB", BYTES >> 20));
    }
    Ok(text)
}

fn unreadable(path: &Utf8Path, reason: &str) -> Diagnostic {
    let message = format!("cannot read {path}: {reason}");
    let help = "a pack is a directory of text files with pack.yaml among them";
    Diagnostic::new(&codes::UNREADABLE, message).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(prepare: impl Fn(&Utf8Path), expected: Result<&[&str], &str>) {
        let directory = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(directory.path()).unwrap();
        prepare(path);
        match (read(path), expected) {
            (Ok(files), Ok(names)) => assert!(files.keys().eq(names.iter())),
            (Err(errors), Err(reason)) => {
                assert!(errors[0].message.ends_with(reason), "{errors:?}");
            }
            (found, expected) => assert_eq!(found.is_ok(), expected.is_ok(), "{found:?}"),
        }
    }

    #[test]
    fn hidden_files_are_left_out() {
        check(
            |path| {
                fs::write(path.join("pack.yaml"), "a").unwrap();
                fs::create_dir(path.join(".git")).unwrap();
            },
            Ok(&["pack.yaml"]),
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_are_refused() {
        check(
            |path| std::os::unix::fs::symlink("/etc/hostname", path.join("a.yaml")).unwrap(),
            Err("it is a symbolic link"),
        );
    }

    #[test]
    fn what_is_no_small_text_is_refused() {
        check(|path| fs::create_dir(path.join("a")).unwrap(), Err("it is no file"));
        check(|path| fs::write(path.join("a"), [0xff]).unwrap(), Err("valid UTF-8"));
        check(
            |path| fs::write(path.join("a"), vec![b'a'; (1 << 20) + 1]).unwrap(),
            Err("it is larger than 1 MiB"),
        );
        check(
            |path| {
                for number in 0..=FILES {
                    fs::write(path.join(number.to_string()), "").unwrap();
                }
            },
            Err("it has more than 200 files"),
        );
    }

    #[test]
    fn a_directory_that_is_not_there_is_reported() {
        let errors = read(Utf8Path::new("no/such/directory")).unwrap_err();
        assert_eq!(errors[0].code.id, "P4015");
    }

    #[test]
    fn the_packs_of_the_examples_have_no_problem() {
        for example in ["own-kind", "replace-template"] {
            let directory = format!("{}/examples/{example}/pack", env!("CARGO_MANIFEST_DIR"));
            let files = read(Utf8Path::new(&directory)).unwrap();
            let pack = crate::pack::Pack::load(example, &files).unwrap();
            assert_eq!(pack.lint(), []);
        }
    }
}
