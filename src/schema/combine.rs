//! `allOf`, `anyOf`, `oneOf`, and `not`.

use serde_json::Value;

use crate::{
    diagnostic::catalogue::schema as codes,
    field_path::PathRef,
    schema::{Limits, Node, Problem, Schema, walk},
};

/// Reports what is wrong with a value that several schemas describe.
pub(super) fn check(
    limits: &Limits,
    value: &Value,
    path: PathRef<'_>,
    sink: &mut dyn FnMut(Problem),
) {
    for schema in &limits.all_of {
        walk::values(value, schema, path, sink);
    }
    if !limits.any_of.is_empty() && !limits.any_of.iter().any(|schema| holds(value, schema)) {
        let message = format!("none of the {} allowed forms fits", limits.any_of.len());
        sink(Problem::new(&codes::COMBINATION, path, message).help(forms(&limits.any_of)));
    }
    if !limits.one_of.is_empty() {
        let count = limits.one_of.iter().filter(|schema| holds(value, schema)).count();
        if count != 1 {
            let of = limits.one_of.len();
            let message = format!("exactly one of {of} forms must fit, and {count} do");
            sink(Problem::new(&codes::COMBINATION, path, message).help(forms(&limits.one_of)));
        }
    }
    if limits.not.as_ref().is_some_and(|schema| holds(value, schema)) {
        let message = "the value has a form that the schema excludes";
        sink(Problem::new(&codes::COMBINATION, path, message));
    }
}

fn holds(value: &Value, schema: &Schema) -> bool {
    let mut holds = true;
    walk::values(value, schema, PathRef::Root, &mut |_| holds = false);
    holds
}

/// Names the fields that tell the forms apart, which is what `oneOf` is mostly used for.
fn forms(schemas: &[Node]) -> String {
    let forms = schemas.iter().map(|schema| match &*schema.required {
        [] => "another form".to_owned(),
        fields => fields.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" with "),
    });
    format!("give one of: {}", forms.collect::<Vec<_>>().join(", "))
}
