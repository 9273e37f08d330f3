//! Self-configuration has limits.

use crate::{
    diagnostic::{Diagnostic, catalogue::rules::SELF_CONFIGURE_OPEN},
    resolve::{Instance, rules::at},
};

const LIMITS: &[(&str, &str, &str)] = &[
    (
        "spec.selfConfigure.protectedKeys",
        "protected keys",
        "list the fields that the agent must not change",
    ),
    (
        "spec.selfConfigure.allowedActions",
        "allowed actions",
        "list what the agent may change, such as `skills`",
    ),
];

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    if !instance.is_on("spec.selfConfigure.enabled") {
        return;
    }
    for (field, what, help) in LIMITS {
        if instance.list(field).is_empty() {
            let message = format!("self-configuration is enabled without {what}");
            found.push(instance.problem(&SELF_CONFIGURE_OPEN, &at(field), message).help(*help));
        }
    }
}
