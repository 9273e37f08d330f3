//! Where a field shows: what is different in the objects of a case when the field is taken out of an instance.

use std::{fs, path::Path, sync::Arc};

use libtest_mimic::Failed;
use petasos::{
    api::INSTANCE_KIND,
    diagnostic::{Level, Source},
    diff::{self, Happened},
    document,
    kinds::Kinds,
    object::{Format, RenderedObject},
    pipeline::{self, Options, Parameters},
};
use serde_json::{Value, json};

use crate::case::sorted;

/// For each of the fields that an instance of the case sets, the places that it decides, as `Kind` or ``Kind `path` ``.
pub(super) fn of(case: &Path, fields: &[String]) -> Result<Vec<(String, Vec<String>)>, Failed> {
    let kinds = Kinds::new(Vec::new()).map_err(|_| "the built-in packs are broken")?;
    let mut documents = Vec::new();
    for file in sorted(case) {
        if file.extension().is_some_and(|extension| extension == "yaml") {
            let text = fs::read_to_string(&file)?;
            let source = Arc::new(Source { name: file.display().to_string(), text });
            let read = document::parse(&source, &mut Vec::new());
            documents.extend(read.into_iter().map(|document| document.value));
        }
    }
    let Some(whole) = render(&kinds, &documents) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for index in 0..documents.len() {
        if documents[index]["kind"] != INSTANCE_KIND {
            continue;
        }
        for field in fields {
            let pointer = format!("/{}", field.replace('.', "/"));
            let Some(value) = documents[index].pointer(&pointer) else { continue };
            // What is needed is changed where it cannot be left out.
            let others = [Value::Null, other(value)];
            let objects = others.into_iter().find_map(|value| {
                let mut documents = documents.clone();
                *documents[index].pointer_mut(&pointer)? = value;
                render(&kinds, &documents)
            });
            if let Some(objects) = objects {
                found.push((field.clone(), places(&whole, &objects)));
            }
        }
    }
    Ok(found)
}

/// Another value of the same sort.
fn other(value: &Value) -> Value {
    match value {
        Value::Bool(is) => json!(!is),
        Value::Number(number) => json!(number.as_i64().unwrap_or_default() + 1),
        Value::String(text) => json!(format!("{text}1")),
        Value::Object(inner) => {
            inner.iter().map(|(key, value)| (key.clone(), other(value))).collect()
        }
        Value::Array(items) => items.iter().map(other).collect(),
        Value::Null => Value::Null,
    }
}

fn render(kinds: &Kinds, documents: &[Value]) -> Option<Vec<RenderedObject>> {
    let source =
        |document: &Value| Arc::new(Source { name: "case".to_owned(), text: document.to_string() });
    let sources: Vec<_> = documents.iter().map(source).collect();
    let options = Options {
        kinds,
        parameters: &Parameters::default(),
        format: Format::Json,
        jobs: 1,
        flux: None,
    };
    let set = pipeline::render(&sources, Vec::new(), &options, &|_| ());
    let is_wrong = set.report.iter().any(|problem| problem.level() == Level::Error);
    (!is_wrong).then_some(set.objects)
}

/// What differs. The digest by which a Pod is replaced says nothing where something else does.
fn places(old: &[RenderedObject], new: &[RenderedObject]) -> Vec<String> {
    let mut places = Vec::new();
    for change in diff::compare(old, new) {
        let kind = &change.identity.kind;
        match change.happened {
            Happened::Added | Happened::Removed => places.push(kind.clone()),
            Happened::Changed => {
                places.extend(change.edits.iter().map(|edit| format!("{kind} `{}`", edit.path)));
            }
        }
    }
    let is_digest = |place: &String| place.contains("-digest\"]");
    places.sort_by_key(is_digest);
    let told = places.iter().filter(|place| !is_digest(place)).count();
    places.truncate(told.max(1));
    places
}
