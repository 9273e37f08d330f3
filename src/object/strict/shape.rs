//! The shape of the kinds that are rendered: their fields and types, from schemas that are made of the Rust types of
//! Kubernetes when the tests run. Walking a schema finds every problem with its path, which decoding does not, and costs
//! a fraction of it.

use serde_json::Value;

use crate::{
    diagnostic::catalogue::output as codes,
    field_path::PathRef,
    object::strict::Fault,
    schema::{self, Schema},
};

/// Reports each field that the kind lacks and each value that it cannot hold. A kind that is not ours and not one of
/// Kubernetes that packs render has no shape.
pub(super) fn check(object: &Value, faults: &mut Vec<Fault>) {
    let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
    let name = format!("{}/{}", text("apiVersion"), text("kind"));
    let Some(schema) = Schema::of_program(&name) else { return };
    schema::fields(object, schema, PathRef::Root, &mut |problem| {
        let is_name = problem.mark == schema::Mark::Key;
        let code = if is_name { &codes::UNKNOWN_FIELD } else { &codes::WRONG_TYPE };
        faults.push(Fault { code, path: problem.path, message: problem.message });
    });
}
