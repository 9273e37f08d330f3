//! Merge keys: `<<: *base` adds the entries of another map that the map does not have itself.

use serde_json::{Map, Value};

use crate::{
    diagnostic::{Diagnostic, catalogue::reading::MERGE},
    document::{NodeSpan, problems::Problems, size},
};

/// What the merge keys of one map hold, in order.
#[derive(Default)]
pub(super) struct Merged(Vec<(Value, Vec<NodeSpan>)>);

impl Merged {
    pub(super) fn push(&mut self, value: Value, spans: impl Iterator<Item = NodeSpan>) {
        self.0.push((value, spans.collect()));
    }
}

/// Adds the merged entries at the end of the map that was read last. Its own keys win, then those merged first.
pub(super) fn apply(
    merged: Merged,
    map: &mut Map<String, Value>,
    spans: &mut Vec<NodeSpan>,
    problems: &mut Problems,
) {
    for (value, from) in merged.0 {
        match value {
            Value::Object(entries) => add(entries, &from, map, spans),
            Value::Array(maps) => {
                let mut start = 1;
                for item in maps {
                    let end = start + size(&item);
                    match item {
                        Value::Object(entries) => add(entries, &from[start..end], map, spans),
                        _ => problems.add(from[start].value, not_a_map()),
                    }
                    start = end;
                }
            }
            _ => problems.add(from[0].value, not_a_map()),
        }
    }
}

fn add(
    entries: Map<String, Value>,
    from: &[NodeSpan],
    map: &mut Map<String, Value>,
    spans: &mut Vec<NodeSpan>,
) {
    let mut start = 1;
    for (key, value) in entries {
        let end = start + size(&value);
        if !map.contains_key(&key) {
            spans.extend_from_slice(&from[start..end]);
            map.insert(key, value);
        }
        start = end;
    }
}

fn not_a_map() -> Diagnostic {
    Diagnostic::new(&MERGE, "the merge key `<<` takes a map or a list of maps")
        .help("quote the key if it is not meant as a merge: \"<<\"")
}
