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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const PAGE: &str = include_str!("../../docs/packs.md");

    /// The part of the page below a heading.
    #[track_caller]
    fn section(heading: &str) -> &'static str {
        let (_, rest) =
            PAGE.split_once(&format!("\n## {heading}\n")).expect("the heading is there");
        rest.split("\n## ").next().unwrap_or(rest)
    }

    /// What the cells on the left of the table name: `default(other)`, `to_yaml`.
    fn in_table(section: &'static str) -> BTreeSet<&'static str> {
        let cells = section.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
        let code = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
        code.filter_map(|code| code.split('(').next()).collect()
    }

    /// minijinja lists the names of filters in nothing but its debug output.
    fn names_of_filters(environment: &Environment<'_>) -> BTreeSet<String> {
        let shown = format!("{environment:?}");
        let (_, rest) = shown.split_once(" filters: [").expect("an environment has filters");
        let (list, _) = rest.split_once(']').expect("the list ends");
        list.split(", ").map(|name| name.trim_matches('"').to_owned()).collect()
    }

    #[test]
    fn the_page_about_packs_lists_every_filter_and_function() {
        let section = section("Filters and functions");
        let (_, rest) = section.split_once("From minijinja: `").expect("the list is there");
        let (list, _) = rest.split_once('`').expect("the list ends");
        let mut listed: BTreeSet<String> = list.split_whitespace().map(str::to_owned).collect();
        listed.extend(in_table(section).into_iter().map(str::to_owned));
        let mut registered = names_of_filters(environment());
        registered.extend(environment().globals().map(|(name, _)| name.to_owned()));
        assert_eq!(listed, registered);
    }

    #[test]
    fn the_page_about_packs_says_the_limits() {
        let thousands = |number: u64| match (number / 1000, number % 1000) {
            (0, rest) => rest.to_string(),
            (more, rest) => format!("{more},{rest:03}"),
        };
        let (steps, objects) = (thousands(budget::STEPS), thousands(budget::OBJECTS as u64));
        let output = budget::OUTPUT >> 20;
        let made = budget::MADE >> 20;
        let said = format!("at most {steps} steps, {objects} objects, and {output} MiB of output");
        assert!(section("Limits").contains(&said), "{said}");
        let said =
            format!("{steps} steps, {output} MiB of output, {objects} objects, and {made} MiB");
        assert!(pack::LIMIT.page.contains(&said), "{said}");
        let said = format!("numbers, at most {}", thousands(filters::LONGEST_RANGE.unsigned_abs()));
        assert!(section("Filters and functions").contains(&said), "{said}");
    }
}
