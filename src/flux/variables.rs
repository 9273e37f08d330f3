//! The variables of post-build substitution: from a map of names to values, or from ConfigMaps and Secrets as a Kustomization
//! names them in `substituteFrom`.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};

use crate::{
    diagnostic::{Diagnostic, SHOWN, catalogue::output::VARIABLES, cut},
    document::Document,
    field_path::FieldPath,
};

/// Adds the variables of a document; later ones win. No message holds a value.
pub fn add(
    document: &Document,
    variables: &mut BTreeMap<String, String>,
    report: &mut Vec<Diagnostic>,
) {
    let root = FieldPath::default();
    let mut found = Found { document, variables, report };
    match (document.api_version(), document.kind(), &document.value) {
        ("v1", "ConfigMap", _) => found.section("data", plain),
        ("v1", "Secret", _) => {
            found.section("data", from_base64);
            found.section("stringData", plain);
        }
        ("", _, Value::Object(fields)) => found.map(&root, fields, plain),
        _ => {
            let message =
                "variables are in a ConfigMap, in a Secret, or in a map of names to values";
            found.report.push(document.problem(&VARIABLES, &FieldPath::of("kind"), message));
        }
    }
}

struct Found<'a> {
    document: &'a Document,
    variables: &'a mut BTreeMap<String, String>,
    report: &'a mut Vec<Diagnostic>,
}

/// The text of a value, or what to write in its place.
type Reader = fn(&Value) -> Result<String, &'static str>;

impl Found<'_> {
    fn section(&mut self, name: &str, read: Reader) {
        if let Some(fields) = self.document.value.get(name).and_then(Value::as_object) {
            self.map(&FieldPath::default().key(name), fields, read);
        }
    }

    fn map(&mut self, path: &FieldPath, fields: &Map<String, Value>, read: Reader) {
        for (name, value) in fields {
            let shown = cut(name, SHOWN);
            let (problem, help) = match read(value) {
                Ok(text) if is_name(name) => {
                    // Flux takes line ends out, so that a value stays on its line of the YAML.
                    self.variables.insert(name.clone(), text.replace('\n', ""));
                    continue;
                }
                Ok(_) => (
                    format!(
                        "`{shown}` is no name of a variable, and Flux refuses the whole Kustomization for one such name"
                    ),
                    "a name has letters of ASCII, digits, and `_`, and begins with no digit",
                ),
                Err(help) => (format!("the value of `{shown}` has no form as text"), help),
            };
            let path = path.clone().key(name);
            self.report.push(self.document.problem(&VARIABLES, &path, problem).help(help).secret());
        }
    }
}

fn is_name(name: &str) -> bool {
    let of_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    name.bytes().all(of_name) && name.bytes().next().is_some_and(|first| !first.is_ascii_digit())
}

fn plain(value: &Value) -> Result<String, &'static str> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        _ => Err("write text, a number, or a boolean"),
    }
}

/// As the API server takes it: line ends do not count.
fn from_base64(value: &Value) -> Result<String, &'static str> {
    let bytes = value.as_str().and_then(|text| {
        let text: String = text.chars().filter(|next| !matches!(next, '\n' | '\r')).collect();
        STANDARD.decode(text).ok()
    });
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or("in `data` of a Secret, write UTF-8 text in base64")
}
