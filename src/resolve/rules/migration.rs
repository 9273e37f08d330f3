//! Migrations and restores: one source, and one of them.

use crate::{
    diagnostic::{
        Diagnostic,
        catalogue::rules::{DURATION, MIGRATION_SOURCE, RESTORE_AND_MIGRATION},
    },
    notation::duration,
    resolve::{
        Instance,
        rules::{at, is_asked},
    },
};

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    source(instance, found);
    exclusion(instance, found);
    poll_interval(instance, found);
}

fn source(instance: &Instance, found: &mut Vec<Diagnostic>) {
    const FIELD: &str = "spec.migration.fromOpenClaw.source";
    if instance.get("spec.migration.fromOpenClaw").is_none() {
        return;
    }
    let has = |key: &str| instance.get(FIELD).is_some_and(|source| source.get(key).is_some());
    let message = match (has("openclawInstanceRef"), has("backupRef")) {
        (true, true) => "the migration names two sources",
        (false, false) => "the migration names no source",
        _ => return,
    };
    found.push(
        instance
            .problem(&MIGRATION_SOURCE, &at(FIELD), message)
            .help("give either `openclawInstanceRef` or `backupRef`"),
    );
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
