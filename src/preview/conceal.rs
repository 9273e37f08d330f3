//! Secrets in differences: their values are replaced by a keyed fingerprint, which shows that they differ and nothing else.
//!
//! The fingerprint has the same length whatever it stands for, and the key, which is new for each run unless one is
//! given, keeps anyone from trying words on it.

use serde_json::Value;

use crate::{
    diff::{Change, Delta, Edit, Step},
    digest::{hexadecimal, hmac_sha256},
    preview::json_of,
    risk::Risk,
    secret::{is_heading, is_name},
};

mod text;

/// What fingerprints are made with.
#[derive(Clone)]
pub struct FingerprintKey(Vec<u8>);

impl FingerprintKey {
    /// A key of any length; whoever knows it can test guesses.
    pub fn new(bytes: Vec<u8>) -> Self {
        FingerprintKey(bytes)
    }

    /// What stands in place of a secret.
    fn of(&self, text: &str) -> String {
        let digest = hmac_sha256(&self.0, text.as_bytes());
        format!("<hidden {}>", hexadecimal(&digest[..5]))
    }
}

/// How much of what stands at a place is secret.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cover {
    /// What is not called like a secret is shown.
    Open,
    /// It is called like a secret: what refers to one is shown, and no other value.
    Named,
    /// Nothing is shown.
    All,
}

/// Fields that say where a secret is.
const REFERENCES: &[&str] = &[
    "apiVersion",
    "defaultMode",
    "items",
    "key",
    "kind",
    "mode",
    "mountPath",
    "name",
    "namespace",
    "optional",
    "path",
    "secretName",
];

/// The differences of an object without the values of secrets.
pub(super) fn edits(change: &Change, edits: &[Edit], key: &FingerprintKey) -> Vec<Edit> {
    let start = match change.identity.kind.as_str() {
        "Secret" if change.identity.group.is_empty() => Place::secret(change),
        _ => Place::root(change),
    };
    edits.iter().map(|edit| one(start, edit, key)).collect()
}

/// A risk without what looks like a secret in its message: an image, an address, or a name may hold one.
pub(super) fn risk(risk: Risk, key: &FingerprintKey) -> Risk {
    Risk { message: text::without_tokens(&risk.message, key), ..risk }
}

/// A place on both sides, as far as it is there.
#[derive(Clone, Copy)]
struct Place<'a> {
    sides: [Option<&'a Value>; 2],
    cover: Cover,
    /// Whether the object is a Secret and this is its root.
    is_secret: bool,
}

impl<'a> Place<'a> {
    fn root(change: &'a Change) -> Self {
        let sides = [change.old.as_deref(), change.new.as_deref()];
        Place { sides, cover: Cover::Open, is_secret: false }
    }

    fn secret(change: &'a Change) -> Self {
        Place { is_secret: true, ..Place::root(change) }
    }

    fn step(self, step: &Step) -> Self {
        match step {
            Step::Key(name) => {
                let sides = self.sides.map(|side| side?.get(name));
                Place { sides, cover: self.cover_of(name), is_secret: false }
            }
            Step::Item(item) => {
                let [old, new] = self.sides;
                let positions = [(old, item.old), (new, item.new)];
                let follows_flag = positions.iter().any(|(list, index)| {
                    index.is_some_and(|index| follows_secret_flag(*list, index))
                });
                let sides = positions.map(|(list, index)| list?.get(index?));
                let cover = if follows_flag { Cover::All } else { self.cover };
                Place { sides, cover, is_secret: false }
            }
        }
    }

    fn cover_of(self, name: &str) -> Cover {
        let siblings = self.sides.into_iter().flatten();
        cover(self.cover, name, self.is_secret, siblings)
    }
}

/// What is true of the value under a key, where `around` is what holds the key.
fn cover<'a>(
    outer: Cover,
    key: &str,
    of_secret: bool,
    mut around: impl Iterator<Item = &'a Value> + Clone,
) -> Cover {
    let is_open = matches!(key, "apiVersion" | "kind" | "metadata" | "type" | "immutable");
    if outer == Cover::All || (of_secret && !is_open) || key.ends_with("last-applied-configuration")
    {
        return Cover::All;
    }
    if outer == Cover::Named && (REFERENCES.contains(&key) || key.ends_with("Ref")) {
        return Cover::Open;
    }
    let called = |value: &Value| value.get("name").and_then(Value::as_str).is_some_and(is_name);
    let has_map = |value: &Value| value.get(key).is_some_and(Value::is_object);
    let is_open_heading = is_heading(key) && around.clone().any(has_map);
    let is_named = is_name(key) || (key == "value" && around.any(called));
    if is_named && !is_open_heading { Cover::Named } else { outer }
}

/// Whether the argument before this one announces a secret: `--token`, then the token.
fn follows_secret_flag(list: Option<&Value>, index: usize) -> bool {
    let flag = index.checked_sub(1).and_then(|before| list?.get(before)?.as_str());
    flag.is_some_and(|flag| flag.starts_with('-') && !flag.contains('=') && is_name(flag))
}

fn one(start: Place<'_>, edit: &Edit, key: &FingerprintKey) -> Edit {
    let place = edit.path.0.iter().fold(start, Place::step);
    let hide = |value: &Value| concealed(value, place.cover, place.is_secret, key);
    let delta = match &edit.delta {
        Delta::Added(after) => Delta::Added(hide(after)),
        Delta::Removed(before) => Delta::Removed(hide(before)),
        Delta::Changed(before, after) => Delta::Changed(hide(before), hide(after)),
        Delta::Reordered(order) => Delta::Reordered(order.clone()),
    };
    Edit { path: edit.path.clone(), delta }
}

/// A value without what is secret in it.
fn concealed(value: &Value, outer: Cover, of_secret: bool, key: &FingerprintKey) -> Value {
    match value {
        Value::Object(map) => {
            let entries = map.iter().map(|(name, inner)| {
                let cover = cover(outer, name, of_secret, std::iter::once(value));
                (name.clone(), concealed(inner, cover, false, key))
            });
            Value::Object(entries.collect())
        }
        Value::Array(items) => {
            let item = |(index, item)| {
                let is_flagged = follows_secret_flag(Some(value), index);
                concealed(item, if is_flagged { Cover::All } else { outer }, false, key)
            };
            Value::Array(items.iter().enumerate().map(item).collect())
        }
        Value::Null => Value::Null,
        Value::String(text) if outer == Cover::Open => {
            json(text, key).unwrap_or_else(|| text::concealed(text, key)).into()
        }
        // An empty text hides nothing.
        Value::String(text) if text.is_empty() => Value::String(String::new()),
        Value::String(text) => key.of(text).into(),
        Value::Bool(_) | Value::Number(_) if outer == Cover::All => {
            key.of(&value.to_string()).into()
        }
        Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// A text that is JSON: its values are told by their names, not by their lines. Without a secret in it, it stays as it is.
fn json(text: &str, key: &FingerprintKey) -> Option<String> {
    let value = json_of(text)?;
    let hidden = concealed(&value, Cover::Open, false, key);
    Some(if hidden == value { text.to_owned() } else { hidden.to_string() })
}

#[cfg(test)]
pub(super) mod tests;
