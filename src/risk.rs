//! What a change may do that its lines do not say: Pods that restart, data that is lost, rights that are widened.
//!
//! A risk is read from one object before and after. Each family is a function in a file of its own, and each code has
//! its page in the catalogue.

use serde_json::Value;

use crate::{
    diagnostic::Code,
    diff::{Change, Happened},
    field,
};

mod access;
mod agent;
mod data;
mod image;
mod jobs;
mod network;
mod pod;
mod privilege;
mod recreate;
mod secrets;
mod self_configuration;
mod workload;

/// One thing that a change may do.
#[derive(Debug, Clone, PartialEq)]
pub struct Risk {
    /// What kind of thing.
    pub code: &'static Code,
    /// What it is here: a fragment in lower case without full stop.
    pub message: String,
    /// The field that it is read from, where there is one.
    pub field: Option<String>,
}

/// What a family finds in a change.
type Family = fn(&Sides<'_>, &mut Vec<Risk>);

const FAMILIES: &[Family] = &[
    workload::find,
    recreate::find,
    data::find,
    access::find,
    privilege::find,
    network::find,
    secrets::find,
    image::find,
    agent::find,
    jobs::find,
    self_configuration::find,
];

/// One object before and after. A side where it is not is null.
struct Sides<'a> {
    change: &'a Change,
    kind: &'a str,
    group: &'a str,
    old: &'a Value,
    new: &'a Value,
}

impl Sides<'_> {
    /// A text field on both sides.
    fn texts(&self, pointer: &str) -> (Option<&str>, Option<&str>) {
        (
            self.old.pointer(pointer).and_then(Value::as_str),
            self.new.pointer(pointer).and_then(Value::as_str),
        )
    }

    /// Whether it is one of these kinds of the group.
    fn is(&self, group: &str, kinds: &[&str]) -> bool {
        self.group == group && kinds.contains(&self.kind)
    }

    fn happened(&self) -> Happened {
        self.change.happened
    }
}

/// Every risk of a change.
pub fn of(change: &Change) -> Vec<Risk> {
    let sides = Sides {
        change,
        kind: &change.identity.kind,
        group: &change.identity.group,
        old: change.old.as_deref().unwrap_or(&Value::Null),
        new: change.new.as_deref().unwrap_or(&Value::Null),
    };
    let mut risks = Vec::new();
    for family in FAMILIES {
        family(&sides, &mut risks);
    }
    risks.dedup();
    risks
}

impl Risk {
    fn new(code: &'static Code, message: impl Into<String>) -> Self {
        Risk { code, message: message.into(), field: None }
    }

    fn at(self, field: impl std::fmt::Display) -> Self {
        Risk { field: Some(field.to_string()), ..self }
    }
}

/// A few names in a sentence: `a, b, and 3 more`.
fn listed(names: &[String]) -> String {
    /// More than this are counted.
    const MOST: usize = 4;
    let shown = names.iter().take(MOST).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown}, and {more} more"),
    }
}

/// The name of a thing in a list.
fn name(value: &Value) -> &str {
    field::text(value, "name")
}
