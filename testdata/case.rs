//! Golden cases. A directory with a file `cmd` is one: each line of `cmd` is a call of the program in a copy of the
//! directory, with variables in front of it (`NAME=value`). Beside it stand the inputs and what is expected: `stdout`, `stderr`, `status` (0 where absent), and
//! `out/`, a directory that the calls write; `feature` names the feature that the program needs for it. In `testdata/bad/`, each `NAME.yaml` is a case by itself, which
//! `petasos validate` answers with `NAME.report`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use libtest_mimic::{Failed, Trial};

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_petasos");

pub(crate) fn trials() -> Vec<Trial> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut trials = Vec::new();
    for below in ["testdata/bad", "testdata/cases", "examples"] {
        collect(root, &root.join(below), &mut trials);
    }
    trials
}

fn collect(root: &Path, directory: &Path, trials: &mut Vec<Trial>) {
    let name = directory.strip_prefix(root).unwrap_or(directory).display().to_string();
    if directory.join("cmd").is_file() {
        let directory = directory.to_owned();
        let is_built = has_feature(&directory);
        trials.push(Trial::test(name, move || check(&directory)).with_ignored_flag(!is_built));
        return;
    }
    let bad = directory.ends_with("testdata/bad");
    for entry in sorted(directory) {
        if entry.is_dir() {
            collect(root, &entry, trials);
        } else if bad && entry.extension().is_some_and(|extension| extension != "report") {
            let stem = entry.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            trials.push(Trial::test(format!("{name}/{stem}"), move || check_report(&entry)));
        }
    }
}

/// Whether the program has the feature that the case's file `feature` names.
fn has_feature(directory: &Path) -> bool {
    let feature = fs::read_to_string(directory.join("feature")).unwrap_or_default();
    feature.trim() != "git" || cfg!(feature = "git")
}

/// The entries of a directory, sorted by name.
pub(crate) fn sorted(directory: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(directory)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    entries.sort();
    entries
}

/// One file that `petasos validate` reports about.
fn check_report(input: &Path) -> Result<(), Failed> {
    let directory = input.parent().unwrap_or(Path::new("."));
    let name = input.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let output = run(directory, &["validate", "--deny", "notes", &name], "")?;
    if output.status.success() {
        return Err(format!("{name} has nothing wrong, or nothing that the program sees").into());
    }
    let code = output.status.code().ok_or("the program was killed")?;
    let report = format!("{}exit code {code}\n", String::from_utf8_lossy(&output.stdout));
    expect(&input.with_extension("report"), &report)
}

/// One directory with a file `cmd`.
fn check(directory: &Path) -> Result<(), Failed> {
    let scratch = tempfile::tempdir()?;
    let here = scratch.path().join("case");
    let scratch_text = scratch.path().to_str().ok_or("the directory has a strange name")?;
    copy(directory, &here)?;
    let commands = fs::read_to_string(directory.join("cmd"))?;
    let stdin = fs::read_to_string(directory.join("stdin")).unwrap_or_default();
    let (mut stdout, mut stderr, mut status) = (String::new(), String::new(), String::new());
    for line in commands.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(made) = line.strip_prefix("$ ") {
            shell(&here, made)?;
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let variables = words.iter().map_while(|word| variable(word));
        let variables: Vec<_> = variables.chain([("TMPDIR", scratch_text)]).collect();
        let output = run_with(&here, &words[variables.len() - 1..], &stdin, &variables)?;
        stdout.push_str(&String::from_utf8_lossy(&output.stdout));
        stderr.push_str(&String::from_utf8_lossy(&output.stderr));
        let code = output.status.code().ok_or("the program was killed")?;
        status = format!("{code}\n");
    }
    let place = here.display().to_string();
    expect(&directory.join("stdout"), &stdout.replace(&place, "[here]"))?;
    expect(&directory.join("stderr"), &stderr.replace(&place, "[here]"))?;
    expect(&directory.join("status"), if status == "0\n" { "" } else { &status })?;
    expect_directory(&directory.join("out"), &here.join("out"))
}

/// `NAME=value` in front of a call is a variable of its environment.
fn variable(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let is_name = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    (is_name && !name.is_empty()).then_some((name, value))
}

/// A line of `cmd` that begins with `$ ` prepares the case, for what no checked-in file can hold. Git makes the same commits
/// on every machine.
fn shell(directory: &Path, line: &str) -> Result<(), Failed> {
    let mut command = Command::new("sh");
    command.arg("-euc").arg(line).current_dir(directory);
    let status = git_environment(&mut command).status()?;
    if status.success() { Ok(()) } else { Err(format!("`{line}` failed").into()) }
}

/// An environment where Git reads no configuration of the machine and stamps every commit alike.
pub(crate) fn git_environment(command: &mut Command) -> &mut Command {
    command
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_AUTHOR_NAME", "Ada")
        .env("GIT_AUTHOR_EMAIL", "ada@example.com")
        .env("GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z")
        .env("GIT_COMMITTER_NAME", "Ada")
        .env("GIT_COMMITTER_EMAIL", "ada@example.com")
        .env("GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z")
}

/// Runs the program with an environment of its own.
pub(crate) fn run(directory: &Path, arguments: &[&str], stdin: &str) -> Result<Output, Failed> {
    run_with(directory, arguments, stdin, &[])
}

fn run_with(
    directory: &Path,
    arguments: &[&str],
    stdin: &str,
    variables: &[(&str, &str)],
) -> Result<Output, Failed> {
    use std::io::Write;
    let mut child = Command::new(PROGRAM)
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .env("HOME", directory)
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    // A program that ends without reading its input closes the pipe: that is its right.
    let _ = child.stdin.take().ok_or("no standard input")?.write_all(stdin.as_bytes());
    Ok(child.wait_with_output()?)
}

fn overwriting() -> bool {
    #[expect(clippy::disallowed_methods, reason = "the switch of the test program itself")]
    std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite")
}

/// Compares with an expected file; an absent file expects nothing.
pub(crate) fn expect(file: &Path, actual: &str) -> Result<(), Failed> {
    let expected = fs::read_to_string(file).unwrap_or_default();
    if expected == actual {
        return Ok(());
    }
    if overwriting() {
        if actual.is_empty() {
            fs::remove_file(file)?;
        } else {
            fs::write(file, actual)?;
        }
        return Ok(());
    }
    let mut shown = String::new();
    snapbox::report::write_diff(
        &mut shown,
        &expected.as_str().into(),
        &actual.into(),
        Some(&file.display()),
        Some(&"actual"),
        snapbox::report::Palette::plain(),
    )?;
    Err(format!("{shown}\nIf this is right, `SNAPSHOTS=overwrite cargo test` accepts it.").into())
}

fn expect_directory(expected: &Path, actual: &Path) -> Result<(), Failed> {
    let mut paths: Vec<PathBuf> =
        [expected, actual].iter().flat_map(|root| files(root, root)).collect();
    paths.sort();
    paths.dedup();
    for path in paths {
        if overwriting() {
            fs::create_dir_all(expected.join(&path).parent().ok_or("a file has a parent")?)?;
        }
        expect(&expected.join(&path), &fs::read_to_string(actual.join(&path)).unwrap_or_default())?;
    }
    Ok(())
}

/// The files below a directory, relative to `root`.
pub(crate) fn files(root: &Path, directory: &Path) -> Vec<PathBuf> {
    sorted(directory)
        .into_iter()
        .flat_map(|entry| {
            if entry.is_dir() {
                return files(root, &entry);
            }
            entry.strip_prefix(root).map(Path::to_owned).into_iter().collect()
        })
        .collect()
}

/// Copies a case without what is expected of it.
fn copy(from: &Path, to: &Path) -> Result<(), Failed> {
    fs::create_dir_all(to)?;
    for entry in sorted(from) {
        let name = entry.file_name().ok_or("an entry has a name")?;
        if ["cmd", "stdin", "stdout", "stderr", "status", "out", "feature"]
            .iter()
            .any(|own| name == *own)
        {
            continue;
        }
        if entry.is_dir() {
            copy(&entry, &to.join(name))?;
        } else {
            fs::copy(&entry, to.join(name))?;
        }
    }
    Ok(())
}
