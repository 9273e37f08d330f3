//! One difference inside an object: where it is, and what was there before and after.

use std::fmt;

use serde_json::Value;

/// One step from a value to a value inside it, on either side.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Into a map, by key.
    Key(String),
    /// Into a list.
    Item(Item),
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Item {
    /// What people call it: its key, such as `8642/TCP`, or its position where the items of the list have no keys.
    pub name: String,
    /// Its position in the old list, if it is there.
    pub old: Option<usize>,
    /// Its position in the new list, if it is there.
    pub new: Option<usize>,
}

/// The way from an object to what differs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path(pub Vec<Step>);

/// What differs at a place.
#[derive(Debug, Clone, PartialEq)]
pub enum Delta {
    /// It is only on the new side.
    Added(Value),
    /// It is only on the old side.
    Removed(Value),
    /// It is on both sides, before and after.
    Changed(Value, Value),
    /// The items of a list that stay have another order: those items in the new one, by their old positions.
    Reordered(Vec<Item>),
}

/// One difference.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// Where.
    pub path: Path,
    /// What.
    pub delta: Delta,
}

impl Delta {
    /// What was there.
    pub fn before(&self) -> Option<&Value> {
        match self {
            Delta::Removed(before) | Delta::Changed(before, _) => Some(before),
            Delta::Added(_) | Delta::Reordered(_) => None,
        }
    }

    /// What is there now.
    pub fn after(&self) -> Option<&Value> {
        match self {
            Delta::Added(after) | Delta::Changed(_, after) => Some(after),
            Delta::Removed(_) | Delta::Reordered(_) => None,
        }
    }
}

impl Path {
    /// The names on the way, without the items of lists: `spec template spec containers image`.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Item(_) => None,
        })
    }

    /// Whether the names on the way begin with these, written with dots.
    pub fn starts_with(&self, dotted: &str) -> bool {
        let mut keys = self.keys();
        dotted.split('.').all(|wanted| keys.next() == Some(wanted))
    }
}

/// As people write it, and as `--ignore` reads it: `spec.containers[hermes].ports[8642/TCP].name`.
impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Item(item) => write!(formatter, "[{}]", item.name)?,
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
