//! Documents to Kubernetes objects: lists become their items, and what has no name or kind is refused.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::{
    diagnostic::{
        Diagnostic, Location,
        catalogue::reading::{IDENTITY, LIST_ITEMS, NOT_A_MAP},
    },
    document::{Document, NodeSpan, Spans, encoding, size},
    field_path::FieldPath,
};

/// Adds the objects of a document.
pub(super) fn objects(
    document: Document,
    objects: &mut Vec<Document>,
    report: &mut Vec<Diagnostic>,
) {
    let Value::Object(map) = &document.value else {
        let message = format!("the document is {}, not an object", described(&document.value));
        let problem = Diagnostic::new(&NOT_A_MAP, message)
            .at(first_line(document.location(&FieldPath::default())))
            .help("a Kubernetes object is a map with apiVersion, kind, and metadata");
        report.push(problem);
        return;
    };
    if is_list(map) {
        match map.get("items") {
            Some(Value::Array(_)) => {
                for item in items(document) {
                    self::objects(item, objects, report);
                }
            }
            Some(Value::Null) => {}
            _ => report.push(
                Diagnostic::new(&LIST_ITEMS, "the list has no `items`, or they are not a list")
                    .at(first_line(document.key_location(&FieldPath::of("items"))))
                    .help("write the objects as a list under `items`"),
            ),
        }
        return;
    }
    let before = report.len();
    identity(&document, map, report);
    if report.len() == before {
        objects.push(document);
    }
}

/// `v1` `List` always, and other kinds that end so if they have what lists have: items, and no name.
fn is_list(map: &Map<String, Value>) -> bool {
    let text = |key: &str| map.get(key).and_then(Value::as_str).unwrap_or_default();
    match text("kind") {
        "List" => text("apiVersion") == "v1",
        kind => {
            kind.ends_with("List")
                && matches!(map.get("items"), Some(Value::Array(_)))
                && map.get("metadata").and_then(|metadata| metadata.get("name")).is_none()
        }
    }
}

/// The items of a list, each with its own place in the text.
fn items(document: Document) -> Vec<Document> {
    let Document { source, value, spans } = document;
    let Value::Object(mut map) = value else { return Vec::new() };
    let before = map.iter().take_while(|(key, _)| *key != "items");
    let mut start = 2 + before.map(|(_, value)| size(value)).sum::<usize>();
    let Some(Value::Array(items)) = map.swap_remove("items") else { return Vec::new() };
    let mut item_spans = |value: &Value| -> Vec<NodeSpan> {
        let end = start + size(value);
        let own = spans.0.get(start..end).unwrap_or_default().to_vec();
        start = end;
        own
    };
    let document = |value: Value| Document {
        source: Arc::clone(&source),
        spans: Spans(item_spans(&value)),
        value,
    };
    items.into_iter().map(document).collect()
}

/// Reports each missing part of what names an object.
fn identity(document: &Document, map: &Map<String, Value>, report: &mut Vec<Diagnostic>) {
    let is_text =
        |value: Option<&Value>| value.and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    for key in ["apiVersion", "kind"] {
        if !is_text(map.get(key)) {
            report.push(missing(document, key, map.get(key)));
        }
    }
    let metadata = map.get("metadata");
    if metadata.is_some_and(|metadata| !metadata.is_object() && !metadata.is_null()) {
        return report.push(missing(document, "metadata", metadata));
    }
    let part = |key: &str| metadata.and_then(|metadata| metadata.get(key));
    if !is_text(part("name")) && !is_text(part("generateName")) {
        report.push(missing(document, "metadata.name", part("name")));
    }
}

fn missing(document: &Document, field: &str, found: Option<&Value>) -> Diagnostic {
    let path = FieldPath::of(field);
    let message = match found {
        None | Some(Value::Null) => format!("the object has no `{field}`"),
        Some(other) if field == "metadata" => {
            format!("`metadata` is {}, not a map", described(other))
        }
        Some(Value::String(_)) => format!("`{field}` is empty"),
        Some(other) => format!("`{field}` is {}, not a text", described(other)),
    };
    let help = match field {
        "apiVersion" => "every object has one, such as hermes.agent/v1",
        "kind" => "every object has one, such as HermesInstance",
        _ => "every object has a name; if this file is no manifest, move it out of the input",
    };
    let problem = Diagnostic::new(&IDENTITY, message)
        .at(first_line(document.location(&path)))
        .field(field)
        .help(help);
    if document.kind().is_empty() && document.name().is_empty() {
        return problem;
    }
    problem.about(document.title())
}

/// The first line of a place: what is missing in a map is shown at its beginning, not over all of it.
fn first_line(mut location: Location) -> Location {
    let start = location.span.start as usize;
    let marked = location.source.text.get(start..location.span.end as usize).unwrap_or_default();
    let line = marked.lines().next().unwrap_or_default();
    location.span = encoding::span(start, start + line.len());
    location
}

fn described(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}
