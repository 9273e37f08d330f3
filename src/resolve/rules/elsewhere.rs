//! Fields that parse and are checked, and that manifests alone cannot make true.

use crate::{
    diagnostic::{
        Diagnostic,
        catalogue::rules::{NEEDS_CONTROLLER, SEALED_IMAGE},
    },
    resolve::{
        Instance,
        rules::{at, is_asked},
    },
};

/// Fields that ask for something to be done in the cluster again and again, which manifests cannot, and how it is done
/// without.
const CONTROLLER: &[(&str, &str)] = &[
    ("spec.backup", "until then, back the volume up by snapshots"),
    ("spec.restoreFrom", "until then, restore the volume before the first start"),
    ("spec.autoUpdate.enabled", "until then, let Renovate or the like change `spec.image` in Git"),
];

/// Fields that add to the image, which is sealed.
const SEALED: &[&str] = &["spec.runtime.extraPipPackages", "spec.runtime.extraAptPackages"];

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    for (field, help) in CONTROLLER {
        if is_asked(instance.get(field)) {
            let name = field.trim_start_matches("spec.");
            let message = format!("`{name}` is left to the controller, and no manifest does it");
            found.push(instance.problem(&NEEDS_CONTROLLER, &at(field), message).help(*help));
        }
    }
    for field in SEALED {
        if is_asked(instance.get(field)) {
            let name = field.trim_start_matches("spec.");
            let message = format!("`{name}` cannot be installed: the image is sealed");
            found.push(instance.problem(&SEALED_IMAGE, &at(field), message).help(
                "build an image from the agent's with these packages, and name it in `spec.image`",
            ));
        }
    }
}
