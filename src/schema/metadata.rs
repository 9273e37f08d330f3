//! `metadata`: its fields, and the syntax of names, labels, and annotations.

use serde_json::{Map, Value};

use crate::{
    diagnostic::catalogue::schema as codes,
    field_path::PathRef,
    notation::names,
    schema::{Problem, Schema, limits, walk},
};

mod owners;

/// The most bytes that all keys and values of the annotations may have together.
const ANNOTATIONS: usize = 256 * 1024;

/// Reports every problem of an object's metadata.
pub(super) fn check(object: &Value, sink: &mut dyn FnMut(Problem)) {
    let root = PathRef::Root;
    let path = PathRef::Key(&root, "metadata");
    match object.get("metadata") {
        None | Some(Value::Null) => {
            let message = "the object has no metadata, so it has no name";
            let name = PathRef::Key(&path, "name");
            sink(Problem::new(&codes::REQUIRED, name, message).help(NAME_IT));
        }
        Some(metadata) => {
            let schema = Schema::of_program("metadata").unwrap_or_else(|| Schema::anything());
            walk::within(metadata, schema, path, sink);
            if let Value::Object(map) = metadata {
                syntax(map, path, sink);
            }
        }
    }
}

const NAME_IT: &str = "set metadata.name; generateName is for objects that are created by hand";

fn syntax(metadata: &Map<String, Value>, path: PathRef<'_>, sink: &mut dyn FnMut(Problem)) {
    let text = |key: &str| metadata.get(key).and_then(Value::as_str).unwrap_or_default();
    let mut report = |code, at, what: &str, verdict: Result<(), &str>| {
        if let Err(problem) = verdict {
            sink(Problem::new(code, at, format!("{} {problem}", limits::quoted(what))));
        }
    };
    let name_path = PathRef::Key(&path, "name");
    if !text("name").is_empty() {
        report(&codes::NAME, name_path, text("name"), names::subdomain(text("name")));
    }
    if !text("generateName").is_empty() {
        let at = PathRef::Key(&path, "generateName");
        let example = names::generated(text("generateName"));
        report(&codes::NAME, at, text("generateName"), names::subdomain(&example));
    }
    if !text("namespace").is_empty() {
        let at = PathRef::Key(&path, "namespace");
        report(&codes::NAME, at, text("namespace"), names::label(text("namespace")));
    }
    let labels = PathRef::Key(&path, "labels");
    keys(metadata, "labels", path, names::qualified, sink);
    for (key, value) in entries(metadata, "labels") {
        if let Some(value) = value.as_str()
            && let Err(problem) = names::label_value(value)
        {
            let message = format!("the label value {} {problem}", limits::quoted(value));
            sink(Problem::new(&codes::LABEL, PathRef::Key(&labels, key), message));
        }
    }
    keys(metadata, "annotations", path, names::annotation_key, sink);
    annotation_size(metadata, path, sink);
    finalizers(metadata, path, sink);
    owners::check(metadata, path, sink);
    if matches!(metadata.get("name"), None | Some(Value::Null)) || metadata["name"] == "" {
        let message = "the object has no name";
        sink(Problem::new(&codes::REQUIRED, name_path, message).help(NAME_IT));
    }
}

fn entries<'m>(
    metadata: &'m Map<String, Value>,
    field: &str,
) -> impl Iterator<Item = (&'m String, &'m Value)> {
    metadata.get(field).and_then(Value::as_object).into_iter().flatten()
}

fn keys(
    metadata: &Map<String, Value>,
    field: &str,
    path: PathRef<'_>,
    rule: fn(&str) -> Result<(), &'static str>,
    sink: &mut dyn FnMut(Problem),
) {
    let parent = PathRef::Key(&path, field);
    for (key, value) in entries(metadata, field) {
        // A null is dropped with its key.
        if !value.is_null()
            && let Err(problem) = rule(key)
        {
            let message = format!("the key {} {problem}", limits::quoted(key));
            sink(Problem::new(&codes::LABEL, PathRef::Key(&parent, key), message).at_key());
        }
    }
}

fn annotation_size(
    metadata: &Map<String, Value>,
    path: PathRef<'_>,
    sink: &mut dyn FnMut(Problem),
) {
    let size: usize = entries(metadata, "annotations")
        .filter_map(|(key, value)| Some(key.len() + value.as_str()?.len()))
        .sum();
    if size > ANNOTATIONS {
        let message = format!("the annotations have {size} bytes, more than {ANNOTATIONS}");
        let at = PathRef::Key(&path, "annotations");
        sink(
            Problem::new(&codes::LABEL, at, message)
                .help("move large text into a ConfigMap or a file of the workspace"),
        );
    }
}

fn finalizers(metadata: &Map<String, Value>, path: PathRef<'_>, sink: &mut dyn FnMut(Problem)) {
    let parent = PathRef::Key(&path, "finalizers");
    let list = metadata.get("finalizers").and_then(Value::as_array).into_iter().flatten();
    let names: Vec<_> = list.map(Value::as_str).collect();
    let mut report = |at, message| sink(Problem::new(&codes::LABEL, at, message));
    for (index, name) in names.iter().enumerate() {
        if let Some(name) = name
            && let Err(problem) = names::qualified(name)
        {
            let message = format!("the finalizer {} {problem}", limits::quoted(name));
            report(PathRef::Index(&parent, index), message);
        }
    }
    if ["orphan", "foregroundDeletion"].iter().all(|policy| names.contains(&Some(policy))) {
        report(parent, "`orphan` and `foregroundDeletion` exclude each other".to_owned());
    }
}

#[cfg(test)]
mod tests;
