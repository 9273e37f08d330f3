//! From what a directory holds and what it shall hold to the files to write and to remove.
//!
//! Only files that the ownership record names are ever replaced or removed. The record is a text file in the format
//! of `sha256sum`, so that `sha256sum --check petasos.sum` tells whether somebody edited the output by hand.

use std::{collections::BTreeMap, fmt::Write};

use crate::digest::sha256;

/// The name of the ownership record. It has no YAML extension, so no tool that applies manifests reads it.
pub const RECORD: &str = "petasos.sum";

/// The first line of a record.
const HEADER: &str =
    "# Written by petasos, which replaces and removes the files listed here, and no others.";

/// Files by path, relative to the directory, with forward slashes.
pub type Files = BTreeMap<String, String>;

/// What is to be done to a directory.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Files that are new or differ, with their content.
    pub write: Files,
    /// Files of ours that are no longer part of the output.
    pub remove: Vec<String>,
    /// How many files stay as they are.
    pub unchanged: usize,
    /// The content of the new ownership record.
    pub record: String,
}

/// Why a directory is not written to.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ChangesetError {
    /// Something else wrote these files.
    #[error("{} would be overwritten and {} not in {RECORD}: petasos did not write {}; move {} away, or choose another directory", list(.0), are(.0), them(.0), them(.0))]
    Foreign(Vec<String>),
    /// The record is not one of ours.
    #[error(
        "line {0} of {RECORD} is not `<sha256>  <path>`: the record of what petasos may remove cannot be trusted; restore it, or choose another directory"
    )]
    Record(usize),
}

fn list(paths: &[String]) -> String {
    let shown = paths.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", ");
    match paths.len() {
        0..=3 => shown,
        more => format!("{shown} and {} more", more - 3),
    }
}

fn are(paths: &[String]) -> &'static str {
    if paths.len() == 1 { "is" } else { "are" }
}

fn them(paths: &[String]) -> &'static str {
    if paths.len() == 1 { "it" } else { "them" }
}

/// The paths that a record names, with their digests.
pub fn read_record(text: &str) -> Result<BTreeMap<String, String>, ChangesetError> {
    let mut owned = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        let entry = line.split_once("  ").filter(|(digest, path)| {
            digest.len() == 64
                && digest.bytes().all(|byte| byte.is_ascii_hexdigit())
                && is_inside(path)
        });
        let (digest, path) = entry.ok_or(ChangesetError::Record(index + 1))?;
        owned.insert(path.to_owned(), digest.to_owned());
    }
    Ok(owned)
}

/// Whether a path stays inside the directory that it is relative to.
fn is_inside(path: &str) -> bool {
    !path.is_empty()
        && !path.contains('\\')
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// The changes that turn a directory into exactly `wanted`.
///
/// `owned` is the old record; `present` has the content of those files of `owned` and of `wanted` that are there now.
pub fn plan(
    owned: &BTreeMap<String, String>,
    present: &BTreeMap<String, Vec<u8>>,
    wanted: Files,
) -> Result<Plan, ChangesetError> {
    let mut plan = Plan { record: record(&wanted), ..Plan::default() };
    let mut foreign = Vec::new();
    for (path, content) in wanted {
        match present.get(&path) {
            Some(there) if there == content.as_bytes() => plan.unchanged += 1,
            Some(_) if !owned.contains_key(&path) => foreign.push(path),
            _ => {
                plan.write.insert(path, content);
            }
        }
    }
    if !foreign.is_empty() {
        return Err(ChangesetError::Foreign(foreign));
    }
    let kept = read_record(&plan.record)?;
    plan.remove = owned
        .keys()
        .filter(|path| !kept.contains_key(*path) && present.contains_key(*path))
        .cloned()
        .collect();
    Ok(plan)
}

/// The ownership record of these files.
fn record(files: &Files) -> String {
    let mut text = format!("{HEADER}\n");
    for (path, content) in files {
        let _ = writeln!(text, "{}  {path}", sha256(content.as_bytes()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(entries: &[(&str, &str)]) -> Files {
        entries.iter().map(|(path, content)| ((*path).to_owned(), (*content).to_owned())).collect()
    }

    fn present(entries: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
        entries
            .iter()
            .map(|(path, content)| ((*path).to_owned(), content.as_bytes().to_vec()))
            .collect()
    }

    #[test]
    fn a_plan_that_was_acted_on_leaves_nothing_to_do() {
        let wanted = files(&[("a.yaml", "1"), ("b/c.yaml", "2")]);
        let first = plan(&BTreeMap::new(), &BTreeMap::new(), wanted.clone()).unwrap();
        assert_eq!(first.write, wanted);
        let owned = read_record(&first.record).unwrap();
        let second = plan(&owned, &present(&[("a.yaml", "1"), ("b/c.yaml", "2")]), wanted).unwrap();
        assert_eq!((second.write.len(), second.remove.len(), second.unchanged), (0, 0, 2));
        assert_eq!(second.record, first.record);
    }

    #[test]
    fn a_file_of_ours_that_is_no_longer_wanted_is_removed() {
        let old =
            plan(&BTreeMap::new(), &BTreeMap::new(), files(&[("a.yaml", "1"), ("b.yaml", "2")]))
                .unwrap();
        let owned = read_record(&old.record).unwrap();
        let new =
            plan(&owned, &present(&[("a.yaml", "1"), ("b.yaml", "2")]), files(&[("a.yaml", "1")]))
                .unwrap();
        assert_eq!(new.remove, ["b.yaml"]);
    }

    #[test]
    fn a_file_of_ours_that_is_gone_already_is_not_removed_again() {
        let old = plan(&BTreeMap::new(), &BTreeMap::new(), files(&[("b.yaml", "2")])).unwrap();
        let owned = read_record(&old.record).unwrap();
        assert!(plan(&owned, &BTreeMap::new(), Files::new()).unwrap().remove.is_empty());
    }

    #[test]
    fn a_file_that_we_did_not_write_is_never_overwritten() {
        let error =
            plan(&BTreeMap::new(), &present(&[("a.yaml", "by hand")]), files(&[("a.yaml", "1")]));
        assert_eq!(error, Err(ChangesetError::Foreign(vec!["a.yaml".to_owned()])));
    }

    #[test]
    fn a_foreign_file_with_the_same_content_is_taken_over() {
        let taken = plan(&BTreeMap::new(), &present(&[("a.yaml", "1")]), files(&[("a.yaml", "1")]))
            .unwrap();
        assert_eq!(taken.unchanged, 1);
        assert!(taken.record.contains("  a.yaml\n"));
    }

    #[test]
    fn a_record_that_names_a_path_outside_is_refused() {
        let digest = "0".repeat(64);
        for path in ["../x", "/etc/passwd", "a/../b", "a//b", "", ".", "a\\b"] {
            assert_eq!(
                read_record(&format!("{digest}  {path}\n")),
                Err(ChangesetError::Record(1)),
                "{path}"
            );
        }
        assert_eq!(read_record("# comment\n\nxyz  a.yaml\n"), Err(ChangesetError::Record(3)));
    }
}
