//! One mutated object, kept as what was done to a good one: thousands of whole objects would not fit into memory.

use petasos::{
    api::Kind,
    field_path::{FieldPath, Step},
};
use serde_json::{Value, json};

use crate::lab::verdict::sample::{Size, good, inner, place};

/// One of our kinds and its schema.
pub(crate) struct Subject {
    pub(crate) kind: &'static Kind,
    pub(crate) schema: Value,
}

impl Subject {
    pub(crate) fn all() -> Vec<Self> {
        petasos::api::kinds()
            .iter()
            .map(|kind| Self {
                kind,
                schema: petasos::api::compact_schema(kind.kind).expect("it is one of ours"),
            })
            .collect()
    }

    /// An object that both accept, with what is required and no more.
    fn smallest(&self) -> Value {
        let mut object = good(&self.schema, Size::Smallest, 0);
        object["apiVersion"] = self.kind.api_version().into();
        object["kind"] = self.kind.kind.into();
        object["metadata"] = json!({"name": "demo"});
        object
    }
}

/// A good object with one change.
pub(crate) struct Input<'a> {
    pub(crate) subject: &'a Subject,
    /// What kind of change; one of `CLASSES`.
    pub(crate) class: &'static str,
    /// What the change is, in a few words.
    pub(crate) what: String,
    /// Where it is.
    pub(crate) path: FieldPath,
    pub(crate) change: Change,
}

/// What is done to a good object.
pub(crate) enum Change {
    /// There is this value, and around it only what is required.
    Set(Value),
    /// This is left out of a field of `spec` that is full.
    Unset,
    /// The object is this YAML.
    Text(String),
}

impl Input<'_> {
    /// The object, as a request has it.
    pub(crate) fn text(&self) -> String {
        let (object, schema) = (self.subject.smallest(), &self.subject.schema);
        match &self.change {
            Change::Set(value) => set(object, schema, &self.path.0, value).to_string(),
            Change::Unset => {
                let top = self.path.0.get(..2).unwrap_or(&self.path.0);
                let full = good(top.iter().fold(schema, inner), Size::Full, 0);
                remove(set(object, schema, top, &full), schema, &self.path.0).to_string()
            }
            Change::Text(text) => text.clone(),
        }
    }

    /// What the page calls it.
    pub(crate) fn name(&self) -> String {
        match &self.change {
            Change::Text(_) => self.what.clone(),
            _ => format!("{} `{}` {}", self.subject.kind.kind, self.path, self.what),
        }
    }
}

fn set(mut object: Value, schema: &Value, path: &[Step], value: &Value) -> Value {
    *place(&mut object, schema, path) = value.clone();
    object
}

fn remove(mut object: Value, schema: &Value, path: &[Step]) -> Value {
    let Some((last, above)) = path.split_last() else { return object };
    match (last, place(&mut object, schema, above)) {
        (Step::Key(key), Value::Object(map)) => drop(map.shift_remove(key)),
        (Step::Index(index), Value::Array(list)) => drop(list.remove(*index)),
        _ => {}
    }
    object
}
