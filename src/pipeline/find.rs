//! One object of the output, with everything that is known about its making: what `petasos why` looks at.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    diagnostic::Source,
    document::{self, Document},
    kinds::Role,
    object::{Identity, select},
    pipeline::{Options, one, shared::Shared},
    render::Trace,
    resolve::Instance,
};

/// One object and where it comes from.
pub enum Found {
    /// An instance was rendered to it.
    Rendered {
        /// The instance.
        instance: Box<Instance>,
        /// The object.
        object: Value,
        /// Where each field of each of the instance's objects comes from.
        trace: Trace,
        /// The place of the object among those of the instance.
        index: usize,
    },
    /// It passed through.
    PassedThrough(Box<Document>),
}

/// The first object that the pattern means, or the identities of all objects if none is meant.
///
/// The input must be free of errors: what cannot be rendered is passed over.
pub fn find(
    sources: &[Arc<Source>],
    options: &Options<'_>,
    pattern: &str,
) -> Result<Found, Vec<Identity>> {
    let mut ignored = Vec::new();
    let shared = Shared::find(sources, options.namespace, &mut ignored);
    let mut others = Vec::new();
    for document in sources.iter().flat_map(|source| document::parse(source, &mut ignored)) {
        let Role::Renders(pack, _) = options.kinds.role(document.api_version(), document.kind())
        else {
            let identity = Identity::of(&document.value);
            if identity.as_ref().is_some_and(|identity| select::matches(pattern, identity)) {
                return Ok(Found::PassedThrough(Box::new(document)));
            }
            others.extend(identity);
            continue;
        };
        let instance = one::resolve(document, pack, options.namespace, &shared);
        let mut trace = Trace::default();
        for (index, rendered) in
            pack.render(&instance, Some(&mut trace)).unwrap_or_default().into_iter().enumerate()
        {
            let Some(identity) = Identity::of(&rendered.value) else { continue };
            if select::matches(pattern, &identity) {
                return Ok(Found::Rendered {
                    instance: Box::new(instance),
                    object: rendered.value,
                    trace,
                    index,
                });
            }
            others.push(identity);
        }
    }
    Err(others)
}
