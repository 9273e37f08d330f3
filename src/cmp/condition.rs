//! A report in the few lines that an Application's condition has room for: each problem is one, and says file, line, field,
//! and the way out.

use std::fmt::Write;

use crate::diagnostic::Diagnostic;

/// How many problems are told. User interfaces show the beginning of a condition.
const MOST: usize = 10;

/// Problems, a line each. `source_path` is where the run is in its repository: names of files are told from its root.
pub fn condition(problems: &[Diagnostic], source_path: Option<&str>) -> String {
    let mut text = String::new();
    for problem in problems.iter().take(MOST) {
        text.push_str(&line(problem, source_path.unwrap_or_default()));
        text.push('\n');
    }
    if let more @ 1.. = problems.len().saturating_sub(MOST) {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "and {more} more; `petasos validate` shows all");
    }
    text
}

fn line(problem: &Diagnostic, source_path: &str) -> String {
    let mut line = String::new();
    if let Some(location) = &problem.location {
        let (row, column) = location.source.position(location.span.start);
        line = format!("{}:{row}:{column}: ", from_root(&location.source.name, source_path));
    }
    line.push_str(problem.code.id);
    if let Some(field) = &problem.field {
        line = format!("{line} {field}");
    }
    line = format!("{line}: {}", problem.message);
    if let Some(way_out) = problem.help.as_ref().or(problem.label.as_ref()) {
        line = format!("{line}; {way_out}");
    }
    // What is on several lines would look like several problems.
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The name of a file from the root of the repository.
fn from_root(name: &str, source_path: &str) -> String {
    let source_path = source_path.trim_matches('/');
    if name.starts_with(['/', '<']) || matches!(source_path, "" | ".") {
        return name.to_owned();
    }
    let mut parts: Vec<&str> = source_path.split('/').filter(|part| *part != ".").collect();
    for part in name.split('/') {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::from_root;

    #[test]
    fn files_are_named_from_the_root_of_the_repository() {
        assert_eq!(from_root("a.yaml", "agents/prod"), "agents/prod/a.yaml");
        assert_eq!(from_root("../../petasos.yaml", "agents/prod"), "petasos.yaml");
        assert_eq!(from_root("../../../x", "agents/prod"), "../x");
        assert_eq!(from_root("a.yaml", "."), "a.yaml");
        assert_eq!(from_root("a.yaml", ""), "a.yaml");
        assert_eq!(from_root("/packs/x", "agents"), "/packs/x");
        assert_eq!(from_root("<stdin>", "agents"), "<stdin>");
    }
}
