//! A fault of a rendered object, told to the author of the instance.

use crate::{
    diagnostic::Diagnostic,
    field_path::FieldPath,
    object::{Identity, strict::Fault},
    pack::Rendered,
    render::Trace,
    resolve::{Instance, Origin},
};

/// The diagnostic of a fault: at the field of the instance that the object's field is made of, or else at the template.
pub(super) fn diagnostic(
    fault: Fault,
    rendered: &Rendered<'_>,
    index: usize,
    instance: &Instance,
    trace: &Trace,
) -> Diagnostic {
    let Fault { code, path, message } = fault;
    let object =
        Identity::of(&rendered.value).map_or_else(String::new, |identity| identity.to_string());
    let problem = Diagnostic::new(code, format!("{object}: {path}: {message}"))
        .about(instance.document.title());
    let why = nearest(trace, index, &path);
    let Some(why) = why else { return problem.at(rendered.location.clone()) };
    let (line, _) = why.location.source.position(why.location.span.start);
    let template = format!("rendered by {}:{line}", why.location.source.name);
    for read in &why.reads {
        let location = match instance.origin(read) {
            Origin::Document(location) | Origin::Defaults(location) => location,
            Origin::Pack | Origin::Unset => continue,
        };
        return problem.at(location).field(read).label(template);
    }
    problem.at(why.location).help("change the template, or tell its author")
}

/// What is known about a field, or about the nearest one around it.
fn nearest(trace: &Trace, index: usize, path: &FieldPath) -> Option<crate::render::Why> {
    let mut path = path.clone();
    loop {
        if let Some(why) = trace.explain(index, &path) {
            return Some(why);
        }
        path.0.pop()?;
    }
}
