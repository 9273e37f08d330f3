//! Two lists to the differences between them: items are paired by the keys that Kubernetes tells them apart by, and else
//! by their values.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use serde_json::Value;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::{
    diff::{
        compare::Walk,
        edit::{Delta, Item, Step},
    },
    object::list_keys,
};

/// Lists with more items than this together are paired by position: the time to pair them by value is their product.
const MOST_BY_VALUE: usize = 4_000;

/// Walks two lists.
pub(super) fn compare(walk: &mut Walk<'_>, old: &[Value], new: &[Value]) {
    if old == new {
        return;
    }
    let keys = list_keys::of(walk.kind, &walk.keys());
    let named = keys.and_then(|keys| Some((names(old, keys)?, names(new, keys)?)));
    match named {
        Some((of_old, of_new)) => by_key(walk, (old, &of_old), (new, &of_new)),
        None => by_value(walk, old, new),
    }
}

/// What each item is called, or none where the keys do not tell the items apart.
fn names(items: &[Value], keys: &[&str]) -> Option<Vec<String>> {
    let names: Vec<String> = items.iter().map(|item| name(item, keys)).collect::<Option<_>>()?;
    let mut sorted: Vec<&String> = names.iter().collect();
    sorted.sort_unstable();
    sorted.windows(2).all(|pair| pair[0] != pair[1]).then_some(names)
}

fn name(item: &Value, keys: &[&str]) -> Option<String> {
    let item = item.as_object()?;
    let parts = keys.iter().map(|key| match item.get(*key) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        // A port that says none has this one.
        None if *key == "protocol" => Some("TCP".to_owned()),
        _ => None,
    });
    Some(parts.collect::<Option<Vec<_>>>()?.join("/"))
}

/// A list and what its items are called.
type Named<'a> = (&'a [Value], &'a [String]);

fn by_key(walk: &mut Walk<'_>, (old, old_names): Named<'_>, (new, new_names): Named<'_>) {
    let positions: BTreeMap<&str, usize> =
        new_names.iter().enumerate().map(|(index, name)| (name.as_str(), index)).collect();
    let mut stay = Vec::new();
    for (index, (before, name)) in old.iter().zip(old_names).enumerate() {
        let position = positions.get(name.as_str()).copied();
        let item = Item { name: name.clone(), old: Some(index), new: position };
        stay.extend(position.is_some().then(|| item.clone()));
        walk.at(Step::Item(item), |walk| match position {
            Some(position) => walk.value(before, &new[position]),
            None => walk.found(Delta::Removed(before.clone())),
        });
    }
    if !stay.is_sorted_by_key(|item| item.new) {
        stay.sort_by_key(|item| item.new);
        walk.found(Delta::Reordered(stay));
    }
    let old_names: BTreeSet<&String> = old_names.iter().collect();
    for (index, (after, name)) in new.iter().zip(new_names).enumerate() {
        if !old_names.contains(name) {
            added(walk, name.clone(), index, after);
        }
    }
}

fn by_value(walk: &mut Walk<'_>, old: &[Value], new: &[Value]) {
    for (before, after) in unequal(old, new) {
        let paired = before.len().min(after.len());
        for (one, other) in before.clone().zip(after.clone()) {
            let item = Item { name: one.to_string(), old: Some(one), new: Some(other) };
            walk.at(Step::Item(item), |walk| walk.value(&old[one], &new[other]));
        }
        for index in before.skip(paired) {
            let item = Item { name: index.to_string(), old: Some(index), new: None };
            walk.at(Step::Item(item), |walk| walk.found(Delta::Removed(old[index].clone())));
        }
        for index in after.skip(paired) {
            added(walk, index.to_string(), index, &new[index]);
        }
    }
}

/// The runs of items that are not equal, on either side. Where there are several ways to pair items, the same one is
/// taken in both directions, so that a change and its reversal say the same.
fn unequal(old: &[Value], new: &[Value]) -> Vec<(Range<usize>, Range<usize>)> {
    if old.len() + new.len() > MOST_BY_VALUE {
        return vec![(0..old.len(), 0..new.len())];
    }
    let text = |items: &[Value]| items.iter().map(Value::to_string).collect::<Vec<_>>();
    let is_forward = (old.len(), text(old)) <= (new.len(), text(new));
    let (first, second) = if is_forward { (old, new) } else { (new, old) };
    let ops = capture_diff_slices(Algorithm::Myers, first, second);
    let runs = ops.iter().filter(|op| !matches!(op, DiffOp::Equal { .. })).map(|op| {
        let (one, other) = (op.old_range(), op.new_range());
        if is_forward { (one, other) } else { (other, one) }
    });
    runs.collect()
}

fn added(walk: &mut Walk<'_>, name: String, index: usize, value: &Value) {
    let item = Item { name, old: None, new: Some(index) };
    walk.at(Step::Item(item), |walk| walk.found(Delta::Added(value.clone())));
}
