//! Every [`Code`], one module an area. `petasos explain` and `docs/diagnostics.md` read this table.

use crate::diagnostic::Code;

/// The codes of one area. Their pages are the files `AREA/ID.md`.
macro_rules! codes {
    ($area:literal: $($name:ident $id:literal $level:ident $title:literal;)*) => {
        /// All codes of this area, in order.
        pub const ALL: &[&$crate::diagnostic::Code] = &[$(&$name),*];
        $(
            #[doc = $title]
            pub const $name: $crate::diagnostic::Code = $crate::diagnostic::Code {
                id: $id,
                level: $crate::diagnostic::Level::$level,
                title: $title,
                page: include_str!(concat!($area, "/", $id, ".md")),
            };
        )*
    };
}

pub mod change;
pub mod git;
pub mod output;
pub mod pack;
pub mod reading;
pub mod rules;
pub mod schema;

/// All codes, in the order of their identifiers.
pub fn all() -> impl Iterator<Item = &'static Code> {
    [reading::ALL, schema::ALL, rules::ALL, pack::ALL, output::ALL, change::ALL, git::ALL]
        .into_iter()
        .flatten()
        .copied()
}

/// The code with this identifier, in any case of letters.
pub fn find(id: &str) -> Option<&'static Code> {
    all().find(|code| code.id.eq_ignore_ascii_case(id))
}
