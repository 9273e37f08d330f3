//! The CEL rules of a schema (`x-kubernetes-validations`), evaluated offline with the verdict of the API server.
//!
//! A rule that fails to evaluate is a failed rule, as there. A rule that calls a function which only the API server
//! has is not decided: a warning says so. A transition rule (`oldSelf`) says nothing about an object on its own.

use std::sync::{Arc, LazyLock, OnceLock};

use cel::{
    Context, ExecutionError, common::ast::IdedExpr as Expression, objects::OptionalValue,
    parser::PrattParser,
};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    diagnostic::catalogue::schema as codes,
    field_path::PathRef,
    schema::{Problem, Schema},
};

mod address;
mod library;
mod quantity;
mod url;
mod value;

/// One rule, compiled when it is first evaluated.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// The expression, true for a good value.
    pub rule: Box<str>,
    /// What to say when it is not.
    pub message: Option<Box<str>>,
    /// An expression that gives what to say.
    pub message_expression: Option<Box<str>>,
    /// The field to blame, relative to the value: `.tag`.
    pub field_path: Option<Box<str>>,
    /// Whether `oldSelf` is an optional, so that the rule holds for new objects too.
    #[serde(default)]
    pub optional_old_self: bool,
    #[serde(skip)]
    compiled: OnceLock<Result<Compiled, String>>,
}

#[derive(Debug)]
struct Compiled {
    expression: Expression,
    message: Option<Expression>,
    needs_old_self: bool,
    /// Functions that only the API server has.
    unknown: Vec<String>,
}

/// What a rule says about a value.
enum Verdict {
    Holds,
    Fails(Option<String>),
    Undecided(String),
}

static ENVIRONMENT: LazyLock<Arc<cel::Env>> = LazyLock::new(|| Arc::new(library::environment()));

impl Rule {
    /// Compiles the expression.
    ///
    /// # Errors
    ///
    /// What the parser says.
    pub(super) fn compile(&self) -> Result<(), String> {
        self.compiled().map(|_| ()).map_err(str::to_owned)
    }

    fn compiled(&self) -> Result<&Compiled, &str> {
        self.compiled.get_or_init(|| self.parse()).as_ref().map_err(String::as_str)
    }

    fn parse(&self) -> Result<Compiled, String> {
        let expression = parse(&self.rule)?;
        let references = expression.references();
        let needs_old_self = references.has_variable("oldSelf");
        let unknown = library::unknown(references.functions());
        // A message that cannot be computed falls back to the fixed one, as in the API server.
        let message = self.message_expression.as_deref().and_then(|text| parse(text).ok());
        Ok(Compiled { expression, message, needs_old_self, unknown })
    }

    fn verdict(&self, context: &Context<'_, '_>) -> Verdict {
        let compiled = match self.compiled() {
            Ok(compiled) => compiled,
            Err(error) => return Verdict::Undecided(first_line(error)),
        };
        if compiled.needs_old_self && !self.optional_old_self {
            return Verdict::Holds;
        }
        if let [function, ..] = &*compiled.unknown {
            return Verdict::Undecided(format!("the function `{function}` is not known here"));
        }
        match cel::Value::resolve(&compiled.expression, context) {
            Ok(cel::Value::Bool(true)) => Verdict::Holds,
            Ok(cel::Value::Bool(false)) => Verdict::Fails(None),
            Ok(other) => {
                Verdict::Fails(Some(format!("it gives a {}, not a boolean", other.type_of())))
            }
            Err(error) if is_gap(&error) => Verdict::Undecided(reason(&error)),
            Err(error) => Verdict::Fails(Some(reason(&error))),
        }
    }

    fn message(&self, context: &Context<'_, '_>) -> String {
        let computed = self.compiled().ok().and_then(|compiled| compiled.message.as_ref());
        match computed.map(|expression| cel::Value::resolve(expression, context)) {
            Some(Ok(cel::Value::String(text))) if !text.trim().is_empty() => text.trim().to_owned(),
            _ => match &self.message {
                Some(message) => message.trim().to_owned(),
                None => format!("the rule `{}` does not hold", self.rule.trim()),
            },
        }
    }
}

/// The crate's second parser: `Env::compile` uses one that walks a grammar's automaton and takes ten times as long, which
/// is a fifth of rendering one instance. A test compares the two.
fn parse(text: &str) -> Result<Expression, String> {
    PrattParser::new().enable_optional_syntax(true).parse(text).map_err(|error| error.to_string())
}

/// Evaluates the rules of one value that fits its schema otherwise.
pub(super) fn check(
    value: &Value,
    schema: &Schema,
    path: PathRef<'_>,
    sink: &mut dyn FnMut(Problem),
) {
    let mut context = Context::with_env(Arc::clone(&ENVIRONMENT));
    context.add_variable_from_value("self", value::convert(value, schema));
    let nothing = cel::Value::Opaque(Arc::new(OptionalValue::none()));
    context.add_variable_from_value("oldSelf", nothing);
    for rule in &schema.rules {
        match rule.verdict(&context) {
            Verdict::Holds => {}
            Verdict::Fails(reason) => sink(failed(rule, &context, reason, path)),
            Verdict::Undecided(reason) => sink(
                Problem::new(
                    &codes::RULE_UNDECIDED,
                    path,
                    format!("a rule cannot be evaluated offline: {reason}"),
                )
                .help(format!("the API server decides `{}`", rule.rule.trim())),
            ),
        }
    }
}

fn failed(
    rule: &Rule,
    context: &Context<'_, '_>,
    reason: Option<String>,
    path: PathRef<'_>,
) -> Problem {
    let problem = Problem::new(&codes::RULE, path, rule.message(context));
    let problem = match reason {
        Some(reason) => problem.help(format!("evaluating `{}`: {reason}", rule.rule.trim())),
        None if rule.message.is_some() || rule.message_expression.is_some() => {
            problem.help(format!("the rule is `{}`", rule.rule.trim()))
        }
        None => problem,
    };
    match &rule.field_path {
        Some(field) => Problem { path: relative(field, path), ..problem },
        None => problem,
    }
}

/// The path of a field that is written as `.spec.tag` or `['a-b']`, below another.
fn relative(field: &str, path: PathRef<'_>) -> crate::field_path::FieldPath {
    field
        .split(['.', '[', ']'])
        .map(|part| part.trim_matches(['\'', '"']))
        .filter(|part| !part.is_empty())
        .fold(path.to_path(), |path, part| match part.parse() {
            Ok(index) => path.index(index),
            Err(_) => path.key(part),
        })
}

/// Whether an error says that a function or an overload is missing here, rather than that the value is bad.
fn is_gap(error: &ExecutionError) -> bool {
    match error {
        ExecutionError::UndeclaredReference(_) => true,
        ExecutionError::NoSuchOverload(overload) => !library::is_operator(overload.function()),
        _ => false,
    }
}

/// An error without the values in it: a value may be a secret, and is long.
fn reason(error: &ExecutionError) -> String {
    match error {
        ExecutionError::NoSuchKey(key) => format!("there is no `{key}`"),
        ExecutionError::UndeclaredReference(name) => format!("`{name}` is not known here"),
        ExecutionError::NoSuchOverload(overload) => overload.to_string(),
        ExecutionError::FunctionError { function, .. } => format!("`{function}` fails"),
        ExecutionError::IndexOutOfBounds(_) => "an index is out of bounds".to_owned(),
        ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => {
            "a division by zero".to_owned()
        }
        ExecutionError::Overflow(..) => "a number is too large".to_owned(),
        ExecutionError::UnexpectedType { got, want } => format!("a {got} stands for a {want}"),
        _ => "values of different types meet".to_owned(),
    }
}

fn first_line(text: &str) -> String {
    text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
