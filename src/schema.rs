//! The structural schema of a kind, read from the `OpenAPI` v3 JSON of its CRD, and the walk that checks a document.
//!
//! The verdict is that of an API server with strict field validation: it drops nulls of fields that are not nullable,
//! refuses fields that the schema lacks, and then validates what is left. Reading is quick, because it happens at each
//! start: patterns and CEL rules are compiled when they are first needed.

use std::ops::Deref;

use serde::Deserialize;
use serde_json::Value;

use crate::{
    diagnostic::Diagnostic,
    document::Document,
    field_path::{FieldPath, PathRef, Step},
    schema::cel::Rule,
};

pub mod cel;
mod combine;
mod limits;
mod load;
mod metadata;
mod problem;
mod table;
mod unique;
mod unknown;
mod walk;

pub use limits::{Limits, Pattern};
pub use problem::{Mark, Problem};

/// A schema within another one: its own, or one of the program's, which is read when a value first meets it.
#[derive(Debug)]
pub struct Node(NodeKind);

#[derive(Debug)]
enum NodeKind {
    Own(Box<Schema>),
    Shared(&'static table::Line),
}

impl Deref for Node {
    type Target = Schema;

    fn deref(&self) -> &Schema {
        match &self.0 {
            NodeKind::Own(schema) => schema,
            NodeKind::Shared(line) => line.schema(),
        }
    }
}

/// What one value may be.
#[derive(Debug, Default)]
pub struct Schema {
    /// Which JSON type.
    pub kind: Kind,
    /// Whether null is a value of its own. Otherwise null means that the field is not set.
    pub nullable: bool,
    /// What the API server fills in for a field that is not set.
    pub default: Option<Box<Value>>,
    /// Whether fields that the schema lacks are kept.
    pub preserve_unknown: bool,
    /// Whether the value is a Kubernetes object with `apiVersion`, `kind`, and `metadata`.
    pub embedded: bool,
    /// The fields, sorted by name.
    pub properties: Vec<(Box<str>, Node)>,
    /// The names of the fields that have a default.
    pub defaulted: Vec<Box<str>>,
    /// The fields that must be there.
    pub required: Vec<Box<str>>,
    /// What every other field is, for a map with free keys.
    pub additional: Option<Node>,
    /// What each item of a list is.
    pub items: Option<Node>,
    /// How the items of a list are told apart.
    pub list: ListType,
    /// What few schemas have.
    pub limits: Option<Box<Limits>>,
    /// The CEL rules of this value.
    pub rules: Vec<Rule>,
}

/// The JSON type of a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Anything.
    #[default]
    #[serde(rename = "")]
    Any,
    /// A map.
    Object,
    /// A list.
    Array,
    /// A string.
    String,
    /// A whole number; `1.0` is one.
    Integer,
    /// Any number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A whole number or a string, as for ports and quantities. A keyword of its own says so.
    #[serde(skip)]
    IntOrString,
}

/// How the items of a list are told apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ListType {
    /// Not at all.
    #[default]
    Atomic,
    /// No two are equal.
    Set,
    /// No two agree in all of these fields.
    Map(Vec<Box<str>>),
}

/// Why a schema cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// It is not an `OpenAPI` v3 schema.
    #[error("cannot read the OpenAPI schema")]
    Read(#[source] serde_json::Error),
    /// A pattern that no value can be compared with.
    #[error("the pattern of {path} does not compile")]
    Pattern {
        /// The field.
        path: FieldPath,
        /// What is wrong with the pattern.
        source: regex::Error,
    },
    /// A CEL rule that cannot be evaluated.
    #[error("the rule of {path} does not compile: {message}")]
    Rule {
        /// The field.
        path: FieldPath,
        /// What is wrong with the rule.
        message: String,
    },
}

impl Schema {
    /// A schema of this program by its name, which is `group/version/kind`, or `v1/kind` for the core group.
    pub fn of_program(name: &str) -> Option<&'static Schema> {
        table::find(name)
    }

    /// Reads a user's schema, and compiles every pattern and rule in it.
    ///
    /// # Errors
    ///
    /// If the value is not a schema, or a pattern or rule does not compile.
    pub fn from_value(value: &Value) -> Result<Self, SchemaError> {
        let load::Owned(schema) = load::Owned::deserialize(value).map_err(SchemaError::Read)?;
        load::compile(&schema, FieldPath::default())?;
        Ok(schema)
    }

    /// The schema of a property.
    pub fn property(&self, name: &str) -> Option<&Schema> {
        let found = self.properties.binary_search_by(|(key, _)| (**key).cmp(name)).ok()?;
        self.properties.get(found).map(|(_, schema)| &**schema)
    }

    /// The schema of the value at a path, or none if no document can have one there. Inside a value whose unknown
    /// fields are kept, every path leads to [`Schema::anything`].
    pub fn field(&self, path: &FieldPath) -> Option<&Schema> {
        path.0.iter().try_fold(self, Schema::step)
    }

    /// The name that the first wrong step of a path was probably meant to be.
    pub fn nearest(&self, path: &FieldPath) -> Option<String> {
        let mut here = self;
        for step in &path.0 {
            match (here.step(step), step) {
                (Some(inner), _) => here = inner,
                (None, Step::Key(name)) => {
                    let candidates = here.properties.iter().map(|(key, _)| &**key);
                    return crate::nearest::nearest(name, candidates).map(str::to_owned);
                }
                (None, Step::Index(_)) => return None,
            }
        }
        None
    }

    fn step(&self, step: &Step) -> Option<&Schema> {
        let known = match step {
            Step::Key(name) => self.property(name).or(self.additional.as_deref()),
            Step::Index(_) => self.items.as_deref(),
        };
        known.or_else(|| {
            let container = match step {
                Step::Key(_) => self.kind == Kind::Any || self.kind == Kind::Object,
                Step::Index(_) => self.kind == Kind::Any,
            };
            (self.preserve_unknown && container).then(Schema::anything)
        })
    }

    /// The schema of a value about which nothing is known.
    pub fn anything() -> &'static Schema {
        static ANYTHING: std::sync::LazyLock<Schema> =
            std::sync::LazyLock::new(|| Schema { preserve_unknown: true, ..Schema::default() });
        &ANYTHING
    }
}

/// Reports every problem of a document: its metadata, its fields, and, where those are fine, its CEL rules.
pub fn check(document: &Document, schema: &Schema, report: &mut Vec<Diagnostic>) {
    problems(&document.value, schema, &mut |problem| report.push(problem.in_document(document)));
}

/// Reports what is wrong with the fields of a value at a path.
pub(crate) fn fields(
    value: &Value,
    schema: &Schema,
    path: PathRef<'_>,
    sink: &mut dyn FnMut(Problem),
) {
    walk::within(value, schema, path, sink);
}

/// The same as [`check`] for an object that has no text.
pub fn problems(object: &Value, schema: &Schema, sink: &mut dyn FnMut(Problem)) {
    metadata::check(object, sink);
    walk::root(object, schema, sink);
}

#[cfg(test)]
mod tests;
