//! Two values to the differences between them.

use serde_json::{Map, Value};

use crate::diff::{
    Edit, Path,
    edit::{Delta, Step},
    list,
};

/// The differences between two objects of a kind, in the order of a walk through the old one.
pub fn values(kind: &str, old: &Value, new: &Value) -> Vec<Edit> {
    let mut walk = Walk { kind, path: Vec::new(), edits: Vec::new() };
    walk.value(old, new);
    walk.edits
}

/// Where the walk is, and what it found.
pub(super) struct Walk<'a> {
    pub(super) kind: &'a str,
    path: Vec<Step>,
    edits: Vec<Edit>,
}

impl Walk<'_> {
    pub(super) fn value(&mut self, old: &Value, new: &Value) {
        match (old, new) {
            (Value::Object(old), Value::Object(new)) => self.map(old, new),
            (Value::Array(old), Value::Array(new)) => list::compare(self, old, new),
            _ if old == new => {}
            _ => self.found(Delta::Changed(old.clone(), new.clone())),
        }
    }

    fn map(&mut self, old: &Map<String, Value>, new: &Map<String, Value>) {
        for (key, before) in old {
            self.at(Step::Key(key.clone()), |walk| match new.get(key) {
                Some(after) => walk.value(before, after),
                None => walk.found(Delta::Removed(before.clone())),
            });
        }
        for (key, after) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
            self.at(Step::Key(key.clone()), |walk| walk.found(Delta::Added(after.clone())));
        }
    }

    /// Does something one step further in.
    pub(super) fn at(&mut self, step: Step, inside: impl FnOnce(&mut Self)) {
        self.path.push(step);
        inside(self);
        self.path.pop();
    }

    /// Notes a difference at this place.
    pub(super) fn found(&mut self, delta: Delta) {
        self.edits.push(Edit { path: Path(self.path.clone()), delta });
    }

    /// The names of the fields on the way to this place.
    pub(super) fn keys(&self) -> Vec<&str> {
        let keys = self.path.iter().filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Item(_) => None,
        });
        keys.collect()
    }
}
