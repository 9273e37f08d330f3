//! How often something is tried again, and how long is waited in between.

use std::{
    hash::{BuildHasher, RandomState},
    thread,
    time::Duration,
};

use crate::git::GitError;

/// How often a commit is made anew because the branch has moved.
pub(super) const ATTEMPTS: u32 = 100;
/// How often a busy server is asked again.
const PATIENCE: u32 = 4;
/// The longest wait between two attempts, before chance shortens it.
const LONGEST_WAIT: Duration = Duration::from_secs(4);

/// Asks a busy server again, each time after a longer wait.
pub(super) fn patiently<T>(ask: impl Fn() -> Result<T, GitError>) -> Result<T, GitError> {
    let mut attempt = 0;
    loop {
        match ask() {
            Err(GitError::Busy { .. }) if attempt + 1 < PATIENCE => {
                attempt += 1;
                // A server that counts requests needs more time than one that is only slow to lock.
                thread::sleep(wait(attempt + 2));
            }
            result => return result,
        }
    }
}

/// Waits before every attempt but the first.
pub(super) fn pause(attempt: u32) {
    if attempt > 0 {
        thread::sleep(wait(attempt));
    }
}

/// How long to wait before an attempt: longer each time, and never the same for two who wait.
fn wait(attempt: u32) -> Duration {
    let longest = Duration::from_millis(50 << attempt.min(10)).min(LONGEST_WAIT);
    // The keys of a new hasher are the chance that the standard library has.
    let chance = u32::try_from(RandomState::new().hash_one(attempt) % 1000).unwrap_or(0);
    longest * (500 + chance) / 1500
}
