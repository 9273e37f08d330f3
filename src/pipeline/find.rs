//! One object of the output, with everything that is known about its making: what `petasos why` looks at.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    diagnostic::Source,
    document::{self, Document},
    kinds::Role,
    object::{Identity, select},
    pack::Pack,
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

/// Why there is not one object to look at.
pub enum NotFound {
    /// The pattern means none of these, which are all.
    None(Vec<Identity>),
    /// The pattern means all of these.
    Several(Vec<Identity>),
}

/// The one object that the pattern means.
///
/// The input must be free of errors: what cannot be rendered is passed over.
pub fn find(
    sources: &[Arc<Source>],
    options: &Options<'_>,
    pattern: &str,
) -> Result<Found, NotFound> {
    let mut ignored = Vec::new();
    let shared = Shared::find(sources, options.parameters.namespace.as_deref(), &mut ignored);
    let mut search = Search { pattern, found: None, meant: Vec::new(), others: Vec::new() };
    for document in sources.iter().flat_map(|source| document::parse(source, &mut ignored)) {
        match options.kinds.role(document.api_version(), document.kind()) {
            Role::Renders(pack, _) => {
                let instance =
                    one::resolve(document, pack, options.parameters.namespace.as_deref(), &shared);
                search.instance(instance, pack);
            }
            // The output does not hold them.
            Role::Defaults(_) => {}
            Role::PassesThrough(_)
            | Role::OtherVersion(_)
            | Role::Misspelled { .. }
            | Role::Foreign => {
                search.passes_through(document);
            }
        }
    }
    search.finish()
}

/// What has been seen so far.
struct Search<'p> {
    pattern: &'p str,
    found: Option<Found>,
    meant: Vec<Identity>,
    others: Vec<Identity>,
}

impl Search<'_> {
    /// Notes an object; whether it is the first that is meant.
    fn sees(&mut self, object: &Value) -> bool {
        let Some(identity) = Identity::of(object) else { return false };
        let is_meant = select::matches(self.pattern, &identity);
        let list = if is_meant { &mut self.meant } else { &mut self.others };
        list.push(identity);
        is_meant && list.len() == 1
    }

    fn passes_through(&mut self, document: Document) {
        if self.sees(&document.value) {
            self.found = Some(Found::PassedThrough(Box::new(document)));
        }
    }

    fn instance(&mut self, instance: Instance, pack: &Pack) {
        let mut first = None;
        for (index, rendered) in
            pack.render(&instance, None).unwrap_or_default().into_iter().enumerate()
        {
            if self.sees(&rendered.value) {
                first = Some((index, rendered.value));
            }
        }
        if let Some((index, object)) = first {
            let trace = one::trace(pack, &instance);
            let instance = Box::new(instance);
            self.found = Some(Found::Rendered { instance, object, trace, index });
        }
    }

    fn finish(self) -> Result<Found, NotFound> {
        let Search { pattern: _, found, meant, others } = self;
        if meant.len() > 1 {
            return Err(NotFound::Several(meant));
        }
        found.ok_or(NotFound::None(others))
    }
}
