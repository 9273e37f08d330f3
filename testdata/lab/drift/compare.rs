//! What a server made of an object: which fields it added, and which of ours it did not keep.

use libtest_mimic::{Failed, Trial};
use petasos::field_path::{FieldPath, PathRef, Step};
use serde_json::{Map, Value, json};

/// What only a server knows. It is in every object.
const BOOKKEEPING: &[&str] =
    &["uid", "resourceVersion", "creationTimestamp", "generation", "managedFields"];

/// Between what was rendered and what is there.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Difference {
    /// Fields that the server added, down to those that hold no further ones, with their values.
    pub(crate) added: Vec<(String, Value)>,
    /// Fields of ours that are gone or have another value, as people read it.
    pub(crate) changed: Vec<String>,
}

/// Compares what was rendered with what is there.
pub(crate) fn compare(rendered: &Value, live: &Value) -> Difference {
    let mut live = live.clone();
    if let Some(fields) = live.as_object_mut() {
        fields.remove("status");
    }
    if let Some(metadata) = live.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.retain(|name, _| !BOOKKEEPING.contains(&&**name));
    }
    let mut difference = Difference::default();
    difference.of(PathRef::Root, rendered, &live);
    difference
}

impl Difference {
    fn of(&mut self, path: PathRef<'_>, rendered: &Value, live: &Value) {
        match (rendered, live) {
            (Value::Object(ours), Value::Object(theirs)) => self.of_maps(path, ours, theirs),
            (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
                for (index, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
                    self.of(PathRef::Index(&path, index), ours, theirs);
                }
            }
            _ if rendered == live => {}
            _ => self.changed.push(format!("`{}` was {rendered} and is {live}", path.to_path())),
        }
    }

    fn of_maps(
        &mut self,
        path: PathRef<'_>,
        ours: &Map<String, Value>,
        theirs: &Map<String, Value>,
    ) {
        for (key, rendered) in ours {
            let path = PathRef::Key(&path, key);
            match theirs.get(key) {
                Some(live) => self.of(path, rendered, live),
                None => {
                    self.changed.push(format!("`{}` was {rendered} and is gone", path.to_path()));
                }
            }
        }
        for (key, live) in theirs.iter().filter(|(key, _)| !ours.contains_key(*key)) {
            self.add(PathRef::Key(&path, key), live);
        }
    }

    fn add(&mut self, path: PathRef<'_>, live: &Value) {
        match live {
            Value::Object(fields) if !fields.is_empty() => {
                for (key, live) in fields {
                    self.add(PathRef::Key(&path, key), live);
                }
            }
            Value::Array(items) if !items.is_empty() => {
                for live in items {
                    self.add(PathRef::Index(&path, 0), live);
                }
            }
            _ => self.added.push((of_every_item(path.to_path()), live.clone())),
        }
    }
}

/// A path that is the same for every item of a list: `spec.ports[].name`.
fn of_every_item(mut path: FieldPath) -> String {
    for step in &mut path.0 {
        if let Step::Index(index) = step {
            *index = 0;
        }
    }
    path.to_string().replace("[0]", "[]")
}

/// Tests of the comparison, which need no cluster.
pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test(
            "drifts::a_comparison_tells_added_from_changed",
            a_comparison_tells_added_from_changed,
        ),
        Trial::test(
            "drifts::a_comparison_leaves_out_bookkeeping",
            a_comparison_leaves_out_bookkeeping,
        ),
    ]
}

fn a_comparison_tells_added_from_changed() -> Result<(), Failed> {
    let same = json!({"a": [{"b": 1}], "c": {}});
    expect(&same, &same, &[], &[])?;
    expect(
        &json!({"a": {}}),
        &json!({"a": {"b": {"c.d/e": [2, {}]}}}),
        &[("a.b[\"c.d/e\"][]", json!(2)), ("a.b[\"c.d/e\"][]", json!({}))],
        &[],
    )?;
    let listed = json!({"a": [{"b": 1}, {"b": 2, "c": 3}]});
    expect(&json!({"a": [{"b": 1}, {"b": 2}]}), &listed, &[("a[].c", json!(3))], &[])?;
    expect(&json!({"a": "1000m"}), &json!({"a": "1"}), &[], &["`a` was \"1000m\" and is \"1\""])?;
    expect(&json!({"a": {}}), &json!({}), &[], &["`a` was {} and is gone"])?;
    expect(&json!({"a": [1]}), &json!({"a": [1, 2]}), &[], &["`a` was [1] and is [1,2]"])
}

fn a_comparison_leaves_out_bookkeeping() -> Result<(), Failed> {
    let rendered = json!({"metadata": {"name": "a"}});
    let live = json!({"metadata": {"name": "a", "uid": "u", "finalizers": ["f"]}, "status": {"phase": "Pending"}});
    expect(&rendered, &live, &[("metadata.finalizers[]", json!("f"))], &[])
}

fn expect(
    rendered: &Value,
    live: &Value,
    added: &[(&str, Value)],
    changed: &[&str],
) -> Result<(), Failed> {
    let added = added.iter().map(|(path, value)| ((*path).to_owned(), value.clone())).collect();
    let changed = changed.iter().map(|text| (*text).to_owned()).collect();
    let (expected, found) = (Difference { added, changed }, compare(rendered, live));
    if found == expected { Ok(()) } else { Err(format!("{found:?} is not {expected:?}").into()) }
}
