use std::{fs, os::unix::fs::symlink};

use camino::{Utf8Path, Utf8PathBuf};

use crate::source::{self, MAX_BYTES, SourceError};

/// A directory with these files, which hold their own names.
fn directory(files: &[&str]) -> (tempfile::TempDir, Utf8PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = Utf8PathBuf::from_path_buf(directory.path().to_owned()).unwrap();
    for file in files {
        let file_path = path.join(file);
        fs::create_dir_all(file_path.parent().unwrap()).unwrap();
        fs::write(file_path, format!("# {file}\n")).unwrap();
    }
    (directory, path)
}

#[track_caller]
fn check_list(root: &Utf8Path, expected: &[&str]) {
    let files = source::list(&[root.to_owned()]).unwrap();
    let relative: Vec<_> =
        files.iter().map(|file| file.strip_prefix(root).unwrap().as_str()).collect();
    assert_eq!(relative, expected);
}

#[test]
fn a_directory_gives_its_manifests_sorted() {
    let (_guard, root) = directory(&[
        "b.yaml",
        "a.yml",
        "c/d.json",
        "readme.md",
        ".hidden.yaml",
        ".git/config.yaml",
        "kustomization.yaml",
        "c/petasos.yaml",
        "pack/pack.yaml",
        "pack/templates/x.yaml",
        "chart/Chart.yaml",
        "chart/values.yaml",
    ]);
    check_list(&root, &["a.yml", "b.yaml", "c/d.json"]);
}

#[test]
fn a_file_is_taken_whatever_its_name_is() {
    let (_guard, root) = directory(&["x.txt"]);
    let paths = [root.join("x.txt"), "-".into(), root.join("x.txt")];
    assert_eq!(source::list(&paths).unwrap(), [root.join("x.txt"), "-".into()]);
}

#[test]
fn a_file_that_is_spelled_in_two_ways_is_read_once() {
    // Tests run in the directory of the package.
    let paths = ["src/lib.rs", "./src/lib.rs", "src//./lib.rs"].map(Utf8PathBuf::from);
    assert_eq!(source::list(&paths).unwrap(), ["src/lib.rs"]);
    let (_guard, root) = directory(&["a.yaml"]);
    assert_eq!(
        source::list(&[root.join("."), root.join("a.yaml")]).unwrap(),
        [root.join("a.yaml")]
    );
}

#[test]
fn a_directory_that_a_run_wrote_is_read_only_if_it_is_given() {
    let (_guard, root) = directory(&["a.yaml", "out/petasos.sum", "out/b.yaml", "out/c/d.yaml"]);
    check_list(&root, &["a.yaml"]);
    check_list(&root.join("out"), &["b.yaml", "c/d.yaml"]);
}

#[test]
fn a_path_below_a_file_is_not_found() {
    let (_guard, root) = directory(&["a.yaml"]);
    let error = source::list(&[root.join("a.yaml/b")]).unwrap_err();
    assert!(matches!(error, SourceError::NotFound { .. }), "{error}");
}

#[test]
fn an_empty_path_is_refused() {
    let error = source::list(&["".into()]).unwrap_err();
    assert_eq!(error.to_string(), "a path is empty; `.` means this directory");
}

#[test]
fn links_within_the_directory_are_followed_to_files_only() {
    let (_guard, root) = directory(&["data/a.yaml"]);
    symlink(root.join("data/a.yaml"), root.join("link.yaml")).unwrap();
    symlink(root.join("data"), root.join("loop")).unwrap();
    symlink(&root, root.join("data/up")).unwrap();
    check_list(&root, &["data/a.yaml", "link.yaml"]);
}

#[test]
fn a_link_out_of_the_directory_is_refused() {
    let (_guard, root) = directory(&["in/a.yaml", "secret.yaml"]);
    symlink(root.join("secret.yaml"), root.join("in/b.yaml")).unwrap();
    let error = source::list(&[root.join("in")]).unwrap_err();
    assert!(matches!(error, SourceError::Outside { .. }), "{error}");
}

#[test]
fn a_missing_path_names_the_nearest() {
    let (_guard, root) = directory(&["instance.yaml", "other.yaml"]);
    let error = source::list(&[root.join("instnace.yaml")]).unwrap_err();
    assert!(error.to_string().ends_with("instnace.yaml; did you mean instance.yaml?"), "{error}");
    let error = source::list(&[root.join("zzz")]).unwrap_err();
    assert!(error.to_string().ends_with("zzz"), "{error}");
}

#[test]
fn a_file_over_the_limit_is_refused_without_reading_it() {
    let (_guard, root) = directory(&[]);
    let path = root.join("big.yaml");
    fs::File::create(&path).unwrap().set_len(MAX_BYTES + 1).unwrap();
    let mut report = Vec::new();
    assert!(source::load(&path, &mut report).unwrap().is_none());
    assert_eq!(report[0].message, "the file has 65 MiB, and 64 MiB is the limit");
}

#[test]
fn an_endless_standard_input_is_refused() {
    let mut report = Vec::new();
    let sources = source::read(&["-".into()], &mut std::io::repeat(b'#'), &mut report).unwrap();
    assert!(sources.is_empty());
    assert_eq!(report[0].message, "the input has more than 64 MiB");
}

#[test]
fn standard_input_has_a_name() {
    let mut report = Vec::new();
    let sources = source::read(&["-".into()], &mut "a: 1\n".as_bytes(), &mut report).unwrap();
    assert_eq!((sources[0].name.as_str(), sources[0].text.as_str()), ("<stdin>", "a: 1\n"));
}

#[test]
fn a_file_that_is_not_utf_8_is_a_problem_of_the_file() {
    let (_guard, root) = directory(&["good.yaml"]);
    fs::write(root.join("bad.yaml"), b"a: \xff\n").unwrap();
    let mut report = Vec::new();
    let sources = source::read(&[root], &mut std::io::empty(), &mut report).unwrap();
    assert_eq!((sources.len(), report.len()), (1, 1));
    assert!(report[0].location.as_ref().unwrap().source.name.ends_with("bad.yaml"));
}
