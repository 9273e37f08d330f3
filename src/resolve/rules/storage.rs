//! The data volume: one writer, on storage that databases can use, of a size that is enough.

use crate::{
    diagnostic::{
        Diagnostic,
        catalogue::rules::{
            EMPTY_VALUE, NETWORK_STORAGE, NO_PERSISTENCE, QUANTITY, SHARED_VOLUME, SMALL_VOLUME,
        },
    },
    notation::quantity::{self, Quantity},
    resolve::{
        Instance,
        rules::{at, companions::is_on},
    },
};

const PERSISTENCE: &str = "spec.storage.persistence";
const ENOUGH: Quantity = Quantity::mebibytes(500);

/// Words in the names of storage classes that are network file systems.
const NETWORK_WORDS: &[&str] = &[
    "nfs",
    "efs",
    "cephfs",
    "azurefile",
    "filestore",
    "glusterfs",
    "smb",
    "cifs",
    "lustre",
    "rwx",
];

/// Where storage classes of databases stand, each with what has to be on.
const CLASSES: &[(&str, &str)] = &[
    ("spec.profileStore.honcho.database.bundled.storageClassName", "spec.profileStore.honcho"),
    ("spec.gateways.signal.daemon.storageClassName", "spec.gateways.signal"),
];

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    for (class, block) in CLASSES {
        if is_on(instance, block) {
            network(instance, found, class);
        }
    }
    let field = |name: &str| at(PERSISTENCE).key(name);
    let Some(persistence) = instance.get(PERSISTENCE) else { return };
    if persistence.get("enabled").and_then(serde_json::Value::as_bool) == Some(false) {
        found.push(
            instance
                .problem(
                    &NO_PERSISTENCE,
                    &field("enabled"),
                    "everything that the agent learns is lost with its Pod",
                )
                .help("enable persistence, or keep this agent for trials"),
        );
        return;
    }
    size(instance, found, "spec.storage.persistence.size");
    access_modes(instance, found);
    network(instance, found, "spec.storage.persistence.storageClassName");
}

fn network(instance: &Instance, found: &mut Vec<Diagnostic>, field: &str) {
    if let Some(class) = instance.text(field).filter(|class| is_network(class)) {
        let message =
            format!("`{class}` looks like a network file system, on which databases lose data");
        let problem = instance.problem(&NETWORK_STORAGE, &at(field), message);
        found.push(problem.help("use a class of block storage"));
    }
}

fn size(instance: &Instance, found: &mut Vec<Diagnostic>, dotted: &str) {
    let Some(size) = instance.text(dotted) else { return };
    let path = at(dotted);
    if size.is_empty() {
        let problem = instance.problem(&EMPTY_VALUE, &path, "the size of the volume is empty");
        found.push(problem.help("write a size such as `5Gi`"));
        return;
    }
    match quantity::parse(size).ok() {
        None => {
            let problem = instance.problem(&QUANTITY, &path, format!("`{size}` is no quantity"));
            found.push(problem.help("write a size such as `5Gi`"));
        }
        Some(amount) if amount <= Quantity::ZERO => {
            let message = format!("a volume of `{size}` holds nothing");
            found.push(
                instance.problem(&QUANTITY, &path, message).help("write a size such as `5Gi`"),
            );
        }
        Some(amount) if amount < ENOUGH => {
            let message = format!("the agent needs 500 MB to start, and the volume has `{size}`");
            found.push(
                instance.problem(&SMALL_VOLUME, &path, message).help("2Gi and more is typical"),
            );
        }
        Some(_) => {}
    }
}

fn access_modes(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let modes = instance.list("spec.storage.persistence.accessModes");
    for (index, mode) in modes.iter().enumerate() {
        if mode.as_str() == Some("ReadWriteMany") {
            let path = at("spec.storage.persistence.accessModes").index(index);
            let message = "a volume that many nodes write is not safe for the agent's databases";
            found.push(
                instance
                    .problem(&SHARED_VOLUME, &path, message)
                    .help("`ReadWriteOnce` is rendered; leave the access modes out"),
            );
        }
    }
}

fn is_network(class: &str) -> bool {
    let class = class.to_ascii_lowercase();
    class.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| NETWORK_WORDS.contains(&word))
        || ["azurefile", "cephfs", "nfs"].iter().any(|part| class.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_file_systems_are_known_by_name() {
        for class in ["nfs", "nfs-client", "AzureFile-csi", "aws.efs", "rook-cephfs", "csi-smb"] {
            assert!(is_network(class), "{class}");
        }
        for class in ["standard", "gp3", "longhorn", "ceph-block", "refsys", "local-path"] {
            assert!(!is_network(class), "{class}");
        }
    }
}
