//! How commands that run on are told to end.

use std::sync::{Arc, atomic::AtomicBool};

use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};

use crate::cli::Failure;

/// A flag that SIGTERM and SIGINT raise. The second SIGINT ends the program at once.
pub(super) fn on_signals() -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let failed =
        |error| Failure::Surroundings(anyhow::Error::new(error).context("cannot wait for signals"));
    flag::register_conditional_shutdown(SIGINT, 130, Arc::clone(&stop)).map_err(failed)?;
    for signal in [SIGTERM, SIGINT] {
        flag::register(signal, Arc::clone(&stop)).map_err(failed)?;
    }
    Ok(stop)
}
