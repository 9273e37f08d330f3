//! Rendered output kept on disk, by the digest of what it was made from. Bounded, and safe beside other runs: a file is
//! complete from the moment that it has its name, and one that is damaged counts as missing.

use std::{
    fs,
    hash::{DefaultHasher, Hasher as _},
    io,
    time::{Duration, SystemTime},
};

use camino::{Utf8Path, Utf8PathBuf};

use crate::digest;

/// What is unfinished for longer was left by a run that was killed.
const A_RUN: Duration = Duration::from_hours(1);

/// A directory of results.
#[derive(Debug)]
pub struct RenderCache {
    directory: Utf8PathBuf,
    /// How many bytes all results may have.
    limit: u64,
}

impl RenderCache {
    /// A cache in a directory that belongs to this user alone; it is made if it is missing. `limit` is in bytes.
    ///
    /// Whoever can write to the directory decides what is rendered, so one that others may write to is an error.
    pub fn open(directory: &Utf8Path, limit: u64) -> io::Result<Self> {
        make_own(directory)?;
        Ok(RenderCache { directory: directory.to_owned(), limit })
    }

    /// The result of a key, if it is there and whole.
    pub fn get(&self, key: &str) -> Option<String> {
        let path = self.directory.join(key);
        let mut text = fs::read_to_string(&path).ok()?;
        let (found, body) = text.split_once('\n')?;
        if found != sum(body) {
            return None;
        }
        // What is kept may be large: no second copy of it is made.
        text.drain(..=found.len());
        // It was used: others go first. A cache that cannot be kept in order is still one.
        let _ = fs::File::open(&path).and_then(|file| file.set_modified(now()));
        Some(text)
    }

    /// Keeps a result, and lets the oldest go.
    pub fn put(&self, key: &str, body: &str) -> io::Result<()> {
        let text = format!("{}\n{body}", sum(body));
        if text.len() as u64 > self.limit {
            return Ok(());
        }
        let mut chance = [0; 8];
        getrandom::fill(&mut chance).map_err(io::Error::other)?;
        let unfinished = self.directory.join(format!(".{}", digest::hexadecimal(chance)));
        let named = fs::write(&unfinished, text)
            .and_then(|()| fs::rename(&unfinished, self.directory.join(key)));
        if named.is_err() {
            let _ = fs::remove_file(&unfinished);
        }
        named.and_then(|()| self.shrink())
    }

    /// Removes what was not used for longest, until the rest is small enough.
    fn shrink(&self) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.directory)? {
            // Another run may have removed it meanwhile.
            let about = entry.and_then(|entry| {
                let found = entry.metadata()?;
                Ok((found.modified()?, found.len(), entry.path(), entry.file_name()))
            });
            let Ok((used, length, path, name)) = about else { continue };
            let is_unfinished = name.as_encoded_bytes().starts_with(b".");
            if is_unfinished && now().duration_since(used).is_ok_and(|age| age < A_RUN) {
                continue;
            }
            files.push((used, length, path));
        }
        let mut all: u64 = files.iter().map(|(_, length, _)| length).sum();
        files.sort();
        for (_, length, path) in files {
            if all <= self.limit {
                break;
            }
            let _ = fs::remove_file(path);
            all -= length;
        }
        Ok(())
    }
}

/// Tells what a disk damaged from what was written; nobody else can write there. It need not be the same in all versions of the
/// program, and takes a third of the time of a cryptographic one.
fn sum(body: &str) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(body.as_bytes());
    format!("{:016x}", hasher.finish())
}

/// Makes a directory that only this user may write to, or finds one.
#[cfg(unix)]
fn make_own(directory: &Utf8Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    let found = fs::symlink_metadata(directory)?;
    let user = fs::metadata("/proc/self")?.uid();
    if found.uid() != user || found.permissions().mode() & 0o022 != 0 || !found.is_dir() {
        return Err(io::Error::other("others may write to it"));
    }
    Ok(())
}

/// Who may write to a directory is not known here.
#[cfg(not(unix))]
fn make_own(_: &Utf8Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[expect(clippy::disallowed_methods, reason = "what was used last is told by the clock")]
fn now() -> SystemTime {
    SystemTime::now()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A cache in a new directory.
    fn cache(limit: u64) -> (tempfile::TempDir, RenderCache) {
        let guard = tempfile::tempdir().unwrap();
        let directory = Utf8Path::from_path(guard.path()).unwrap().join("cache");
        let cache = RenderCache::open(&directory, limit).unwrap();
        (guard, cache)
    }

    #[test]
    fn a_result_is_kept() {
        let (_guard, cache) = cache(1000);
        assert_eq!(cache.get("a"), None);
        cache.put("a", "kind: A\n").unwrap();
        assert_eq!(cache.get("a").as_deref(), Some("kind: A\n"));
        cache.put("b", "").unwrap();
        assert_eq!(cache.get("b").as_deref(), Some(""));
    }

    #[test]
    fn a_damaged_result_counts_as_missing() {
        let (_guard, cache) = cache(1000);
        cache.put("a", "kind: A\n").unwrap();
        let file = cache.directory.join("a");
        let whole = fs::read(&file).unwrap();
        fs::write(&file, &whole[..whole.len() - 1]).unwrap();
        assert_eq!(cache.get("a"), None);
        fs::write(&file, b"\xff").unwrap();
        assert_eq!(cache.get("a"), None);
    }

    #[test]
    fn the_oldest_go_when_there_is_too_much() {
        let (_guard, cache) = cache(150);
        let body = "x".repeat(50);
        for (age, key) in ["a", "b", "c"].into_iter().enumerate() {
            // Two fit; each is made older than the ones after it.
            cache.put(key, &body).unwrap();
            let older = now() - Duration::from_secs(100 - age as u64);
            let file = fs::File::options().append(true).open(cache.directory.join(key)).unwrap();
            file.set_modified(older).unwrap();
        }
        assert_eq!((cache.get("a"), cache.get("c").as_ref()), (None, Some(&body)));
    }

    #[test]
    fn what_a_killed_run_left_goes_and_what_is_under_way_stays() {
        let (_guard, cache) = cache(100);
        for (name, age) in [(".old", 2 * A_RUN), (".young", A_RUN / 2)] {
            let path = cache.directory.join(name);
            fs::write(&path, "x".repeat(200)).unwrap();
            let file = fs::File::options().append(true).open(&path).unwrap();
            file.set_modified(now() - age).unwrap();
        }
        cache.put("a", "").unwrap();
        assert!(!cache.directory.join(".old").exists());
        assert!(cache.directory.join(".young").exists() && cache.get("a").is_some());
    }

    #[test]
    fn what_is_larger_than_the_cache_is_not_kept() {
        let (_guard, cache) = cache(100);
        cache.put("a", &"x".repeat(101)).unwrap();
        assert_eq!(fs::read_dir(&cache.directory).unwrap().count(), 0);
    }

    #[test]
    fn a_directory_that_others_may_write_to_is_refused() {
        let guard = tempfile::tempdir().unwrap();
        fs::set_permissions(guard.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let directory = Utf8Path::from_path(guard.path()).unwrap();
        assert!(RenderCache::open(directory, 1000).is_err());
    }

    #[test]
    fn runs_beside_each_other_see_whole_results_only() {
        let (_guard, cache) = cache(2000);
        let body = "y".repeat(500);
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let (cache, body) = (&cache, &body);
                scope.spawn(move || {
                    for round in 0..50 {
                        let key = format!("{}", (writer + round) % 6);
                        cache.put(&key, body).unwrap();
                        if let Some(found) = cache.get(&key) {
                            assert_eq!(&found, body);
                        }
                    }
                });
            }
        });
    }
}
