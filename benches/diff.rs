//! `cargo bench --bench diff`: what a preview and a commit of one change cost, beside rendering everything, `git diff`, and, where
//! it is installed, `dyff`.

#![expect(clippy::print_stdout, reason = "what a benchmark prints is its result")]

mod measure;

use std::{
    fs,
    path::Path,
    process::{Command, ExitCode, Stdio},
};

use measure::{generate, measure, median, row};

const PROGRAM: &str = env!("CARGO_BIN_EXE_petasos");

/// How often each is run; runs of the two alternate.
const RUNS: usize = 5;

fn main() -> ExitCode {
    let scratch = tempfile::tempdir().expect("a temporary directory can be made");
    println!(
        "{:<34} {:>10} {:>10} {:>12} {:>10}",
        "whole process", "median", "minimum", "peak memory", "ratio"
    );
    for count in [1, 1_000, 10_000] {
        one_change(scratch.path(), count);
    }
    ExitCode::SUCCESS
}

/// One instance of many gets another image, in a Git repository.
fn one_change(scratch: &Path, count: usize) {
    let input = generate(scratch, count);
    let project = "targets:\n  - name: all\n    branch: rendered\n";
    fs::write(input.join("petasos.yaml"), project).expect("it can be written");
    git(&input, &["init", "-q", "-b", "main"]);
    // What `git commit` tidies in the background would be measured too.
    git(&input, &["config", "gc.auto", "0"]);
    git(&input, &["config", "maintenance.auto", "false"]);
    git(&input, &["config", "user.name", "bench"]);
    git(&input, &["config", "user.email", "bench@example.com"]);
    git(&input, &["add", "-A"]);
    git(&input, &["commit", "-qm", "one"]);
    let changed = input.join("agent-00000.yaml");
    let text = fs::read_to_string(&changed).expect("the instance is there");
    fs::write(&changed, text.replace("v2026.7.20", "v2026.7.27")).expect("it can be written");
    git(&input, &["commit", "-qam", "two"]);
    git(&input, &["gc", "-q"]);
    let call = |arguments: &[&str]| {
        Command::new(PROGRAM)
            .args(arguments)
            .current_dir(&input)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
    };
    let (mut render, mut diff, mut files, mut lines, mut commit) =
        (vec![], vec![], vec![], vec![], vec![]);
    // Both sides without the repository, whose objects `git diff --no-index` would compare too.
    let [base, head] = [("base", "HEAD~1"), ("head", "HEAD")].map(|(name, revision)| {
        let side = scratch.join(format!("{name}-{count}")).display().to_string();
        git(&input, &["worktree", "add", "-q", "--detach", &side, revision]);
        side
    });
    for _ in 0..RUNS {
        render.extend(measure(1, || call(&["render", "."])));
        diff.extend(measure(1, || call(&["diff", "--base", "HEAD~1", "."])));
        files.extend(measure(1, || call(&["diff", &base, "."])));
        // Each commit is the first of its branch, as after a change of everything.
        git(&input, &["update-ref", "-d", "refs/heads/rendered"]);
        commit.extend(measure(1, || call(&["commit", "--target", "all", "--create-branch"])));
        lines.extend(measure(1, || {
            Command::new("sh")
                .args(["-c", "git diff --no-index --quiet \"$0\" \"$1\"; [ $? = 1 ]", &base, &head])
                .stdout(Stdio::null())
                .spawn()
        }));
    }
    row(&format!("petasos render, {count} instances"), &render, None);
    row(&format!("petasos diff --base, 1 of {count}"), &diff, Some(&render));
    row(&format!("petasos diff OLD NEW, 1 of {count}"), &files, Some(&render));
    row(&format!("git diff --no-index, 1 of {count}"), &lines, Some(&render));
    row(&format!("petasos commit, {count} instances"), &commit, Some(&render));
    if count <= 1_000 {
        dyff(scratch, &input, Path::new(&base), count, &render);
    }
    if count == 10_000 {
        let share = median(&diff).as_secs_f64() / median(&render).as_secs_f64();
        assert!(share < 0.1, "one change costs {share:.2} of rendering everything");
    }
}

/// `dyff` compares what both sides render to, without rendering it. With ten thousand instances it takes too long.
fn dyff(scratch: &Path, input: &Path, base: &Path, count: usize, render: &[measure::Run]) {
    if !Command::new("dyff").arg("version").output().is_ok_and(|output| output.status.success()) {
        println!("dyff is not installed");
        return;
    }
    let sides = [base, input].map(|side| {
        let output = Command::new(PROGRAM).arg("render").arg(side).output();
        let file = scratch.join(format!("{}.yaml", side.file_name().unwrap_or_default().display()));
        fs::write(&file, output.expect("the program starts").stdout).expect("it can be written");
        file
    });
    let runs = measure(RUNS, || {
        let mut dyff = Command::new("dyff");
        dyff.args(["between", "--omit-header"]).args(&sides).stdout(Stdio::null()).spawn()
    });
    row(&format!("dyff between, 1 of {count}"), &runs, Some(render));
}

/// Git with an identity of its own.
fn git(directory: &Path, arguments: &[&str]) {
    let done = Command::new("git")
        .args(["-c", "user.name=bench", "-c", "user.email=bench@example.com"])
        .args(arguments)
        .current_dir(directory)
        .status();
    assert!(done.is_ok_and(|status| status.success()), "git {arguments:?} failed");
}
