//! The report as workflow commands of GitHub, which become annotations in a pull request.

use crate::{
    diagnostic::{Diagnostic, Level},
    report::{Cursor, about},
};

/// One line a diagnostic.
pub fn github(diagnostics: &[Diagnostic]) -> String {
    let mut cursor = Cursor::default();
    diagnostics.iter().map(|diagnostic| line(diagnostic, &mut cursor)).collect()
}

fn line(diagnostic: &Diagnostic, cursor: &mut Cursor) -> String {
    let command = match diagnostic.level() {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let mut properties = Vec::new();
    if let Some(location) = &diagnostic.location {
        let region = cursor.region(location);
        properties.push(format!("file={}", property(&location.source.name)));
        properties.push(format!("line={}", region.line));
        properties.push(format!("endLine={}", region.end_line));
        // Columns of a range over several lines are refused.
        if region.line == region.end_line {
            properties.push(format!("col={}", region.column));
            properties.push(format!("endColumn={}", region.end_column));
        }
    }
    let title = format!("{}: {}", diagnostic.code.id, diagnostic.code.title);
    properties.push(format!("title={}", property(&title)));
    format!("::{command} {}::{}\n", properties.join(","), data(&text(diagnostic)))
}

/// An annotation is text on several lines.
fn text(diagnostic: &Diagnostic) -> String {
    let about = about(diagnostic).map(|about| format!("in {about}"));
    let help = diagnostic.help.as_ref().map(|help| format!("help: {help}"));
    let parts = [Some(diagnostic.message.clone()), diagnostic.label.clone(), about, help];
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
