//! The files for CI systems call the program in a way that it understands, and what CI compiles is compiled once.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use libtest_mimic::{Failed, Trial};

use crate::case::PROGRAM;

/// Files that others use, and where each has its calls.
const FILES: &[(&str, &[&str])] = &[
    ("action.yml", &["/runs/steps/1/run"]),
    ("gitlab/diff.yml", &["/petasos-diff/script/0"]),
    (".pre-commit-hooks.yaml", &["/0/entry", "/1/entry"]),
];

pub(crate) fn trials() -> Vec<Trial> {
    let known = FILES.iter().map(|(file, places)| {
        Trial::test(format!("ci/{file} has flags that are there"), move || {
            flags_are_known(file, places)
        })
    });
    let action = Trial::test("ci/action.yml passes what it is given as arguments", the_action_runs);
    let hook = Trial::test("ci/the hook leaves files of other programs alone", the_hook_runs);
    let head = Trial::test("ci/GitLab compares the branch and not its merge", gitlab_compares);
    let shared = Trial::test("ci/the lab compiles for Flux what it has", modules_are_shared);
    known.chain([action, hook, head, shared]).collect()
}

fn script(file: &str, place: &str) -> Result<String, Failed> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file))?;
    let value: serde_json::Value = yaml_serde::from_str(&text)?;
    let script = value.pointer(place).and_then(serde_json::Value::as_str);
    Ok(script.ok_or("the file has no such place")?.to_owned())
}

fn flags_are_known(file: &str, places: &[&str]) -> Result<(), Failed> {
    let help = petasos::cli::reference();
    for place in places {
        let script = script(file, place)?;
        let words = script.split(|letter: char| letter.is_whitespace() || "()\"".contains(letter));
        let flags: Vec<&str> =
            words.filter(|word| word.len() > 2 && word.starts_with("--")).collect();
        if let Some(flag) =
            flags.iter().find(|flag| !help.split_whitespace().any(|word| word == **flag))
        {
            return Err(format!("{file} uses {flag}, which is in no help").into());
        }
        if !script.contains("petasos ") {
            return Err(format!("{file} does not call the program at {place}").into());
        }
    }
    Ok(())
}

/// Runs the action's script with the program in the path and text that a shell could take for more than text.
fn the_action_runs() -> Result<(), Failed> {
    let directory = tempfile::tempdir()?;
    let here = directory.path();
    let git = |arguments: &[&str]| -> Result<(), Failed> {
        let identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
        let done = Command::new("git").args(identity).args(arguments).current_dir(here).status()?;
        if done.success() { Ok(()) } else { Err(format!("git {arguments:?} failed").into()) }
    };
    let path = "a $(touch ran) b";
    fs::create_dir(here.join(path))?;
    let map = |value: &str| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: demo\ndata:\n  a: {value}\n")
    };
    fs::write(here.join(path).join("map.yaml"), map("one"))?;
    git(&["init", "-q", "-b", "main"])?;
    git(&["add", "-A"])?;
    git(&["commit", "-qm", "one"])?;
    fs::write(here.join(path).join("map.yaml"), map("two"))?;
    git(&["commit", "-qam", "two"])?;
    let programs = Path::new(PROGRAM).parent().ok_or("the program is in a directory")?;
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &script("action.yml", "/runs/steps/1/run")?])
        .current_dir(here)
        .env("PATH", format!("{}:/usr/bin:/bin", programs.display()))
        .env("GITHUB_STEP_SUMMARY", here.join("summary"))
        .envs([("BASE", "HEAD~1"), ("HEAD", "HEAD"), ("PATHS", path), ("FAIL_ON", "error")])
        .envs([("COMMENT", "false"), ("PETASOS_TOKEN", "")])
        .output()?;
    let summary = fs::read_to_string(here.join("summary")).unwrap_or_default();
    if output.status.success() && summary.contains("+ two") && !here.join("ran").exists() {
        return Ok(());
    }
    Err(format!("{summary}{}", String::from_utf8_lossy(&output.stderr)).into())
}

/// Does what pre-commit does with the hook, in a repository as there are many.
fn the_hook_runs() -> Result<(), Failed> {
    let directory = tempfile::tempdir()?;
    let agent = "agents/demo.yaml";
    let files = [
        (".github/workflows/test.yaml", "name: test\non: push\njobs: {}\n"),
        ("chart/values.yaml", "image: {tag: 1}\n"),
        ("package.json", "{\"name\": \"site\"}\n"),
        ("values.yaml", "image: {tag: 1}\n"),
        ("petasos.yaml", "sources: [agents]\n"),
        (agent, include_str!("git/source/agents/demo.yaml")),
    ];
    for (path, text) in files {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().ok_or("a file has a parent")?)?;
        fs::write(path, text)?;
    }
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml"))?;
    let hooks: serde_json::Value = yaml_serde::from_str(&text)?;
    let entry = hooks[0]["entry"].as_str().ok_or("the hook has an entry")?;
    let are_passed = hooks[0]["pass_filenames"] != false;
    let names = files.iter().map(|(path, _)| *path).filter(|_| are_passed);
    let arguments: Vec<&str> = entry.split_whitespace().skip(1).chain(names).collect();
    let run = || Command::new(PROGRAM).args(&arguments).current_dir(directory.path()).output();
    let output = run()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stdout).into_owned().into());
    }
    fs::write(directory.path().join(agent), "kind: HermesInstance\n")?;
    let output = run()?;
    if output.status.code() == Some(2) { Ok(()) } else { Err("what is wrong passes".into()) }
}

/// Runs the pipeline's script with a program that says what it is told.
fn gitlab_compares() -> Result<(), Failed> {
    let directory = tempfile::tempdir()?;
    let script = script("gitlab/diff.yml", "/petasos-diff/script/0")?;
    let script = format!("petasos() {{ echo \"$@\"; }}\n{script}");
    for (of_branch, wanted) in [(Some("branch"), "branch"), (Some(""), "commit"), (None, "commit")]
    {
        let mut command = Command::new("sh");
        command.args(["-euc", &script]).current_dir(directory.path()).env_clear();
        command.envs([("CI_COMMIT_SHA", "commit"), ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "base")]);
        command.envs(of_branch.map(|name| ("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", name)));
        command.status()?;
        let said = fs::read_to_string(directory.path().join("petasos-diff.html"))?;
        if !said.contains(&format!("--base base --head {wanted} ")) {
            return Err(format!("with {of_branch:?}: {said}").into());
        }
    }
    Ok(())
}

/// Modules whose versions Flux needs otherwise. Little is compiled twice because of them.
const OF_FLUX: [&str; 2] = ["github.com/opencontainers/go-digest", "google.golang.org/genproto"];

/// Another version of a module is compiled again, with everything that is made of it: of some that takes minutes.
fn modules_are_shared() -> Result<(), Failed> {
    let (kubernetes, flux) = (modules("kubernetes")?, modules("flux")?);
    let of_both: Vec<_> = flux
        .iter()
        .filter_map(|(name, version)| Some((name, version, kubernetes.get(name)?)))
        .collect();
    if of_both.len() < 100 {
        return Err(format!("{} modules: the others are not found", of_both.len()).into());
    }
    let other = of_both
        .into_iter()
        .find(|(name, version, known)| version != known && !OF_FLUX.contains(&name.as_str()));
    match other {
        None => Ok(()),
        Some((name, version, known)) => {
            Err(format!("{name} is {known} for Kubernetes and {version} for Flux").into())
        }
    }
}

/// What a module of the lab is made of: each module, and its version; what replaces it goes before what is required.
fn modules(name: &str) -> Result<BTreeMap<String, String>, Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("testdata/lab").join(name).join("go.mod"))?;
    let mut required = BTreeMap::new();
    let mut replaced = BTreeMap::new();
    for line in text.lines() {
        let words: Vec<&str> = line.trim_start_matches("replace ").split_whitespace().collect();
        match words[..] {
            [name, "=>", _, version] => replaced.insert(name.to_owned(), version.to_owned()),
            [name, version] | [name, version, "//", ..] if version.starts_with('v') => {
                required.insert(name.to_owned(), version.to_owned())
            }
            _ => None,
        };
    }
    required.extend(replaced);
    Ok(required)
}
