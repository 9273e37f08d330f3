//! What a template is compiled to: a tree whose leaves are constants and expressions.

use std::sync::{Arc, OnceLock};

use minijinja::Expression;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    diagnostic::{Location, Source, Span},
    render::{leaf, mask},
};

/// A compiled YAML template.
#[derive(Debug)]
pub struct Template {
    /// The text that it was compiled from.
    pub source: Arc<Source>,
    /// What it says.
    pub root: Node,
}

/// A compiled text template.
#[derive(Debug)]
pub struct Text {
    /// The text that it was compiled from.
    pub source: Arc<Source>,
    /// Its pieces, in order.
    pub pieces: Vec<Line<Part>>,
}

/// One value of a template.
#[derive(Debug, Deserialize)]
pub enum Node {
    /// The same for every instance.
    #[serde(rename = "c")]
    Constant(Value),
    /// An expression alone on its place: it keeps its type.
    #[serde(rename = "e")]
    Leaf(Leaf),
    /// Text with expressions inside.
    #[serde(rename = "t")]
    Text(Vec<Part>),
    /// A map.
    #[serde(rename = "m")]
    Map(Vec<Line<Pair>>),
    /// A list.
    #[serde(rename = "l")]
    List(Vec<Line<Item>>),
}

/// An entry of a map.
#[derive(Debug, Deserialize)]
pub struct Pair {
    /// The key.
    pub key: Key,
    /// Where the key stands.
    #[serde(deserialize_with = "span")]
    pub key_span: Span,
    /// The value.
    pub value: Node,
    /// Where the value stands.
    #[serde(deserialize_with = "span")]
    pub span: Span,
}

/// The key of an entry.
#[derive(Debug, Deserialize)]
pub enum Key {
    /// The same for every instance.
    #[serde(rename = "c")]
    Constant(String),
    /// Text with expressions inside.
    #[serde(rename = "t")]
    Text(Vec<Part>),
}

/// An item of a list.
#[derive(Debug, Deserialize)]
pub struct Item {
    /// The value.
    pub value: Node,
    /// Where it stands.
    #[serde(deserialize_with = "span")]
    pub span: Span,
}

/// A part of a text.
#[derive(Debug, Deserialize)]
pub enum Part {
    /// As it is.
    #[serde(rename = "c")]
    Literal(String),
    /// The value of an expression.
    #[serde(rename = "e")]
    Leaf(Leaf),
}

/// What may stand around whole entries, items, or pieces of text.
#[derive(Debug, Deserialize)]
pub enum Line<T> {
    /// The thing itself.
    #[serde(rename = "o")]
    One(T),
    /// The lines of the first branch whose condition is true.
    #[serde(rename = "i")]
    If(Vec<Branch<T>>),
    /// The lines once an item.
    #[serde(rename = "f")]
    For(Loop<T>),
}

/// One branch of an `if`.
#[derive(Debug, Deserialize)]
pub struct Branch<T> {
    /// None for `else`.
    pub condition: Option<Leaf>,
    /// What it holds.
    pub lines: Vec<Line<T>>,
}

/// A `for`.
#[derive(Debug, Deserialize)]
pub struct Loop<T> {
    /// One name for the item, or two for the items of pairs.
    pub names: Vec<String>,
    /// What is looped over.
    pub list: Leaf,
    /// What it holds.
    pub lines: Vec<Line<T>>,
}

/// An expression.
#[derive(Debug, Deserialize)]
pub struct Leaf {
    /// As the author wrote it, without the braces.
    pub text: String,
    /// Where it stands.
    #[serde(deserialize_with = "span")]
    pub span: Span,
    #[serde(skip)]
    compiled: OnceLock<Compiled>,
}

/// What an expression is compiled to.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) code: Code,
    pub(crate) files: Vec<FileUse>,
    /// The value, for an expression that reads nothing but files, once it is known.
    pub(crate) constant: OnceLock<Option<Value>>,
}

/// How an expression is evaluated.
#[derive(Debug)]
pub enum Code {
    /// Names with dots between: looked up without minijinja.
    Path(Vec<String>),
    /// Everything else.
    Expression(Box<Expression<'static, 'static>>),
}

/// `file("name")` or `text("name")` in an expression.
#[derive(Debug)]
pub struct FileUse {
    /// The variable that stands for the call in the compiled expression.
    pub variable: String,
    /// The name of the file in the pack.
    pub file: String,
    /// Whether the file is a text template, and not taken as it is.
    pub is_template: bool,
}

impl Leaf {
    pub(crate) fn new(text: String, span: Span, compiled: Compiled) -> Self {
        Leaf { text, span, compiled: OnceLock::from(compiled) }
    }

    fn compiled(&self) -> &Compiled {
        self.compiled.get_or_init(|| leaf::shipped(&self.text))
    }

    /// How it is evaluated.
    pub fn code(&self) -> &Code {
        &self.compiled().code
    }

    /// The files of the pack that it uses, each under a name of its own.
    pub fn files(&self) -> &[FileUse] {
        &self.compiled().files
    }

    /// The value of an expression that reads nothing but files of the pack as they are, and so has the same for every
    /// instance. `evaluate` is asked once; none of what it answers if the expression reads more.
    pub(crate) fn constant<E>(
        &self,
        evaluate: impl FnOnce() -> Result<Value, E>,
    ) -> Result<Option<&Value>, E> {
        let constant = &self.compiled().constant;
        if let Some(known) = constant.get() {
            return Ok(known.as_ref());
        }
        let is_file = |name: &Vec<String>| {
            let used = self.files().iter().find(|used| name.first() == Some(&used.variable));
            used.is_some_and(|used| !used.is_template)
        };
        let is_constant = !self.files().is_empty() && self.reads().iter().all(is_file);
        let value = if is_constant { Some(evaluate()?) } else { None };
        Ok(constant.get_or_init(|| value).as_ref())
    }

    /// Where it stands.
    pub fn location(&self, source: &Arc<Source>) -> Location {
        Location { source: Arc::clone(source), span: self.span }
    }

    /// The names that it reads, with dots between, in order.
    pub fn reads(&self) -> Vec<Vec<String>> {
        match self.code() {
            Code::Path(path) => vec![path.clone()],
            Code::Expression(expression) => {
                let mut reads: Vec<Vec<String>> = expression
                    .undeclared_variables(true)
                    .into_iter()
                    .map(|read| read.split('.').map(str::to_owned).collect())
                    .collect();
                reads.sort();
                reads
            }
        }
    }
}

/// A span is written as its first byte and its length.
fn span<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
    let (start, length) = <(u32, u32)>::deserialize(deserializer)?;
    Ok(mask::span(start as usize, length as usize))
}
