//! Which fields the instances of a test set. A test shows the effect of no other fields, so docs/fields.md names it for none.

use std::{cell::RefCell, collections::BTreeSet, path::Path};

use anyhow::{Result, anyhow};
use serde_json::Value;

use crate::case::expect;
use crate::fields;
use crate::lab::namespace::documents;

thread_local! {
    static SET: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// A test begins on this thread.
pub(crate) fn begin() {
    SET.with_borrow_mut(BTreeSet::clear);
}

/// Notes what is rendered.
pub(crate) fn note(instances: &str) -> Result<()> {
    for document in documents(instances)? {
        if document["kind"] == "HermesInstance" {
            SET.with_borrow_mut(|set| leaves(&document["spec"], "spec", set));
        }
    }
    Ok(())
}

/// A test has passed: its list is as it is checked in.
pub(crate) fn end(test: &str) -> Result<()> {
    let Some(file) = fields::shown_by(test) else { return Ok(()) };
    let fields =
        SET.with_borrow(|set| set.iter().fold(String::new(), |text, field| text + field + "\n"));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    expect(&file, &fields).map_err(|failed| anyhow!("{}", failed.message().unwrap_or_default()))
}

/// The paths of values; a list is one.
fn leaves(value: &Value, path: &str, set: &mut BTreeSet<String>) {
    match value.as_object() {
        Some(inner) if !inner.is_empty() => {
            inner.iter().for_each(|(name, value)| leaves(value, &format!("{path}.{name}"), set));
        }
        _ => drop(set.insert(path.to_owned())),
    }
}
