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
        walk(document, &document.value, &FieldPath::default(), &mut 200);
    }
});

/// Looks at the places of the first values. Finding one is a walk from the root, so all of them would take the square.
fn walk(document: &Document, value: &Value, path: &FieldPath, left: &mut usize) {
    if *left == 0 {
        return;
    }
    *left -= 1;
    inside(&document.location(path));
    inside(&document.key_location(path));
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(key, value)| walk(document, value, &path.clone().key(key), left));
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items
                .for_each(|(index, value)| walk(document, value, &path.clone().index(index), left));
        }
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
