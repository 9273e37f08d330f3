//! Which files of a directory are manifests: the same on disk and in a tree of Git.

use camino::Utf8Path;

use crate::changeset::RECORD;

/// Files in a directory that are YAML and no manifests.
const NOT_MANIFESTS: [&str; 4] =
    ["kustomization.yaml", "kustomization.yml", "petasos.yaml", "petasos.yml"];

/// Files that make their directory something else than manifests: a pack, a Helm chart.
pub(super) const MARKERS: [&str; 2] = ["pack.yaml", "Chart.yaml"];

/// Whether the name of a file in a directory says that it is a manifest.
pub(crate) fn is_manifest(name: &str) -> bool {
    let extension = Utf8Path::new(name).extension().unwrap_or_default();
    matches!(extension, "yaml" | "yml" | "json") && !NOT_MANIFESTS.contains(&name)
}

/// Whether a directory and everything in it is passed over.
pub(crate) fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
}

/// Whether the names in a directory say that it is no place for manifests. What a run wrote is no input of the next one,
/// unless it is given itself.
pub(crate) fn is_passed_over<'a>(mut names: impl Iterator<Item = &'a str>, is_given: bool) -> bool {
    names.any(|name| MARKERS.contains(&name) || (name == RECORD && !is_given))
}
