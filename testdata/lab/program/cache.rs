//! A directory of things that are built once for what they are built from.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

/// The cache of every checkout of this user.
pub(crate) struct Cache {
    root: PathBuf,
    /// In it, or where `PETASOS_LAB_RUNS` says.
    runs: PathBuf,
    /// How many seconds the build of each part that was asked for took, now or long ago.
    built: Mutex<BTreeMap<String, String>>,
}

/// What a part is built from: two parts with the same key are the same.
pub(crate) struct Key(Sha256);

impl Cache {
    /// In `$XDG_CACHE_HOME`, or else in `~/.cache`.
    pub(crate) fn open() -> Result<Self> {
        let set = |name| {
            std::env::var_os(name).filter(|value: &OsString| !value.is_empty()).map(PathBuf::from)
        };
        let caches = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache"))).context(
            "neither XDG_CACHE_HOME nor HOME is set: the lab needs a place for what it builds",
        )?;
        let root = caches.join("petasos-lab");
        let runs = set("PETASOS_LAB_RUNS").unwrap_or_else(|| root.join("run"));
        for directory in [&root, &runs] {
            fs::create_dir_all(directory)
                .with_context(|| format!("make {}", directory.display()))?;
        }
        Ok(Self { root, runs, built: Mutex::default() })
    }

    /// The directory of running clusters.
    pub(crate) fn runs(&self) -> PathBuf {
        self.runs.clone()
    }

    /// Removes the logs of the failures of earlier runs. Clusters that run, of other checkouts or of a person, stay.
    pub(crate) fn forget_runs(&self) -> Result<()> {
        // Who starts a cluster holds this from the making of its directory until its lock is there.
        let starting = File::create(self.runs().join("lock"))?;
        starting.lock()?;
        for entry in fs::read_dir(self.runs())? {
            let path = entry?.path();
            if path.is_dir() && !path.join("lock").exists() {
                fs::remove_dir_all(&path).with_context(|| format!("remove {}", path.display()))?;
            }
        }
        Ok(())
    }

    /// The part of this name and key: there already, or built now. `build` gets an empty directory to fill.
    ///
    /// A build that fails or is interrupted leaves nothing that could be taken for a part; two at once build once.
    pub(crate) fn part(
        &self,
        name: &str,
        key: Key,
        build: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<PathBuf> {
        let path = self.root.join(format!("{name}-{}", key.text()));
        if !path.exists() {
            build_part(name, &path, build)?;
        }
        let seconds = fs::read_to_string(path.with_added_extension("seconds"));
        if let (Ok(seconds), Ok(mut built)) = (seconds, self.built.lock()) {
            built.insert(name.to_owned(), seconds);
        }
        Ok(path)
    }

    /// How long each part took to build that was asked for and where that is known, as text.
    pub(crate) fn built(&self) -> String {
        let built = self.built.lock().map(|built| built.clone()).unwrap_or_default();
        let parts = built.iter().filter(|(_, seconds)| *seconds != "0");
        parts.map(|(name, seconds)| format!("{name} {seconds} s")).collect::<Vec<_>>().join(", ")
    }

    /// The parts that are there, with their sizes as `du` gives them.
    pub(crate) fn parts(&self) -> Result<Vec<PathBuf>> {
        let mut parts = Vec::new();
        for entry in fs::read_dir(&self.root)? {
            let path = entry?.path();
            if path.is_dir() && !path.ends_with("run") {
                parts.push(path);
            }
        }
        parts.sort();
        Ok(parts)
    }

    /// Removes every part, unless a cluster runs: it runs on them.
    pub(crate) fn clean(&self) -> Result<()> {
        for entry in fs::read_dir(self.runs())? {
            let path = entry?.path();
            if path.is_dir() && is_running(&path)? {
                bail!("a cluster runs in {}: stop it first", path.display());
            }
        }
        for entry in fs::read_dir(&self.root)? {
            let path = entry?.path();
            if path.is_dir() && !path.ends_with("run") {
                fs::remove_dir_all(&path).with_context(|| format!("remove {}", path.display()))?;
            } else if path.is_file() {
                fs::remove_file(&path)?;
            }
        }
        Ok(())
    }
}

/// Whether a keeper of a cluster holds its directory's lock.
pub(crate) fn is_running(directory: &Path) -> Result<bool> {
    match File::open(directory.join("lock")) {
        Ok(lock) => Ok(lock.try_lock().is_err()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).context("ask whether a cluster runs"),
    }
}

/// Builds a part beside its place and moves it there, unless another process just did.
fn build_part(name: &str, path: &Path, build: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let lock = File::create(path.with_added_extension("lock"))?;
    lock.lock()?;
    if path.exists() {
        return Ok(());
    }
    let partial = path.with_added_extension("partial");
    if partial.exists() {
        fs::remove_dir_all(&partial)?;
    }
    fs::create_dir(&partial)?;
    let start = Instant::now();
    build(&partial).with_context(|| format!("cannot build {name}"))?;
    let seconds = format!("{:.0}", start.elapsed().as_secs_f64());
    fs::write(path.with_added_extension("seconds"), &seconds)?;
    fs::rename(&partial, path)?;
    eprintln!("lab: {name} took {seconds} s");
    Ok(())
}

impl Key {
    pub(crate) fn new() -> Self {
        Self(Sha256::new())
    }

    pub(crate) fn with(mut self, text: &str) -> Self {
        self.0.update(text.len().to_le_bytes());
        self.0.update(text);
        self
    }

    pub(crate) fn with_file(self, path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
        Ok(self.with(&text))
    }

    fn text(self) -> String {
        self.0.finalize().iter().take(6).fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}
