//! From what a directory holds and what it shall hold to the files to write and to remove.
//!
//! Only files that the ownership record names are ever replaced or removed. The record is a text file in the format
//! of `sha256sum`, so that `sha256sum --check petasos.sum` tells whether somebody edited the output by hand.

use std::{collections::BTreeMap, fmt::Write, sync::Arc};

use crate::digest::sha256;

/// The name of the ownership record. It has no YAML extension, so no tool that applies manifests reads it.
pub const RECORD: &str = "petasos.sum";

/// The command that wrote a directory: no other touches its files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Writer {
    /// `petasos render`, and whoever wrote a record that names nobody.
    #[default]
    Render,
    /// `petasos crds`.
    Crds,
    /// `petasos pull`.
    Pull,
}

/// What happens to files of ours that are not wanted this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// What is wanted is everything, so they go.
    Remove,
    /// What is wanted is a part, so they stay.
    Keep,
}

/// What a directory's record says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Who wrote the directory.
    pub writer: Writer,
    /// The digests of the files, by path.
    pub files: BTreeMap<String, String>,
}

/// Files by path, relative to the directory, with forward slashes. Thousands of them are in several places at a time, so their texts
/// are shared.
pub type Files = BTreeMap<String, Arc<str>>;

/// The content of files that are there, by path.
pub type Contents = BTreeMap<String, Arc<[u8]>>;

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
    /// A file would not be in the directory.
    #[error("{0:?} is no path in the directory")]
    Outside(String),
    /// Another command of ours wrote the directory.
    #[error("belongs to `petasos {}`: the files of another command are never removed; choose another directory", .0.name())]
    OtherWriter(Writer),
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

impl Writer {
    /// The name of the command.
    fn name(self) -> &'static str {
        match self {
            Writer::Render => "render",
            Writer::Crds => "crds",
            Writer::Pull => "pull",
        }
    }

    /// The first line of a record of this command.
    fn header(self) -> String {
        let name = self.name();
        format!(
            "# Written by `petasos {name}`, which replaces and removes the files listed here, and no others."
        )
    }
}

/// What a record says.
pub fn read_record(text: &str) -> Result<Record, ChangesetError> {
    let mut record = Record::default();
    for (index, line) in text.lines().enumerate() {
        for writer in [Writer::Crds, Writer::Pull] {
            if line == writer.header() {
                record.writer = writer;
            }
        }
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        let entry = line.split_once("  ").filter(|(digest, path)| {
            digest.len() == 64
                && digest.bytes().all(|byte| byte.is_ascii_hexdigit())
                && is_inside(path)
        });
        let (digest, path) = entry.ok_or(ChangesetError::Record(index + 1))?;
        record.files.insert(path.to_owned(), digest.to_owned());
    }
    Ok(record)
}

/// Whether a path stays inside the directory that it is relative to.
fn is_inside(path: &str) -> bool {
    !path.is_empty()
        && !path.contains(|letter: char| letter == '\\' || letter.is_control())
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// The content of a file that is there. What is wanted there already is not kept a second time.
pub fn content(there: &[u8], wanted: Option<&Arc<str>>) -> Arc<[u8]> {
    match wanted.filter(|wanted| wanted.as_bytes() == there) {
        Some(wanted) => Arc::clone(wanted).into(),
        None => there.into(),
    }
}

/// The changes that make `writer`'s directory hold `wanted`, and nothing else of ours unless `others` says so.
///
/// `old` is the record, if there is one; `present` has the content of those of its files and of `wanted` that are there
/// now.
pub fn plan(
    old: Option<&Record>,
    present: &Contents,
    wanted: Files,
    writer: Writer,
    others: Others,
) -> Result<Plan, ChangesetError> {
    if let Some(old) = old.filter(|old| old.writer != writer) {
        return Err(ChangesetError::OtherWriter(old.writer));
    }
    if let Some(path) = wanted.keys().find(|path| !is_inside(path)) {
        return Err(ChangesetError::Outside(path.clone()));
    }
    let nothing = BTreeMap::new();
    let owned = old.map_or(&nothing, |old| &old.files);
    let mut files: BTreeMap<String, String> =
        wanted.iter().map(|(path, content)| (path.clone(), sha256(content.as_bytes()))).collect();
    let mut rest = Vec::new();
    for (path, digest) in owned.iter().filter(|(path, _)| present.contains_key(*path)) {
        match others {
            _ if files.contains_key(path) => {}
            Others::Remove => rest.push(path.clone()),
            Others::Keep => drop(files.insert(path.clone(), digest.clone())),
        }
    }
    let mut plan = Plan { record: record(writer, &files), remove: rest, ..Plan::default() };
    let mut foreign = Vec::new();
    for (path, content) in wanted {
        match present.get(&path) {
            Some(there) if **there == *content.as_bytes() => plan.unchanged += 1,
            Some(_) if !owned.contains_key(&path) => foreign.push(path),
            _ => {
                plan.write.insert(path, content);
            }
        }
    }
    if foreign.is_empty() { Ok(plan) } else { Err(ChangesetError::Foreign(foreign)) }
}

/// The text of a record.
fn record(writer: Writer, files: &BTreeMap<String, String>) -> String {
    let mut text = writer.header() + "\n";
    for (path, digest) in files {
        let _ = writeln!(text, "{digest}  {path}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(entries: &[(&str, &str)]) -> Files {
        entries.iter().map(|(path, content)| ((*path).to_owned(), (*content).into())).collect()
    }

    fn present(entries: &[(&str, &str)]) -> Contents {
        files(entries).into_iter().map(|(path, content)| (path, content.into())).collect()
    }

    /// The plan of `petasos render`.
    fn render(
        old: Option<&Record>,
        present: &Contents,
        wanted: Files,
    ) -> Result<Plan, ChangesetError> {
        plan(old, present, wanted, Writer::Render, Others::Remove)
    }

    #[test]
    fn a_content_that_is_wanted_is_in_memory_once() {
        let wanted: Arc<str> = "text".into();
        let same = content(b"text", Some(&wanted));
        assert!(std::ptr::addr_eq(same.as_ptr(), wanted.as_ptr()));
        assert_eq!(*content(b"other", Some(&wanted)), *b"other");
    }

    #[test]
    fn a_plan_that_was_acted_on_leaves_nothing_to_do() {
        let wanted = files(&[("a.yaml", "1"), ("b/c.yaml", "2")]);
        let first = render(None, &BTreeMap::new(), wanted.clone()).unwrap();
        assert_eq!(first.write, wanted);
        let owned = read_record(&first.record).unwrap();
        let second =
            render(Some(&owned), &present(&[("a.yaml", "1"), ("b/c.yaml", "2")]), wanted).unwrap();
        assert_eq!((second.write.len(), second.remove.len(), second.unchanged), (0, 0, 2));
        assert_eq!(second.record, first.record);
    }

    #[test]
    fn a_file_of_ours_that_is_no_longer_wanted_is_removed() {
        let old =
            render(None, &BTreeMap::new(), files(&[("a.yaml", "1"), ("b.yaml", "2")])).unwrap();
        let owned = read_record(&old.record).unwrap();
        let new = render(
            Some(&owned),
            &present(&[("a.yaml", "1"), ("b.yaml", "2")]),
            files(&[("a.yaml", "1")]),
        )
        .unwrap();
        assert_eq!(new.remove, ["b.yaml"]);
    }

    #[test]
    fn a_file_of_ours_that_is_gone_already_is_not_removed_again() {
        let old = render(None, &BTreeMap::new(), files(&[("b.yaml", "2")])).unwrap();
        let owned = read_record(&old.record).unwrap();
        assert!(render(Some(&owned), &BTreeMap::new(), Files::new()).unwrap().remove.is_empty());
    }

    #[test]
    fn a_file_that_we_did_not_write_is_never_overwritten() {
        let error = render(None, &present(&[("a.yaml", "by hand")]), files(&[("a.yaml", "1")]));
        assert_eq!(error, Err(ChangesetError::Foreign(vec!["a.yaml".to_owned()])));
    }

    #[test]
    fn a_foreign_file_with_the_same_content_is_taken_over() {
        let taken = render(None, &present(&[("a.yaml", "1")]), files(&[("a.yaml", "1")])).unwrap();
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

    #[test]
    fn the_files_of_another_command_are_never_touched() {
        let rendered = render(None, &BTreeMap::new(), files(&[("a.yaml", "1")])).unwrap();
        let owned = read_record(&rendered.record).unwrap();
        let crds = plan(
            Some(&owned),
            &present(&[("a.yaml", "1")]),
            Files::new(),
            Writer::Crds,
            Others::Remove,
        );
        assert_eq!(crds, Err(ChangesetError::OtherWriter(Writer::Render)));
    }

    #[test]
    fn files_that_are_kept_stay_in_the_record_while_they_are_there() {
        let crds = |old: Option<&Record>, there: &[(&str, &str)], wanted: &[(&str, &str)]| {
            plan(old, &present(there), files(wanted), Writer::Crds, Others::Keep).unwrap()
        };
        let all = crds(None, &[], &[("a.yaml", "1"), ("b.yaml", "2"), ("c.yaml", "3")]);
        let owned = read_record(&all.record).unwrap();
        let one = crds(Some(&owned), &[("a.yaml", "1"), ("b.yaml", "2")], &[("a.yaml", "4")]);
        assert_eq!((one.write.len(), one.remove.len()), (1, 0));
        let kept = read_record(&one.record).unwrap();
        assert_eq!(kept.files.keys().collect::<Vec<_>>(), ["a.yaml", "b.yaml"]);
        assert_eq!(kept.writer, Writer::Crds);
    }

    #[test]
    fn a_file_that_would_stand_outside_is_not_planned() {
        for path in ["../x", "a/../../x", "a\nb"] {
            let plan = render(None, &BTreeMap::new(), files(&[(path, "1")]));
            assert_eq!(plan, Err(ChangesetError::Outside(path.to_owned())));
        }
    }
}
