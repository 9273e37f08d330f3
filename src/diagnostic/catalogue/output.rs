//! P5xxx: the rendered objects.

use crate::diagnostic::{Code, Level};

/// All codes of this area, in order.
pub const ALL: &[&Code] = &[&DUPLICATE_OBJECT];

/// See the title.
pub const DUPLICATE_OBJECT: Code = Code {
    id: "P5001",
    level: Level::Error,
    title: "Two documents give the same object",
    page: "",
};
