//! `petasos sync`.

use std::net::SocketAddr;

#[cfg(feature = "git")]
use std::{
    sync::{Arc, atomic::AtomicBool, atomic::Ordering},
    thread,
    time::{Duration, Instant, SystemTime},
};

use crate::{
    cli::{Failure, commit},
    terminal::Terminal,
};

#[cfg(feature = "git")]
use crate::{
    cli::commit::Outcome,
    git::{Published, Repository},
    health::{Round, Shared},
};

/// Follow a branch of a remote, and commit what it renders to, until stopped
///
/// The same as `petasos commit`, again and again: the branch of the source is fetched, and where it has moved, its targets are
/// rendered and committed. What fails is tried again after a longer and longer wait. SIGTERM and SIGINT end it between two
/// exchanges; killed anywhere, it leaves nothing half done.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Arguments {
    /// The remote that is followed, by its name or address
    #[arg(long, value_name = "REMOTE", default_value = "origin")]
    source: String,
    /// The branch that is followed
    #[arg(long, value_name = "BRANCH", default_value = "main", value_parser = commit::branch)]
    source_branch: String,
    /// How many seconds lie between two looks at the remote
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
/// How soon it is seen that the program shall end.
#[cfg(feature = "git")]
const PAUSE: Duration = Duration::from_millis(100);

/// Follows.
#[cfg(not(feature = "git"))]
pub(super) fn run(_: &Arguments, _: &mut Terminal) -> Result<(), Failure> {
    Err(Failure::without("git"))
}

/// Follows.
#[cfg(feature = "git")]
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<(), Failure> {
    let stop = stop()?;
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
            terminal.tell(&format!("error: {failure}\n")).map_err(Failure::writing)?;
        }
        let wait =
            wait(Duration::from_secs(arguments.every), shared.with(|state| state.failures()));
        rest(wait, &stop);
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
    let directory = &arguments.work.repository;
    let repository = Repository::open_or_make(directory)?;
    let address = repository.address(&arguments.source)?;
    let place = &arguments.work.place;
    let revision = if let Some(path) = address.local() {
        repository.copy_branch(path, &arguments.source_branch)?
    } else {
        let mut remote = repository.remote(address, place.access(), place.timeout());
        remote.stop_when(stop);
        repository.follow(&remote, &arguments.source_branch)?
    };
    let outcomes = commit::commit(&arguments.work, &revision, Some(stop), terminal)?;
    let is_news = last.as_ref() != Some(&revision);
    *last = Some(revision);
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

/// A flag that SIGTERM and SIGINT raise. The second SIGINT ends the program at once.
#[cfg(feature = "git")]
fn stop() -> Result<Arc<AtomicBool>, Failure> {
    use signal_hook::{
        consts::{SIGINT, SIGTERM},
        flag,
    };
    let stop = Arc::new(AtomicBool::new(false));
    let failed =
        |error| Failure::Surroundings(anyhow::Error::new(error).context("cannot wait for signals"));
    flag::register_conditional_shutdown(SIGINT, 130, Arc::clone(&stop)).map_err(failed)?;
    for signal in [SIGTERM, SIGINT] {
        flag::register(signal, Arc::clone(&stop)).map_err(failed)?;
    }
    Ok(stop)
}

/// How long to wait: twice as long after each failure, and never the same for two who wait.
#[cfg(feature = "git")]
fn wait(every: Duration, failures: u64) -> Duration {
    use std::hash::{BuildHasher, RandomState};
    if failures == 0 {
        return every;
    }
    let factor = 1_u32 << u32::try_from(failures.min(10)).unwrap_or(10);
    let longest = (every * factor).min(LONGEST_WAIT.max(every));
    // The keys of a new hasher are the chance that the standard library has.
    let chance = u32::try_from(RandomState::new().hash_one(failures) % 1000).unwrap_or(0);
    longest * (500 + chance) / 1500
}

#[cfg(feature = "git")]
fn rest(wait: Duration, stop: &AtomicBool) {
    let start = Instant::now();
    while start.elapsed() < wait && !stop.load(Ordering::Relaxed) {
        thread::sleep(PAUSE.min(wait));
    }
}

#[cfg(feature = "git")]
#[expect(clippy::disallowed_methods, reason = "a figure for Prometheus is a time of the clock")]
fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(all(test, feature = "git"))]
mod tests {
    use super::*;

    #[test]
    fn failures_make_the_wait_longer_up_to_a_limit() {
        let every = Duration::from_secs(1);
        assert_eq!(wait(every, 0), every);
        for (failures, longest) in [(1, 2), (5, 32), (100, 600)] {
            let longest = Duration::from_secs(longest);
            let found = wait(every, failures);
            assert!(found <= longest && found >= longest / 3, "{failures}: {found:?}");
        }
    }
}
