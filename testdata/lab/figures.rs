//! Times and sizes that a run measures, printed when it ends.

use std::{collections::BTreeMap, fs, path::Path, sync::Mutex, time::Instant};

use anyhow::{Context as _, Result};

/// What was measured, by name.
#[derive(Default)]
pub(crate) struct Figures(Mutex<BTreeMap<String, String>>);

impl Figures {
    /// Remembers how long something took.
    pub(crate) fn time(&self, name: &str, since: Instant) {
        self.set(name, format!("{:.1} s", since.elapsed().as_secs_f64()));
    }

    /// Remembers how much memory something takes.
    pub(crate) fn memory(&self, name: &str, bytes: u64) {
        self.set(name, format!("{} MiB", bytes >> 20));
    }

    /// Remembers something that is known already.
    pub(crate) fn set(&self, name: &str, value: String) {
        // A figure is not worth a second panic.
        if let Ok(mut figures) = self.0.lock() {
            figures.insert(name.to_owned(), value);
        }
    }
}

impl Drop for Figures {
    #[expect(clippy::print_stdout, reason = "for people, at the end of the run")]
    fn drop(&mut self) {
        let figures = self.0.get_mut().map(std::mem::take).unwrap_or_default();
        for (name, value) in figures {
            println!("lab: {name}: {value}");
        }
    }
}

/// The memory of the processes in a process namespace that are their own: shared pages of the one binary count once.
/// With a name, of that program alone.
pub(crate) fn memory(namespace: &Path, program: Option<&str>) -> Result<u64> {
    let mut bytes = 0;
    for process in fs::read_dir("/proc")?.flatten().map(|entry| entry.path()) {
        let inside = fs::read_link(process.join("ns/pid")).is_ok_and(|link| link == namespace);
        let name = fs::read_to_string(process.join("comm")).unwrap_or_default();
        if inside && program.is_none_or(|program| program.starts_with(name.trim())) {
            // A process may end while it is looked at.
            let status = fs::read_to_string(process.join("status")).unwrap_or_default();
            bytes += status
                .lines()
                .find_map(|line| line.strip_prefix("RssAnon:"))
                .map_or(Ok(0), kibibytes)?;
        }
    }
    Ok(bytes)
}

fn kibibytes(text: &str) -> Result<u64> {
    let number = text.trim().trim_end_matches("kB").trim();
    Ok(number.parse::<u64>().context("a size in /proc")? * 1024)
}
