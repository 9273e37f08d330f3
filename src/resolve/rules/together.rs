//! What is wrong only between instances.

use std::collections::BTreeMap;

use crate::{
    diagnostic::{Diagnostic, Location, catalogue::rules::SHARED_CLAIM},
    resolve::{Instance, rules::at},
};

const EXISTING: &str = "spec.storage.persistence.existingClaim";

/// The claim that an instance keeps its data in. It is all that is kept of an instance until the end of a run.
#[derive(Debug, Clone)]
pub struct ClaimUse {
    namespace: Option<String>,
    claim: String,
    instance: String,
    /// Where the instance names the claim; none where the claim is its own.
    named_at: Option<Location>,
}

impl ClaimUse {
    /// The claim of an instance, or none if it keeps nothing.
    pub fn of(instance: &Instance) -> Option<Self> {
        let enabled = instance.get("spec.storage.persistence.enabled");
        if enabled.and_then(serde_json::Value::as_bool) == Some(false) {
            return None;
        }
        let existing = instance.text(EXISTING).filter(|claim| !claim.is_empty());
        Some(ClaimUse {
            namespace: instance.namespace.clone(),
            claim: existing
                .map_or_else(|| format!("{}-data", instance.document.name()), str::to_owned),
            instance: instance.document.title(),
            named_at: existing.map(|_| instance.document.location(&at(EXISTING))),
        })
    }

    /// The name of the claim.
    pub fn name(&self) -> &str {
        &self.claim
    }
}

/// Reports instances that write the same volume: one claim for two of them in one namespace.
pub fn check_together(uses: &[ClaimUse], found: &mut Vec<Diagnostic>) {
    let mut users: BTreeMap<(Option<&str>, &str), Vec<&ClaimUse>> = BTreeMap::new();
    for claim in uses {
        users.entry((claim.namespace.as_deref(), &claim.claim)).or_default().push(claim);
    }
    for (index, user) in users.values().flat_map(|users| users.iter().enumerate()) {
        let users = &users[&(user.namespace.as_deref(), user.claim.as_str())];
        let other = users.iter().enumerate().find(|(other, _)| *other != index);
        if let (Some((_, other)), Some(location)) = (other, &user.named_at) {
            let message =
                format!("the claim `{}` is also the one of {}", user.claim, other.instance);
            found.push(
                Diagnostic::new(&SHARED_CLAIM, message)
                    .at(location.clone())
                    .about(user.instance.clone())
                    .field(at(EXISTING))
                    .help("give each instance a claim of its own"),
            );
        }
    }
}
