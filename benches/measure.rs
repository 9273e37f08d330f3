//! What benchmarks have in common: instances, and how processes are measured.

#![expect(clippy::print_stdout, reason = "what a benchmark prints is its result")]

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Child,
    thread,
    time::{Duration, Instant},
};

const INSTANCE: &str = include_str!("instance.yaml");

/// Writes `count` instances, a file each, and gives the directory.
pub(crate) fn generate(scratch: &Path, count: usize) -> PathBuf {
    let directory = scratch.join(format!("in-{count}"));
    fs::create_dir_all(&directory).expect("a directory can be made");
    for number in 0..count {
        let text = INSTANCE
            .replace("@NUMBER@", &format!("{number:05}"))
            .replace("@TEAM@", &format!("{}", number % 50));
        fs::write(directory.join(format!("agent-{number:05}.yaml")), text)
            .expect("a file can be written");
    }
    directory
}

/// How long one run took, and how much memory it held at most.
pub(crate) struct Run {
    time: Duration,
    peak: u64,
}

/// Runs a command several times, one at a time.
pub(crate) fn measure(runs: usize, spawn: impl Fn() -> io::Result<Child>) -> Vec<Run> {
    let once = |_| {
        let start = Instant::now();
        let mut child = spawn().expect("the program starts");
        let status = PathBuf::from(format!("/proc/{}/status", child.id()));
        let mut peak = 0;
        loop {
            if let Some(ended) = child.try_wait().expect("a child can be waited for") {
                assert!(ended.success(), "the program failed");
                return Run { time: start.elapsed(), peak };
            }
            peak = peak.max(high_water_mark(&status));
            thread::sleep(if start.elapsed() < Duration::from_millis(100) {
                Duration::from_micros(50)
            } else {
                Duration::from_millis(5)
            });
        }
    };
    (0..runs).map(once).collect()
}

/// The most memory that a process has held so far, in KiB, as the kernel counts it; 0 where it does not say.
fn high_water_mark(status: &Path) -> u64 {
    let text = fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}

pub(crate) fn row(title: &str, runs: &[Run], other: Option<&[Run]>) {
    let minimum = runs.iter().map(|run| run.time).min().unwrap_or_default();
    let peak = runs.iter().map(|run| run.peak).max().unwrap_or(0);
    let ratio = other.map_or(String::new(), |other| {
        format!("{:.2}", median(runs).as_secs_f64() / median(other).as_secs_f64())
    });
    println!(
        "{title:<34} {:>7.1} ms {:>7.1} ms {:>8} KiB {ratio:>10}",
        median(runs).as_secs_f64() * 1e3,
        minimum.as_secs_f64() * 1e3,
        peak
    );
}

pub(crate) fn median(runs: &[Run]) -> Duration {
    let mut times: Vec<Duration> = runs.iter().map(|run| run.time).collect();
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
