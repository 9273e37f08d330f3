//! The minijinja environment that expressions run in: no files, no clock, no escape from the limits.

use std::sync::LazyLock;

use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, context};

use crate::{
    diagnostic::{Code, catalogue::pack},
    render::{
        bounded, budget,
        filters::{self, Refused},
        hermes,
    },
};

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(build);

/// The one environment. It holds no state, so that all threads share it.
pub(crate) fn environment() -> &'static Environment<'static> {
    &ENVIRONMENT
}

/// Whether an expression may use a filter.
pub(crate) fn has_filter(name: &str) -> bool {
    environment()
        .compile_expression("name is filter")
        .and_then(|test| test.eval(context! { name => name }))
        .is_ok_and(|known| known.is_true())
}

/// Whether an expression may call a function.
pub(crate) fn has_function(name: &str) -> bool {
    environment().globals().any(|(known, _)| known == name)
}

/// Why an expression failed: the code, the reason, and what to do.
pub(crate) fn explain(error: &Error) -> (&'static Code, String, String) {
    if let Some(Refused(message)) = refusal(error) {
        return (
            &pack::REFUSED,
            message.clone(),
            "the pack asks for this; change the instance".to_owned(),
        );
    }
    let detail = || {
        let detail = error.detail().filter(|detail| !detail.is_empty());
        detail.map_or_else(|| error.kind().to_string(), str::to_owned)
    };
    match error.kind() {
        ErrorKind::OutOfFuel => {
            let reason = "it takes too many steps".to_owned();
            (&pack::LIMIT, reason, "do less in one expression".to_owned())
        }
        ErrorKind::InvalidOperation if bounded::is_limit(error) => {
            (&pack::LIMIT, detail(), "do less in one expression".to_owned())
        }
        ErrorKind::UnknownFilter | ErrorKind::UnknownTest | ErrorKind::UnknownFunction => {
            (&pack::UNKNOWN_NAME, detail(), "see docs/packs.md for what there is".to_owned())
        }
        _ => (&pack::EVALUATION, detail(), "check the type of each value in it".to_owned()),
    }
}

fn refusal(error: &Error) -> Option<&Refused> {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if let Some(refused) = inner.downcast_ref() {
            return Some(refused);
        }
        source = inner.source();
    }
    None
}

fn build() -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    environment.set_fuel(Some(budget::FUEL));
    environment.set_recursion_limit(budget::RECURSION);
    bounded::register(&mut environment);
    filters::register(&mut environment);
    hermes::register(&mut environment);
    environment
}
