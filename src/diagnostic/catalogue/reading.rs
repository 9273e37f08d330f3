//! P1xxx: reading text into documents.

use crate::diagnostic::{Code, Level};

/// All codes of this area, in order.
pub const ALL: &[&Code] = &[&SYNTAX];

/// See the title.
pub const SYNTAX: Code =
    Code { id: "P1001", level: Level::Error, title: "The YAML cannot be read", page: "" };
