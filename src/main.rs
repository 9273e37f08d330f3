//! The program: it hands its arguments to [`petasos::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    petasos::cli::main(std::env::args_os())
}
