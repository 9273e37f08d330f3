//! Two sets of objects to what differs between them: a pure function, from which every preview is made.
//!
//! Objects are paired by identity, and by the stem of their name where it carries a hash of the content. Inside a pair
//! maps are compared by key, lists by the keys that Kubernetes gives their items or by value, and [`apply()`] makes the new
//! object from the old one and the differences.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::Value;

use crate::{
    diagnostic::Location,
    object::{Identity, RenderedObject},
};

mod apply;
mod compare;
mod edit;
mod list;
mod rename;

pub use apply::apply;
pub use compare::values;
pub use edit::{Delta, Edit, Item, Path, Step};

/// What happened to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Happened {
    /// It is only on the new side.
    Added,
    /// It is only on the old side.
    Removed,
    /// It is on both sides, and differs.
    Changed,
}

/// The instance that an object belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InstanceName {
    /// Its namespace, where the object names one.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
}

/// An object that is not the same on both sides.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What happened to it.
    pub happened: Happened,
    /// The object as it is called on the new side, or on the old one if it is gone.
    pub identity: Identity,
    /// What it was called, where its name carries a hash and is another now.
    pub was: Option<Identity>,
    /// The instance that it belongs to.
    pub instance: Option<InstanceName>,
    /// Where it comes from: a document of the new side, or of the old one.
    pub location: Location,
    /// The object as it was.
    pub old: Option<Arc<Value>>,
    /// The object as it is.
    pub new: Option<Arc<Value>>,
    /// What differs. An object that came or went is one difference at the root.
    pub edits: Vec<Edit>,
}

/// The objects that differ, in the order of the output, those that are gone at the place where they were. The texts are
/// JSON, as [`crate::object::Format::Json`] writes it.
pub fn compare(old: &[RenderedObject], new: &[RenderedObject]) -> Vec<Change> {
    let before: BTreeMap<&Identity, &RenderedObject> = by_identity(old);
    let after: BTreeMap<&Identity, &RenderedObject> = by_identity(new);
    let gone: Vec<&Identity> =
        before.keys().copied().filter(|identity| !after.contains_key(identity)).collect();
    let came: Vec<&Identity> =
        after.keys().copied().filter(|identity| !before.contains_key(identity)).collect();
    let renamed: BTreeMap<&Identity, &Identity> =
        rename::find(&gone, &came).into_iter().map(|(old, new)| (new, old)).collect();
    let mut changes: Vec<Change> = Vec::new();
    for (identity, object) in &after {
        let was = renamed.get(identity).copied();
        match before.get(was.unwrap_or(identity)) {
            Some(old) if old.text == object.text => {}
            Some(old) => changes.extend(changed(old, object, was)),
            None => changes.push(whole(object, Happened::Added)),
        }
    }
    let were: BTreeSet<&Identity> = renamed.into_values().collect();
    let removed = gone.iter().filter(|identity| !were.contains(*identity));
    changes.extend(
        removed.filter_map(|identity| Some(whole(before.get(identity)?, Happened::Removed))),
    );
    changes.sort_by(|left, right| key(left).cmp(&key(right)));
    changes
}

/// The first of each identity: that one is there twice is reported where it is rendered.
fn by_identity(objects: &[RenderedObject]) -> BTreeMap<&Identity, &RenderedObject> {
    objects.iter().rev().map(|object| (&object.identity, object)).collect()
}

/// By instance, what has none first, and by identity.
fn key(change: &Change) -> (Option<&InstanceName>, &Identity) {
    (change.instance.as_ref(), &change.identity)
}

fn changed(old: &RenderedObject, new: &RenderedObject, was: Option<&Identity>) -> Option<Change> {
    let (before, after) = (value(old), value(new));
    let edits = values(&new.identity.kind, &before, &after);
    (!edits.is_empty()).then(|| Change {
        happened: Happened::Changed,
        identity: new.identity.clone(),
        was: was.cloned(),
        instance: instance(new, &after).or_else(|| instance(old, &before)),
        location: new.location.clone(),
        old: Some(Arc::new(before)),
        new: Some(Arc::new(after)),
        edits,
    })
}

fn whole(object: &RenderedObject, happened: Happened) -> Change {
    let value = value(object);
    let instance = instance(object, &value);
    let is_new = happened == Happened::Added;
    let delta = if is_new { Delta::Added(value.clone()) } else { Delta::Removed(value.clone()) };
    let value = Arc::new(value);
    Change {
        happened,
        identity: object.identity.clone(),
        was: None,
        instance,
        location: object.location.clone(),
        old: (!is_new).then(|| Arc::clone(&value)),
        new: is_new.then_some(value),
        edits: vec![Edit { path: Path::default(), delta }],
    }
}

fn value(object: &RenderedObject) -> Value {
    serde_json::from_str(&object.text).unwrap_or_default()
}

/// The instance that rendered an object, or that its labels name.
fn instance(object: &RenderedObject, value: &Value) -> Option<InstanceName> {
    let label = |name: &str| value.get("metadata")?.get("labels")?.get(name)?.as_str();
    let name = object
        .instance
        .as_deref()
        .or_else(|| label("hermes.agent/instance"))
        .or_else(|| label("app.kubernetes.io/instance"))?;
    Some(InstanceName { namespace: object.identity.namespace.clone(), name: name.to_owned() })
}

#[cfg(test)]
mod tests;
