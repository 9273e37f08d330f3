//! What needs more than one run of the program at a time: many who commit to one branch, and runs that are killed.

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant, SystemTime},
};

use libtest_mimic::{Failed, Trial};

use crate::git::{Place, locks, running::Running};

/// How many commit to one branch at the same time.
const COMMITTERS: usize = 50;

/// How many do so at a server that takes its time over each.
const PATIENT: usize = 6;

/// How often a run is killed, each time at another moment.
const KILLS: u32 = 40;

pub(crate) fn trials() -> Vec<Trial> {
    let is_built = cfg!(feature = "git");
    vec![
        Trial::test("git/many/fifty commit to one branch and all land", fifty_commit)
            .with_ignored_flag(!is_built),
        Trial::test("git/many/those whom a slow server locks out land too", locked_out)
            .with_ignored_flag(!is_built),
        Trial::test("git/many/sync follows until it is stopped", follows_until_stopped)
            .with_ignored_flag(!is_built),
        Trial::test("git/many/killed anywhere, the next run repairs", killed_anywhere)
            .with_ignored_flag(!is_built),
        Trial::test(
            "git/many/a sync that is killed anywhere, the next one repairs",
            killed_in_a_sync,
        )
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
    let mut sync = Running::start(&mut place.petasos(&[&arguments[..], &more[..]].concat()))?;
    let address = sync.rest_of_line("listening on ")?;
    wait_for(|| Ok(ask(&address, "/readyz")?.contains("200 OK")))?;
    place.shell("sed -i s/opus/sonnet/ repo/agents/demo.yaml && git -C repo commit -qam sonnet && git -C repo push -q origin main")?;
    wait_for(|| Ok(ask(&address, "/metrics")?.contains("outcome=\"committed\"} 2")))?;
    place.shell("git -C remote.git show env/staging:agents/staging/demo/configmap-demo-config.yaml | grep -q sonnet")?;
    place.shell(&format!("kill -TERM {}", sync.id()))?;
    let (code, output) = sync.end()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if code == 0 && said.ends_with("stopped\n") {
        Ok(())
    } else {
        Err(format!("{code}: {said}").into())
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

fn fifty_commit() -> Result<(), Failed> {
    let place = Place::new()?;
    let remote = format!("{}/remote.git", place.path().display());
    commit_at_once(&place, COMMITTERS, &remote)
}

/// The server holds the lock of the branch for longer than Git waits for it, so all but one are turned away each time.
fn locked_out() -> Result<(), Failed> {
    let mut place = Place::new()?;
    place.shell("git -C remote.git config http.receivepack true && cd remote.git/hooks && printf '#!/bin/sh\\n[ $1 != prepared ] || sleep 0.5\\n' > reference-transaction && chmod +x reference-transaction")?;
    place.line("server")?;
    commit_at_once(&place, PATIENT, "$HTTP/remote.git")
}

/// Each has a clone of its own and a directory of its own on the branch.
fn commit_at_once(place: &Place, committers: usize, remote: &str) -> Result<(), Failed> {
    // Without the project file, each commits to the place that its options name.
    place.shell(&format!(
        "for n in $(seq {committers}); do git clone -q repo clone$n; cd clone$n; git rm -q petasos.yaml; git commit -qm own; cd ..; done"
    ))?;
    let start = |number: usize| -> Result<Child, Failed> {
        let line = format!(
            "commit --repository clone{number} --branch all --path team{number} --namespace a --push {remote} --create-branch"
        );
        let mut command = place.command(&line);
        Ok(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?)
    };
    let running: Vec<Child> = (1..=committers).map(start).collect::<Result<_, _>>()?;
    for child in running {
        let output = child.wait_with_output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
    }
    let files = place.files_on("remote.git", "all")?;
    for number in 1..=committers {
        let record = format!("team{number}/petasos.sum");
        if !files.contains(&record) {
            return Err(format!("{record} is lost").into());
        }
    }
    place.shell(&format!(
        "[ $(git -C remote.git rev-list --count all) = {committers} ] && git -C remote.git fsck --strict"
    ))
}

fn killed_anywhere() -> Result<(), Failed> {
    let place = Place::new()?;
    kill_at_many_moments(
        &place,
        "commit --repository repo --target staging --create-branch",
        &["repo/.git"],
    )
}

/// What is read and what is written are both behind a server.
fn killed_in_a_sync() -> Result<(), Failed> {
    let mut place = Place::new()?;
    place.shell("git -C remote.git config http.receivepack true")?;
    place.line("server")?;
    let line = "sync --once --repository cache --source $HTTP/remote.git --target staging --create-branch --push $HTTP/remote.git";
    kill_at_many_moments(&place, line, &["cache", "remote.git"])
}

/// Killed at moments that cover the time from the first write of a run to its end, each time in the middle of another change.
/// Whatever is left then is sound, and one more run brings all of the change.
fn kill_at_many_moments(place: &Place, line: &str, repositories: &[&str]) -> Result<(), Failed> {
    let (&[first, ..], &[.., last]) = (repositories, repositories) else { return Ok(()) };
    let objects = place.path().join(first).join("objects");
    let check = repositories
        .iter()
        .map(|one| format!("[ ! -d {one} ] || git -C {one} fsck --strict --no-dangling; "));
    let check: String = check.collect();
    let mut writing = Duration::ZERO;
    let mut before = "two".to_owned();
    for step in 0..=KILLS {
        let name = format!("two{step}");
        place.shell(&format!("cd repo && echo '# {step}' >> agents/demo.yaml && sed -i 's/^  name: two.*/  name: {name}/' agents/two.yaml && git commit -qam {step} && git push -q origin main"))?;
        let line = format!("{line} --most-lost 100 --remove=staging/{before}");
        let untouched = written(&objects);
        let mut child = place.command(&line).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        while written(&objects) == untouched && child.try_wait()?.is_none() {
            thread::sleep(Duration::from_micros(200));
        }
        let begun = Instant::now();
        if step > 0 {
            thread::sleep(writing * (step - 1) / (KILLS - 1));
            // It may have ended already.
            let _ = child.kill();
        }
        child.wait()?;
        if step == 0 {
            writing = begun.elapsed();
        }
        // The server still works on what it got before the client was killed, and `fsck` beside that sees half of it.
        wait_for(|| Ok(place.shell(&check).is_ok())).or_else(|_| place.shell(&check))?;
        let output = place.command(&line).output()?;
        let left: Vec<_> = repositories.iter().map(|one| locks(&place.path().join(one))).collect();
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(format!("step {step}: {said}, left: {left:?}").into());
        }
        place.shell(&format!("git -C {last} cat-file -e env/staging:agents/staging/{name}/statefulset-{name}.yaml && git -C {last} cat-file -e env/staging:agents/petasos.sum && ! git -C {last} cat-file -e env/staging:agents/staging/{before} 2> /dev/null"))?;
        before = name;
    }
    Ok(())
}

/// When something was last written to a directory of objects.
fn written(objects: &Path) -> [Option<SystemTime>; 2] {
    ["", "pack"].map(|name| objects.join(name).metadata().and_then(|found| found.modified()).ok())
}
