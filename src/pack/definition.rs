//! pack.yaml, read.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Map, Value};

use crate::{
    diagnostic::{Diagnostic, Location, Source, Span, catalogue::pack as codes},
    nearest::nearest,
    pack::{Kind, Let, Rule},
    render::{self, Key, Line, Loop, Node, Pair, Slot, Word},
};

const FIELDS: &[&str] =
    &["name", "description", "extends", "kinds", "crds", "defaults", "let", "objects"];

/// What pack.yaml says.
pub(crate) struct Definition {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) extends: Option<(String, Location)>,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) crds: Vec<(String, Location)>,
    pub(crate) defaults: Value,
    /// The values that stand in pack.yaml itself.
    pub(crate) lets: Vec<Let>,
    /// The files of values that it lists instead.
    pub(crate) let_files: Vec<(String, Location)>,
    pub(crate) objects: Vec<Rule>,
}

/// Reads pack.yaml. The error holds every problem.
pub(crate) fn read(source: &Arc<Source>) -> Result<Definition, Vec<Diagnostic>> {
    let template = render::compile_template(source)?;
    let mut reader = Reader { source, errors: Vec::new() };
    let definition = reader.definition(template.root);
    if reader.errors.is_empty() { Ok(definition) } else { Err(reader.errors) }
}

/// Reads a file of named values. The error holds every problem.
pub(crate) fn values(source: &Arc<Source>) -> Result<Vec<Let>, Vec<Diagnostic>> {
    let template = render::compile_template(source)?;
    let mut reader = Reader { source, errors: Vec::new() };
    let lets = reader.lets((template.root, render::span(0, 1)));
    if reader.errors.is_empty() { Ok(lets) } else { Err(reader.errors) }
}

/// The entries of a map, each with its value and where it stands.
type Fields = BTreeMap<String, (Node, Span)>;

struct Reader<'a> {
    source: &'a Arc<Source>,
    errors: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn definition(&mut self, root: Node) -> Definition {
        let whole = render::span(0, 1);
        let mut fields = self.fields(root, whole, FIELDS);
        let name = fields.remove("name").map(|field| self.text(field)).unwrap_or_default();
        if name.is_empty() {
            self.error(whole, "pack.yaml has no `name`", "add `name: my-pack`");
        }
        let extends = fields.remove("extends").map(|field| {
            let location = self.location(field.1);
            (self.text(field), location)
        });
        let kinds = self.items(fields.remove("kinds"), Self::kind);
        if kinds.is_empty() && extends.is_none() {
            self.error(whole, "pack.yaml has no `kinds`", "list the kinds that the pack renders");
        }
        let objects = self.items(fields.remove("objects"), Self::rule);
        let (lets, let_files) = match fields.remove("let") {
            Some((Node::List(lines), span)) => {
                (Vec::new(), self.files(Some((Node::List(lines), span))))
            }
            Some(field) => (self.lets(field), Vec::new()),
            None => (Vec::new(), Vec::new()),
        };
        if objects.is_empty() && extends.is_none() {
            self.error(
                whole,
                "pack.yaml has no `objects`",
                "list the templates, in the order of output",
            );
        }
        Definition {
            name,
            description: fields
                .remove("description")
                .map(|field| self.text(field))
                .unwrap_or_default(),
            extends,
            kinds,
            crds: self.files(fields.remove("crds")),
            defaults: fields.remove("defaults").map_or(Value::Null, |field| self.constant(field)),
            lets,
            let_files,
            objects,
        }
    }

    /// Names of files, and where they stand.
    fn files(&mut self, field: Option<(Node, Span)>) -> Vec<(String, Location)> {
        self.items(field, |reader, node, span| {
            let location = reader.location(span);
            Some((reader.text((node, span)), location))
        })
    }

    fn kind(&mut self, node: Node, span: Span) -> Option<Kind> {
        let mut fields = self.fields(node, span, &["apiVersion", "kind"]);
        let mut field = |name| {
            let field = fields.remove(name);
            if field.is_none() {
                let message = format!("this kind has no `{name}`");
                let help = "write `apiVersion` and `kind`, as the custom resource does";
                self.error(span, &message, help);
            }
            field.map(|field| self.text(field))
        };
        let (api_version, kind) = (field("apiVersion")?, field("kind")?);
        Some(Kind { api_version, kind, location: self.location(span) })
    }

    fn rule(&mut self, node: Node, span: Span) -> Option<Rule> {
        let mut fields = self.fields(node, span, &["template", "when", "for"]);
        let Some(template) = fields.remove("template") else {
            self.error(span, "this object has no `template`", "name a file of the pack");
            return None;
        };
        let template_span = template.1;
        let template = self.text(template);
        let when = fields.remove("when").and_then(|field| self.expression(field));
        let each = fields.remove("for").and_then(|field| self.each(field));
        Some(Rule { template, when, each, source: Arc::clone(self.source), span: template_span })
    }

    /// An expression that stands as plain text, without braces.
    fn expression(&mut self, (node, span): (Node, Span)) -> Option<render::Leaf> {
        let slot = match node {
            Node::Constant(Value::String(text)) => Slot::new(&text, self.text_start(span)),
            Node::Constant(Value::Bool(value)) => {
                Slot::new(&value.to_string(), span.start as usize)
            }
            _ => {
                self.error(
                    span,
                    "this is not an expression",
                    "write it without braces: `when: spec.enabled`",
                );
                return None;
            }
        };
        render::compile_leaf(self.source, &slot).map_err(|error| self.errors.push(*error)).ok()
    }

    fn each(&mut self, (node, span): (Node, Span)) -> Option<Loop<()>> {
        const HELP: &str = "write `for: item in spec.items`";
        let Node::Constant(Value::String(text)) = node else {
            self.error(span, "this is not a loop", HELP);
            return None;
        };
        let word = "for ";
        let start = self.text_start(span).saturating_sub(word.len());
        let slot = Slot {
            text: format!("{word}{}", text.trim()),
            span: render::span(start, text.len() + 4),
        };
        match render::word(&slot) {
            Ok(Word::For(names, list)) => {
                let list = render::compile_leaf(self.source, &list);
                let list = list.map_err(|error| self.errors.push(*error)).ok()?;
                Some(Loop { names, list, lines: Vec::new() })
            }
            Ok(_) => None,
            Err(reason) => {
                self.error(span, "this loop cannot be read", reason);
                None
            }
        }
    }

    fn lets(&mut self, (node, span): (Node, Span)) -> Vec<Let> {
        let mut lets = Vec::new();
        for (name, node, key_span) in self.pairs(node, span) {
            if render::is_name(&name) {
                lets.push(Let { name, node, source: Arc::clone(self.source) });
            } else {
                let message = format!("`{name}` is not a name that an expression can use");
                self.error(key_span, &message, "use letters, digits, and `_`");
            }
        }
        lets
    }

    /// The entries of a map with known fields.
    fn fields(&mut self, node: Node, span: Span, known: &[&str]) -> Fields {
        let mut fields = Fields::new();
        let Node::Map(lines) = node else {
            self.error(span, "this is not a map", "write `key: value`");
            return fields;
        };
        for line in lines {
            let Line::One(Pair { key: Key::Constant(key), key_span, value, span }) = line else {
                self.error(span, "expressions and blocks stand only under `let`", "write it out");
                continue;
            };
            if known.contains(&key.as_str()) {
                fields.insert(key, (value, span));
                continue;
            }
            let nearest = nearest(&key, known.iter().copied());
            let help = nearest.map_or_else(
                || format!("known are: {}", known.join(", ")),
                |nearest| format!("did you mean `{nearest}`?"),
            );
            self.error(key_span, &format!("unknown field `{key}`"), &help);
        }
        fields
    }

    /// The entries of a map with any names.
    fn pairs(&mut self, node: Node, span: Span) -> Vec<(String, Node, Span)> {
        let lines = match node {
            Node::Map(lines) => lines,
            Node::Constant(Value::Null) => Vec::new(),
            _ => {
                self.error(span, "this is not a map", "write `name: value`");
                Vec::new()
            }
        };
        let mut pairs = Vec::new();
        for line in lines {
            match line {
                Line::One(Pair { key: Key::Constant(key), key_span, value, .. }) => {
                    pairs.push((key, value, key_span));
                }
                _ => self.error(
                    span,
                    "a name cannot be made by a block or an expression",
                    "write it out",
                ),
            }
        }
        pairs
    }

    fn items<T>(
        &mut self,
        field: Option<(Node, Span)>,
        mut one: impl FnMut(&mut Self, Node, Span) -> Option<T>,
    ) -> Vec<T> {
        let lines = match field {
            None | Some((Node::Constant(Value::Null), _)) => return Vec::new(),
            Some((Node::List(lines), _)) => lines,
            Some((_, span)) => {
                self.error(span, "this is not a list", "write one `- ` item a line");
                return Vec::new();
            }
        };
        let mut items = Vec::new();
        for line in lines {
            match line {
                Line::One(item) => items.extend(one(self, item.value, item.span)),
                Line::If(_) | Line::For(_) => {
                    let help = "use `when` and `for` of the object";
                    self.error(
                        render::span(0, 1),
                        "blocks stand only under `let` in pack.yaml",
                        help,
                    );
                }
            }
        }
        items
    }

    fn text(&mut self, (node, span): (Node, Span)) -> String {
        if let Node::Constant(Value::String(text)) = node {
            return text;
        }
        let help = "write it out, in quotes if it looks like a number";
        self.error(span, "this is not a plain text", help);
        String::new()
    }

    fn constant(&mut self, (node, span): (Node, Span)) -> Value {
        constant(node).unwrap_or_else(|| {
            let help =
                "defaults are the same for every instance; put what depends on one under `let`";
            self.error(span, "an expression cannot stand here", help);
            Value::Null
        })
    }

    /// Where the text of a scalar begins, after its quote.
    fn text_start(&self, span: Span) -> usize {
        let start = span.start as usize;
        let is_quoted =
            self.source.text.get(start..).is_some_and(|text| text.starts_with(['"', '\'']));
        start + usize::from(is_quoted)
    }

    fn location(&self, span: Span) -> Location {
        Location { source: Arc::clone(self.source), span }
    }

    fn error(&mut self, span: Span, message: &str, help: &str) {
        let location = self.location(span);
        self.errors.push(Diagnostic::new(&codes::PACK_FIELD, message).at(location).help(help));
    }
}

fn constant(node: Node) -> Option<Value> {
    match node {
        Node::Constant(value) => Some(value),
        Node::Map(lines) => {
            let pairs = lines.into_iter().map(|line| match line {
                Line::One(Pair { key: Key::Constant(key), value, .. }) => {
                    Some((key, constant(value)?))
                }
                _ => None,
            });
            pairs.collect::<Option<Map<_, _>>>().map(Value::Object)
        }
        Node::List(lines) => {
            let items = lines.into_iter().map(|line| match line {
                Line::One(item) => constant(item.value),
                Line::If(_) | Line::For(_) => None,
            });
            items.collect::<Option<_>>().map(Value::Array)
        }
        Node::Leaf(_) | Node::Text(_) => None,
    }
}
