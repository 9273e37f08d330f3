//! `cargo lab`: builds a real Kubernetes cluster from packages, once, and runs every test with it; or keeps a cluster up for
//! a person.
//!
//! What is built lies in a cache outside the checkout, each part under the digest of what it was built from.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for people who work on this project"
)]

mod argocd;
mod build;
mod cache;
mod cluster;
mod go;
mod step;
mod test;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::cache::Cache;

/// A real cluster for the tests of petasos, and for people. Without a command: build what is missing and run every test
#[derive(Parser)]
#[command(name = "cargo lab", bin_name = "cargo lab")]
struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Build what is missing and print the directory that `PETASOS_LAB` names
    Build,
    /// Build what is missing and run every test, those on the cluster included
    Test(test::TestArgs),
    /// Start a cluster that stays, and print how to reach it
    Up(cluster::UpArgs),
    /// Open a shell, or run a command, where the cluster can be reached
    Shell {
        /// The command; without one, your shell
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<String>,
    },
    /// Run kubectl against the cluster that stays
    Kubectl {
        /// What kubectl is given
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Print the log of a part, or the names of the parts that have one
    Logs {
        /// A part, such as kubelet
        part: Option<String>,
    },
    /// Say what is built, what runs, and how much memory it takes
    Status,
    /// Stop the cluster that stays
    Down,
    /// Remove everything that was built, for this checkout and for others
    Clean,
}

fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: Args) -> Result<ExitCode> {
    let cache = Cache::open()?;
    match args.command.unwrap_or_else(|| Command::Test(test::TestArgs::default())) {
        Command::Build => println!("{}", build::lab(&cache)?.display()),
        Command::Test(args) => return test::run(&cache, &args),
        Command::Up(args) => cluster::up(&cache, &args)?,
        Command::Shell { command } => return Err(cluster::enter(&cache, shell(command))?.into()),
        Command::Kubectl { arguments } => {
            let command = ["kubectl".to_owned()].into_iter().chain(arguments).collect();
            return Err(cluster::enter(&cache, command)?.into());
        }
        Command::Logs { part } => return cluster::logs(&cache, part.as_deref()),
        Command::Status => cluster::status(&cache)?,
        Command::Down => cluster::down(&cache)?,
        Command::Clean => cache.clean()?,
    }
    Ok(ExitCode::SUCCESS)
}

fn shell(command: Vec<String>) -> Vec<String> {
    if !command.is_empty() {
        return command;
    }
    let shell = std::env::var_os("SHELL").map(PathBuf::from);
    vec![shell.map_or_else(|| "sh".to_owned(), |shell| shell.to_string_lossy().into_owned())]
}
