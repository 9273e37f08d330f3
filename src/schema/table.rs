//! The schemas of this program: our kinds, and the kinds of Kubernetes that are rendered.
//!
//! They are one generated file. Its head names the kinds; below, each line is one schema after a name that is made from
//! its content, and the schemas within it are written as their names. The Pod of a custom resource and that of a
//! `StatefulSet` are so the same lines, and only the lines that a value meets are read.

use std::sync::{LazyLock, OnceLock};

use serde::{Deserialize, Deserializer, de};

use crate::schema::{Node, NodeKind, Schema, load::Raw};

/// One schema of the table.
#[derive(Debug)]
pub(super) struct Line {
    name: &'static str,
    text: &'static str,
    schema: OnceLock<Box<Schema>>,
}

impl Line {
    pub(super) fn schema(&self) -> &Schema {
        self.schema.get_or_init(|| {
            let raw: Raw<Name> = serde_json::from_str(self.text)
                .expect("the table is generated, and a test reads each line");
            Box::new(Schema::from(raw))
        })
    }
}

struct Table {
    /// Kinds and the names of their schemas, sorted.
    kinds: Vec<(&'static str, &'static str)>,
    /// Sorted by name.
    lines: Vec<Line>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let (head, body) = include_str!("table.txt").split_once("\n\n").unwrap_or_default();
    let line = |line: &'static str| {
        let (name, text) = line.split_once(' ')?;
        Some(Line { name, text, schema: OnceLock::new() })
    };
    Table {
        kinds: head.lines().filter_map(|line| line.split_once(' ')).collect(),
        lines: body.lines().filter_map(line).collect(),
    }
});

/// The schema of a kind.
pub(super) fn find(kind: &str) -> Option<&'static Schema> {
    let found = TABLE.kinds.binary_search_by_key(&kind, |(kind, _)| kind).ok()?;
    let (_, name) = TABLE.kinds.get(found)?;
    Some(line(name)?.schema())
}

fn line(name: &str) -> Option<&'static Line> {
    let found = TABLE.lines.binary_search_by_key(&name, |line| line.name).ok()?;
    TABLE.lines.get(found)
}

/// A schema that is written as its name.
struct Name(&'static Line);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = <&str>::deserialize(deserializer)?;
        line(name).map(Name).ok_or_else(|| de::Error::custom(format!("no schema is named {name}")))
    }
}

impl From<Name> for Node {
    fn from(Name(line): Name) -> Self {
        Node(NodeKind::Shared(line))
    }
}

#[cfg(test)]
mod tests;
