//! What the API server says about an object, and what this program says.

use std::{collections::BTreeSet, fmt, sync::Arc};

use anyhow::{Result, bail};
use petasos::{
    api::Kind,
    diagnostic::{Level, Source, catalogue::schema::RULE_UNDECIDED},
    document,
    field_path::{FieldPath, Step},
    schema::{self, Schema},
};
use serde_json::Value;

use crate::lab::{client::Client, verdict::sample::list};

/// Whether an object is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    Accepted,
    /// The paths of the fields that are not; an empty one where the judge names none.
    Refused(BTreeSet<String>),
    /// By this program, which leaves it to the server.
    Undecided,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted => f.write_str("accepted"),
            Self::Undecided => f.write_str("undecided"),
            Self::Refused(paths) => {
                let shown: Vec<String> = paths
                    .iter()
                    .map(|path| match &**path {
                        "" => "no field".to_owned(),
                        path => format!("`{}`", path.chars().take(80).collect::<String>()),
                    })
                    .collect();
                write!(f, "refused at {}", shown.join(", "))
            }
        }
    }
}

/// What the reader, the schema, and its rules of this program say about a text with one object.
pub(crate) fn ours(text: &str, schema: &Schema) -> Verdict {
    let mut report = Vec::new();
    let source = Source { name: "input".to_owned(), text: text.to_owned() };
    let documents = document::parse(&Arc::new(source), &mut report);
    for document in &documents {
        schema::check(document, schema, &mut report);
    }
    let errors = report.iter().filter(|diagnostic| diagnostic.level() == Level::Error);
    let mut paths: BTreeSet<String> =
        errors.map(|error| place(error.field.as_deref().unwrap_or_default())).collect();
    if paths.is_empty() && documents.len() != 1 {
        paths.insert(String::new());
    }
    if !paths.is_empty() {
        Verdict::Refused(paths)
    } else if report.iter().any(|diagnostic| diagnostic.code == &RULE_UNDECIDED) {
        Verdict::Undecided
    } else {
        Verdict::Accepted
    }
}

/// What the server says to making the object of a text, as a dry run with strict field validation.
pub(crate) fn servers(
    client: &Client,
    kind: &Kind,
    namespace: &str,
    (content, text): (&str, &str),
) -> Result<Verdict> {
    let below = if kind.namespaced { format!("namespaces/{namespace}/") } else { String::new() };
    let path = format!(
        "/apis/{}/{below}{}?dryRun=All&fieldValidation=Strict",
        kind.api_version(),
        kind.plural
    );
    let answer = client.send("POST", &path, content, text)?;
    match answer.status {
        200..300 => Ok(Verdict::Accepted),
        400 | 422 => Ok(Verdict::Refused(refused(&answer.body))),
        _ => bail!("{answer}"),
    }
}

/// The fields that an answer names.
fn refused(status: &Value) -> BTreeSet<String> {
    let message = status["message"].as_str().unwrap_or_default();
    let mut paths: BTreeSet<String> =
        list(&status["details"]["causes"]).filter_map(of_cause).collect();
    paths.extend(unknown(message));
    paths.extend(member(message));
    if message.ends_with("into Go value of type v1.ObjectMeta") {
        paths.insert("metadata".to_owned());
    }
    if message.starts_with("the namespace of the provided object does not match") {
        paths.insert("metadata.namespace".to_owned());
    }
    if paths.is_empty() {
        paths.insert(String::new());
    }
    paths
}

/// The fields of `unknown field "spec.a"` and `duplicate field "spec.a"`.
fn unknown(message: &str) -> Vec<String> {
    let quoted = message.split("field \"").skip(1);
    quoted.filter_map(|rest| Some(place(rest.split_once('"')?.0))).collect()
}

/// The field of `cannot unmarshal number into Go struct field ObjectMeta.name of type string`.
fn member(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("Go struct field ")?;
    let (_, name) = rest.split_once(" of type")?.0.split_once('.')?;
    let is_named = ["apiVersion", "kind", "metadata"].contains(&name.split('.').next()?);
    Some(place(&if is_named { name.to_owned() } else { format!("metadata.{name}") }))
}

/// The field of a cause. It is not named where the server did not look further, and one check has it in its text.
fn of_cause(cause: &Value) -> Option<String> {
    match cause["field"].as_str()? {
        "<nil>" => {
            let message = cause["message"].as_str()?;
            message.split_once("of type integer with format int32 in ").map(|(_, path)| place(path))
        }
        field => Some(place(field)),
    }
}

/// A path, in our writing. In `metadata` the server names the map or the list, and not the entry that is wrong: so that is
/// what is compared there.
fn place(text: &str) -> String {
    let Ok(mut path) = text.parse::<FieldPath>() else { return text.to_owned() };
    if path.0.first() == Some(&Step::Key("metadata".to_owned())) {
        let is_map = |name: &str| path.0.get(1) == Some(&Step::Key(name.to_owned()));
        if is_map("labels") || is_map("annotations") {
            path.0.truncate(2);
        }
        path.0.retain(|step| matches!(step, Step::Key(_)));
    }
    path.to_string()
}
