//! How often something is tried again, and how long is waited in between.

use std::{
    hash::{BuildHasher, RandomState},
    thread,
    time::Duration,
};

use crate::git::GitError;

/// How often a commit is made anew because the branch has moved.
pub(super) const ATTEMPTS: u32 = 100;
/// How often a server is pushed to whose branch stays where it is, because somebody else holds its lock.
pub(super) const HELD: u32 = 10;
/// How often a busy server is asked again.
const PATIENCE: u32 = 4;
/// The first wait between two attempts, and the longest, before chance shortens them.
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(4);

/// Asks a busy server again, each time after a longer wait.
pub(super) fn patiently<T>(ask: impl Fn() -> Result<T, GitError>) -> Result<T, GitError> {
    let mut attempt = 0;
    loop {
        match ask() {
            Err(GitError::Busy { .. }) if attempt + 1 < PATIENCE => {
                attempt += 1;
                // A server that counts requests needs more time than one that is only slow to lock.
                thread::sleep(wait(FIRST_WAIT, attempt + 2, LONGEST_WAIT));
            }
            result => return result,
        }
    }
}

/// Waits before every attempt but the first.
pub(super) fn pause(attempt: u32) {
    if attempt > 0 {
        thread::sleep(wait(FIRST_WAIT, attempt, LONGEST_WAIT));
    }
}

/// How long to wait after so many failures: twice as long each time up to a limit, and never the same for two who wait.
pub fn wait(first: Duration, failures: u32, longest: Duration) -> Duration {
    let longest = (first * (1 << failures.min(10))).min(longest);
    // The keys of a new hasher are the chance that the standard library has.
    let chance = u32::try_from(RandomState::new().hash_one(failures) % 1000).unwrap_or(0);
    longest * (500 + chance) / 1500
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_make_the_wait_longer_up_to_a_limit() {
        let (first, limit) = (Duration::from_secs(1), Duration::from_mins(10));
        for (failures, longest) in [(0, 1), (1, 2), (5, 32), (9, 512), (u32::MAX, 600)] {
            let longest = Duration::from_secs(longest);
            let found = wait(first, failures, limit);
            assert!(found <= longest && found >= longest / 3, "{failures}: {found:?}");
        }
    }

    #[test]
    fn two_who_wait_do_not_wait_the_same_time() {
        let waits: std::collections::BTreeSet<Duration> =
            (0..50).map(|_| wait(LONGEST_WAIT, 3, Duration::from_mins(1))).collect();
        assert!(waits.len() > 10, "{waits:?}");
    }
}
