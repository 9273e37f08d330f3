//! The cluster that a person keeps: one for each user of the machine.

use std::convert::Infallible;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::build;
use crate::cache::{Cache, is_running};

/// What `cargo lab up` can be told.
#[derive(clap::Args)]
pub(crate) struct UpArgs {
    /// The minor version of Kubernetes, 1.36 or 1.35
    #[arg(long, default_value = "1.36")]
    minor: String,
    /// Only the API: no node, no Pods, ready in three seconds
    #[arg(long)]
    api_only: bool,
}

/// Starts the cluster, in the background.
pub(crate) fn up(cache: &Cache, args: &UpArgs) -> Result<()> {
    let lab = build::lab(cache)?;
    let directory = directory(cache);
    if is_running(&directory)? {
        bail!("a cluster runs already, in {}; stop it with `cargo lab down`", directory.display());
    }
    fs::create_dir_all(&directory)?;
    let start = Instant::now();
    let mut command = Command::new(Path::new(build::SOURCES).join("scripts/up"));
    command.arg(&lab).arg(&directory).args(["--stay", "--minor", &args.minor]);
    if !args.api_only {
        command.arg("--node");
        command.args(program().iter().flat_map(|path| [Path::new("--program"), path]));
    }
    // It stays open for as long as the cluster lives, and so must not be what this program was given.
    let errors = directory.join("up.log");
    let mut child = command
        // Out of the terminal's group, so that an interrupt of the next command does not reach it.
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(File::create(&errors)?)
        .spawn()
        .context("start the cluster")?;
    let mut line = String::new();
    let output = child.stdout.take().context("the standard output was asked for")?;
    BufReader::new(output).read_line(&mut line)?;
    if line.trim() != "ready" {
        child.wait()?;
        let errors = fs::read_to_string(&errors).unwrap_or_default();
        bail!("the cluster did not start:\n{errors}its logs are in {}", directory.display());
    }
    println!(
        "The cluster is ready after {:.1} s. What reaches it:\n",
        start.elapsed().as_secs_f64()
    );
    println!("  cargo lab kubectl get pods -A");
    println!("  petasos render instance.yaml | cargo lab kubectl apply -f -");
    println!(
        "  cargo lab shell                     # a shell with kubectl, where Pods and Services answer too"
    );
    println!("  curl --unix-socket {}/api.sock http://lab/version", directory.display());
    println!("\nIts files and logs are in {}. `cargo lab down` stops it.", directory.display());
    Ok(())
}

/// Becomes a command in the namespaces of the cluster.
pub(crate) fn enter(cache: &Cache, command: Vec<String>) -> Result<Infallible> {
    let directory = expect_running(cache)?;
    let pid = fs::read_to_string(directory.join("pid"))?;
    let error = Command::new("nsenter")
        .args(["--net", "--mount", "--pid", "--target", pid.trim(), "/run/lab/enter"])
        .arg(std::env::current_dir()?)
        .args(command)
        .exec();
    Err(error).context("start nsenter")
}

/// Prints one log, or which there are.
pub(crate) fn logs(cache: &Cache, part: Option<&str>) -> Result<ExitCode> {
    let directory = directory(cache);
    let Some(part) = part else {
        let mut names = Vec::new();
        for entry in fs::read_dir(&directory).context("no cluster was started")? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "log") {
                names.push(path.file_stem().unwrap_or_default().to_string_lossy().into_owned());
            }
        }
        names.sort();
        println!("{}", names.join("\n"));
        return Ok(ExitCode::SUCCESS);
    };
    let path = directory.join(format!("{part}.log"));
    let mut log =
        File::open(&path).with_context(|| format!("no log of {part}: {}", path.display()))?;
    std::io::copy(&mut log, &mut std::io::stdout())?;
    Ok(ExitCode::SUCCESS)
}

/// Prints what is built and what runs.
pub(crate) fn status(cache: &Cache) -> Result<()> {
    for part in cache.parts()? {
        let size = Command::new("du").args(["-sh"]).arg(&part).output()?;
        print!("{}", String::from_utf8_lossy(&size.stdout));
    }
    let directory = directory(cache);
    if !is_running(&directory)? {
        println!("no cluster runs");
        return Ok(());
    }
    println!("a cluster runs in {}; memory of its processes:", directory.display());
    let pid = fs::read_to_string(directory.join("pid"))?;
    Command::new("nsenter")
        .args([
            "--mount",
            "--pid",
            "--target",
            pid.trim(),
            "ps",
            "-e",
            "--sort=-rss",
            "-o",
            "rss,comm",
        ])
        .status()?;
    Ok(())
}

/// Stops the cluster and waits until nothing of it is left.
pub(crate) fn down(cache: &Cache) -> Result<()> {
    let directory = expect_running(cache)?;
    let lock = File::open(directory.join("lock"))?;
    let keeper = fs::read_to_string(directory.join("lock"))?;
    let status = Command::new("kill").args(["-TERM", keeper.trim()]).status()?;
    if !status.success() {
        bail!("cannot stop process {}", keeper.trim());
    }
    // The keeper holds the lock until it ends.
    lock.lock()?;
    drop(lock);
    Command::new(Path::new(build::SOURCES).join("scripts/sweep")).arg(cache.runs()).status()?;
    println!("stopped");
    Ok(())
}

fn directory(cache: &Cache) -> PathBuf {
    cache.runs().join("person")
}

fn expect_running(cache: &Cache) -> Result<PathBuf> {
    let directory = directory(cache);
    if !is_running(&directory)? {
        bail!("no cluster runs: start one with `cargo lab up`");
    }
    Ok(directory)
}

/// The program as it was built last, beside this one.
fn program() -> Option<PathBuf> {
    let lab = std::env::current_exe().ok()?;
    let program = lab.parent()?.parent()?.join("petasos");
    program.is_file().then_some(program)
}
