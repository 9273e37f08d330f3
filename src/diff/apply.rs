//! Differences and the old value to the new value. What a comparison finds is right exactly if this undoes it.

use serde_json::Value;

use crate::diff::{
    Edit,
    edit::{Delta, Item, Step},
};

/// The old value with every difference made.
pub fn apply(old: &Value, edits: &[Edit]) -> Value {
    let edits: Vec<&Edit> = edits.iter().collect();
    inside(old, &edits, 0)
}

/// The differences below one step, which is what they have in common at `depth`.
pub(super) struct Below<'a> {
    pub(super) step: &'a Step,
    pub(super) edits: Vec<&'a Edit>,
}

/// Differences at `depth` by their next step. Those that end there have none.
pub(super) fn below<'a>(edits: &[&'a Edit], depth: usize) -> Vec<Below<'a>> {
    let mut groups: Vec<Below<'a>> = Vec::new();
    for edit in edits {
        let Some(step) = edit.path.0.get(depth) else { continue };
        match groups.last_mut().filter(|group| group.step == step) {
            Some(group) => group.edits.push(edit),
            None => groups.push(Below { step, edits: vec![edit] }),
        }
    }
    groups
}

/// The difference that ends at `depth`, if one does.
pub(super) fn ends<'a>(edits: &[&'a Edit], depth: usize) -> Option<&'a Delta> {
    edits.iter().find(|edit| edit.path.0.len() == depth).map(|edit| &edit.delta)
}

fn inside(old: &Value, edits: &[&Edit], depth: usize) -> Value {
    if let Some(after) = ends(edits, depth).and_then(Delta::after) {
        return after.clone();
    }
    match old {
        Value::Object(map) => {
            let mut map = map.clone();
            for Below { step, edits } in below(edits, depth) {
                let Step::Key(key) = step else { continue };
                if let Some(Delta::Removed(_)) = ends(&edits, depth + 1) {
                    map.shift_remove(key);
                } else {
                    let before = map.get(key).cloned().unwrap_or(Value::Null);
                    map.insert(key.clone(), inside(&before, &edits, depth + 1));
                }
            }
            Value::Object(map)
        }
        Value::Array(items) => Value::Array(list(items, edits, depth)),
        _ => old.clone(),
    }
}

fn list(old: &[Value], edits: &[&Edit], depth: usize) -> Vec<Value> {
    let mut kept: Vec<Option<Value>> = old.iter().cloned().map(Some).collect();
    let mut added: Vec<(usize, Value)> = Vec::new();
    for Below { step, edits } in below(edits, depth) {
        let Step::Item(Item { name: _, old, new }) = step else { continue };
        match (old, ends(&edits, depth + 1), new) {
            (Some(old), Some(Delta::Removed(_)), _) if *old < kept.len() => kept[*old] = None,
            (None, Some(Delta::Added(value)), Some(new)) => added.push((*new, value.clone())),
            (Some(old), _, _) if *old < kept.len() => {
                let before = kept[*old].take().unwrap_or(Value::Null);
                kept[*old] = Some(inside(&before, &edits, depth + 1));
            }
            _ => {}
        }
    }
    let mut items: Vec<Value> = match ends(edits, depth) {
        Some(Delta::Reordered(order)) => {
            order.iter().filter_map(|item| kept.get_mut(item.old?)?.take()).collect()
        }
        _ => kept.into_iter().flatten().collect(),
    };
    added.sort_by_key(|(index, _)| *index);
    for (index, value) in added {
        items.insert(index.min(items.len()), value);
    }
    items
}
