//! Rules about what runs: what the schema accepts and the real software does not.

use crate::{diagnostic::Diagnostic, resolve::Instance};

/// Every problem of one `HermesInstance`.
pub fn check(_instance: &Instance, _report: &mut Vec<Diagnostic>) {}
