//! Packs in words: what `petasos pack list` and `petasos pack show` print.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::pack::Pack;

/// One line a pack: its name, its kinds, how many kinds of objects it renders, and where it comes from.
pub fn list(packs: &[Pack]) -> String {
    let rows: Vec<[String; 4]> = packs
        .iter()
        .map(|pack| {
            let kinds: Vec<String> = pack
                .kinds
                .iter()
                .map(|kind| format!("{} {}", kind.api_version, kind.kind))
                .collect();
            let objects = format!("{} templates", pack.objects.len());
            [pack.name.clone(), kinds.join(", "), objects, pack.origin.clone()]
        })
        .collect();
    columns(&rows)
}

/// A pack: its kinds, and its objects in the order of output with the conditions under which they exist.
pub fn show(pack: &Pack) -> String {
    let mut text = format!("{}: {}\n\nkinds\n", pack.name, pack.description);
    for kind in &pack.kinds {
        let _ = writeln!(text, "  {} {}", kind.api_version, kind.kind);
    }
    let rows: Vec<[String; 2]> = pack
        .objects
        .iter()
        .map(|rule| {
            let each = rule
                .each
                .as_ref()
                .map(|each| format!("for {} in {}", each.names.join(", "), each.list.text));
            let when = rule.when.as_ref().map(|when| format!("when {}", when.text));
            let conditions: Vec<String> = each.into_iter().chain(when).collect();
            let conditions =
                if conditions.is_empty() { "always".to_owned() } else { conditions.join(" ") };
            [format!("  {}", rule.template), conditions]
        })
        .collect();
    let _ = write!(text, "\nobjects\n{}", columns(&rows));
    let names: Vec<&str> = pack.lets().map(|rule| rule.name.as_str()).collect();
    if !names.is_empty() {
        let _ = writeln!(text, "\nvalues\n  {}", names.join(" "));
    }
    text
}

/// The text of one file of a pack.
pub fn show_template<'p>(pack: &'p Pack, name: &str) -> Option<&'p str> {
    pack.library.get(name).map(|file| file.source.text.as_str())
}

impl Pack {
    /// The same as [`list`] and [`show`] print, for machines.
    pub fn summary(&self) -> Value {
        let kinds: Vec<Value> = self
            .kinds
            .iter()
            .map(|kind| json!({"apiVersion": kind.api_version, "kind": kind.kind}))
            .collect();
        let objects: Vec<Value> = self
            .objects
            .iter()
            .map(|rule| {
                json!({
                    "template": rule.template,
                    "when": rule.when.as_ref().map(|when| when.text.as_str()),
                    "for": rule.each.as_ref().map(|each| format!("{} in {}", each.names.join(", "), each.list.text)),
                })
            })
            .collect();
        json!({
            "name": self.name,
            "description": self.description,
            "origin": self.origin,
            "kinds": kinds,
            "objects": objects,
        })
    }
}

/// Rows with the columns below each other.
fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
    };
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let _ = write!(line, "{cell:<width$}  ", width = width(column));
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}
