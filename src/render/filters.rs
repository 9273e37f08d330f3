//! Filters and functions for every pack.

use std::{fmt, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use minijinja::{
    Environment, Error, ErrorKind, State,
    value::{Kwargs, Rest, Value as Dynamic, ValueKind},
};
use serde::Serialize;
use serde_json::{Serializer, Value, ser::PrettyFormatter};

use crate::{
    digest,
    object::yaml,
    render::{
        bounded::{charge, limit_error, size, too_much},
        budget::Meter,
        canonical::{self, Unusable},
        view::View,
    },
};

/// The most numbers that `range` gives.
pub(crate) const LONGEST_RANGE: i64 = 10_000;
/// The most spaces that `indent` puts before a line.
const WIDEST: usize = 100;

/// What `fail` was called with.
#[derive(Debug)]
pub(crate) struct Refused(pub(crate) String);

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

type Result<T> = std::result::Result<T, Error>;

/// Puts the filters and functions into an environment.
pub(crate) fn register(environment: &mut Environment<'static>) {
    environment.add_filter("b64encode", b64encode);
    environment.add_filter("batch", batch);
    environment.add_filter("indent", indent);
    environment.add_filter("join", join);
    environment.add_filter("merge", merge);
    environment.add_filter("replace", replace);
    environment.add_filter("sha256", sha256);
    environment.add_filter("string", string);
    environment.add_filter("times", times);
    environment.add_filter("to_json", to_json);
    environment.add_filter("to_yaml", to_yaml);
    environment.add_filter("without", without);
    environment.add_function("fail", fail);
    environment.add_function("range", range);
}

/// The canonical value of an argument, with keys sorted and without nulls.
pub(crate) fn value(state: &mut State<'_, '_>, argument: &Dynamic) -> Result<Value> {
    let mut meter = Meter::new();
    let value =
        canonical::from_dynamic(argument, &mut meter).map_err(|unusable| match unusable {
            Unusable::TooLarge => too_much(),
            Unusable::Kind(kind) => wrong(format!("cannot use {kind} here")),
        })?;
    charge(state, meter.used())?;
    Ok(value)
}

fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, message.into())
}

fn b64encode(state: &mut State<'_, '_>, text: &str) -> Result<String> {
    charge(state, text.len() / 3 * 4 + 4)?;
    Ok(STANDARD.encode(text))
}

fn batch(state: &mut State<'_, '_>, list: &Dynamic, count: usize) -> Result<Vec<Dynamic>> {
    charge(state, size(list))?;
    let items: Vec<Dynamic> = list.try_iter()?.collect();
    if count == 0 {
        return Err(wrong("a batch has at least one item"));
    }
    Ok(items.chunks(count).map(|batch| Dynamic::from(batch.to_vec())).collect())
}

fn indent(
    state: &mut State<'_, '_>,
    text: &str,
    width: usize,
    first: Option<bool>,
) -> Result<String> {
    if width > WIDEST {
        return Err(wrong(format!("a line is indented by at most {WIDEST}")));
    }
    charge(state, text.len() + width.saturating_mul(text.lines().count()))?;
    let spaces = " ".repeat(width);
    let mut lines = Vec::new();
    for (index, line) in text.split('\n').enumerate() {
        let is_indented = !line.is_empty() && (index > 0 || first.unwrap_or(false));
        lines.push(format!("{}{line}", if is_indented { &spaces } else { "" }));
    }
    Ok(lines.join("\n"))
}

fn join(state: &mut State<'_, '_>, list: &Dynamic, between: Option<&str>) -> Result<String> {
    let between = between.unwrap_or_default();
    let mut text = String::new();
    for (index, item) in list.try_iter()?.enumerate() {
        if index > 0 {
            charge(state, between.len())?;
            text.push_str(between);
        }
        let item = plain(&item)?;
        charge(state, item.len() + 1)?;
        text.push_str(&item);
    }
    Ok(text)
}

fn merge(state: &mut State<'_, '_>, base: &Dynamic, other: &Dynamic) -> Result<Dynamic> {
    let (mut base, other) = (value(state, base)?, value(state, other)?);
    match (&base, &other) {
        (_, Value::Null) => Ok(dynamic(base)),
        (Value::Null, _) => Ok(dynamic(other)),
        (Value::Object(_), Value::Object(_)) => {
            merge_into(&mut base, other);
            Ok(dynamic(base))
        }
        _ => Err(wrong("`merge` needs two maps")),
    }
}

/// Puts one value over another: maps are merged, everything else is replaced.
pub(crate) fn merge_into(base: &mut Value, over: Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (key, inner) in over {
                merge_into(base.entry(key).or_insert(Value::Null), inner);
            }
        }
        (base, over) => *base = over,
    }
}

fn replace(state: &mut State<'_, '_>, text: &str, from: &str, to: &str) -> Result<String> {
    if from.is_empty() {
        return Err(wrong("`replace` needs a text to look for"));
    }
    charge(state, text.len().saturating_add(text.matches(from).count().saturating_mul(to.len())))?;
    Ok(text.replace(from, to))
}

fn sha256(state: &mut State<'_, '_>, argument: &Dynamic) -> Result<String> {
    charge(state, 64)?;
    Ok(match argument.as_str() {
        Some(text) => digest::sha256(text),
        None => digest::sha256(value(state, argument)?.to_string()),
    })
}

fn string(state: &mut State<'_, '_>, argument: &Dynamic) -> Result<Dynamic> {
    if argument.is_undefined() || argument.is_none() || argument.as_str().is_some() {
        return Ok(argument.clone());
    }
    let text = plain(argument)?;
    charge(state, text.len())?;
    Ok(Dynamic::from(text))
}

fn times(left: &Dynamic, right: &Dynamic) -> Result<Dynamic> {
    if let (Some(left), Some(right)) = (left.as_i64(), right.as_i64()) {
        let product = left.checked_mul(right).ok_or_else(|| wrong("the product is too large"))?;
        return Ok(Dynamic::from(product));
    }
    match (f64::try_from(left.clone()), f64::try_from(right.clone())) {
        (Ok(left), Ok(right)) => Ok(Dynamic::from(left * right)),
        _ => Err(wrong("`times` needs two numbers")),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "minijinja gives options by value")]
fn to_json(state: &mut State<'_, '_>, argument: &Dynamic, options: Kwargs) -> Result<String> {
    let indent: Option<usize> = options.get("indent")?;
    options.assert_all_used()?;
    let value = value(state, argument)?;
    let text = match indent {
        None => value.to_string(),
        Some(indent @ 1..=8) => indented(&value, indent),
        Some(_) => return Err(wrong("`indent` is a number from 1 to 8")),
    };
    charge(state, text.len())?;
    Ok(text)
}

fn indented(value: &Value, indent: usize) -> String {
    let spaces = " ".repeat(indent);
    let formatter = PrettyFormatter::with_indent(spaces.as_bytes());
    let mut serializer = Serializer::with_formatter(Vec::new(), formatter);
    value.serialize(&mut serializer).expect("a value can be written to memory");
    String::from_utf8(serializer.into_inner()).expect("JSON is UTF-8") + "\n"
}

fn to_yaml(state: &mut State<'_, '_>, argument: &Dynamic) -> Result<String> {
    let value = value(state, argument)?;
    let mut text = String::new();
    yaml::emit(&mut text, &value);
    charge(state, text.len())?;
    Ok(text)
}

fn without(state: &mut State<'_, '_>, argument: &Dynamic, keys: Rest<String>) -> Result<Dynamic> {
    match value(state, argument)? {
        Value::Object(mut map) => {
            for key in keys.0 {
                map.shift_remove(&key);
            }
            Ok(dynamic(Value::Object(map)))
        }
        Value::Null => Ok(Dynamic::from(())),
        _ => Err(wrong("`without` needs a map")),
    }
}

fn fail(message: String) -> Result<Dynamic> {
    Err(wrong(message.clone()).with_source(Refused(message)))
}

fn range(first: i64, end: Option<i64>, step: Option<i64>) -> Result<Vec<i64>> {
    let (start, end) = end.map_or((0, first), |end| (first, end));
    let step = step.unwrap_or(1);
    if step <= 0 {
        return Err(wrong("the step of a range is at least 1"));
    }
    let length = end.saturating_sub(start).max(0) / step;
    if length > LONGEST_RANGE {
        return Err(limit_error(format!("a range has at most {LONGEST_RANGE} numbers")));
    }
    let step = usize::try_from(step).map_err(|_| wrong("the step of a range is too large"))?;
    Ok((start..end).step_by(step).collect())
}

/// The text of a value that has one.
fn plain(value: &Dynamic) -> Result<String> {
    match value.kind() {
        ValueKind::String | ValueKind::Bool | ValueKind::Number => Ok(value.to_string()),
        ValueKind::Undefined | ValueKind::None => Err(wrong("a value that is not set has no text")),
        _ => Err(wrong("a map or a list has no text; use `to_json` or `to_yaml`")),
    }
}

/// A value for minijinja, in canonical form.
pub(crate) fn dynamic(mut value: Value) -> Dynamic {
    canonical::canonicalize(&mut value);
    View::of(Arc::new(value))
}
