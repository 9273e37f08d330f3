//! Paths of fields, as Kubernetes writes them: `spec.env[0].name`.

use std::fmt;

/// One step from a value to a value inside it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Into a map, by key.
    Key(String),
    /// Into a list, counted from 0.
    Index(usize),
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
