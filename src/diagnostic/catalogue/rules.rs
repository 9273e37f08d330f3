//! P3xxx: what runs, and what does not.

use crate::diagnostic::{Code, Level};

/// All codes of this area, in order.
pub const ALL: &[&Code] = &[&NOT_RENDERED];

/// See the title.
pub const NOT_RENDERED: Code =
    Code { id: "P3001", level: Level::Error, title: "This field is not rendered yet", page: "" };
