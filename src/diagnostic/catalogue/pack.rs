//! P4xxx: packs and templates.

use crate::diagnostic::{Code, Level};

/// All codes of this area, in order.
pub const ALL: &[&Code] = &[&TEMPLATE_SYNTAX];

/// See the title.
pub const TEMPLATE_SYNTAX: Code =
    Code { id: "P4001", level: Level::Error, title: "The template cannot be read", page: "" };
