//! Runs the commands that build a part: what they print goes to a log, and its end to the terminal when they fail.

use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

/// How often a long step says that it is alive.
const PULSE: Duration = Duration::from_secs(30);

/// Runs a command to its end. `name` is what the terminal shows, the log is `log` in `directory`.
pub(crate) fn run(name: &str, directory: &Path, mut command: Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let log_path = directory.join("log");
    let mut log = std::fs::File::create(&log_path)?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("start {program}"))?;
    let errors = child.stderr.take().context("the standard error was asked for")?;
    let (sender, receiver) = mpsc::channel();
    let reader = thread::spawn(move || {
        BufReader::new(errors).split(b'\n').try_for_each(|line| {
            // Who does not listen any more has failed already.
            let _ = sender.send(line?);
            std::io::Result::Ok(())
        })
    });
    let (mut steps, mut at, mut last) = (0_usize, String::new(), Instant::now());
    loop {
        match receiver.recv_timeout(PULSE.saturating_sub(last.elapsed())) {
            Ok(line) => {
                log.write_all(&line)?;
                log.write_all(b"\n")?;
                steps += 1;
                at = String::from_utf8_lossy(&line).into_owned();
            }
            Err(RecvTimeoutError::Timeout) => {
                if steps == 0 {
                    eprintln!("lab: {name}: still at work");
                } else {
                    eprintln!("lab: {name}: {steps} steps done, now at {at}");
                }
                last = Instant::now();
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let status = child.wait()?;
    reader.join().map_err(|_| anyhow!("the thread that reads what {program} says panicked"))??;
    if status.success() {
        std::fs::remove_file(log_path)?;
        return Ok(());
    }
    let text = std::fs::read(&log_path).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    let tail = lines[lines.len().saturating_sub(30)..].join("\n");
    bail!("{program} failed ({status}); the end of {}:\n{tail}", log_path.display())
}
