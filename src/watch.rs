//! Waits until files change. An edge: it looks at names, sizes, and times, and reads no content.
//!
//! What the system tells is only a reason to look. What counts is whether the files are others than before, so it does not
//! matter how an editor saves them, or that a whole directory is exchanged behind a link, as Kubernetes and git-sync do it. File
//! systems that tell nothing, such as those of a network, are looked at from time to time.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, Metadata},
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant, SystemTime},
};

use camino::{Utf8Path, Utf8PathBuf};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use crate::{changeset::RECORD, source::selection::is_hidden};

/// How soon it is seen that the program shall end.
const PAUSE: Duration = Duration::from_millis(100);
/// How long the files must stay the same until a change is whole.
const QUIET: Duration = Duration::from_millis(100);
/// How long a change that does not come to rest is waited for.
const RESTLESS: Duration = Duration::from_secs(2);
/// How often that is where somebody waits for it.
const LOOK: Duration = Duration::from_secs(2);

/// The state of files at one moment, and what tells that they change.
pub struct Watch {
    paths: Vec<Utf8PathBuf>,
    before: Snapshot,
    /// How often the files are looked at although nothing is told.
    look: Duration,
    told: Receiver<()>,
    /// None where the system has no more to give. The files are still looked at.
    _watcher: Option<RecommendedWatcher>,
}

/// Files, each with what shows that it is another one.
type Files = BTreeMap<Utf8PathBuf, Stamp>;

/// What of a file changes with its content.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
    node: (u64, i64, i64),
}

/// The files at and below some paths at one moment.
#[derive(Debug, Default)]
pub struct Snapshot {
    files: Files,
    directories: BTreeSet<Utf8PathBuf>,
}

impl Watch {
    /// Looks at files and directories, and at all below them that is not hidden. What is read after this and changes later is
    /// seen by [`Watch::wait`].
    pub fn over(paths: Vec<Utf8PathBuf>) -> Self {
        let (teller, told) = mpsc::sync_channel(1);
        let on_event = move |event: notify::Result<notify::Event>| {
            // That somebody reads a file is no change. One message that waits is as good as many.
            if !event.is_ok_and(|event| event.kind.is_access()) {
                let _ = teller.try_send(());
            }
        };
        Watch::told_by(notify::recommended_watcher(on_event).ok(), told, paths)
    }

    fn told_by(
        mut watcher: Option<RecommendedWatcher>,
        told: Receiver<()>,
        paths: Vec<Utf8PathBuf>,
    ) -> Self {
        let before = Snapshot::of(&paths);
        if let Some(watcher) = &mut watcher {
            for directory in &before.directories {
                // Where nothing is told of a directory, it is still looked at.
                let _ = watcher.watch(directory.as_std_path(), RecursiveMode::NonRecursive);
            }
        }
        Watch { paths, before, look: LOOK, told, _watcher: watcher }
    }

    /// Waits until files have changed and come to rest, and says which: none when the time is over or the flag is raised.
    pub fn wait(&self, longest: Duration, stop: &AtomicBool) -> BTreeSet<Utf8PathBuf> {
        let start = Instant::now();
        let mut looked = start;
        while start.elapsed() < longest && !stop.load(Ordering::Relaxed) {
            let pause = PAUSE.min(longest.saturating_sub(start.elapsed()));
            let told = self.told.recv_timeout(pause);
            if told == Err(RecvTimeoutError::Disconnected) {
                thread::sleep(pause);
            }
            if told.is_err() && looked.elapsed() < self.look {
                continue;
            }
            looked = Instant::now();
            if Snapshot::of(&self.paths).is_like(&self.before) {
                continue;
            }
            // What an editor wrote for a moment only is no change.
            let changed = self.before.different(&self.at_rest());
            if !changed.is_empty() {
                return changed;
            }
        }
        BTreeSet::new()
    }

    /// The files once they stay the same.
    fn at_rest(&self) -> Snapshot {
        let start = Instant::now();
        let mut before = Snapshot::of(&self.paths);
        loop {
            thread::sleep(QUIET);
            let now = Snapshot::of(&self.paths);
            if now.is_like(&before) || start.elapsed() > RESTLESS {
                return now;
            }
            before = now;
        }
    }
}

impl Snapshot {
    /// Looks at files and directories, and at all below them that is not hidden.
    pub fn of(paths: &[Utf8PathBuf]) -> Self {
        let mut snapshot = Snapshot::default();
        for path in paths {
            // A link that comes to lead elsewhere is exchanged in the directory above.
            let above = path.parent().filter(|parent| !parent.as_str().is_empty());
            snapshot.directories.insert(above.unwrap_or(Utf8Path::new(".")).to_owned());
            match fs::metadata(path) {
                Ok(metadata) if metadata.is_dir() => snapshot.descend(path, true),
                Ok(metadata) => drop(snapshot.files.insert(path.clone(), Stamp::of(&metadata))),
                // It may come to be.
                Err(_) => {}
            }
        }
        snapshot
    }

    /// Whether nothing has changed between the two.
    pub fn is_like(&self, other: &Self) -> bool {
        self.files == other.files
    }

    /// When the last file was written.
    pub fn newest(&self) -> Option<SystemTime> {
        self.files.values().filter_map(|stamp| stamp.modified).max()
    }

    /// The files that are new, gone, or others.
    fn different(&self, now: &Self) -> BTreeSet<Utf8PathBuf> {
        let all = self.files.keys().chain(now.files.keys());
        all.filter(|path| self.files.get(*path) != now.files.get(*path)).cloned().collect()
    }

    /// Sees what a directory holds. Links to other directories are not followed, as nothing is read through them.
    fn descend(&mut self, directory: &Utf8Path, is_given: bool) {
        let Ok(entries) = directory.read_dir_utf8() else { return };
        let entries: Vec<_> = entries.flatten().collect();
        // What a run wrote is no input of the next one, unless it is given itself.
        if !is_given && entries.iter().any(|entry| entry.file_name() == RECORD) {
            return;
        }
        self.directories.insert(directory.to_owned());
        for entry in entries.iter().filter(|entry| !is_of_moment(entry.file_name())) {
            let path = entry.path();
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                self.descend(path, false);
            } else if let Ok(metadata) = fs::metadata(path)
                && metadata.is_file()
            {
                self.files.insert(path.to_owned(), Stamp::of(&metadata));
            }
        }
    }
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Stamp { length: metadata.len(), modified: metadata.modified().ok(), node: node(metadata) }
    }
}

/// What tells two files of the same name, size, and time apart.
#[cfg(unix)]
fn node(metadata: &Metadata) -> (u64, i64, i64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
}

#[cfg(not(unix))]
fn node(_: &Metadata) -> (u64, i64, i64) {
    (0, 0, 0)
}

/// Names that hide a file, or that editors give to copies: `.demo.yaml.swp`, `demo.yaml~`, `#demo.yaml#`.
fn is_of_moment(name: &str) -> bool {
    is_hidden(name) || name.starts_with('#') || name.ends_with('~')
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// Long enough on a slow machine. It is only there so that a failure ends.
    const PATIENCE: Duration = Duration::from_mins(1);

    /// Changes files, and expects these to be seen: first by what the system tells alone, then by looking alone.
    #[track_caller]
    fn check(prepare: fn(&Utf8Path), change: fn(&Utf8Path), expected: &[&str]) {
        for is_told in [true, false] {
            let guard = tempfile::tempdir().unwrap();
            let root = Utf8Path::from_path(guard.path()).unwrap();
            fs::create_dir(root.join("in")).unwrap();
            prepare(root);
            let paths = vec![root.join("in")];
            let watch = if is_told {
                Watch { look: PATIENCE, ..Watch::over(paths) }
            } else {
                Watch { look: Duration::ZERO, ..Watch::told_by(None, mpsc::channel().1, paths) }
            };
            change(root);
            let found = watch.wait(PATIENCE, &AtomicBool::new(false));
            let found: Vec<&str> =
                found.iter().map(|path| path.strip_prefix(root).unwrap().as_str()).collect();
            assert_eq!(found, expected, "told: {is_told}");
        }
    }

    fn write(path: Utf8PathBuf) {
        fs::write(path, "a: b").unwrap();
    }

    #[test]
    fn files_that_come_change_and_go_are_seen() {
        check(|_| (), |root| write(root.join("in/a.yaml")), &["in/a.yaml"]);
        let there = |root: &Utf8Path| write(root.join("in/a.yaml"));
        check(there, |root| fs::write(root.join("in/a.yaml"), "other").unwrap(), &["in/a.yaml"]);
        check(there, |root| fs::remove_file(root.join("in/a.yaml")).unwrap(), &["in/a.yaml"]);
        let deeper = |root: &Utf8Path| {
            fs::create_dir_all(root.join("in/b/c")).unwrap();
            write(root.join("in/b/c/a.yaml"));
        };
        check(|_| (), deeper, &["in/b/c/a.yaml"]);
        check(deeper, |root| fs::remove_dir_all(root.join("in/b")).unwrap(), &["in/b/c/a.yaml"]);
    }

    #[test]
    fn a_file_that_is_moved_to_the_place_of_another_is_seen() {
        let there = |root: &Utf8Path| {
            write(root.join("in/a.yaml"));
            write(root.join("in/.a.yaml.swp"));
        };
        let change = |root: &Utf8Path| {
            fs::rename(root.join("in/.a.yaml.swp"), root.join("in/a.yaml")).unwrap();
        };
        check(there, change, &["in/a.yaml"]);
    }

    #[test]
    fn a_directory_that_is_exchanged_behind_a_link_is_seen() {
        let there = |root: &Utf8Path| {
            for name in ["1", "2"] {
                fs::create_dir(root.join(name)).unwrap();
                write(root.join(name).join("a.yaml"));
            }
            fs::remove_dir(root.join("in")).unwrap();
            symlink("1", root.join("in")).unwrap();
        };
        let change = |root: &Utf8Path| {
            symlink("2", root.join("new")).unwrap();
            fs::rename(root.join("new"), root.join("in")).unwrap();
        };
        check(there, change, &["in/a.yaml"]);
    }

    #[test]
    fn what_editors_keep_beside_a_file_is_no_change() {
        let guard = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(guard.path()).unwrap();
        let watch = Watch::over(vec![root.to_owned()]);
        for name in [".a.yaml.swp", "a.yaml~", "#a.yaml#", ".git"] {
            write(root.join(name));
        }
        let before = Snapshot::of(&watch.paths);
        assert!(before.is_like(&watch.before));
        write(root.join("4913"));
        assert!(!Snapshot::of(&watch.paths).is_like(&watch.before));
        fs::remove_file(root.join("4913")).unwrap();
        assert!(watch.wait(Duration::from_millis(1), &AtomicBool::new(false)).is_empty());
    }

    #[test]
    fn a_wait_ends_by_its_time_and_by_the_flag() {
        let watch = Watch::over(vec![]);
        assert!(watch.wait(Duration::from_millis(1), &AtomicBool::new(false)).is_empty());
        assert!(watch.wait(PATIENCE, &AtomicBool::new(true)).is_empty());
    }
}
