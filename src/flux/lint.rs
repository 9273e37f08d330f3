//! What Flux would change in an object, or refuse.

use serde_json::Value;

use crate::{
    diagnostic::{Diagnostic, catalogue::output},
    document::Document,
    field_path::PathRef,
    flux::{
        literal::{OPT_OUT, find_text, is_opted_out, is_touched},
        substitution::names,
    },
};

/// Every text of an object, keys too, that post-build substitution would not leave as it is. `known` are the variables, where
/// they are known.
pub fn check(document: &Document, known: &dyn Fn(&str) -> bool, report: &mut Vec<Diagnostic>) {
    if is_opted_out(&document.value) {
        return;
    }
    let mut look = |path: PathRef<'_>, text: &str| {
        if is_touched(text) {
            let problem = of_text(path, text, document, known);
            let is_value = path.to_path().value(&document.value).is_some_and(Value::is_string);
            let in_key = || format!("in the key {text:?}");
            report.push(if is_value { problem } else { problem.label(in_key()) });
        }
        None::<()>
    };
    find_text(PathRef::Root, &document.value, &mut look);
}

fn of_text(
    path: PathRef<'_>,
    text: &str,
    document: &Document,
    known: &dyn Fn(&str) -> bool,
) -> Diagnostic {
    let path = path.to_path();
    let opt_out = format!("annotate the object with `{}: {}`", OPT_OUT.0, OPT_OUT.1);
    let names = match names(text) {
        Ok(names) => names,
        Err(error) => {
            let message = format!("Flux refuses the whole Kustomization: {error}");
            return document
                .problem(&output::SUBSTITUTION, &path, message)
                .help(format!("write `$${{` for a literal `${{`, or {opt_out}"));
        }
    };
    if let Some((name, _)) = names.iter().find(|(name, default)| !default && !known(name)) {
        let message = format!(
            "Flux puts the value of `{name}` here, and refuses the whole Kustomization where there is none"
        );
        return document
            .problem(&output::SUBSTITUTED, &path, message)
            .help(format!("write `$${{{name}` if it is meant literally, or {opt_out}"));
    }
    let message = match names.first() {
        Some((name, _)) => format!("Flux puts the value of `{name}` here"),
        None => "Flux writes one `$` for each `$$` here".to_owned(),
    };
    document
        .problem(&output::SUBSTITUTED, &path, message)
        .help(format!("double each `$` that is meant literally, or {opt_out}"))
}
