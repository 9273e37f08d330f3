//! The commands of the README are run, and what it shows is what they print.
//!
//! A fenced block that begins with `$ petasos …` is a call of the program and its output. `…` alone on a line stands
//! for lines that are left out.

use std::{fs, path::Path};

use libtest_mimic::{Failed, Trial};

use crate::case::run;

pub(crate) fn trials() -> Vec<Trial> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("README.md")).unwrap_or_default();
    let calls = calls(&text);
    let mut trials: Vec<Trial> = Vec::new();
    trials.push(Trial::test("readme/shows calls of the program", {
        let count = calls.len();
        move || if count >= 4 { Ok(()) } else { Err(format!("{count} calls found").into()) }
    }));
    trials.extend(calls.into_iter().map(|(command, shown)| {
        Trial::test(format!("readme/{command}"), move || check(root, &command, &shown))
    }));
    trials
}

/// Each call and what is shown below it.
fn calls(text: &str) -> Vec<(String, Vec<String>)> {
    let mut calls: Vec<(String, Vec<String>)> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line.starts_with("```console");
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| inside) {
            calls.push((command.to_owned(), Vec::new()));
        } else if let Some((_, shown)) = calls.last_mut().filter(|_| inside) {
            shown.push(line.to_owned());
        }
    }
    calls.retain(|(command, _)| command.starts_with("petasos "));
    calls
}

fn check(root: &Path, command: &str, shown: &[String]) -> Result<(), Failed> {
    let scratch = tempfile::tempdir()?;
    std::os::unix::fs::symlink(root.join("examples"), scratch.path().join("examples"))?;
    let arguments: Vec<&str> = command.split_whitespace().skip(1).collect();
    let output = run(scratch.path(), &arguments, "")?;
    let printed = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    if is_shown(&printed.lines().collect::<Vec<_>>(), shown) {
        return Ok(());
    }
    Err(format!("README shows\n{}\n\nthe program prints\n{printed}", shown.join("\n")).into())
}

/// Whether the lines are as shown, where `…` stands for any lines.
fn is_shown(printed: &[&str], shown: &[String]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((first, rest)) if first == "…" => {
            (0..=printed.len()).any(|skipped| is_shown(&printed[skipped..], rest))
        }
        Some((first, rest)) => printed
            .split_first()
            .is_some_and(|(line, others)| line == first && is_shown(others, rest)),
    }
}
