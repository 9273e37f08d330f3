//! The instance's name, from which all other names are made.

use crate::{
    diagnostic::{
        Diagnostic,
        catalogue::rules::{NAME_LENGTH, NAME_SYNTAX},
    },
    notation::names,
    resolve::{Instance, rules::at},
};

const LONGEST: usize = 52;

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let name = instance.document.name();
    // An object without a name, or with one that is no text, is the schema's to report.
    if name.is_empty() {
        return;
    }
    let path = at("metadata.name");
    if name.len() > LONGEST {
        let message = format!("the name has {} characters, and {LONGEST} fit", name.len());
        found.push(instance.problem(&NAME_LENGTH, &path, message).help("choose a shorter name"));
    } else if names::service(name).is_err() {
        let message = format!("`{name}` cannot be the name of a Service");
        found.push(
            instance.problem(&NAME_SYNTAX, &path, message).help(
                "use lower-case letters, digits, and `-`, with a letter first and no `-` last",
            ),
        );
    }
}
