//! Paths of fields, as Kubernetes writes them: `spec.env[0].name`.

use std::{fmt, str::FromStr};

use serde_json::Value;

/// One step from a value to a value inside it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Into a map, by key.
    Key(String),
    /// Into a list, counted from 0.
    Index(usize),
}

impl Step {
    /// The value that one step leads to.
    pub fn of<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        match self {
            Step::Key(key) => value.get(key.as_str()),
            Step::Index(index) => value.get(*index),
        }
    }
}

/// A path that is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldPath(pub Vec<Step>);

/// A path on the stack while a tree is walked: it costs nothing until a problem needs it.
#[derive(Debug, Clone, Copy)]
pub enum PathRef<'a> {
    /// The document itself.
    Root,
    /// Into a map.
    Key(&'a PathRef<'a>, &'a str),
    /// Into a list.
    Index(&'a PathRef<'a>, usize),
}

impl PathRef<'_> {
    /// The path, kept.
    pub fn to_path(&self) -> FieldPath {
        let mut steps = Vec::new();
        let mut here = self;
        loop {
            match here {
                PathRef::Root => break,
                PathRef::Key(parent, key) => {
                    steps.push(Step::Key((*key).to_owned()));
                    here = parent;
                }
                PathRef::Index(parent, index) => {
                    steps.push(Step::Index(*index));
                    here = parent;
                }
            }
        }
        steps.reverse();
        FieldPath(steps)
    }
}

impl FieldPath {
    /// A path of keys, written with dots: `spec.image.tag`. Keys that hold a dot cannot be written so.
    pub fn of(dotted: &str) -> Self {
        FieldPath(dotted.split('.').map(|key| Step::Key(key.to_owned())).collect())
    }

    /// The value that the path leads to.
    pub fn value<'v>(&self, root: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(root, |value, step| step.of(value))
    }

    /// The same path and one key more.
    #[must_use]
    pub fn key(mut self, key: &str) -> Self {
        self.0.push(Step::Key(key.to_owned()));
        self
    }

    /// The same path and one index more.
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        self.0.push(Step::Index(index));
        self
    }
}

/// Why a text is not a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FieldPathError {
    /// Two dots without a name between them, or one at the end.
    #[error("a name is missing: write names with one dot between them, such as `spec.replicas`")]
    Empty,
    /// A bracket without its other half.
    #[error("a bracket is not closed: write `[0]`, `[name]`, or `[\"a.b\"]`")]
    Bracket,
}

/// Reads `spec.env[0].name`, `containers[hermes]`, and `data["config.yaml"]`; `.` is the whole object. A name in brackets
/// is a key here: whoever has the object knows whether it stands for an item of a list.
impl FromStr for FieldPath {
    type Err = FieldPathError;

    fn from_str(text: &str) -> Result<Self, FieldPathError> {
        let mut steps = Vec::new();
        let mut rest = if text == "." { "" } else { text.strip_prefix('.').unwrap_or(text) };
        while !rest.is_empty() {
            let step;
            (step, rest) = if let Some(inner) = rest.strip_prefix('[') {
                bracketed(inner)?
            } else {
                let (name, rest) = rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len()));
                (named(name)?, rest)
            };
            steps.push(step);
            if let Some(after) = rest.strip_prefix('.') {
                if after.is_empty() {
                    return Err(FieldPathError::Empty);
                }
                rest = after;
            }
        }
        Ok(FieldPath(steps))
    }
}

/// The step in a bracket that is open, and what follows it.
fn bracketed(inner: &str) -> Result<(Step, &str), FieldPathError> {
    if let Some(quoted) = inner.strip_prefix('"') {
        let (key, rest) = quoted.split_once("\"]").ok_or(FieldPathError::Bracket)?;
        return Ok((Step::Key(key.to_owned()), rest));
    }
    let (item, rest) = inner.split_once(']').ok_or(FieldPathError::Bracket)?;
    Ok((item.parse().map_or_else(|_| named(item), |index| Ok(Step::Index(index)))?, rest))
}

/// The step of a name without quotes. Only one in quotes may be empty.
fn named(name: &str) -> Result<Step, FieldPathError> {
    if name.is_empty() { Err(FieldPathError::Empty) } else { Ok(Step::Key(name.to_owned())) }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(formatter, "[{index}]")?,
                Step::Key(key) if key.contains(['.', '[', ']', '/']) || key.is_empty() => {
                    write!(formatter, "[{key:?}]")?;
                }
                Step::Key(key) if position == 0 => write!(formatter, "{key}")?,
                Step::Key(key) => write!(formatter, ".{key}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_is_written_is_read_back() {
        let paths = [
            FieldPath::default(),
            FieldPath::of("spec.image.tag"),
            FieldPath::of("spec.env").index(0).key("name"),
            FieldPath::of("data").key("config.yaml"),
            FieldPath::of("metadata.annotations").key("a.example.com/b"),
            FieldPath::of("metadata.labels").key(""),
        ];
        for path in paths {
            assert_eq!(path.to_string().parse(), Ok(path));
        }
    }

    #[test]
    fn people_may_write_a_dot_in_front_and_names_in_brackets() {
        assert_eq!(".".parse(), Ok(FieldPath::default()));
        assert_eq!(".spec.replicas".parse(), Ok(FieldPath::of("spec.replicas")));
        assert_eq!(
            "containers[hermes].image".parse(),
            Ok(FieldPath::of("containers.hermes.image"))
        );
    }

    #[test]
    fn a_path_with_a_gap_is_refused() {
        for text in ["spec..image", "spec.", "..", "[]", "a[].b"] {
            assert_eq!(text.parse::<FieldPath>(), Err(FieldPathError::Empty), "{text}");
        }
        for text in ["spec[0", "[", "data[\"x]", "data[\"x\""] {
            assert_eq!(text.parse::<FieldPath>(), Err(FieldPathError::Bracket), "{text}");
        }
    }
}
