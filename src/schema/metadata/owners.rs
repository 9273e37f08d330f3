//! `metadata.ownerReferences`, beyond the types of its fields.

use serde_json::{Map, Value};

use crate::{
    diagnostic::catalogue::schema as codes,
    field_path::PathRef,
    schema::{Problem, limits},
};

/// Reports what an API server refuses about the owners of an object.
pub(super) fn check(
    metadata: &Map<String, Value>,
    path: PathRef<'_>,
    sink: &mut dyn FnMut(Problem),
) {
    let list = PathRef::Key(&path, "ownerReferences");
    let owners = metadata.get("ownerReferences").and_then(Value::as_array).into_iter().flatten();
    let mut controller = None;
    for (index, owner) in owners.enumerate() {
        let at = PathRef::Index(&list, index);
        let version = owner.get("apiVersion").and_then(Value::as_str).unwrap_or_default();
        if !version.is_empty() && !is_version(version) {
            let message = format!("{} is not a version of an API", limits::quoted(version));
            let at = PathRef::Key(&at, "apiVersion");
            sink(Problem::new(&codes::OWNER, at, message).help("write it as in `apps/v1`"));
        }
        if version == "v1" && owner.get("kind").is_some_and(|kind| kind == "Event") {
            sink(Problem::new(&codes::OWNER, at, "an Event cannot own anything"));
        }
        if owner.get("controller") == Some(&Value::Bool(true))
            && let Some(first) = controller.replace(index)
        {
            let message = "two owners are the controller of the object";
            let help = format!("leave out one `controller: true`; owner {first} has it already");
            sink(Problem::new(&codes::OWNER, at, message).at_field("controller").help(help));
        }
    }
}

/// Whether a text is `version` or `group/version`.
fn is_version(text: &str) -> bool {
    text.matches('/').count() < 2 && !text.ends_with('/')
}
