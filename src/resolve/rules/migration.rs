//! Migrations and restores: one source, one of them, and from where the Pod can read.

use serde_json::Value;

use crate::{
    diagnostic::{
        Diagnostic,
        catalogue::rules::{
            DURATION, MIGRATION_ARCHIVE, MIGRATION_ONCE, MIGRATION_SOURCE, MIGRATION_VOLUME,
            NO_EFFECT, RESTORE_AND_MIGRATION,
        },
    },
    field::text,
    notation::duration,
    resolve::{
        Instance,
        rules::{at, is_asked},
    },
};

const MIGRATION: &str = "spec.migration.fromOpenClaw";
const SOURCE: &str = "spec.migration.fromOpenClaw.source";

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    if instance.get(MIGRATION).is_some() {
        source(instance, found);
        volume(instance, found);
        archive(instance, found);
        unused(instance, found);
    }
    exclusion(instance, found);
    poll_interval(instance, found);
}

fn source(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let given = instance.get(SOURCE).unwrap_or(&Value::Null);
    let sources = ["openclawInstanceRef", "claimName", "backupRef"];
    let message = match sources.iter().filter(|key| given.get(**key).is_some()).count() {
        0 => "the migration names no source",
        1 => return,
        _ => "the migration names more than one source",
    };
    found.push(
        instance
            .problem(&MIGRATION_SOURCE, &at(SOURCE), message)
            .help("give one of `openclawInstanceRef`, `claimName`, and `backupRef`"),
    );
}

/// A claim of another namespace cannot be mounted, and the agent's own holds nothing yet.
fn volume(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let source = instance.get(SOURCE).unwrap_or(&Value::Null);
    let (path, claim) = match (source.get("openclawInstanceRef"), source.get("claimName")) {
        (Some(other), _) => {
            let path = at(SOURCE).key("openclawInstanceRef");
            let namespace = text(other, "namespace");
            if instance.namespace.as_deref().is_some_and(|own| own != namespace) {
                let message = format!(
                    "the volume is in the namespace `{namespace}`, and a Pod mounts those of its own"
                );
                let path = path.key("namespace");
                found.push(
                    instance
                        .problem(&MIGRATION_VOLUME, &path, message)
                        .help("put the agent into that namespace, or name a backup in `backupRef`"),
                );
                return;
            }
            (path, format!("{}-data", text(other, "name")))
        }
        (None, Some(claim)) => {
            (at(SOURCE).key("claimName"), claim.as_str().unwrap_or_default().to_owned())
        }
        (None, None) => return,
    };
    let own = match instance.text("spec.storage.persistence.existingClaim") {
        Some(existing) if !existing.is_empty() => existing.to_owned(),
        _ => format!("{}-data", instance.document.name()),
    };
    if claim == own {
        let message = format!("`{claim}` is the claim of the agent itself");
        found.push(
            instance
                .problem(&MIGRATION_VOLUME, &path, message)
                .help("give the agent another name, or another claim in `storage.persistence`"),
        );
        return;
    }
    let message =
        format!("the Pod mounts the claim `{claim}` for as long as the migration is asked for");
    found.push(instance.problem(&MIGRATION_ONCE, &path, message).help(
        "stop OpenClaw before, since a volume is on one node, and leave `migration` out once the agent runs",
    ));
}

fn archive(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let key = instance.text(&format!("{SOURCE}.backupRef.s3.key")).unwrap_or_default();
    if ["zst", "tzst"].contains(&key.rsplit('.').next().unwrap_or_default()) {
        let path = at(SOURCE).key("backupRef").key("s3").key("key");
        let message = "the image has nothing that reads zstd, unless its Python is 3.14 or newer";
        found.push(
            instance
                .problem(&MIGRATION_ARCHIVE, &path, message)
                .help("store the archive once more, as a `.tar.gz`"),
        );
    }
}

fn unused(instance: &Instance, found: &mut Vec<Diagnostic>) {
    if instance.text(&format!("{MIGRATION}.mode")) == Some("move") {
        let path = at(MIGRATION).key("mode");
        let message = "`move` has no effect: the volume of another agent is only read";
        found.push(
            instance
                .problem(&NO_EFFECT, &path, message)
                .help("write `copy`, and delete the other agent when nothing is missing"),
        );
    }
    if is_asked(instance.get(&format!("{MIGRATION}.image"))) {
        let path = at(MIGRATION).key("image");
        let message = "`image` has no effect: the agent's own image migrates";
        found.push(instance.problem(&NO_EFFECT, &path, message).help("leave it out"));
    }
}

fn exclusion(instance: &Instance, found: &mut Vec<Diagnostic>) {
    if is_asked(instance.get("spec.restoreFrom")) && is_asked(instance.get("spec.migration")) {
        let message = "a restore and a migration would fill the same volume";
        found.push(
            instance
                .problem(&RESTORE_AND_MIGRATION, &at("spec.restoreFrom"), message)
                .help("keep one of `restoreFrom` and `migration`"),
        );
    }
}

fn poll_interval(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let Some(interval) = instance.text("spec.autoUpdate.pollInterval") else { return };
    if duration::parse(interval).is_none_or(|duration| duration.is_zero()) {
        let message = format!("`{interval}` is no interval");
        found.push(
            instance
                .problem(&DURATION, &at("spec.autoUpdate.pollInterval"), message)
                .help("write numbers with units, such as `90m` or `24h`"),
        );
    }
}
