//! Every test, those on a cluster included.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result};

use crate::build;
use crate::cache::Cache;

/// What the tests are given.
#[derive(Default, clap::Args)]
pub(crate) struct TestArgs {
    /// Run the tests that need a node on the cluster of this kubeconfig, and not on the lab's own
    #[arg(long, value_name = "FILE", env = "PETASOS_LAB_KUBECONFIG")]
    kubeconfig: Option<PathBuf>,
    /// What `cargo test` is given: `--test testdata lab::` runs those that need a cluster and no others
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Runs `cargo test` with the lab.
pub(crate) fn run(cache: &Cache, args: &TestArgs) -> Result<ExitCode> {
    let start = Instant::now();
    let lab = build::lab(cache)?;
    eprintln!("lab: everything is built, after {:.1} s", start.elapsed().as_secs_f64());
    cache.forget_runs()?;
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["test", "--locked"])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .env("PETASOS_LAB", &lab)
        .env("PETASOS_LAB_BUILT", cache.built())
        .env("PETASOS_LAB_RUNS", cache.runs());
    if let Some(kubeconfig) = &args.kubeconfig {
        let kubeconfig = std::path::absolute(kubeconfig)?;
        cargo.env("PETASOS_LAB_KUBECONFIG", kubeconfig);
    }
    let status = cargo.args(&args.arguments).status().context("start cargo test")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
