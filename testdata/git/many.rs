//! What needs more than one run of the program at a time: many who commit to one branch, and runs that are killed.

use std::{
    process::{Child, Stdio},
    thread,
    time::Duration,
};

use libtest_mimic::{Failed, Trial};

use crate::git::{Place, locks};

/// How many commit to one branch at the same time.
const COMMITTERS: usize = 50;

pub(crate) fn trials() -> Vec<Trial> {
    let is_built = cfg!(feature = "git");
    vec![
        Trial::test("git/many/fifty commit to one branch and all land", fifty_commit)
            .with_ignored_flag(!is_built),
        Trial::test("git/many/killed anywhere, the next run repairs", killed_anywhere)
            .with_ignored_flag(!is_built),
    ]
}

/// Each has a clone of its own and a directory of its own on the branch.
fn fifty_commit() -> Result<(), Failed> {
    let place = Place::new()?;
    place.shell(&format!("for n in $(seq {COMMITTERS}); do git clone -q repo clone$n; done"))?;
    let start = |number: usize| -> Result<Child, Failed> {
        let (clone, path) = (format!("clone{number}"), format!("team{number}"));
        let remote = format!("{}/remote.git", place.path().display());
        let arguments = ["commit", "--repository", &clone, "--branch", "all", "--path", &path];
        let more = ["--namespace", "a", "--push", &remote, "--create-branch"];
        let mut command = place.petasos(&[&arguments[..], &more[..]].concat());
        Ok(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?)
    };
    // Without the project file, each commits to the place that its options name.
    place.shell(&format!(
        "for n in $(seq {COMMITTERS}); do cd clone$n; git rm -q petasos.yaml; git commit -qm own; cd ..; done"
    ))?;
    let running: Vec<Child> = (1..=COMMITTERS).map(start).collect::<Result<_, _>>()?;
    for child in running {
        let output = child.wait_with_output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
    }
    let files = place.files_on("remote.git", "all")?;
    for number in 1..=COMMITTERS {
        let record = format!("team{number}/petasos.sum");
        if !files.contains(&record) {
            return Err(format!("{record} is lost").into());
        }
    }
    place.shell(&format!(
        "[ $(git -C remote.git rev-list --count all) = {COMMITTERS} ] && git -C remote.git fsck --strict"
    ))
}

/// Killed later and later, until a run gets to its end.
fn killed_anywhere() -> Result<(), Failed> {
    let place = Place::new()?;
    let arguments = ["commit", "--repository", "repo", "--target", "staging", "--create-branch"];
    let mut survived = 0;
    for step in 0_u64.. {
        place.shell(&format!("echo '# {step}' >> repo/agents/demo.yaml && sed -i 's/^  name: two.*/  name: two{step}/' repo/agents/two.yaml && git -C repo commit -qam {step}"))?;
        let more = ["--most-lost", "100"];
        let removed: Vec<String> = (0..step).map(|n| format!("--remove=staging/two{n}")).collect();
        let removed = removed.iter().map(String::as_str).chain(["--remove=staging/two"]);
        let all: Vec<&str> = arguments.into_iter().chain(more).chain(removed).collect();
        let mut child = place.petasos(&all).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        thread::sleep(Duration::from_millis(step * 2));
        // It may have ended already.
        let _ = child.kill();
        survived = if child.wait()?.success() { survived + 1 } else { 0 };
        place.shell("git -C repo fsck --strict --no-dangling")?;
        if survived == 3 {
            break;
        }
        if step % 10 == 9 {
            let output = place.petasos(&all).output()?;
            let left = locks(&place.path().join("repo/.git"));
            if !output.status.success() {
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                return Err(format!("step {step}: {said}, left: {left:?}").into());
            }
        }
    }
    let files = place.files_on("repo", "env/staging")?;
    if files.iter().any(|file| file == "agents/petasos.sum") {
        Ok(())
    } else {
        Err("nothing is there".into())
    }
}
