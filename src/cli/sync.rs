//! `petasos sync`.

use std::net::SocketAddr;

#[cfg(feature = "git")]
use std::{
    sync::{Arc, atomic::AtomicBool, atomic::Ordering},
    time::{Duration, Instant, SystemTime},
};

use camino::Utf8PathBuf;

use crate::{
    cli::{Failure, commit},
    terminal::Terminal,
};
#[cfg(feature = "git")]
use crate::{
    cli::{
        commit::{Order, Outcome},
        stop,
    },
    git::{self, Published},
    health::{Round, Shared},
    watch::Watch,
};

#[cfg(feature = "git")]
mod origin;

/// Follow a branch of a remote, and commit what it renders to, until stopped
///
/// The same as `petasos commit`, again and again: the branch of the source is fetched, and where it has moved, its targets are
/// rendered and committed. A repository or a directory on this machine is looked at as soon as it changes. What fails is tried
/// again after a longer and longer wait. SIGTERM and SIGINT end it between two exchanges; killed anywhere, it leaves nothing half
/// done.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Arguments {
    /// The remote that is followed, by its name or address
    #[arg(long, value_name = "REMOTE", default_value = "origin")]
    source: String,
    /// The branch that is followed
    #[arg(long, value_name = "BRANCH", default_value = "main", value_parser = commit::branch)]
    source_branch: String,
    /// Follow a directory instead: what a work tree has checked out, as git-sync makes it, or files that are in no Git, as a
    /// ConfigMap is mounted
    #[arg(long, value_name = "DIR", conflicts_with_all = ["source", "source_branch"])]
    directory: Option<Utf8PathBuf>,
    /// How many seconds lie between two looks at the source
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86400))]
    every: u64,
    /// Where /healthz, /readyz, and /metrics are served, such as 0.0.0.0:8080
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Look once, and end
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    work: commit::Work,
}

/// The longest wait after failures.
#[cfg(feature = "git")]
const LONGEST_WAIT: Duration = Duration::from_mins(10);

/// Follows.
#[cfg(not(feature = "git"))]
pub(super) fn run(_: &Arguments, _: &mut Terminal) -> Result<(), Failure> {
    Err(Failure::without("git"))
}

/// Follows.
#[cfg(feature = "git")]
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<(), Failure> {
    let stop = stop::on_signals()?;
    let shared = Shared::default();
    if let Some(address) = arguments.listen {
        let address = shared.serve(address).map_err(|error| {
            Failure::Surroundings(
                anyhow::Error::new(error).context(format!("cannot listen on {address}")),
            )
        })?;
        terminal.tell(&format!("listening on {address}\n")).map_err(Failure::writing)?;
    }
    let mut last = None;
    while !stop.load(Ordering::Relaxed) {
        let watch = Watch::over(origin::watched(arguments));
        let start = Instant::now();
        let outcome = round(arguments, &stop, &mut last, terminal);
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let ended = match &outcome {
            Ok(true) => Round::Committed,
            Ok(false) => Round::Unchanged,
            Err(_) => Round::Failed,
        };
        shared.with(|state| state.count(ended, start.elapsed(), now()));
        if arguments.once {
            return outcome.map(drop);
        }
        if let Err(failure) = outcome {
            last = None;
            failure.tell(terminal).map_err(Failure::writing)?;
        }
        watch.wait(wait(arguments.every, shared.with(|state| state.failures())), &stop);
    }
    terminal.tell("stopped\n").map_err(Failure::writing)
}

/// One look at the source; whether anything was committed. What was done last time for the same commit is not done again.
#[cfg(feature = "git")]
fn round(
    arguments: &Arguments,
    stop: &Arc<AtomicBool>,
    last: &mut Option<String>,
    terminal: &mut Terminal,
) -> Result<bool, Failure> {
    let mut origin = origin::look(arguments, stop)?;
    let mut outcomes = commit::commit(&arguments.work, &origin, Some(stop), terminal)?;
    // Either somebody else has seen a later tip, or the branch was forced back. The branch itself says which.
    let is_behind = |outcome: &Outcome| matches!(outcome.published, Published::Newer(_));
    if outcomes.iter().any(is_behind) && origin::look(arguments, stop)?.revision == origin.revision
    {
        origin.order = Order::Confirmed;
        let again = commit::commit(&arguments.work, &origin, Some(stop), terminal)?;
        for (outcome, again) in outcomes.iter_mut().zip(again) {
            if is_behind(outcome) {
                *outcome = again;
            }
        }
    }
    let is_news = last.as_ref() != Some(&origin.revision);
    *last = Some(origin.revision);
    let mut is_committed = false;
    for outcome in &outcomes {
        let did = matches!(outcome.published, Published::Committed(..));
        is_committed |= did;
        if did || is_news {
            say(outcome, terminal)?;
        }
    }
    Ok(is_committed)
}

#[cfg(feature = "git")]
fn say(outcome: &Outcome, terminal: &mut Terminal) -> Result<(), Failure> {
    terminal.tell(&commit::human(outcome)).map_err(Failure::writing)
}

/// How long to wait until the next look.
#[cfg(feature = "git")]
fn wait(seconds: u64, failures: u64) -> Duration {
    let every = Duration::from_secs(seconds);
    match u32::try_from(failures).unwrap_or(u32::MAX) {
        0 => every,
        failures => git::wait(every, failures, LONGEST_WAIT.max(every)),
    }
}

#[cfg(feature = "git")]
#[expect(clippy::disallowed_methods, reason = "a figure for Prometheus is a time of the clock")]
fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
