//! The same change in many instances, told once: changes are alike when they differ in nothing but the names of their
//! instances and namespaces.

use std::collections::BTreeMap;

use serde_json::json;

use crate::{
    diff::{Delta, InstanceName},
    digest,
    preview::Shown,
};

/// Changes that one set of instances has in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The instances, sorted; none for objects that belong to no instance.
    pub instances: Vec<InstanceName>,
    /// The changes, as the first instance has them: positions in [`crate::preview::Preview::changes`].
    pub changes: Vec<usize>,
}

/// Groups changes: what belongs to no instance first, then what most instances have in common.
pub(super) fn groups(changes: &[Shown]) -> Vec<Group> {
    let mut alone = Vec::new();
    let mut alike: BTreeMap<(String, usize), (usize, Vec<&InstanceName>)> = BTreeMap::new();
    for (index, change) in changes.iter().enumerate() {
        let Some(instance) = &change.instance else {
            alone.push(index);
            continue;
        };
        let signature = signature(change, instance);
        // One instance may have the same change twice: the second is a change of its own.
        let mut nth = 0;
        while alike
            .get(&(signature.clone(), nth))
            .is_some_and(|(_, instances)| instances.last() == Some(&instance))
        {
            nth += 1;
        }
        alike.entry((signature, nth)).or_insert_with(|| (index, Vec::new())).1.push(instance);
    }
    let mut groups: BTreeMap<Vec<&InstanceName>, Vec<usize>> = BTreeMap::new();
    for (first, mut instances) in alike.into_values() {
        instances.sort_unstable();
        groups.entry(instances).or_default().push(first);
    }
    let mut groups: Vec<Group> = groups
        .into_iter()
        .map(|(instances, mut changes)| {
            changes.sort_unstable();
            Group { instances: instances.into_iter().cloned().collect(), changes }
        })
        .collect();
    groups.sort_by(|left, right| {
        right.instances.len().cmp(&left.instances.len()).then(left.changes.cmp(&right.changes))
    });
    if !alone.is_empty() {
        groups.insert(0, Group { instances: Vec::new(), changes: alone });
    }
    groups
}

/// What two changes have in common if they are alike.
fn signature(change: &Shown, instance: &InstanceName) -> String {
    let edits: Vec<_> = change
        .edits
        .iter()
        .map(|edit| {
            let what = match &edit.delta {
                Delta::Added(_) => "added",
                Delta::Removed(_) => "removed",
                Delta::Changed(..) => "changed",
                Delta::Reordered(_) => "reordered",
            };
            json!([edit.path.to_string(), what, edit.delta.before(), edit.delta.after()])
        })
        .collect();
    let identity = &change.identity;
    // What a digest says beside it need not be told apart.
    let risks: Vec<_> = change.risks.iter().map(|risk| (risk.code.id, &risk.message)).collect();
    let text = json!([
        format!("{:?}", change.happened),
        identity.group,
        identity.kind,
        identity.namespace,
        identity.name,
        edits,
        risks
    ])
    .to_string();
    let text = without(&text, &instance.name, "{instance}");
    let text = match &instance.namespace {
        Some(namespace) => without(&text, namespace, "{namespace}"),
        None => text,
    };
    digest::sha256(text)
}

/// The text with something in place of a name wherever the name stands as a whole.
fn without(text: &str, name: &str, instead: &str) -> String {
    if name.is_empty() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for (at, _) in text.match_indices(name) {
        let end = at + name.len();
        let is_inside = |letter: char| letter.is_ascii_alphanumeric();
        if text[..at].ends_with(is_inside) || text[end..].starts_with(is_inside) {
            continue;
        }
        out.push_str(&text[copied..at]);
        out.push_str(instead);
        copied = end;
    }
    out + &text[copied..]
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn only_whole_names_are_replaced() {
        assert_eq!(without("demo-config of demo", "demo", "_"), "_-config of _");
        assert_eq!(without("demos and mydemo", "demo", "_"), "demos and mydemo");
        assert_eq!(without("a.a", "a", "_"), "_._");
    }
}
