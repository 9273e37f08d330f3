//! Where a field comes from that no template wrote: the document itself.

use serde_json::{Value, json};

use crate::{
    document::Document,
    field_path::FieldPath,
    why::{at, place, short},
};

/// The answer for people; no field is the whole object.
pub fn text(document: &Document, field: Option<&FieldPath>) -> String {
    let title = document.title();
    match field {
        None => {
            let from = place(&document.location(&FieldPath::default()));
            format!("{title} passes through, from {from}\n")
        }
        Some(field) => {
            let from = place(&document.location(field));
            let value = value(document, field).map_or("(secret)".to_owned(), short);
            format!("{field}: {value}\n  document  {from}  {title} passes through\n")
        }
    }
}

/// The answer for machines: a list as for rendered objects, with the document where those have a template.
pub fn json(document: &Document, field: Option<&FieldPath>) -> Value {
    let whole = FieldPath::default();
    let field = field.unwrap_or(&whole);
    json!([{
        "field": field.to_string(),
        "value": value(document, field),
        "document": at(&document.location(field)),
    }])
}

/// The value of a field, unless it is of a Secret.
fn value<'d>(document: &'d Document, field: &FieldPath) -> Option<&'d Value> {
    document.get(field).filter(|_| document.kind() != "Secret")
}
