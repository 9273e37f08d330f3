//! Extra volumes and mounts: names and paths that do not collide with those of the rendered Pod.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    diagnostic::{
        Diagnostic,
        catalogue::rules::{MOUNT_PATH, SHARED_VOLUME, VOLUME_NAME},
    },
    field::{list, text},
    nearest::nearest,
    notation::names,
    resolve::{
        Instance,
        rules::{added_containers, at},
    },
};

/// The volume of the rendered Pod that holds the agent's data.
const DATA: &str = "data";
/// The volumes of the rendered Pod, beside those whose name begins with `petasos`.
const OURS: &[&str] = &[DATA, "tmp"];
const OUR_PREFIX: &str = "petasos";

/// Directories that a mount must not hide, and whether a mount below them is fine.
const PROTECTED: &[(&str, bool)] = &[
    ("/opt/data", true),
    ("/opt/hermes", false),
    ("/etc/hermes-managed", false),
    ("/etc/hermes", true),
    ("/etc/petasos", false),
    ("/etc/petasos-seeds", false),
    ("/etc/petasos-ca", false),
    ("/etc/petasos-openclaw", false),
    ("/etc/petasos-skills", false),
    ("/opt/petasos-skills", false),
];

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    volumes(instance, found);
    mounts(instance, found);
    names_of_mounts(instance, found);
}

/// Whether a volume is the agent's data: the rendered one, or an extra one with the same claim.
pub(super) fn is_data_volume(instance: &Instance, name: &str) -> bool {
    let extra = instance.list("spec.extraVolumes");
    name == DATA
        || extra
            .iter()
            .any(|volume| text(volume, "name") == name && has_data_claim(instance, volume))
}

fn has_data_claim(instance: &Instance, volume: &Value) -> bool {
    let Some(claim) = volume.get("persistentVolumeClaim") else { return false };
    let name = text(claim, "claimName");
    let existing = instance.text("spec.storage.persistence.existingClaim").unwrap_or_default();
    let is_data = match existing {
        "" => name.strip_suffix("-data") == Some(instance.document.name()),
        existing => name == existing,
    };
    is_data && claim.get("readOnly").and_then(Value::as_bool) != Some(true)
}

fn volumes(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let mut names = BTreeSet::new();
    for (index, volume) in instance.list("spec.extraVolumes").iter().enumerate() {
        let path = at("spec.extraVolumes").index(index);
        let name = text(volume, "name");
        let fault = if OURS.contains(&name) || name.starts_with(OUR_PREFIX) {
            Some(format!("`{name}` is a volume of the rendered Pod"))
        } else if names::label(name).is_err() {
            Some(format!("`{name}` is no name of a volume"))
        } else {
            (!names.insert(name)).then(|| format!("the volume `{name}` is given twice"))
        };
        if let Some(fault) = fault {
            let problem = instance.problem(&VOLUME_NAME, &path.clone().key("name"), fault);
            found.push(problem.help("choose another name, of lower-case letters, digits, and `-`"));
        }
        if has_data_claim(instance, volume) {
            let message = "the claim of the agent's data is a second time in the Pod";
            let path = path.key("persistentVolumeClaim").key("claimName");
            let problem = instance.problem(&SHARED_VOLUME, &path, message);
            found.push(problem.help("leave it out; the data is mounted at /opt/data"));
        }
    }
}

fn mounts(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let mut taken = BTreeSet::new();
    for (index, mount) in instance.list("spec.extraVolumeMounts").iter().enumerate() {
        let path = at("spec.extraVolumeMounts").index(index).key("mountPath");
        let mount_path = text(mount, "mountPath");
        let fault = if taken.insert(normalized(mount_path)) {
            mount_fault(mount_path)
        } else {
            Some(format!("`{mount_path}` is mounted twice"))
        };
        if let Some(fault) = fault {
            let problem = instance.problem(&MOUNT_PATH, &path, fault);
            found.push(
                problem.help("mount it elsewhere, such as `/opt/data/extra` or `/mnt/extra`"),
            );
        }
    }
}

fn mount_fault(path: &str) -> Option<String> {
    if path.is_empty() || path.contains(':') {
        return Some(format!("`{path}` is no path to mount at"));
    }
    let path = normalized(path);
    let below = |inner: &str, outer: &str| {
        outer == "/"
            || inner
                .strip_prefix(outer)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let (hidden, _) = PROTECTED
        .iter()
        .find(|(protected, open)| below(protected, &path) || (!open && below(&path, protected)))?;
    Some(format!("a mount at `{path}` hides `{hidden}`, which the agent needs"))
}

/// The same path, absolute, and without empty and dotted parts.
fn normalized(path: &str) -> String {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// A mount names a volume of the Pod.
fn names_of_mounts(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let extra = instance.list("spec.extraVolumes").iter().map(|volume| text(volume, "name"));
    let known: BTreeSet<&str> = OURS.iter().copied().chain(extra).collect();
    let own = instance.list("spec.extraVolumeMounts").iter().enumerate();
    let own = own.map(|(index, mount)| (at("spec.extraVolumeMounts").index(index), mount));
    let others = added_containers(instance).flat_map(|(path, container)| {
        let mounts = list(container, "volumeMounts").iter().enumerate();
        mounts.map(move |(index, mount)| (path.clone().key("volumeMounts").index(index), mount))
    });
    for (path, mount) in own.chain(others) {
        let name = text(mount, "name");
        if !known.contains(name) {
            let message = format!("the Pod has no volume `{name}`");
            let problem = instance.problem(&VOLUME_NAME, &path.key("name"), message);
            found.push(match nearest(name, known.iter().copied()) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem.help("add it to `spec.extraVolumes`"),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mounts_do_not_hide_what_the_agent_needs() {
        for path in [
            "/",
            "/opt",
            "/opt/data",
            "/opt/data/",
            "//opt//data",
            "/opt/x/../data",
            "/opt/hermes/bin",
            "/etc",
            "/etc/hermes",
            "/etc/hermes-managed/x",
            "/etc/petasos",
            "",
            "a:b",
        ] {
            assert!(mount_fault(path).is_some(), "{path}");
        }
        for path in [
            "/opt/data/skills/own",
            "/mnt",
            "/opt/database",
            "/etc/hermes/extra",
            "/tmp/x",
            "/etc/ssl/own",
        ] {
            assert_eq!(mount_fault(path), None, "{path}");
        }
    }
}
