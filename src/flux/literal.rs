//! Keeping a text out of post-build substitution: prompts and scripts are full of `$`.

use std::{borrow::Cow, collections::BTreeSet};

use serde_json::Value;

use crate::{field_path::PathRef, object::annotate};

/// The label or annotation that makes Flux leave an object alone, and its value.
pub const OPT_OUT: (&str, &str) = ("kustomize.toolkit.fluxcd.io/substitute", "disabled");

/// How objects are kept out of post-build substitution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Protection {
    /// An object that would be changed gets an annotation. That holds whether Flux substitutes or not.
    OptOut,
    /// Each `$` that means something is doubled, so the rest of the object can have variables. Flux takes the second away only
    /// where it substitutes: in a Kustomization with at least one variable, or with the strategy `Always`.
    Escape {
        /// Variables that stay variables.
        keep: BTreeSet<String>,
    },
}

/// Whether substitution would change a text, or refuse it.
pub fn is_touched(text: &str) -> bool {
    text.contains("$$") || text.contains("${")
}

/// Whether an object says that Flux is to leave it alone.
pub fn is_opted_out(object: &Value) -> bool {
    let (key, value) = OPT_OUT;
    ["labels", "annotations"].iter().any(|map| object["metadata"][map][key] == value)
}

/// The object that arrives in the cluster as this one is; none if it does already.
pub fn protect(object: &Value, protection: &Protection) -> Option<Value> {
    if is_opted_out(object) || !any_text(object, &is_touched) {
        return None;
    }
    match protection {
        Protection::OptOut => Some(opt_out(object)),
        Protection::Escape { keep } => {
            let escaped = map_text(object, &|text| escape(text, keep));
            (escaped != *object).then_some(escaped)
        }
    }
}

fn opt_out(object: &Value) -> Value {
    let mut object = object.clone();
    let (key, value) = OPT_OUT;
    annotate(&mut object, [(key, value.into())]);
    object
}

/// The text that substitution turns into this one. `keep` are variables that are left to it.
pub fn escape<'a>(text: &'a str, keep: &BTreeSet<String>) -> Cow<'a, str> {
    if !is_touched(text) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        escaped.push_str(&rest[..at]);
        rest = &rest[at..];
        let mut dollars = rest.bytes().take_while(|byte| *byte == b'$').count();
        let after = &rest[dollars..];
        rest = after;
        let variable = after.starts_with('{');
        if variable && is_kept(after, keep) {
            // The last of them begins a variable.
            dollars -= 1;
            push_dollars(&mut escaped, 2 * dollars);
            push_dollars(&mut escaped, 1);
        } else if variable || dollars > 1 {
            push_dollars(&mut escaped, 2 * dollars);
        } else {
            push_dollars(&mut escaped, dollars);
        }
    }
    escaped.push_str(rest);
    Cow::Owned(escaped)
}

fn push_dollars(text: &mut String, count: usize) {
    text.extend(std::iter::repeat_n('$', count));
}

/// Whether what begins with a brace names one of the variables.
fn is_kept(braced: &str, keep: &BTreeSet<String>) -> bool {
    let inside = braced.trim_start_matches(['{', '#']);
    let end = inside.find(|next: char| !next.is_ascii_alphanumeric() && next != '_');
    keep.contains(&inside[..end.unwrap_or(inside.len())])
}

fn any_text(value: &Value, is: &impl Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => is(text),
        Value::Array(items) => items.iter().any(|item| any_text(item, is)),
        Value::Object(fields) => fields.iter().any(|(key, value)| is(key) || any_text(value, is)),
        _ => false,
    }
}

/// Every text of an object, with its place, until `found` has what it looks for. The place of a key is that of its map.
pub(super) fn find_text<T>(
    path: PathRef<'_>,
    value: &Value,
    found: &mut dyn FnMut(PathRef<'_>, &str) -> Option<T>,
) -> Option<T> {
    match value {
        Value::String(text) => found(path, text),
        Value::Array(items) => (items.iter().enumerate())
            .find_map(|(index, item)| find_text(PathRef::Index(&path, index), item, found)),
        Value::Object(fields) => fields.iter().find_map(|(key, value)| {
            found(path, key).or_else(|| find_text(PathRef::Key(&path, key), value, found))
        }),
        _ => None,
    }
}

fn map_text(value: &Value, change: &impl Fn(&str) -> Cow<'_, str>) -> Value {
    match value {
        Value::String(text) => change(text).into_owned().into(),
        Value::Array(items) => items.iter().map(|item| map_text(item, change)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| (change(key).into_owned(), map_text(value, change)))
            .collect(),
        other => other.clone(),
    }
}
