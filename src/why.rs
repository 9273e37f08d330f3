//! Where the fields of a rendered object come from: what `petasos why` answers.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::{
    diagnostic::Location,
    field_path::{FieldPath, Step},
    render::Trace,
    resolve::Instance,
};

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
    /// Who set it.
    pub setter: Setter,
}

/// Who gave a field of an instance its value.
#[derive(Debug, Clone)]
pub enum Setter {
    /// The instance's document.
    Document(Location),
    /// The cluster's defaults.
    Defaults(Location),
    /// The pack's defaults.
    Pack,
    /// The program, such as the namespace of the run.
    Program,
    /// Nobody: the field is not set.
    Nobody,
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
            let value = get(object, field)?.clone();
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

/// The answers for people.
pub fn text(answers: &[Answer]) -> String {
    let mut text = String::new();
    for Answer { field, value, template, expression, reads } in answers {
        let _ = writeln!(text, "{field}: {}", short(value));
        let said = expression.as_deref().map_or("a constant", |expression| first_line(expression));
        let _ = writeln!(text, "  template  {}  {said}", place(template));
        for Read { field, value, setter } in reads {
            let _ = match setter {
                Setter::Document(at) => writeln!(text, "  instance  {}  {field}: {}", place(at), short(value)),
                Setter::Defaults(at) => writeln!(text, "  defaults  {}  {field}: {}", place(at), short(value)),
                Setter::Pack => writeln!(text, "  pack      its defaults  {field}: {}", short(value)),
                Setter::Program => writeln!(text, "  program   {field}: {}", short(value)),
                Setter::Nobody => writeln!(text, "  not set   {field}"),
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

fn read_json(Read { field, value, setter }: &Read) -> Value {
    let (origin, location) = match setter {
        Setter::Document(location) => ("instance", Some(location)),
        Setter::Defaults(location) => ("defaults", Some(location)),
        Setter::Pack => ("pack", None),
        Setter::Program => ("program", None),
        Setter::Nobody => ("unset", None),
    };
    json!({"field": field.to_string(), "value": value, "origin": origin, "at": location.map(at)})
}

fn read(instance: &Instance, field: FieldPath) -> Read {
    let value = get(&instance.value, &field).cloned().unwrap_or(Value::Null);
    let is_set = |value: Option<&Value>| value.is_some_and(|value| !value.is_null());
    let in_defaults = || instance.defaults.as_ref().filter(|defaults| is_set(defaults.get(&field)));
    let setter = if is_set(instance.document.get(&field)) {
        Setter::Document(instance.document.location(&field))
    } else if let Some(defaults) = in_defaults() {
        Setter::Defaults(defaults.location(&field))
    } else if field == FieldPath::of("metadata.namespace") && instance.namespace.is_some() {
        let namespace = instance.namespace.as_deref().into();
        return Read { field, value: namespace, setter: Setter::Program };
    } else if value.is_null() {
        Setter::Nobody
    } else {
        Setter::Pack
    };
    Read { field, value, setter }
}

fn get<'v>(value: &'v Value, path: &FieldPath) -> Option<&'v Value> {
    path.0.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get(key.as_str()),
        Step::Index(index) => value.get(*index),
    })
}

/// A value on one line of bounded width.
fn short(value: &Value) -> String {
    const WIDTH: usize = 60;
    let text = value.to_string();
    if text.chars().count() <= WIDTH {
        return text;
    }
    let start: String = text.chars().take(WIDTH).collect();
    format!("{start}…")
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
