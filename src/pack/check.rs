//! What can be told about a pack without an instance: every name, filter, file, and path that it uses.

use std::{collections::BTreeSet, sync::Arc};

use crate::{
    diagnostic::{Code, Diagnostic, Location, Source, Span, catalogue::pack as codes},
    field_path::{FieldPath, Step},
    nearest::nearest,
    pack::Pack,
    render::{self, Key, Leaf, Line, Node, Part},
};

/// What a schema says about a path. An index in the path means any item of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathKind {
    /// The kind has it, or takes any field there.
    Exists,
    /// The kind does not have it.
    Missing {
        /// The name that is most like the first wrong one.
        nearest: Option<String>,
    },
}

/// The fields that a custom resource has beside its schema.
const ROOTS: [&str; 4] = ["apiVersion", "kind", "metadata", "spec"];
/// The fields of `metadata` that are in Git.
const METADATA: [&str; 4] = ["name", "namespace", "labels", "annotations"];

/// Every problem that needs no schema.
pub(crate) fn templates(pack: &Pack) -> Vec<Diagnostic> {
    Checker::run(pack, None).errors
}

/// Every path that the kind does not have.
pub(crate) fn paths(pack: &Pack, kind_of: &dyn Fn(&FieldPath) -> PathKind) -> Vec<Diagnostic> {
    let mut errors = Checker::run(pack, Some(kind_of)).errors;
    errors.retain(|error| error.code.id == codes::UNKNOWN_PATH.id);
    errors
}

/// A warning for each file that neither pack.yaml nor a template uses.
pub(crate) fn unused_files(pack: &Pack) -> Vec<Diagnostic> {
    let used = Checker::run(pack, None).used;
    let crds: BTreeSet<&str> = pack.crds.iter().map(|crd| crd.name.as_str()).collect();
    let files =
        pack.library.names().filter_map(|name| Some((name, &pack.library.get(name)?.source)));
    files
        .filter(|(name, source)| {
            *name != "pack.yaml" && !used.contains(*name) && !crds.contains(source.name.as_str())
        })
        .map(|(name, source)| {
            let location = Location { source: Arc::clone(source), span: render::span(0, 0) };
            let message = format!("nothing uses the file `{name}`");
            Diagnostic::new(&codes::UNUSED_FILE, message)
                .at(location)
                .help("list it under `objects`, read it with `file()` or `text()`, or remove it")
        })
        .collect()
}

/// What a name stands for.
#[derive(Debug, Clone)]
enum Meaning {
    Field(FieldPath),
    Unknown,
}

struct Checker<'p> {
    pack: &'p Pack,
    kind_of: Option<&'p dyn Fn(&FieldPath) -> PathKind>,
    names: Vec<(&'p str, Meaning)>,
    /// The text templates that are being checked, from the outermost.
    inside: Vec<&'p str>,
    used: BTreeSet<&'p str>,
    errors: Vec<Diagnostic>,
}

impl<'p> Checker<'p> {
    fn run(pack: &'p Pack, kind_of: Option<&'p dyn Fn(&FieldPath) -> PathKind>) -> Self {
        let metadata = |field| Meaning::Field(FieldPath::of("metadata").key(field));
        let names = vec![
            ("name", metadata("name")),
            ("namespace", metadata("namespace")),
            ("configMaps", Meaning::Unknown),
        ];
        let mut checker = Checker {
            pack,
            kind_of,
            names,
            inside: Vec::new(),
            used: BTreeSet::new(),
            errors: Vec::new(),
        };
        checker.used.extend(pack.values.iter().filter_map(|values| values.file.as_deref()));
        for rule in pack.lets() {
            checker.node(&rule.source, &rule.node);
            let meaning = match &rule.node {
                Node::Leaf(leaf) => checker.meaning(leaf),
                _ => Meaning::Unknown,
            };
            checker.names.push((&rule.name, meaning));
        }
        let mut compiled = BTreeSet::new();
        for rule in &pack.objects {
            let known = checker.names.len();
            if let Some(each) = &rule.each {
                checker.open(&rule.source, &each.list, &each.names);
            }
            if let Some(when) = &rule.when {
                checker.leaf(&rule.source, when);
            }
            checker.used.insert(&rule.template);
            match pack.library.get(&rule.template).map(render::File::template) {
                Some(Ok(template)) => checker.node(&template.source, &template.root),
                Some(Err(errors)) if compiled.insert(&rule.template) => {
                    checker.errors.extend_from_slice(errors);
                }
                Some(Err(_)) | None => {}
            }
            checker.names.truncate(known);
        }
        checker
    }

    fn node(&mut self, source: &'p Arc<Source>, node: &'p Node) {
        match node {
            Node::Constant(_) => {}
            Node::Leaf(leaf) => self.leaf(source, leaf),
            Node::Text(parts) => self.parts(source, parts),
            Node::Map(lines) => self.lines(source, lines, &mut |this, pair| {
                if let Key::Text(key) = &pair.key {
                    this.parts(source, key);
                }
                this.node(source, &pair.value);
            }),
            Node::List(lines) => {
                self.lines(source, lines, &mut |this, item| this.node(source, &item.value));
            }
        }
    }

    fn parts(&mut self, source: &'p Arc<Source>, parts: &'p [Part]) {
        for part in parts {
            self.part(source, part);
        }
    }

    fn part(&mut self, source: &'p Arc<Source>, part: &'p Part) {
        match part {
            Part::Leaf(leaf) => self.leaf(source, leaf),
            Part::Literal(_) => {}
        }
    }

    fn lines<T>(
        &mut self,
        source: &'p Arc<Source>,
        lines: &'p [Line<T>],
        one: &mut dyn FnMut(&mut Self, &'p T),
    ) {
        for line in lines {
            match line {
                Line::One(inner) => one(self, inner),
                Line::If(branches) => {
                    for branch in branches {
                        if let Some(condition) = &branch.condition {
                            self.leaf(source, condition);
                        }
                        self.lines(source, &branch.lines, one);
                    }
                }
                Line::For(looped) => {
                    let known = self.names.len();
                    self.open(source, &looped.list, &looped.names);
                    self.lines(source, &looped.lines, one);
                    self.names.truncate(known);
                }
            }
        }
    }

    /// Checks the list of a loop and puts the loop's names in scope.
    fn open(&mut self, source: &'p Arc<Source>, list: &'p Leaf, names: &'p [String]) {
        self.leaf(source, list);
        let item = match (self.meaning(list), names.len()) {
            (Meaning::Field(field), 1) => Meaning::Field(field.index(0)),
            _ => Meaning::Unknown,
        };
        self.names.push(("loop", Meaning::Unknown));
        self.names.extend(names.iter().map(|name| (name.as_str(), item.clone())));
    }

    fn leaf(&mut self, source: &'p Arc<Source>, leaf: &'p Leaf) {
        for used in leaf.files() {
            self.used.insert(&used.file);
            let Some(file) = self.pack.library.get(&used.file) else {
                let message = format!("the pack has no file `{}`", used.file);
                self.error(
                    &codes::MISSING_FILE,
                    source,
                    leaf.span,
                    &message,
                    "add it, or correct the name",
                );
                continue;
            };
            if used.is_template && !self.inside.contains(&used.file.as_str()) {
                self.inside.push(&used.file);
                match file.text() {
                    Ok(text) => self.lines(&text.source, &text.pieces, &mut |this, part| {
                        this.part(&text.source, part);
                    }),
                    Err(errors) => self.errors.extend_from_slice(errors),
                }
                self.inside.pop();
            }
        }
        for (filter, span) in render::leaf_filters(leaf) {
            if !render::has_filter(&filter) {
                let help = "see docs/packs.md for the filters that there are";
                self.error(
                    &codes::UNKNOWN_NAME,
                    source,
                    span,
                    &format!("there is no filter `{filter}`"),
                    help,
                );
            }
        }
        for read in leaf.reads() {
            self.read(source, leaf, &read);
        }
    }

    fn read(&mut self, source: &Arc<Source>, leaf: &Leaf, read: &[String]) {
        let Some(first) = read.first() else { return };
        let is_file = leaf.files().iter().any(|used| used.variable == *first);
        if is_file || (read.len() == 1 && render::has_function(first)) {
            return;
        }
        match self.resolve(read) {
            None => {
                let names = self.names.iter().map(|(name, _)| *name).chain(ROOTS);
                let help = nearest(first, names).map_or_else(
                    || {
                        "a template knows spec, metadata, name, namespace, and what `let` names"
                            .to_owned()
                    },
                    |nearest| format!("did you mean `{nearest}`?"),
                );
                self.error(
                    &codes::UNKNOWN_NAME,
                    source,
                    leaf.span,
                    &format!("nothing is named `{first}`"),
                    &help,
                );
            }
            Some(Meaning::Unknown) => {}
            Some(Meaning::Field(field)) => self.field(source, leaf, &field),
        }
    }

    fn field(&mut self, source: &Arc<Source>, leaf: &Leaf, field: &FieldPath) {
        let key = |index: usize| match field.0.get(index) {
            Some(Step::Key(key)) => key.as_str(),
            _ => "",
        };
        let found = match (key(0), self.kind_of) {
            ("metadata", _) if field.0.len() == 1 || METADATA.contains(&key(1)) => PathKind::Exists,
            ("metadata", _) => {
                let nearest = nearest(key(1), METADATA.into_iter()).map(str::to_owned);
                PathKind::Missing { nearest }
            }
            ("spec", Some(kind_of)) => kind_of(field),
            _ => PathKind::Exists,
        };
        if let PathKind::Missing { nearest } = found {
            let help = nearest.map_or_else(
                || "the schema of the kind lists its fields".to_owned(),
                |nearest| format!("did you mean `{nearest}`?"),
            );
            let message = format!("the kind has no field `{field}`");
            self.error(&codes::UNKNOWN_PATH, source, leaf.span, &message, &help);
        }
    }

    fn meaning(&self, leaf: &Leaf) -> Meaning {
        match leaf.code() {
            render::Code::Path(path) => self.resolve(path).unwrap_or(Meaning::Unknown),
            render::Code::Expression(_) => Meaning::Unknown,
        }
    }

    /// What a path means; none if nothing has its first name.
    fn resolve(&self, path: &[String]) -> Option<Meaning> {
        let (first, rest) = path.split_first()?;
        let named = self.names.iter().rev().find(|(name, _)| name == first);
        let meaning = match named {
            Some((_, meaning)) => meaning.clone(),
            None if ROOTS.contains(&first.as_str()) => Meaning::Field(FieldPath::of(first)),
            None => return None,
        };
        Some(match meaning {
            Meaning::Field(field) => {
                Meaning::Field(rest.iter().fold(field, |field, key| field.key(key)))
            }
            Meaning::Unknown => Meaning::Unknown,
        })
    }

    fn error(
        &mut self,
        code: &'static Code,
        source: &Arc<Source>,
        span: Span,
        message: &str,
        help: &str,
    ) {
        let location = Location { source: Arc::clone(source), span };
        let error = Diagnostic::new(code, message).at(location).help(help);
        // A template may stand under `objects` twice.
        if !self.errors.contains(&error) {
            self.errors.push(error);
        }
    }
}
