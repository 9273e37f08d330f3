//! Which files of a project are passed over.

use camino::Utf8Path;
use regex::Regex;

/// The patterns of a project, compiled. A pattern without a slash means a name anywhere; one with a slash, a path from the
/// project file. What is below an ignored directory is ignored.
#[derive(Debug, Clone, Default)]
pub struct Ignore(Vec<Regex>);

impl Ignore {
    /// Compiles the patterns; none if one of them is no pattern.
    pub fn new(patterns: &[String]) -> Option<Self> {
        patterns.iter().map(|pattern| compile(pattern)).collect::<Option<_>>().map(Ignore)
    }

    /// Whether there is nothing to ignore.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a path, from the project file, is passed over.
    pub fn matches(&self, path: &Utf8Path) -> bool {
        self.0.iter().any(|pattern| pattern.is_match(path.as_str()))
    }
}

fn compile(pattern: &str) -> Option<Regex> {
    let trimmed = pattern.trim_end_matches('/');
    let is_fine = !trimmed.is_empty()
        && !trimmed.starts_with('!')
        && trimmed.split('/').skip(1).all(|part| !matches!(part, "" | "." | ".."));
    if !is_fine {
        return None;
    }
    let start = if trimmed.contains('/') { "^" } else { "(^|/)" };
    let mut text = start.to_owned();
    let mut parts = trimmed.trim_start_matches('/').split('/').peekable();
    while let Some(part) = parts.next() {
        let is_last = parts.peek().is_none();
        match (part, is_last) {
            ("**", false) => text.push_str("(.*/)?"),
            ("**", true) => text.push_str(".*"),
            (_, is_last) => {
                text.push_str(&name(part));
                text.push_str(if is_last { "(/|$)" } else { "/" });
            }
        }
    }
    Regex::new(&text).ok()
}

/// One name, in which `*` and `?` stand for letters.
fn name(part: &str) -> String {
    let letter = |letter: char| match letter {
        '*' => "[^/]*".to_owned(),
        '?' => "[^/]".to_owned(),
        other => regex::escape(other.encode_utf8(&mut [0; 4])),
    };
    part.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, path: &str, expected: bool) {
        let ignore = Ignore::new(&[pattern.to_owned()]).unwrap();
        assert_eq!(ignore.matches(Utf8Path::new(path)), expected, "{pattern} {path}");
    }

    #[test]
    fn a_name_is_meant_anywhere() {
        check("drafts", "a/drafts/b.yaml", true);
        check("drafts/", "drafts/b.yaml", true);
        check("drafts", "a/mydrafts/b.yaml", false);
        check("*.draft.yaml", "a/b.draft.yaml", true);
        check("*.draft.yaml", "a/b.yaml", false);
        check("a.yaml", "axyaml", false);
    }

    #[test]
    fn a_path_starts_at_the_project_file() {
        check("a/b", "a/b/c.yaml", true);
        check("/b", "b/c.yaml", true);
        check("/b/x", "a/b/x", false);
        check("a/*.yaml", "a/b.yaml", true);
        check("a/*.yaml", "a/b/c.yaml", false);
        check("a/**/c.yaml", "a/b/d/c.yaml", true);
        check("a/**/c.yaml", "a/c.yaml", true);
        check("a/**", "a/b/c", true);
        check("a/?.yaml", "a/b.yaml", true);
    }

    #[test]
    fn what_would_never_match_is_no_pattern() {
        for pattern in ["", "/", "!a", "a//b", "a/../b"] {
            assert!(Ignore::new(&[pattern.to_owned()]).is_none(), "{pattern}");
        }
    }
}
