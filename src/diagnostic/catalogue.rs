//! Every [`Code`], one module an area. `petasos explain` and `docs/diagnostics.md` read this table.

use crate::diagnostic::Code;

pub mod output;
pub mod pack;
pub mod reading;
pub mod rules;
pub mod schema;

/// All codes, in the order of their identifiers.
pub fn all() -> impl Iterator<Item = &'static Code> {
    [reading::ALL, schema::ALL, rules::ALL, pack::ALL, output::ALL].into_iter().flatten().copied()
}

/// The code with this identifier, in any case of letters.
pub fn find(id: &str) -> Option<&'static Code> {
    all().find(|code| code.id.eq_ignore_ascii_case(id))
}
