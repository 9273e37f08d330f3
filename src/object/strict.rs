//! What an API server would refuse in a rendered object.
//!
//! The object is held against the shape of its kind, so a field that a template invents is found, and the usual
//! rules that the types do not express are checked: names, quantities, ports, and references inside a pod.

use serde_json::Value;

use crate::{
    diagnostic::Code,
    field_path::{FieldPath, PathRef},
};

#[cfg(test)]
mod decode;
mod identity;
mod kinds;
pub(crate) mod kubernetes;
mod pod;
mod probe;
mod shape;

pub use pod::template;

/// One thing in a rendered object that a cluster would refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What kind of problem.
    pub code: &'static Code,
    /// The field of the rendered object.
    pub path: FieldPath,
    /// What is wrong.
    pub message: String,
}

/// Every fault of a rendered object. A kind that is not known here has only its name and labels checked.
pub fn check(object: &Value) -> Vec<Fault> {
    let mut faults = Faults(Vec::new());
    shape::check(object, &mut faults.0);
    faults.identity(object);
    faults.kind(object);
    if let Some((template, steps)) = template(object) {
        faults.pod_template(object, template, steps);
    }
    faults.0
}

/// The faults that were found so far.
struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, code: &'static Code, path: PathRef<'_>, message: impl Into<String>) {
        self.0.push(Fault { code, path: path.to_path(), message: message.into() });
    }
}

#[cfg(test)]
mod tests;
