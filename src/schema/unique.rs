//! Items of a list that must differ: `x-kubernetes-list-type: set` and `map`, and `uniqueItems`.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    diagnostic::catalogue::schema as codes,
    field_path::PathRef,
    schema::{ListType, Problem, Schema, limits},
};

/// Reports each value that a list has twice, at its second place.
pub(super) fn check(
    list: &[Value],
    schema: &Schema,
    path: PathRef<'_>,
    sink: &mut dyn FnMut(Problem),
) {
    let unique = schema.limits.as_ref().is_some_and(|limits| limits.unique_items);
    match &schema.list {
        ListType::Atomic if !unique => {}
        ListType::Atomic | ListType::Set => repeated(list, Value::eq, canonical, |first, again| {
            sink(duplicate_item(list, path, first, again));
        }),
        ListType::Map(keys) => repeated(
            list,
            |left, right| {
                keys.iter().all(|key| key_of(left, key, schema) == key_of(right, key, schema))
            },
            |item| canonical_keys(item, keys, schema),
            |first, again| sink(duplicate_key(list, keys, path, first, again)),
        ),
    }
}

/// What an item has as a key. A null is the same as nothing, and nothing is the same as the default.
fn key_of<'v>(item: &'v Value, key: &str, schema: &'v Schema) -> Option<&'v Value> {
    let default = || schema.items.as_ref()?.property(key)?.default.as_deref();
    item.get(key).filter(|value| !value.is_null()).or_else(default)
}

/// Calls `found` with the index of a value and of its second appearance; a third is not reported again. Looking back
/// over the few items of a usual list costs less than a table of what was seen; a long one gets the table.
fn repeated(
    list: &[Value],
    same: impl Fn(&Value, &Value) -> bool,
    text: impl Fn(&Value) -> String,
    mut found: impl FnMut(usize, usize),
) {
    if list.len() > LOOK_BACK {
        let mut seen = BTreeMap::<String, (usize, usize)>::new();
        for (index, item) in list.iter().enumerate() {
            let (first, count) = seen.entry(text(item)).or_insert((index, 0));
            *count += 1;
            if *count == 2 {
                found(*first, index);
            }
        }
        return;
    }
    for (index, item) in list.iter().enumerate().skip(1) {
        let mut earlier = list[..index].iter().enumerate().filter(|(_, other)| same(other, item));
        if let (Some((first, _)), None) = (earlier.next(), earlier.next()) {
            found(first, index);
        }
    }
}

/// The longest list that is searched item by item.
const LOOK_BACK: usize = 64;

/// A text that equal values share: JSON with sorted keys.
fn canonical(value: &Value) -> String {
    let mut sorted = value.clone();
    sorted.sort_all_objects();
    sorted.to_string()
}

fn canonical_keys(item: &Value, keys: &[Box<str>], schema: &Schema) -> String {
    let text = |key: &str| key_of(item, key, schema).map(canonical).unwrap_or_default();
    keys.iter().map(|key| text(key)).collect::<Vec<_>>().join(",")
}

fn duplicate_item(list: &[Value], path: PathRef<'_>, first: usize, again: usize) -> Problem {
    let shown = limits::shown(&list[again]);
    Problem::new(
        &codes::DUPLICATE,
        PathRef::Index(&path, again),
        format!("{shown} is in the list twice"),
    )
    .help(format!("remove this item, it repeats item {first} (counted from 0)"))
}

fn duplicate_key(
    list: &[Value],
    keys: &[Box<str>],
    path: PathRef<'_>,
    first: usize,
    again: usize,
) -> Problem {
    let item = &list[again];
    let pairs = keys.iter().map(|key| match item.get(&**key) {
        Some(value) => format!("`{key}` {}", limits::shown(value)),
        None => format!("no `{key}`"),
    });
    let pairs = pairs.collect::<Vec<_>>().join(" and ");
    let message = format!("two items of the list have {pairs}");
    let problem = Problem::new(&codes::DUPLICATE, PathRef::Index(&path, again), message)
        .help(format!("change or remove one; item {first} (counted from 0) has it already"));
    match keys.iter().find(|key| item.get(&***key).is_some()) {
        Some(key) => problem.at_field(key),
        None => problem,
    }
}
