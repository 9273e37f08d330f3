//! The one integration test: runs the program on every case below `testdata/` and `examples/` and compares what it
//! prints and writes. A case is a directory of plain files; adding one needs no Rust.
//!
//! `SNAPSHOTS=overwrite cargo test` writes what the program does now into the expected files; `git diff` shows it.

mod case;
mod ci;
mod cmp;
mod diff;
mod fields;
mod flux;
mod generated;
mod git;
mod invariants;
mod lab;
#[cfg(feature = "post")]
mod post;
mod readme;
mod start;

use std::process::ExitCode;

use libtest_mimic::Arguments;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads = arguments.test_threads.or_else(lab::threads);
    let trials = [
        case::trials(),
        ci::trials(),
        cmp::trials(),
        diff::trials(),
        fields::trials(),
        flux::trials(),
        generated::trials(),
        git::trials(),
        invariants::trials(),
        lab::trials(),
        lab::drift_trials(),
        lab::verdict_trials(),
        #[cfg(feature = "post")]
        post::trials(),
        readme::trials(),
        start::trials(),
    ];
    libtest_mimic::run(&arguments, trials.into_iter().flatten().collect()).exit_code()
}
