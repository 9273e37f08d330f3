//! The start program, case by case: `testdata/start/<name>/cmd` is a shell script that runs it as `$START` in an empty
//! directory, where `home` is the agent's volume. `output` is what it prints, `status` its exit code if not 0.
//!
//! The cases need `python3`, those that merge configuration its `yaml` module too, as the agent's image has them. Where it has to
//! be the first process, as in a container, `$FIRST` stands before it, for which the machine must allow user namespaces.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use libtest_mimic::{Failed, Trial};

/// What makes a program the first process of a namespace of its own.
const FIRST: &[&str] = &["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc"];

/// One trial a case. Those that cannot run here are ignored, and say why in their name's kind.
pub(crate) fn trials() -> Vec<Trial> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let has_python = succeeds("import sys; sys.exit(sys.version_info < (3, 11))");
    let has_yaml = has_python && succeeds("import yaml");
    let has_first = has_python
        && Command::new(FIRST[0])
            .args(&FIRST[1..])
            .arg("true")
            .output()
            .is_ok_and(|output| output.status.success());
    let mut cases: Vec<PathBuf> = fs::read_dir(root.join("testdata/start"))
        .expect("the directory is part of the project")
        .map(|entry| entry.expect("it can be listed").path())
        .collect();
    cases.sort();
    cases
        .into_iter()
        .map(|case| {
            let name = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let (can_run, needs) = if name.starts_with("merge-") {
                (has_yaml, "needs python3 >= 3.11 with yaml")
            } else if name.starts_with("first-process") {
                (has_first, "needs python3 >= 3.11 and user namespaces")
            } else {
                (has_python, "needs python3 >= 3.11")
            };
            let program = root.join("templates/hermes/start.py");
            Trial::test(format!("start::{name}"), move || run(&case, &program))
                .with_kind(if can_run { "" } else { needs })
                .with_ignored_flag(!can_run)
        })
        .collect()
}

fn succeeds(program: &str) -> bool {
    Command::new("python3")
        .args(["-c", program])
        .output()
        .is_ok_and(|output| output.status.success())
}

fn run(case: &Path, program: &Path) -> Result<(), Failed> {
    let script = fs::read_to_string(case.join("cmd"))?;
    let temporary = tempfile::tempdir()?;
    // Links, such as the one that /tmp is on some machines, are not part of the output.
    let directory = temporary.path().canonicalize()?;
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1\n{script}")])
        .current_dir(&directory)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("LC_ALL", "C.UTF-8")
        // What the program imports lies beside it, among the templates.
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("HERMES_HOME", directory.join("home"))
        .env("START", format!("python3 {}", program.display()))
        .env("FIRST", FIRST.join(" "))
        .output()?;
    let printed =
        String::from_utf8_lossy(&output.stdout).replace(&*directory.to_string_lossy(), "[DIR]");
    let status = fs::read_to_string(case.join("status")).unwrap_or_default();
    let status = if status.is_empty() { 0 } else { status.trim().parse()? };
    snapbox::assert_data_eq!(printed, snapbox::Data::read_from(&case.join("output"), None).raw());
    if output.status.code() != Some(status) {
        return Err(format!("exit code {:?} instead of {status}", output.status.code()).into());
    }
    Ok(())
}
