//! The report for code scanners: SARIF 2.1.0.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    diagnostic::{Code, Diagnostic, Level},
    report::{Cursor, page},
};

/// The report as a SARIF log with one run. It lists the rules that have results.
pub fn sarif(diagnostics: &[Diagnostic]) -> String {
    let codes: BTreeMap<&str, &Code> =
        diagnostics.iter().map(|diagnostic| (diagnostic.code.id, diagnostic.code)).collect();
    let mut cursor = Cursor::default();
    let results: Vec<Value> = diagnostics
        .iter()
        .map(|diagnostic| {
            let index = codes.range(..diagnostic.code.id).count();
            result(diagnostic, index, &mut cursor)
        })
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "petasos",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": codes.values().map(|code| rule(code)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn rule(code: &Code) -> Value {
    json!({
        "id": code.id,
        "shortDescription": {"text": code.title},
        "help": {"text": code.page.trim(), "markdown": page(code)},
        "defaultConfiguration": {"level": level(code.level)},
    })
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

fn result(diagnostic: &Diagnostic, rule_index: usize, cursor: &mut Cursor) -> Value {
    let mut result = json!({
        "ruleId": diagnostic.code.id,
        "ruleIndex": rule_index,
        "level": level(diagnostic.level()),
        "message": {"text": message(diagnostic)},
    });
    let mut location = json!({});
    if let Some(place) = &diagnostic.location {
        let region = cursor.region(place);
        location["physicalLocation"] = json!({
            "artifactLocation": {"uri": uri(&place.source.name)},
            "region": {
                "startLine": region.line,
                "startColumn": region.column,
                "endLine": region.end_line,
                "endColumn": region.end_column,
            },
        });
    }
    if let Some(object) = &diagnostic.object {
        let field = diagnostic.field.as_deref().unwrap_or_default();
        let name = if field.is_empty() { object.clone() } else { format!("{object} {field}") };
        location["logicalLocations"] = json!([{"fullyQualifiedName": name}]);
    }
    if location.as_object().is_some_and(|location| !location.is_empty()) {
        result["locations"] = json!([location]);
    }
    result
}

/// A scanner shows one text, so the label and the help are part of it.
fn message(diagnostic: &Diagnostic) -> String {
    let parts = [Some(&diagnostic.message), diagnostic.label.as_ref(), diagnostic.help.as_ref()];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("; ")
}

/// A path as a relative URI: every byte but the unreserved ones and `/` is escaped.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.extend([format!("%{byte:02X}")]);
        }
    }
    uri
}
