//! What the Pod reads and the input does not hold: a change of it does not start the agent anew.

use crate::{
    diagnostic::{Diagnostic, catalogue::rules::OUTSIDE},
    resolve::{
        Instance,
        references::{ReferenceKind, references},
    },
};

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let mut outside = references(instance);
    outside.retain(|(reference, _)| {
        reference.kind == ReferenceKind::Secret
            || !instance.config_maps.contains_key(reference.name)
    });
    let Some((_, first)) = outside.first() else { return };
    let names: Vec<String> = outside
        .iter()
        .map(|(reference, _)| match reference.kind {
            ReferenceKind::ConfigMap => format!("ConfigMap `{}`", reference.name),
            ReferenceKind::Secret => format!("Secret `{}`", reference.name),
        })
        .collect();
    let message = format!("a change of {} alone does not restart the agent", names.join(", "));
    found.push(
        instance
            .problem(&OUTSIDE, first, message)
            .help("restart the agent after a change, or let a controller that watches them do it"),
    );
}
