//! Fields that parse and are checked, and that no template renders yet.

use crate::{
    diagnostic::{Diagnostic, catalogue::rules::NOT_RENDERED},
    resolve::{
        Instance,
        rules::{at, is_asked},
    },
};

/// Each field, and what to do until it is rendered. A field that is unset, false, or empty asks for nothing.
const FIELDS: &[(&str, &str)] = &[
    (
        "spec.autoUpdate.enabled",
        "let Renovate or the like change `spec.image` in Git, and leave this out",
    ),
    ("spec.backup", "back the volume up by snapshots, and leave this out"),
    ("spec.migration", "run `hermes claw migrate` on the volume once, and leave this out"),
    (
        "spec.restoreFrom",
        "restore the volume `<name>-data` from a snapshot before the first start, and leave this out",
    ),
    (
        "spec.skills",
        "mount skills with `spec.extraVolumes` and name their directory in `config.raw.skills.external_dirs`, and leave this out",
    ),
    (
        "spec.runtime.extraPipPackages",
        "build an image from the agent's with these packages, and leave this out",
    ),
    (
        "spec.runtime.extraAptPackages",
        "build an image from the agent's with these packages, and leave this out",
    ),
    (
        "spec.runtime.uv.cacheVolume",
        "mount a volume with `spec.extraVolumes` and name it in `UV_CACHE_DIR`, and leave this out",
    ),
    ("spec.runtime.uv.extraIndexURL", "set `UV_EXTRA_INDEX_URL` in `spec.env`, and leave this out"),
    (
        "spec.workspace.bootstrap.enabled",
        "write the files in `workspace.initialFiles`, and leave this out",
    ),
];

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    for (field, help) in FIELDS {
        if is_asked(instance.get(field)) {
            let name = field.trim_start_matches("spec.");
            let message = format!("`{name}` is not rendered yet");
            found.push(instance.problem(&NOT_RENDERED, &at(field), message).help(*help));
        }
    }
}
