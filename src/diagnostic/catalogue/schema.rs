//! P2xxx: what the schema and the CEL rules of a kind say.

use crate::diagnostic::{Code, Level};

/// All codes of this area, in order.
pub const ALL: &[&Code] = &[&UNKNOWN_FIELD];

/// See the title.
pub const UNKNOWN_FIELD: Code =
    Code { id: "P2001", level: Level::Error, title: "The kind has no such field", page: "" };
