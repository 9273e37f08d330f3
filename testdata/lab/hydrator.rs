//! What Argo CD's source hydrator makes of a commit, and what it reads on the branch that `petasos commit` writes for it: both
//! by its own packages.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, anyhow, ensure};
use libtest_mimic::Failed;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    case::{git_environment, sorted},
    git::Place,
    lab::{Lab, Test, sources},
};

pub(crate) const TESTS: &[Test] = &[
    ("hydrator::writes_what_petasos_commits", writes_what_petasos_commits),
    ("hydrator::reads_nothing_from_another_commit", reads_nothing_from_another_commit),
];

/// Where the dry repository is, as both are told.
const ADDRESS: &str = "https://git.example.com/agents.git";

/// The target that is committed: its branch, its directory there, and the command that renders it.
const BRANCH: &str = "env/staging";
const PATH: &str = "agents";
const RENDER: &str = "petasos render --target staging";

/// The answer of `testdata/lab/kubernetes/argocd/hydrator.go`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Answer {
    files: BTreeMap<String, String>,
    message: String,
    is_hydrated: bool,
    read: BTreeMap<String, String>,
}

/// Every message of `testdata/lab/hydrator/` as the message of a dry commit.
fn writes_what_petasos_commits(lab: &Lab) -> Result<()> {
    let messages = sorted(&sources().join("hydrator"));
    ensure!(messages.len() >= 8, "{} messages: the others are not found", messages.len());
    for message in messages {
        check(lab, &message).with_context(|| message.display().to_string())?;
    }
    Ok(())
}

fn check(lab: &Lab, message: &Path) -> Result<()> {
    let place = committed(message)?;
    let dry = git(&place, "repo", &["rev-parse", "main"])?;
    let answer = ask(lab, &place, dry.trim())?;
    let branch = place.path().join("branch");
    ensure!(answer.files.len() == 4, "{:?}", answer.files.keys());
    for (path, expected) in &answer.files {
        let text = fs::read_to_string(branch.join(path)).with_context(|| path.clone())?;
        assert_eq!(text, *expected, "{path}");
    }
    assert_eq!(
        git(&place, "branch", &["log", "-1", "--format=%B"])?.trim_end(),
        tidy(&place, &answer.message)?
    );
    ensure!(answer.is_hydrated, "the note names the dry commit");
    for (path, read) in &answer.read {
        let ours: Value = serde_json::from_str(&fs::read_to_string(branch.join(path))?)?;
        assert_eq!(serde_json::from_str::<Value>(read)?, ours, "{path}");
    }
    Ok(())
}

/// The note of one commit does not speak of another.
fn reads_nothing_from_another_commit(lab: &Lab) -> Result<()> {
    let place = committed(&sources().join("hydrator/subject.txt"))?;
    place.shell("git -C repo commit -q --allow-empty -m other").map_err(|failed| said(&failed))?;
    let other = git(&place, "repo", &["rev-parse", "main"])?;
    ensure!(!ask(lab, &place, other.trim())?.is_hydrated, "the note names another commit");
    Ok(())
}

/// A repository whose last commit has a message, and a clone of the branch that petasos commits for it.
fn committed(message: &Path) -> Result<Place> {
    let place = Place::new().map_err(|failed| said(&failed))?;
    let again = format!("git -C repo commit -q --amend --file '{}'", message.display());
    place.shell(&again).map_err(|failed| said(&failed))?;
    let output = place
        .petasos(&["commit", "--repository", "repo", "--target", "staging", "--create-branch"])
        .args(["--note", "--source-url", ADDRESS])
        .output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let clone = format!(
        "git clone -q -b {BRANCH} repo branch && git -C branch fetch -q origin 'refs/notes/*:refs/notes/*'"
    );
    place.shell(&clone).map_err(|failed| said(&failed))?;
    Ok(place)
}

/// The message as Git keeps it.
fn tidy(place: &Place, message: &str) -> Result<String> {
    fs::write(place.path().join("message"), message)?;
    let mut command = Command::new("git");
    let file = fs::File::open(place.path().join("message"))?;
    let output = git_environment(command.arg("stripspace").stdin(file)).output()?;
    Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
}

fn ask(lab: &Lab, place: &Place, dry: &str) -> Result<Answer> {
    let hydrated = git(place, "branch", &["rev-parse", "HEAD"])?;
    let question = json!({
        "repository": place.path().join("repo"), "dry": dry, "address": ADDRESS,
        "commands": [RENDER], "path": PATH,
        "branch": place.path().join("branch"), "hydrated": hydrated.trim(),
    });
    let mut child = Command::new(lab.parts.join("argocd/bin/argocd"));
    let mut child = git_environment(child.arg("hydrator"))
        .env("ARGOCD_GPG_ENABLED", "false")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("start the hydrator's packages")?;
    let mut stdin = child.stdin.take().context("the standard input was asked for")?;
    stdin.write_all(question.to_string().as_bytes())?;
    drop(stdin);
    let output = child.wait_with_output()?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "the hydrator's packages: {errors}");
    serde_json::from_slice(&output.stdout).context("the answer of the hydrator's packages")
}

fn git(place: &Place, directory: &str, arguments: &[&str]) -> Result<String> {
    let mut command = Command::new("git");
    command.args(arguments).current_dir(place.path().join(directory));
    let output = git_environment(&mut command).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

fn said(failed: &Failed) -> anyhow::Error {
    anyhow!("{}", failed.message().unwrap_or_default())
}
