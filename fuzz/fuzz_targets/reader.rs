//! Any bytes: the reader does not panic, and each value and each problem has its place inside the text.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use petasos::{
    diagnostic::{Diagnostic, Location},
    document::{self, Document},
    field_path::FieldPath,
};
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let source = match document::decode("fuzz.yaml", bytes.to_vec()) {
        Ok(source) => source,
        Err(problem) => return inside_of_its_text(&problem),
    };
    let mut report = Vec::new();
    let documents = document::parse(&source, &mut report);
    report.iter().for_each(inside_of_its_text);
    for document in &documents {
        assert!(Arc::ptr_eq(&document.source, &source));
        walk(document, &document.value, &FieldPath::default());
    }
});

fn walk(document: &Document, value: &Value, path: &FieldPath) {
    inside(&document.location(path));
    inside(&document.key_location(path));
    match value {
        // Finding one place is a walk from the root, so that a wide value would take the square of its size.
        Value::Object(map) => map
            .iter()
            .take(50)
            .for_each(|(key, value)| walk(document, value, &path.clone().key(key))),
        Value::Array(items) => items
            .iter()
            .take(50)
            .enumerate()
            .for_each(|(index, value)| walk(document, value, &path.clone().index(index))),
        _ => {}
    }
}

fn inside_of_its_text(problem: &Diagnostic) {
    inside(problem.location.as_ref().expect("each problem of a text has a place"));
}

fn inside(location: &Location) {
    let (start, end) = (location.span.start as usize, location.span.end as usize);
    assert!(location.source.text.get(start..end).is_some(), "{start}..{end}");
}
