//! minijinja's own filters and tests, each filter with a limit on what it may make.
//!
//! Fuel counts instructions, not what a filter does in one. So every filter is called through [`limited`], which counts
//! the bytes and items of its result for the whole expression. The filters whose result can be far larger than
//! their arguments are written anew in `filters`, and those that reveal types or escape text are left out.

use std::fmt;

use minijinja::{
    Environment, Error, ErrorKind, State, filters as builtin, tests,
    value::{Rest, Value, ValueOrKwargs},
};

use crate::render::budget;

/// Says that a limit is the reason of an error.
#[derive(Debug)]
struct Limit;

impl fmt::Display for Limit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a limit is reached")
    }
}

impl std::error::Error for Limit {}

/// An error that says that an expression makes too much.
pub(crate) fn too_much() -> Error {
    limit_error(format!("an expression makes at most {} MiB", budget::MADE >> 20))
}

/// An error whose reason is a limit.
pub(crate) fn limit_error(detail: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, detail).with_source(Limit)
}

/// Whether a limit is the reason of an error.
pub(crate) fn is_limit(error: &Error) -> bool {
    std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<Limit>)
}

/// Counts what a filter is about to make, or has made.
pub(crate) fn charge(state: &mut State<'_, '_>, amount: usize) -> Result<(), Error> {
    const NAME: &str = "made";
    let before = state.get_temp(NAME).and_then(|made| made.as_usize()).unwrap_or_default();
    let after = before.saturating_add(amount);
    if after > budget::MADE {
        return Err(too_much());
    }
    state.set_temp(NAME, Value::from(after));
    Ok(())
}

/// How large a value is: bytes of text, or items.
pub(crate) fn size(value: &Value) -> usize {
    value.as_str().map_or_else(|| value.len().unwrap_or(1), str::len)
}

/// Puts the filters and tests into an environment.
pub(crate) fn register(environment: &mut Environment<'static>) {
    for (name, filter) in builtin_filters() {
        environment.add_filter(
            name,
            move |state: &mut State<'_, '_>, arguments: Rest<ValueOrKwargs>| {
                limited(&filter, state, &arguments.into_values())
            },
        );
    }
    register_tests(environment);
}

fn limited(filter: &Value, state: &mut State<'_, '_>, arguments: &[Value]) -> Result<Value, Error> {
    // What a filter reads bounds what these filters make, up to the items of nested lists.
    charge(state, 16 + arguments.iter().map(size).sum::<usize>())?;
    let result = filter.call(state, arguments)?;
    charge(state, size(&result))?;
    Ok(result)
}

fn builtin_filters() -> Vec<(&'static str, Value)> {
    vec![
        ("abs", Value::from_function(builtin::abs)),
        ("attr", Value::from_function(builtin::attr)),
        ("bool", Value::from_function(builtin::bool)),
        ("capitalize", Value::from_function(builtin::capitalize)),
        ("chain", Value::from_function(builtin::chain)),
        ("count", Value::from_function(builtin::length)),
        ("d", Value::from_function(builtin::default)),
        ("default", Value::from_function(builtin::default)),
        ("dictsort", Value::from_function(builtin::dictsort)),
        ("first", Value::from_function(builtin::first)),
        ("float", Value::from_function(builtin::float)),
        ("groupby", Value::from_function(builtin::groupby)),
        ("int", Value::from_function(builtin::int)),
        ("items", Value::from_function(builtin::items)),
        ("last", Value::from_function(builtin::last)),
        ("length", Value::from_function(builtin::length)),
        ("lines", Value::from_function(builtin::lines)),
        ("list", Value::from_function(builtin::list)),
        ("lower", Value::from_function(builtin::lower)),
        ("map", Value::from_function(builtin::map)),
        ("max", Value::from_function(builtin::max)),
        ("min", Value::from_function(builtin::min)),
        ("reject", Value::from_function(builtin::reject)),
        ("rejectattr", Value::from_function(builtin::rejectattr)),
        ("reverse", Value::from_function(builtin::reverse)),
        ("round", Value::from_function(builtin::round)),
        ("select", Value::from_function(builtin::select)),
        ("selectattr", Value::from_function(builtin::selectattr)),
        ("sort", Value::from_function(builtin::sort)),
        ("split", Value::from_function(builtin::split)),
        ("sum", Value::from_function(builtin::sum)),
        ("title", Value::from_function(builtin::title)),
        ("trim", Value::from_function(builtin::trim)),
        ("unique", Value::from_function(builtin::unique)),
        ("upper", Value::from_function(builtin::upper)),
        ("zip", Value::from_function(builtin::zip)),
    ]
}

fn register_tests(environment: &mut Environment<'static>) {
    environment.add_test("boolean", tests::is_boolean);
    environment.add_test("defined", tests::is_defined);
    environment.add_test("divisibleby", tests::is_divisibleby);
    environment.add_test("endingwith", tests::is_endingwith);
    environment.add_test("eq", tests::is_eq);
    environment.add_test("even", tests::is_even);
    environment.add_test("false", tests::is_false);
    environment.add_test("filter", tests::is_filter);
    environment.add_test("float", tests::is_float);
    environment.add_test("ge", tests::is_ge);
    environment.add_test("gt", tests::is_gt);
    environment.add_test("in", tests::is_in);
    environment.add_test("integer", tests::is_integer);
    environment.add_test("iterable", tests::is_iterable);
    environment.add_test("le", tests::is_le);
    environment.add_test("lt", tests::is_lt);
    environment.add_test("mapping", tests::is_mapping);
    environment.add_test("ne", tests::is_ne);
    environment.add_test("none", tests::is_none);
    environment.add_test("number", tests::is_number);
    environment.add_test("odd", tests::is_odd);
    environment.add_test("sequence", tests::is_sequence);
    environment.add_test("startingwith", tests::is_startingwith);
    environment.add_test("string", tests::is_string);
    environment.add_test("true", tests::is_true);
    environment.add_test("undefined", tests::is_undefined);
}
