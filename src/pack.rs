//! Packs: which objects an instance becomes, and the templates that say how.
//!
//! A pack is a set of files by name, one of them `pack.yaml`. Reading a directory is the edge's work; here all is text.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value;

use crate::{
    diagnostic::{Code, Diagnostic, Location, Source, Span, catalogue::pack as codes},
    render::{self, Leaf, Library, Loop, Node},
};

pub(crate) mod builtin;
mod check;
mod definition;
mod describe;
mod instance;
#[cfg(test)]
mod tests;

pub use self::{
    builtin::NAMES as BUILTIN,
    check::PathKind,
    describe::{list, show, show_template},
    instance::Rendered,
};

/// A pack, ready to render.
#[derive(Debug)]
pub struct Pack {
    /// What the pack calls itself.
    pub name: String,
    /// One line about it, or nothing.
    pub description: String,
    /// Where it comes from: `built in`, or what the user named.
    pub origin: String,
    /// The kinds that it renders.
    pub kinds: Vec<Kind>,
    /// The CRDs that come with it, with the schemas of its kinds.
    pub crds: Vec<Arc<Source>>,
    /// What unset fields get at last, in the shape of the custom resource.
    pub defaults: Value,
    /// In the order in which they are evaluated.
    values: Vec<Values>,
    objects: Vec<Rule>,
    library: Library,
}

/// A kind that a pack renders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// The group and version.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// Where the pack says so.
    pub location: Location,
}

/// Named values that stand together.
#[derive(Debug)]
struct Values {
    /// The file that pack.yaml lists under `let`; none if they stand in pack.yaml itself.
    file: Option<String>,
    lets: Vec<Let>,
}

/// A named value.
#[derive(Debug)]
struct Let {
    name: String,
    node: Node,
    source: Arc<Source>,
}

/// When a template renders an object, and for what.
#[derive(Debug)]
struct Rule {
    template: String,
    when: Option<Leaf>,
    each: Option<Loop<()>>,
    /// pack.yaml.
    source: Arc<Source>,
    /// The name of the template there.
    span: Span,
}

impl Pack {
    /// A pack of the user's, given its files by name. `origin` is what messages put before the names.
    ///
    /// Everything is compiled, so that all problems of all files are reported at once.
    pub fn load(origin: &str, files: &BTreeMap<String, String>) -> Result<Pack, Vec<Diagnostic>> {
        let sources = files.iter().map(|(name, text)| {
            let source = Source { name: format!("{origin}/{name}"), text: text.clone() };
            (name.clone(), Arc::new(source))
        });
        let pack = Pack::assemble(origin, &sources.collect())?;
        let mut errors = check::templates(&pack);
        if errors.is_empty() {
            return Ok(pack);
        }
        errors.sort_by(Diagnostic::order);
        Err(errors)
    }

    /// A pack that comes with the program. Its templates are compiled when they are first used.
    pub fn builtin(name: &str) -> Option<Result<Pack, Vec<Diagnostic>>> {
        let files = builtin::files(name)?;
        let sources = files.iter().map(|(file, text)| {
            let source =
                Source { name: format!("templates/{name}/{file}"), text: (*text).to_owned() };
            ((*file).to_owned(), Arc::new(source))
        });
        Some(Pack::assemble("built in", &sources.collect()))
    }

    /// Whether the pack renders a kind.
    pub fn renders(&self, api_version: &str, kind: &str) -> bool {
        self.kinds.iter().any(|known| known.api_version == api_version && known.kind == kind)
    }

    /// Every path that the templates read and the kind does not have.
    pub fn check_paths(
        &self,
        kind_of: &dyn Fn(&crate::field_path::FieldPath) -> PathKind,
    ) -> Vec<Diagnostic> {
        check::paths(self, kind_of)
    }

    /// What a careful author wants to know beside errors: files that nothing uses.
    pub fn lint(&self) -> Vec<Diagnostic> {
        let mut problems = check::templates(self);
        problems.extend(check::unused_files(self));
        problems.sort_by(Diagnostic::order);
        problems
    }

    fn assemble(
        origin: &str,
        files: &BTreeMap<String, Arc<Source>>,
    ) -> Result<Pack, Vec<Diagnostic>> {
        let Some(source) = files.get("pack.yaml") else {
            let message = format!("{origin} has no file pack.yaml");
            let help = "a pack is a directory with pack.yaml and templates beside it";
            return Err(vec![Diagnostic::new(&codes::UNREADABLE, message).help(help)]);
        };
        let definition = definition::read(source)?;
        let mut pack = match &definition.extends {
            None => Pack {
                name: String::new(),
                description: String::new(),
                origin: String::new(),
                kinds: Vec::new(),
                crds: Vec::new(),
                defaults: Value::Null,
                values: Vec::new(),
                objects: Vec::new(),
                library: Library::default(),
            },
            Some((base, location)) => Pack::builtin(base).unwrap_or_else(|| {
                let names = BUILTIN.join(", ");
                let message = format!("there is no built-in pack `{base}`");
                let help = format!("the built-in packs are: {names}");
                Err(vec![
                    Diagnostic::new(&codes::PACK_FIELD, message).at(location.clone()).help(help),
                ])
            })?,
        };
        origin.clone_into(&mut pack.origin);
        pack.extend(definition, files)?;
        Ok(pack)
    }

    /// Puts a definition and files over what is there.
    fn extend(
        &mut self,
        definition: definition::Definition,
        files: &BTreeMap<String, Arc<Source>>,
    ) -> Result<(), Vec<Diagnostic>> {
        let definition::Definition {
            name,
            description,
            extends: _,
            kinds,
            crds,
            defaults,
            lets,
            let_files,
            objects,
        } = definition;
        self.name = name;
        self.description = description;
        for kind in kinds {
            if !self.renders(&kind.api_version, &kind.kind) {
                self.kinds.push(kind);
            }
        }
        let mut errors = Vec::new();
        for (crd, location) in crds {
            match files.get(&crd) {
                Some(source) => self.crds.push(Arc::clone(source)),
                None => errors.push(missing_file(&crd, location)),
            }
        }
        // A pack that says nothing of defaults keeps those that it extends.
        if !defaults.is_null() {
            render::merge_into(&mut self.defaults, defaults);
        }
        errors.extend(self.add_values(lets, &let_files, files));
        for new in objects {
            match self.objects.iter_mut().find(|known| known.template == new.template) {
                Some(known) => *known = new,
                None => self.objects.push(new),
            }
        }
        for (name, source) in files {
            self.library.insert(name, Arc::clone(source));
        }
        for rule in &self.objects {
            if self.library.get(&rule.template).is_none() {
                let location = Location { source: Arc::clone(&rule.source), span: rule.span };
                errors.push(missing_file(&rule.template, location));
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// Puts named values over what is there: a name over the name, and a file over the file of its name. The problems
    /// of those that cannot be read are returned.
    fn add_values(
        &mut self,
        lets: Vec<Let>,
        listed: &[(String, Location)],
        files: &BTreeMap<String, Arc<Source>>,
    ) -> Vec<Diagnostic> {
        let mut errors = Vec::new();
        for (file, location) in listed {
            if !files.contains_key(file) {
                errors.push(missing_file(file, location.clone()));
            } else if self.values.iter().all(|known| known.file.as_ref() != Some(file)) {
                self.values.push(Values { file: Some(file.clone()), lets: Vec::new() });
            }
        }
        for known in &mut self.values {
            let Some(source) = known.file.as_ref().and_then(|file| files.get(file)) else {
                continue;
            };
            match definition::values(source) {
                Ok(lets) => known.lets = lets,
                Err(problems) => errors.extend(problems),
            }
        }
        for new in lets {
            let mut known = self.values.iter_mut().flat_map(|values| &mut values.lets);
            match known.find(|known| known.name == new.name) {
                Some(known) => *known = new,
                None => self.own_values().push(new),
            }
        }
        errors
    }

    /// The values that stand in pack.yaml itself.
    fn own_values(&mut self) -> &mut Vec<Let> {
        let at = self.values.iter().position(|known| known.file.is_none());
        let at = at.unwrap_or_else(|| {
            self.values.push(Values { file: None, lets: Vec::new() });
            self.values.len() - 1
        });
        &mut self.values[at].lets
    }

    /// All named values, in the order in which they are evaluated.
    fn lets(&self) -> impl Iterator<Item = &Let> {
        self.values.iter().flat_map(|values| &values.lets)
    }
}

/// A problem for each kind that two packs of one run render.
pub fn find_twice(packs: &[Pack]) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for (index, pack) in packs.iter().enumerate() {
        for kind in &pack.kinds {
            let other =
                packs[..index].iter().find(|other| other.renders(&kind.api_version, &kind.kind));
            if let Some(other) = other {
                let message = format!(
                    "the packs `{}` and `{}` both render {} of {}",
                    other.name, pack.name, kind.kind, kind.api_version
                );
                let help = "give one of them, or have one extend the other";
                let problem =
                    Diagnostic::new(&codes::KIND_TWICE, message).at(kind.location.clone());
                problems.push(problem.help(help));
            }
        }
    }
    problems
}

fn missing_file(name: &str, location: Location) -> Diagnostic {
    problem(&codes::MISSING_FILE, location, format!("the pack has no file `{name}`"))
        .help("add it, or correct the name")
}

fn problem(code: &'static Code, location: Location, message: String) -> Diagnostic {
    Diagnostic::new(code, message).at(location)
}
