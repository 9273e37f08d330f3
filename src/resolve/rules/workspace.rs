//! Files of the workspace: inside of it, each path once, not the agent's state, and small enough for one object.

use std::collections::BTreeMap;

use crate::{
    diagnostic::{
        Diagnostic,
        catalogue::rules::{
            LONG_SOUL, WORKSPACE_CLASH, WORKSPACE_PATH, WORKSPACE_RESERVED, WORKSPACE_SIZE,
        },
    },
    field::text,
    field_path::FieldPath,
    resolve::{Instance, rules::at},
};

/// What the API server stores in one `ConfigMap`.
const LARGEST: usize = 1024 * 1024;
/// Quotes and commas around a path and its key in the index that goes with the files.
const INDEX_ENTRY: usize = 64;

const SOUL: &str = "spec.soul";
/// As many characters as the agent reads of it with any model.
const SURE: usize = 20_000;

/// Files in the agent's home that it writes itself, and what their endings may be.
const RESERVED: &[&str] = &[
    "config.yaml",
    ".env",
    "auth.json",
    "auth.lock",
    "state.db",
    "hermes_state.db",
    "response_store.db",
    "memory_store.db",
    "projects.db",
    "verification_evidence.db",
    "kanban.db",
    "gateway.pid",
    "gateway.lock",
    "gateway.sock",
    "gateway_state.json",
    "processes.json",
    "cron.pid",
    "active_profile",
    "channel_directory.json",
    "cron/jobs.json",
];
/// Directories that are the agent's or the start program's alone.
const RESERVED_DIRECTORIES: &[&str] = &[
    "pairing",
    "platforms",
    "sessions",
    "whatsapp/session",
    "lazy-packages",
    "state-snapshots",
    ".petasos",
];
/// What is written beside a database.
const DATABASE_ENDINGS: &[&str] = &["-wal", "-shm", "-journal"];

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    const FILES: &str = "spec.workspace.initialFiles";
    const DIRECTORIES: &str = "spec.workspace.initialDirs";
    let mut places: BTreeMap<String, Place> = BTreeMap::new();
    if let Some(soul) = instance.text(SOUL) {
        places.insert("SOUL.md".to_owned(), Place { path: at(SOUL), is_file: true });
        length(instance, found, soul);
    }
    for (index, file) in instance.list(FILES).iter().enumerate() {
        let at_path = at(FILES).index(index).key("path");
        entry(
            instance,
            found,
            &mut places,
            text(file, "path"),
            Place { path: at_path, is_file: true },
        );
    }
    for (index, directory) in instance.list(DIRECTORIES).iter().enumerate() {
        let directory = directory.as_str().unwrap_or_default();
        let place = Place { path: at(DIRECTORIES).index(index), is_file: false };
        entry(instance, found, &mut places, directory, place);
    }
    below_files(instance, found, &places);
    size(instance, found);
}

/// The agent cuts long files out of its prompt, at a length that follows from what the model can hold.
fn length(instance: &Instance, found: &mut Vec<Diagnostic>, soul: &str) {
    let length = soul.chars().count();
    if length > SURE && instance.get("spec.config.raw.context_file_max_chars").is_none() {
        let message = format!(
            "`soul` has {length} characters, and the agent may leave out what is in the middle"
        );
        found.push(
            instance
                .problem(&LONG_SOUL, &at(SOUL), message)
                .help(format!("keep it under {SURE}, or set `config.raw.context_file_max_chars`")),
        );
    }
}

/// Where a path of the workspace is given, and what it is.
struct Place {
    path: FieldPath,
    is_file: bool,
}

fn entry(
    instance: &Instance,
    found: &mut Vec<Diagnostic>,
    places: &mut BTreeMap<String, Place>,
    path: &str,
    place: Place,
) {
    let clean = normalized(path);
    if let Some(fault) = fault(path) {
        let message = format!("`{}` {fault}", path.escape_debug());
        found.push(
            instance
                .problem(&WORKSPACE_PATH, &place.path, message)
                .help("write a relative path such as `notes/README.md`"),
        );
    } else if is_reserved(&clean, place.is_file) {
        let message = format!("`{clean}` is written by the agent itself");
        found.push(
            instance
                .problem(&WORKSPACE_RESERVED, &place.path, message)
                .help("leave it out; configuration belongs in `spec.config`, keys in `spec.env`"),
        );
    } else if let Some(first) = places.get(&clean) {
        let message = format!("`{clean}` is given twice, first at {}", first.path);
        found.push(
            instance.problem(&WORKSPACE_CLASH, &place.path, message).help("keep one of them"),
        );
    } else {
        places.insert(clean, place);
    }
}

/// The same path without empty and `.` parts.
fn normalized(path: &str) -> String {
    let parts: Vec<_> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    parts.join("/")
}

/// Why a path is not one inside of the workspace.
fn fault(path: &str) -> Option<&'static str> {
    if path.starts_with('/') {
        Some("is absolute")
    } else if path.contains('\\') {
        Some("has a backslash")
    } else if path.chars().any(char::is_control) {
        Some("has a control character")
    } else if path.split('/').any(|part| part == "..") {
        Some("leads out of the workspace")
    } else if path.split('/').any(|part| part.len() > 255) {
        Some("has a part that is longer than a file name can be")
    } else if normalized(path).is_empty() {
        Some("names no file")
    } else {
        None
    }
}

fn is_reserved(path: &str, is_file: bool) -> bool {
    let below = |directory: &&str| {
        path.strip_prefix(*directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let database =
        DATABASE_ENDINGS.iter().find_map(|ending| path.strip_suffix(ending)).unwrap_or(path);
    if is_file {
        RESERVED.contains(&database) || RESERVED_DIRECTORIES.iter().any(below)
    } else {
        RESERVED.contains(&path)
    }
}

/// A file cannot hold other entries.
fn below_files(instance: &Instance, found: &mut Vec<Diagnostic>, places: &BTreeMap<String, Place>) {
    for (path, place) in places {
        let parents = path.match_indices('/').map(|(end, _)| &path[..end]);
        for parent in parents {
            if places.get(parent).is_some_and(|above| above.is_file) {
                let message = format!("`{parent}` is a file, and `{path}` needs it as a directory");
                found.push(
                    instance
                        .problem(&WORKSPACE_CLASH, &place.path, message)
                        .help("rename one of them"),
                );
            }
        }
    }
}

fn size(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let files = instance.list("spec.workspace.initialFiles");
    let directories = instance.list("spec.workspace.initialDirs");
    let of_file = |file| text(file, "content").len() + 2 * text(file, "path").len() + INDEX_ENTRY;
    let total: usize = files.iter().map(of_file).sum::<usize>()
        + directories.iter().map(|path| path.as_str().map_or(0, str::len) + 4).sum::<usize>();
    if total > LARGEST {
        let message = format!("the files need {total} bytes, and a ConfigMap holds {LARGEST}");
        found.push(
            instance
                .problem(&WORKSPACE_SIZE, &at("spec.workspace.initialFiles"), message)
                .help("fetch large files in an init container, or mount a volume of your own"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside_of_the_workspace() {
        for path in ["SOUL.md", "./a//b/", "a/b/c.md", "..a", "a..b", ".hidden", "a b", "ä/ö"] {
            assert_eq!(fault(path), None, "{path}");
        }
        for path in ["", ".", "./.", "/etc", "..", "a/../b", "a/..", "a\\b", "a\0b", "a\nb"] {
            assert!(fault(path).is_some(), "{path:?}");
        }
    }

    #[test]
    fn the_agents_state_is_its_own() {
        for path in ["config.yaml", "state.db", "state.db-wal", "sessions/a.json", "pairing/x"] {
            assert!(is_reserved(path, true), "{path}");
        }
        for path in ["SOUL.md", "notes/config.yaml", "pairings", "memories/MEMORY.md"] {
            assert!(!is_reserved(path, true), "{path}");
        }
        assert!(!is_reserved("sessions", false));
    }
}
