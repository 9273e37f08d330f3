//! A tree and the names it reads, to a value.

use std::{mem, sync::Arc};

use serde_json::{Map, Value};

use crate::{
    diagnostic::{Diagnostic, Source, Span, catalogue::pack},
    field_path::Step,
    render::{
        budget::{self, Meter, TooLarge},
        canonical::{self, Unusable},
        library::Library,
        node::{Code, Item, Key, Leaf, Line, Node, Pair, Part, Template},
        origin::{self, Origin},
        scope::{From, Named, Scope},
        trace::Tracer,
        walk,
    },
};

mod loops;
mod problem;

/// The first problem: what comes after it is not evaluated. Boxed, as it is rare and large.
pub(crate) type Result<T> = std::result::Result<T, Box<Diagnostic>>;

/// Evaluates the templates of one instance.
pub(crate) struct Evaluator<'a> {
    library: &'a Library,
    source: &'a Arc<Source>,
    steps: u64,
    meter: Meter,
    text_depth: usize,
    pub(crate) tracer: Option<Tracer>,
}

impl<'a> Evaluator<'a> {
    /// An evaluator whose problems point into a text until a template is evaluated.
    pub(crate) fn new(library: &'a Library, source: &'a Arc<Source>) -> Self {
        Evaluator {
            library,
            source,
            steps: budget::STEPS,
            meter: Meter::new(),
            text_depth: 0,
            tracer: None,
        }
    }

    /// The value of a template.
    pub(crate) fn template(&mut self, template: &'a Template, scope: &Scope<'_>) -> Result<Value> {
        self.inside(&template.source, |this| this.node(&template.root, Span::default(), scope))
    }

    /// A value that is not output itself, such as one under `let`: it has a limit of its own.
    pub(crate) fn aside(
        &mut self,
        source: &'a Arc<Source>,
        node: &Node,
        scope: &Scope<'_>,
    ) -> Result<Value> {
        self.inside(source, |this| {
            this.with_own_meter(|this| this.node(node, Span::default(), scope))
        })
    }

    /// Has the problems of a function point into a text.
    pub(crate) fn inside<T>(
        &mut self,
        source: &'a Arc<Source>,
        inner: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let outside = mem::replace(&mut self.source, source);
        let value = inner(self);
        self.source = outside;
        value
    }

    /// Whether a condition holds: unset, false, zero, and empty do not.
    pub(crate) fn truth(&mut self, leaf: &Leaf, scope: &Scope<'_>) -> Result<bool> {
        self.spend(cost(leaf), leaf.span)?;
        self.with_files(leaf, scope, |this, scope| match leaf.code() {
            Code::Path(path) => Ok(match scope.path(path) {
                None | Some(Value::Null) => false,
                Some(Value::Bool(value)) => *value,
                Some(Value::String(text)) => !text.is_empty(),
                Some(Value::Array(list)) => !list.is_empty(),
                Some(Value::Object(map)) => !map.is_empty(),
                Some(Value::Number(number)) => number.as_f64() != Some(0.0),
            }),
            Code::Expression(expression) => match expression.eval(scope.dynamic()) {
                Ok(value) => Ok(value.is_true()),
                Err(error) => Err(this.expression_failed(leaf, &error)),
            },
        })
    }

    fn lines<T>(
        &mut self,
        lines: &[Line<T>],
        scope: &Scope<'_>,
        one: &mut dyn FnMut(&mut Self, &T, &Scope<'_>) -> Result<()>,
    ) -> Result<()> {
        for line in lines {
            match line {
                Line::One(inner) => one(self, inner, scope)?,
                Line::If(branches) => {
                    for branch in branches {
                        let is_taken = match &branch.condition {
                            Some(condition) => self.truth(condition, scope)?,
                            None => true,
                        };
                        if is_taken {
                            self.lines(&branch.lines, scope, one)?;
                            break;
                        }
                    }
                }
                Line::For(looped) => {
                    self.each(looped, scope, &mut |this, scope| {
                        this.lines(&looped.lines, scope, one)
                    })?;
                }
            }
        }
        Ok(())
    }

    fn node(&mut self, node: &Node, span: Span, scope: &Scope<'_>) -> Result<Value> {
        self.step(span)?;
        let value = match node {
            Node::Constant(value) => {
                self.meter.copy(value).map_err(|TooLarge| self.too_large(span))?
            }
            Node::Leaf(leaf) => self.leaf(leaf, scope)?,
            Node::Text(parts) => Value::String(self.text(parts, scope)?),
            Node::Map(lines) => self.map(lines, scope)?,
            Node::List(lines) => self.list(lines, scope)?,
        };
        if let Some(tracer) = &mut self.tracer
            && !value.is_null()
        {
            match node {
                Node::Constant(_) => tracer.value(self.source, span, None),
                Node::Leaf(leaf) => {
                    tracer.value(self.source, span, Some(leaf_origin(self.library, leaf, scope)));
                }
                Node::Text(parts) => {
                    let origin = origin::of_leaves(scope, walk::of_parts(parts));
                    tracer.value(self.source, span, Some(origin));
                }
                Node::Map(_) | Node::List(_) => tracer.structure(self.source, span),
            }
        }
        Ok(value)
    }

    fn map(&mut self, lines: &[Line<Pair>], scope: &Scope<'_>) -> Result<Value> {
        let mut map = Map::with_capacity(lines.len());
        self.lines(lines, scope, &mut |this, pair, scope| this.pair(pair, scope, &mut map))?;
        Ok(if map.is_empty() && has_blocks(lines) { Value::Null } else { Value::Object(map) })
    }

    fn pair(&mut self, pair: &Pair, scope: &Scope<'_>, map: &mut Map<String, Value>) -> Result<()> {
        let key = match &pair.key {
            Key::Constant(key) => key.clone(),
            Key::Text(parts) => self.text(parts, scope)?,
        };
        let value = self
            .within(|| Step::Key(key.clone()), |this| this.node(&pair.value, pair.span, scope))?;
        if value.is_null() {
            return Ok(());
        }
        self.meter.write(key.len() + 2).map_err(|TooLarge| self.too_large(pair.key_span))?;
        if map.contains_key(&key) {
            let message = format!("the key `{key}` is here twice");
            let help = "make the key different for each item, or skip the items that repeat one";
            return Err(self.problem(&pack::DUPLICATE_KEY, pair.key_span, message, help));
        }
        map.insert(key, value);
        Ok(())
    }

    fn list(&mut self, lines: &[Line<Item>], scope: &Scope<'_>) -> Result<Value> {
        let mut list = Vec::with_capacity(lines.len());
        self.lines(lines, scope, &mut |this, item, scope| {
            let step = || Step::Index(list.len());
            let value = this.within(step, |this| this.node(&item.value, item.span, scope))?;
            if !value.is_null() {
                list.push(value);
            }
            Ok(())
        })?;
        Ok(if list.is_empty() && has_blocks(lines) { Value::Null } else { Value::Array(list) })
    }

    fn within<T>(&mut self, step: impl FnOnce() -> Step, inner: impl FnOnce(&mut Self) -> T) -> T {
        if let Some(tracer) = &mut self.tracer {
            tracer.enter(step());
        }
        let value = inner(self);
        if let Some(tracer) = &mut self.tracer {
            tracer.leave();
        }
        value
    }

    fn leaf(&mut self, leaf: &Leaf, scope: &Scope<'_>) -> Result<Value> {
        self.spend(cost(leaf), leaf.span)?;
        match leaf.constant(|| self.evaluate(leaf, scope))? {
            Some(value) => self.meter.copy(value).map_err(|TooLarge| self.too_large(leaf.span)),
            None => self.evaluate(leaf, scope),
        }
    }

    fn evaluate(&mut self, leaf: &Leaf, scope: &Scope<'_>) -> Result<Value> {
        self.with_files(leaf, scope, |this, scope| match leaf.code() {
            Code::Path(path) => match scope.path(path) {
                Some(value) => this.meter.copy(value).map_err(|TooLarge| this.too_large(leaf.span)),
                None => Ok(Value::Null),
            },
            Code::Expression(expression) => {
                let value = expression
                    .eval(scope.dynamic())
                    .map_err(|error| this.expression_failed(leaf, &error))?;
                canonical::from_dynamic(&value, &mut this.meter).map_err(
                    |unusable| match unusable {
                        Unusable::TooLarge => this.too_large(leaf.span),
                        Unusable::Kind(kind) => {
                            let message =
                                format!("`{}` gives {kind}, which no object can hold", leaf.text);
                            this.problem(
                                &pack::EVALUATION,
                                leaf.span,
                                message,
                                "turn it into text or a list",
                            )
                        }
                    },
                )
            }
        })
    }

    /// Evaluates the files that a leaf uses and gives them to a function as names.
    fn with_files<T>(
        &mut self,
        leaf: &Leaf,
        scope: &Scope<'_>,
        inner: impl FnOnce(&mut Self, &Scope<'_>) -> Result<T>,
    ) -> Result<T> {
        if leaf.files().is_empty() {
            return inner(self, scope);
        }
        let mut names = Vec::with_capacity(leaf.files().len());
        for used in leaf.files() {
            let Some(file) = self.library.get(&used.file) else {
                let message = format!("the pack has no file `{}`", used.file);
                return Err(self.problem(
                    &pack::MISSING_FILE,
                    leaf.span,
                    message,
                    "add it, or correct the name",
                ));
            };
            let text = if used.is_template {
                let text = file.text().map_err(first_error)?;
                let text = self.text_file(&text.source, &text.pieces, leaf, scope)?;
                Arc::new(Value::String(text))
            } else {
                Arc::clone(file.content())
            };
            names.push(Named::shared(&used.variable, text, From::Elsewhere));
        }
        inner(self, &Scope::inside(scope, &names))
    }

    fn text_file(
        &mut self,
        source: &'a Arc<Source>,
        pieces: &[Line<Part>],
        leaf: &Leaf,
        scope: &Scope<'_>,
    ) -> Result<String> {
        if self.text_depth >= budget::TEXT_DEPTH {
            let message =
                format!("`{}` is used inside itself, or too deep in other texts", source.name);
            return Err(self.problem(&pack::LIMIT, leaf.span, message, "break the circle"));
        }
        self.text_depth += 1;
        let mut text = String::new();
        let mut part =
            |this: &mut Self, part: &Part, scope: &Scope<'_>| this.part(part, scope, &mut text);
        let done = self.inside(source, |this| {
            this.with_own_meter(|this| this.lines(pieces, scope, &mut part))
        });
        self.text_depth -= 1;
        done.map(|()| text)
    }

    fn text(&mut self, parts: &[Part], scope: &Scope<'_>) -> Result<String> {
        let mut text = String::new();
        parts.iter().try_for_each(|part| self.part(part, scope, &mut text))?;
        Ok(text)
    }

    fn part(&mut self, part: &Part, scope: &Scope<'_>, text: &mut String) -> Result<()> {
        let leaf = match part {
            Part::Literal(literal) => {
                self.meter
                    .write(literal.len())
                    .map_err(|TooLarge| self.too_large(Span::default()))?;
                text.push_str(literal);
                return Ok(());
            }
            Part::Leaf(leaf) => leaf,
        };
        match self.leaf(leaf, scope)? {
            Value::String(value) => text.push_str(&value),
            Value::Bool(value) => text.push_str(if value { "true" } else { "false" }),
            Value::Number(value) => text.push_str(&value.to_string()),
            Value::Null => return Err(self.unset(leaf, scope)),
            Value::Array(_) | Value::Object(_) => {
                let message = format!("`{}` is a map or a list, inside a text", leaf.text);
                let help = "put it alone on its place, or make text of it, such as with `join` or `to_json`";
                return Err(self.problem(&pack::EVALUATION, leaf.span, message, help));
            }
        }
        Ok(())
    }

    fn with_own_meter<T>(&mut self, inner: impl FnOnce(&mut Self) -> T) -> T {
        let outside = mem::replace(&mut self.meter, Meter::new());
        let value = inner(self);
        self.meter = outside;
        value
    }

    fn step(&mut self, span: Span) -> Result<()> {
        self.spend(1, span)
    }

    fn spend(&mut self, steps: u64, span: Span) -> Result<()> {
        let Some(left) = self.steps.checked_sub(steps) else {
            let message = format!("rendering takes more than {} steps", budget::STEPS);
            let help = "loop over less: over a list of the instance, not over a range";
            return Err(self.problem(&pack::LIMIT, span, message, help));
        };
        self.steps = left;
        Ok(())
    }
}

/// What a leaf reads, with what the text templates read that it uses.
fn leaf_origin(library: &Library, leaf: &Leaf, scope: &Scope<'_>) -> Origin {
    let texts: Vec<_> = leaf
        .files()
        .iter()
        .filter(|used| used.is_template)
        .filter_map(|used| library.get(&used.file)?.text().ok())
        .collect();
    if texts.is_empty() {
        return origin::of_leaf(scope, leaf);
    }
    let mut fields = origin::of_leaf(scope, leaf).into_fields();
    for text in texts {
        walk::of_text(&text.pieces, &mut |leaf| {
            fields.extend(origin::of_leaf(scope, leaf).into_fields());
        });
    }
    Origin::Fields(fields)
}

/// How many steps an expression takes: minijinja is about ten times the work of a path.
fn cost(leaf: &Leaf) -> u64 {
    match leaf.code() {
        Code::Path(_) => 1,
        Code::Expression(_) => 10,
    }
}

fn has_blocks<T>(lines: &[Line<T>]) -> bool {
    lines.iter().any(|line| !matches!(line, Line::One(_)))
}

fn first_error(errors: &[Diagnostic]) -> Box<Diagnostic> {
    let first = errors.first().cloned();
    Box::new(
        first.unwrap_or_else(|| {
            Diagnostic::new(&pack::TEMPLATE_SYNTAX, "the template cannot be read")
        }),
    )
}
