//! Where the fields of a rendered object come from: what `petasos why` answers.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::{
    diagnostic::{self, Location},
    field_path::{FieldPath, Step},
    render::Trace,
    resolve::{Instance, Origin},
};

pub mod passed_through;

/// Why one field of an object is there.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The field.
    pub field: FieldPath,
    /// Its value.
    pub value: Value,
    /// Where the template says it.
    pub template: Location,
    /// What the template says there, if it is not a constant.
    pub expression: Option<String>,
    /// The fields of the instance that it is made of.
    pub reads: Vec<Read>,
}

/// A field of the instance.
#[derive(Debug, Clone)]
pub struct Read {
    /// The field.
    pub field: FieldPath,
    /// Its value; null if it is not set.
    pub value: Value,
    /// Who set it; none for the program, which the run told it, such as the namespace.
    pub origin: Option<Origin>,
}

/// Why a field is there, or each field if none is named. Empty if the object has no such field.
///
/// `index` is the place of the object among those of the instance.
pub fn answers(
    instance: &Instance,
    object: &Value,
    trace: &Trace,
    index: usize,
    field: Option<&FieldPath>,
) -> Vec<Answer> {
    let all: Vec<&FieldPath> = match field {
        Some(field) => vec![field],
        None => trace.fields(index).collect(),
    };
    all.into_iter()
        .filter_map(|field| {
            let value = field.value(object)?.clone();
            let why = trace.explain(index, field)?;
            let reads = why.reads.into_iter().map(|read| self::read(instance, read)).collect();
            Some(Answer {
                field: field.clone(),
                value,
                template: why.location,
                expression: why.expression,
                reads,
            })
        })
        .collect()
}

/// The path of a field as people write it, with names of list items turned to their places: `containers[hermes]`.
///
/// # Errors
///
/// If the object has no such field; the text names the fields that are there.
pub fn locate(object: &Value, path: &FieldPath) -> Result<FieldPath, String> {
    let mut here = object;
    let mut found = FieldPath::default();
    for step in &path.0 {
        let next = match (here, step) {
            (Value::Array(list), Step::Key(name)) => {
                let place = list.iter().position(|item| is_named(item, name));
                place.and_then(|index| Some((Step::Index(index), list.get(index)?)))
            }
            (_, step) => step.of(here).map(|inner| (step.clone(), inner)),
        };
        let Some((step, inner)) = next else {
            found.0.push(step.clone());
            return Err(format!("the object has no field {found}; there are: {}", children(here)));
        };
        found.0.push(step);
        here = inner;
    }
    Ok(found)
}

/// Whether a list's item goes by this name, in the fields that name items in Kubernetes.
fn is_named(item: &Value, name: &str) -> bool {
    ["name", "mountPath", "host", "path"]
        .iter()
        .any(|key| item.get(key).and_then(Value::as_str) == Some(name))
}

/// The names of what is inside a value.
fn children(value: &Value) -> String {
    match value {
        Value::Object(map) => map.keys().map(String::as_str).collect::<Vec<_>>().join(", "),
        Value::Array(list) => format!("items 0 to {}", list.len().saturating_sub(1)),
        _ => "none, it is a plain value".to_owned(),
    }
}

/// The answers for people.
pub fn text(answers: &[Answer]) -> String {
    let mut text = String::new();
    for Answer { field, value, template, expression, reads } in answers {
        let _ = writeln!(text, "{field}: {}", short(value));
        let said = match expression {
            Some(expression) => first_line(expression),
            None if value.is_object() || value.is_array() => "spelled out",
            None => "a constant",
        };
        let _ = writeln!(text, "  template  {}  {said}", place(template));
        for Read { field, value, origin } in reads {
            let _ = match origin {
                Some(Origin::Document(at)) => {
                    writeln!(text, "  instance  {}  {field}: {}", place(at), short(value))
                }
                Some(Origin::Defaults(at)) => {
                    writeln!(text, "  defaults  {}  {field}: {}", place(at), short(value))
                }
                Some(Origin::Pack) => {
                    writeln!(text, "  pack      its defaults  {field}: {}", short(value))
                }
                None => writeln!(text, "  program   {field}: {}", short(value)),
                Some(Origin::Unset) => writeln!(text, "  not set   {field}"),
            };
        }
    }
    text
}

/// The answers for machines.
pub fn json(answers: &[Answer]) -> Value {
    answers
        .iter()
        .map(|Answer { field, value, template, expression, reads }| {
            json!({
                "field": field.to_string(),
                "value": value,
                "template": at(template),
                "expression": expression,
                "reads": reads.iter().map(read_json).collect::<Vec<Value>>(),
            })
        })
        .collect()
}

fn read_json(Read { field, value, origin }: &Read) -> Value {
    let (origin, location) = match origin {
        Some(Origin::Document(location)) => ("instance", Some(location)),
        Some(Origin::Defaults(location)) => ("defaults", Some(location)),
        Some(Origin::Pack) => ("pack", None),
        None => ("program", None),
        Some(Origin::Unset) => ("unset", None),
    };
    json!({"field": field.to_string(), "value": value, "origin": origin, "at": location.map(at)})
}

fn read(instance: &Instance, field: FieldPath) -> Read {
    let origin = instance.origin(&field);
    if let (Origin::Unset, Some(namespace)) = (&origin, &instance.namespace)
        && field == FieldPath::of("metadata.namespace")
    {
        return Read { field, value: namespace.as_str().into(), origin: None };
    }
    let value = field.value(&instance.value).cloned().unwrap_or(Value::Null);
    Read { field, value, origin: Some(origin) }
}

/// A value on one line of bounded width.
fn short(value: &Value) -> String {
    diagnostic::cut(&value.to_string(), diagnostic::SHOWN).into_owned()
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn place(location: &Location) -> String {
    let (line, _) = location.source.position(location.span.start);
    format!("{}:{line}", location.source.name)
}

fn at(location: &Location) -> Value {
    let (line, column) = location.source.position(location.span.start);
    json!({"file": location.source.name, "line": line, "column": column})
}
