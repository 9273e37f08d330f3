//! One exchange with a server, in a thread of its own: a server that says nothing cannot be interrupted. It may take long while
//! something comes or goes, and not while nothing does.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use crate::git::GitError;

/// How soon it is seen that the program shall end.
const PAUSE: Duration = Duration::from_millis(100);

/// How many times as long as it may be silent an exchange may take in all, however slowly it goes on.
const LONGEST: u32 = 100;

/// A flag that somebody raises when the program shall end.
#[derive(Debug, Clone, Default)]
pub(super) struct Stop(pub(super) Option<Arc<AtomicBool>>);

impl Stop {
    fn is_raised(&self) -> bool {
        self.0.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed))
    }
}

/// Signs of life of an exchange.
#[derive(Debug, Clone, Default)]
pub(super) struct Pulse(Arc<Beats>);

#[derive(Debug, Default)]
struct Beats {
    count: AtomicU64,
    is_over: AtomicBool,
}

impl Pulse {
    /// Notes that something came or went; whether somebody still waits for the result.
    pub(super) fn beat(&self) -> bool {
        self.0.count.fetch_add(1, Ordering::Relaxed);
        !self.0.is_over.load(Ordering::Relaxed)
    }

    fn count(&self) -> u64 {
        self.0.count.load(Ordering::Relaxed)
    }
}

/// Why nobody waits any more.
#[derive(Debug)]
pub(super) enum Ended {
    /// Nothing came or went for too long, or all of it took too long.
    TimedOut,
    /// The program shall end.
    Stopped,
    /// The thread could not be started, or broke.
    Broken(String),
}

/// Runs an exchange, which may be silent for as long as `patience`.
pub(super) fn run<T: Send + 'static>(
    patience: Duration,
    stop: &Stop,
    exchange: impl FnOnce(Pulse) -> Result<T, GitError> + Send + 'static,
) -> Result<Result<T, GitError>, Ended> {
    let (sender, receiver) = mpsc::channel();
    let pulse = Pulse::default();
    let of_thread = pulse.clone();
    let spawned = thread::Builder::new().name("git".to_owned()).spawn(move || {
        // Nobody listens any more when the deadline has passed.
        let _ = sender.send(exchange(of_thread));
    });
    let spawned = spawned.map_err(|error| Ended::Broken(error.to_string()))?;
    let mut silence = Silence::since(Instant::now());
    let ended = loop {
        match receiver.recv_timeout(PAUSE) {
            Ok(result) => {
                let _ = spawned.join();
                return Ok(result);
            }
            Err(RecvTimeoutError::Disconnected) => {
                break Ended::Broken("it ended without a result".to_owned());
            }
            Err(RecvTimeoutError::Timeout) if stop.is_raised() => break Ended::Stopped,
            Err(RecvTimeoutError::Timeout) => {
                if silence.is_too_long(Instant::now(), pulse.count(), patience) {
                    break Ended::TimedOut;
                }
            }
        }
    };
    pulse.0.is_over.store(true, Ordering::Relaxed);
    Err(ended)
}

/// When something last came or went.
struct Silence {
    begun: Instant,
    last: Instant,
    count: u64,
}

impl Silence {
    fn since(begun: Instant) -> Self {
        Silence { begun, last: begun, count: 0 }
    }

    fn is_too_long(&mut self, now: Instant, count: u64, patience: Duration) -> bool {
        if count != self.count {
            (self.last, self.count) = (now, count);
        }
        now.duration_since(self.last) >= patience
            || now.duration_since(self.begun) >= patience * LONGEST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    #[test]
    fn what_goes_on_may_take_longer_than_what_is_silent() {
        let begun = Instant::now();
        let at = |seconds| begun + Duration::from_secs(seconds);
        let mut silence = Silence::since(begun);
        assert!(!silence.is_too_long(at(9), 0, PATIENCE));
        assert!(!silence.is_too_long(at(15), 1, PATIENCE), "something came meanwhile");
        assert!(!silence.is_too_long(at(24), 1, PATIENCE));
        assert!(silence.is_too_long(at(25), 1, PATIENCE), "silent for ten seconds");
    }

    #[test]
    fn what_goes_on_for_ever_is_ended_too() {
        let begun = Instant::now();
        let mut silence = Silence::since(begun);
        for second in 0..1000 {
            assert!(!silence.is_too_long(begun + Duration::from_secs(second), second, PATIENCE));
        }
        assert!(silence.is_too_long(begun + Duration::from_secs(1000), 1000, PATIENCE));
    }

    #[test]
    fn who_is_no_longer_waited_for_learns_it_with_the_next_sign_of_life() {
        let stop = Stop(Some(Arc::new(AtomicBool::new(true))));
        let (learned, told) = mpsc::channel();
        let ended = run(PATIENCE, &stop, move |pulse| {
            while pulse.beat() {
                thread::sleep(Duration::from_millis(1));
            }
            let _ = learned.send(());
            Ok(())
        });
        assert!(matches!(ended, Err(Ended::Stopped)));
        told.recv().unwrap();
    }

    #[test]
    fn an_exchange_that_panics_is_an_error() {
        let ended = run::<()>(PATIENCE, &Stop::default(), |_| panic!("of the test"));
        assert!(matches!(ended, Err(Ended::Broken(_))));
    }
}
