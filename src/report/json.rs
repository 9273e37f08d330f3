//! The report for programs. Its shape is versioned: fields are added, never removed or changed.

use serde::Serialize;

use crate::{
    diagnostic::{Diagnostic, Level},
    report::{Cursor, Region, Summary},
};

#[derive(Serialize)]
struct Report<'d> {
    version: u32,
    summary: Summary,
    diagnostics: Vec<Entry<'d>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'d> {
    code: &'static str,
    level: Level,
    title: &'static str,
    message: &'d str,
    file: Option<&'d str>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    object: Option<&'d str>,
    field: Option<&'d str>,
    label: Option<&'d str>,
    help: Option<&'d str>,
}

/// The report as JSON. What does not apply to a diagnostic is null.
pub fn json(diagnostics: &[Diagnostic]) -> String {
    let mut cursor = Cursor::default();
    let report = Report {
        version: 1,
        summary: Summary::of(diagnostics),
        diagnostics: diagnostics.iter().map(|diagnostic| entry(diagnostic, &mut cursor)).collect(),
    };
    let mut text = serde_json::to_string_pretty(&report)
        .expect("strings and numbers in structs are always JSON");
    text.push('\n');
    text
}

fn entry<'d>(diagnostic: &'d Diagnostic, cursor: &mut Cursor) -> Entry<'d> {
    let Diagnostic { code, message, location, object, field, label, help, is_secret: _ } =
        diagnostic;
    let region = location.as_ref().map(|location| cursor.region(location));
    let part = |part: fn(&Region) -> usize| region.as_ref().map(part);
    Entry {
        code: code.id,
        level: code.level,
        title: code.title,
        message,
        file: location.as_ref().map(|location| location.source.name.as_str()),
        line: part(|region| region.line),
        column: part(|region| region.column),
        end_line: part(|region| region.end_line),
        end_column: part(|region| region.end_column),
        object: object.as_deref(),
        field: field.as_deref(),
        label: label.as_deref(),
        help: help.as_deref(),
    }
}
