//! What reviewers are shown of the differences: risks first, without noise, without secrets, and the same change once.
//!
//! Every form is made from a [`Preview`], and only [`preview`] makes one, so that no form can show a secret.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    diagnostic::{Diagnostic, Location},
    diff::{Change, Edit, Happened, InstanceName},
    object::Identity,
    risk::{self, Risk},
};

mod conceal;
mod fleet;
mod html;
mod json;
mod junit;
mod lines;
mod markdown;
mod noise;
mod patch;
mod text;

pub use conceal::FingerprintKey;
pub use fleet::Group;
pub use html::html;
pub use json::{json, schema};
pub use junit::junit;
pub use markdown::{Comment, Forge, SMALLEST_PAGE, markdown, marker};
pub use noise::{Ignore, IgnoreError, usual};
pub use patch::patch;
#[cfg(test)]
pub(crate) use patch::tests::check as check_patch;
pub use text::{Layout, text};

/// One object that differs, as reviewers see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// What happened to it.
    pub happened: Happened,
    /// The object.
    pub identity: Identity,
    /// What it was called, where its name carries a hash.
    pub was: Option<Identity>,
    /// The instance that it belongs to.
    pub instance: Option<InstanceName>,
    /// Where it comes from.
    pub location: Location,
    /// What differs, without noise and secrets.
    pub edits: Vec<Edit>,
    /// How many differences are left out as noise.
    pub hidden: usize,
    /// What the change may do.
    pub risks: Vec<Risk>,
}

/// How many objects differ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Objects that are only on the new side.
    pub added: usize,
    /// Objects that are only on the old side.
    pub removed: usize,
    /// Objects that are on both and differ.
    pub changed: usize,
}

/// Everything that a form shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Preview {
    /// The objects that differ.
    pub changes: Vec<Shown>,
    /// The changes, the same ones together.
    pub groups: Vec<Group>,
    /// How many objects differ.
    pub counts: Counts,
    /// How many objects differ in nothing but noise.
    pub hidden: usize,
}

/// What is left out, and what fingerprints are made with.
pub struct Options {
    /// What is left out.
    pub ignore: Vec<Ignore>,
    /// The key of fingerprints.
    pub key: FingerprintKey,
}

/// What reviewers are shown of these changes.
pub fn preview(changes: Vec<Change>, options: &Options) -> Preview {
    let mut preview = Preview::default();
    for change in changes {
        let shown = shown(&change, options);
        if shown.edits.is_empty() && shown.risks.is_empty() {
            preview.hidden += 1;
            continue;
        }
        let count = match shown.happened {
            Happened::Added => &mut preview.counts.added,
            Happened::Removed => &mut preview.counts.removed,
            Happened::Changed => &mut preview.counts.changed,
        };
        *count += 1;
        preview.changes.push(shown);
    }
    preview.groups = fleet::groups(&preview.changes);
    preview
}

fn shown(change: &Change, options: &Options) -> Shown {
    let is_ignored = |risk: &Risk| {
        options
            .ignore
            .iter()
            .any(|ignore| matches!(ignore, Ignore::Risk(code) if *code == risk.code))
    };
    let risks = risk::of(change).into_iter().filter(|risk| !is_ignored(risk));
    let risks = risks.map(|risk| conceal::risk(risk, &options.key)).collect();
    let edits: Vec<Edit> = change
        .edits
        .iter()
        .filter(|edit| !noise::is_noise(&change.identity, edit, &options.ignore))
        .cloned()
        .collect();
    Shown {
        happened: change.happened,
        identity: change.identity.clone(),
        was: change.was.clone(),
        instance: change.instance.clone(),
        location: change.location.clone(),
        hidden: change.edits.len() - edits.len(),
        edits: conceal::edits(change, &edits, &options.key),
        risks,
    }
}

/// The map or the list that a text is in JSON.
fn json_of(text: &str) -> Option<Value> {
    let looks_so = text.trim_start().starts_with(['{', '[']);
    looks_so.then(|| serde_json::from_str(text).ok()).flatten()
}

/// A risk, and the objects that have it.
pub struct RiskOf<'a> {
    /// The risk, as the first object has it.
    pub risk: &'a Risk,
    /// The objects, as the first instance of each group has them.
    pub changes: Vec<&'a Shown>,
    /// The instances that have it; none where it is about objects of no instance.
    pub instances: BTreeSet<&'a InstanceName>,
}

impl Preview {
    /// Whether nothing differs that would be shown.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Every risk once with its objects, the worst first.
    pub fn risks(&self) -> Vec<RiskOf<'_>> {
        let mut risks: BTreeMap<_, RiskOf<'_>> = BTreeMap::new();
        for group in &self.groups {
            for change in group.changes.iter().filter_map(|change| self.changes.get(*change)) {
                for risk in &change.risks {
                    let key = (risk.code.level, risk.code.id, &risk.message);
                    let empty = || RiskOf { risk, changes: Vec::new(), instances: BTreeSet::new() };
                    let entry = risks.entry(key).or_insert_with(empty);
                    entry.changes.push(change);
                    entry.instances.extend(&group.instances);
                }
            }
        }
        risks.into_values().collect()
    }

    /// All risks of all objects.
    pub fn all_risks(&self) -> impl Iterator<Item = &Risk> {
        self.changes.iter().flat_map(|change| &change.risks)
    }
}

impl Shown {
    /// The file and the line that it comes from.
    pub fn place(&self) -> String {
        let Location { source, span } = &self.location;
        format!("{}:{}", source.name, source.position(span.start).0)
    }
}

impl Preview {
    /// Every risk of every object, as the forms of a report take it.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let of_change = |change: &Shown| {
            let diagnostic = |risk: &Risk| Diagnostic {
                field: risk.field.clone(),
                ..Diagnostic::new(risk.code, &risk.message)
                    .at(change.location.clone())
                    .about(change.identity.to_string())
            };
            change.risks.iter().map(diagnostic).collect::<Vec<_>>()
        };
        let mut diagnostics: Vec<Diagnostic> = self.changes.iter().flat_map(of_change).collect();
        diagnostics.sort_by(Diagnostic::order);
        diagnostics
    }

    /// How many instances have an object that differs.
    pub fn instances(&self) -> usize {
        let instances: BTreeSet<&InstanceName> =
            self.changes.iter().filter_map(|change| change.instance.as_ref()).collect();
        instances.len()
    }
}

#[cfg(test)]
mod tests;
