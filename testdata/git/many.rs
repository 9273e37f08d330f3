//! What needs more than one run of the program at a time: many who commit to one branch, and runs that are killed.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use libtest_mimic::{Failed, Trial};

use crate::git::{Place, locks};

/// How many commit to one branch at the same time.
const COMMITTERS: usize = 50;

/// How often a run is killed.
const KILLS: u32 = 40;

pub(crate) fn trials() -> Vec<Trial> {
    let is_built = cfg!(feature = "git");
    vec![
        Trial::test("git/many/fifty commit to one branch and all land", fifty_commit)
            .with_ignored_flag(!is_built),
        Trial::test("git/many/sync follows until it is stopped", follows_until_stopped)
            .with_ignored_flag(!is_built),
        Trial::test("git/many/killed anywhere, the next run repairs", killed_anywhere)
            .with_ignored_flag(!is_built),
    ]
}

/// A change of the source arrives on the branch, probes and figures answer, and SIGTERM ends it.
fn follows_until_stopped() -> Result<(), Failed> {
    let place = Place::new()?;
    let remote = format!("{}/remote.git", place.path().display());
    let arguments = ["sync", "--repository", "cache", "--source", &remote, "--push", &remote];
    let more =
        ["--create-branch", "--every", "1", "--listen", "127.0.0.1:0", "--target", "staging"];
    let mut command = place.petasos(&[&arguments[..], &more[..]].concat());
    let mut child = command.stderr(Stdio::piped()).spawn()?;
    let mut said = BufReader::new(child.stderr.take().ok_or("no standard error")?);
    let mut line = String::new();
    said.read_line(&mut line)?;
    let address = line.trim().strip_prefix("listening on ").ok_or("no address")?.to_owned();
    let outcome = (|| {
        wait_for(|| Ok(ask(&address, "/readyz")?.contains("200 OK")))?;
        place.shell("sed -i s/opus/sonnet/ repo/agents/demo.yaml && git -C repo commit -qam sonnet && git -C repo push -q origin main")?;
        wait_for(|| Ok(ask(&address, "/metrics")?.contains("outcome=\"committed\"} 2")))?;
        place.shell("git -C remote.git show env/staging:agents/staging/demo/configmap-demo-config.yaml | grep -q sonnet")
    })();
    place.shell(&format!("kill -TERM {}", child.id()))?;
    let status = child.wait()?;
    outcome?;
    let mut rest = String::new();
    said.read_to_string(&mut rest)?;
    if status.success() && rest.ends_with("stopped\n") {
        Ok(())
    } else {
        Err(format!("{status}: {rest}").into())
    }
}

/// Asks until it is so. The deadline is only there so that a failure ends.
fn wait_for(is_so: impl Fn() -> Result<bool, Failed>) -> Result<(), Failed> {
    let start = Instant::now();
    while !is_so()? {
        if start.elapsed() > Duration::from_mins(1) {
            return Err("it does not come to pass".into());
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

fn ask(address: &str, path: &str) -> Result<String, Failed> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
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

/// Killed at moments that cover what a whole run takes, each time in the middle of another change.
fn killed_anywhere() -> Result<(), Failed> {
    let place = Place::new()?;
    let arguments = ["commit", "--repository", "repo", "--target", "staging", "--create-branch"];
    let mut whole = Duration::ZERO;
    for step in 0..=KILLS {
        place.shell(&format!("echo '# {step}' >> repo/agents/demo.yaml && sed -i 's/^  name: two.*/  name: two{step}/' repo/agents/two.yaml && git -C repo commit -qam {step}"))?;
        let removed: Vec<String> = (0..step).map(|n| format!("--remove=staging/two{n}")).collect();
        let removed = removed.iter().map(String::as_str);
        let more = ["--most-lost", "100", "--remove=staging/two"];
        let all: Vec<&str> = arguments.into_iter().chain(more).chain(removed).collect();
        let start = Instant::now();
        let mut child = place.petasos(&all).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        if step > 0 {
            thread::sleep(whole * step / KILLS);
            // It may have ended already.
            let _ = child.kill();
        }
        child.wait()?;
        if step == 0 {
            whole = start.elapsed();
        }
        place.shell("git -C repo fsck --strict --no-dangling")?;
        if step % 10 == 0 {
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
