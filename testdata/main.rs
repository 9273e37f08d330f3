//! The one integration test binary.

mod start;

fn main() -> std::process::ExitCode {
    libtest_mimic::run(&libtest_mimic::Arguments::from_args(), start::trials()).exit_code()
}
