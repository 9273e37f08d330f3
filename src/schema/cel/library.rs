//! The functions that Kubernetes adds to CEL, as far as they are here.
#![expect(
    clippy::needless_pass_by_value,
    reason = "the interpreter fixes the signature of a function"
)]

use std::cmp::Ordering;

use cel::{
    DeclarationError, Env, ExecutionError,
    common::{
        functions::Function,
        types::{DYN_TYPE, LIST_TYPE, STRING_TYPE, Type},
        value::{CowVal, Val},
    },
    extensions,
};
use regex::Regex;

use crate::schema::cel::{address, quantity, url};

pub(super) type Arguments<'b, 'v> = Vec<CowVal<'b, 'v>>;
pub(super) type Answer<'b, 'v> = Result<CowVal<'b, 'v>, ExecutionError>;

/// The standard functions and those of Kubernetes.
pub(super) fn environment() -> Env {
    let mut environment = Env::stdlib();
    environment
        .add_extension(extensions::strings)
        .and_then(|()| environment.add_extension(register))
        .and_then(|()| environment.add_extension(quantity::register))
        .and_then(|()| environment.add_extension(address::register))
        .and_then(|()| environment.add_extension(url::register))
        .expect("no function is declared twice; a test builds the environment");
    environment
}

/// A function that is called on a list, with the count of its arguments.
const LISTS: [(&str, usize, Function); 6] = [
    ("isSorted", 0, is_sorted),
    ("sum", 0, sum),
    ("min", 0, min),
    ("max", 0, max),
    ("indexOf", 1, index_of),
    ("lastIndexOf", 1, last_index_of),
];

const SETS: [(&str, Function); 3] = [
    ("sets.contains", sets_contains),
    ("sets.intersects", sets_intersects),
    ("sets.equivalent", sets_equivalent),
];

fn register(environment: &mut Env) -> Result<(), DeclarationError> {
    for (name, count, function) in LISTS {
        let id = format!("list.{name}");
        let arguments = std::iter::repeat_with(|| DYN_TYPE).take(count).collect();
        environment.add_member_overload(name, &id, LIST_TYPE, arguments, function)?;
    }
    for (name, function) in SETS {
        environment.add_overload(name, name, vec![LIST_TYPE, LIST_TYPE], function)?;
    }
    let mut text = |name, id, arguments: Vec<Type>, function| {
        environment.add_member_overload(name, id, STRING_TYPE, arguments, function)
    };
    text("find", "string.find", vec![STRING_TYPE], find)?;
    text("findAll", "string.findAll", vec![STRING_TYPE], find_all)?;
    text("findAll", "string.findAll.limit", vec![STRING_TYPE, DYN_TYPE], find_all)
}

/// Everything that a rule may call here, but operators.
const KNOWN: [&str; 95] = [
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "has",
    "int",
    "uint",
    "double",
    "string",
    "bytes",
    "bool",
    "dyn",
    "type",
    "duration",
    "timestamp",
    "getFullYear",
    "getMonth",
    "getDate",
    "getDayOfMonth",
    "getDayOfWeek",
    "getDayOfYear",
    "getHours",
    "getMinutes",
    "getSeconds",
    "getMilliseconds",
    "optional.of",
    "optional.none",
    "optional.ofNonZeroValue",
    "hasValue",
    "value",
    "or",
    "orValue",
    "of",
    "none",
    "ofNonZeroValue",
    "charAt",
    "indexOf",
    "lastIndexOf",
    "join",
    "lowerAscii",
    "upperAscii",
    "trim",
    "replace",
    "split",
    "substring",
    "format",
    "strings.quote",
    "quote",
    "reverse",
    "isSorted",
    "sum",
    "min",
    "max",
    "sets.contains",
    "sets.intersects",
    "sets.equivalent",
    "intersects",
    "equivalent",
    "find",
    "findAll",
    "isURL",
    "isIP",
    "isCIDR",
    "quantity",
    "isQuantity",
    "isInteger",
    "asInteger",
    "asApproximateFloat",
    "sign",
    "add",
    "sub",
    "isLessThan",
    "compareTo",
    "ip",
    "cidr",
    "ip.isCanonical",
    "isCanonical",
    "family",
    "isUnspecified",
    "isLoopback",
    "isLinkLocalMulticast",
    "isLinkLocalUnicast",
    "isGlobalUnicast",
    "masked",
    "prefixLength",
    "containsIP",
    "containsCIDR",
    "url",
    "getScheme",
    "getHost",
    "getHostname",
    "getPort",
    "getEscapedPath",
    "getQuery",
];

/// The functions among those that a rule calls that are not here, sorted.
pub(super) fn unknown(mut functions: Vec<&str>) -> Vec<String> {
    functions
        .retain(|name| !is_operator(name) && *name != "isGreaterThan" && !KNOWN.contains(name));
    functions.sort_unstable();
    functions.into_iter().map(str::to_owned).collect()
}

/// Whether a name is that of an operator: `_+_`, `!_`, `@in`.
pub(super) fn is_operator(name: &str) -> bool {
    name.starts_with(|first: char| !first.is_ascii_alphabetic()) || name.ends_with('_')
}

/// The arguments as plain values.
pub(super) fn values<const N: usize>(
    arguments: &Arguments<'_, '_>,
) -> Result<[cel::Value; N], ExecutionError> {
    let values = arguments
        .iter()
        .map(|argument| cel::Value::try_from(argument.as_ref()))
        .collect::<Result<Vec<_>, _>>()?;
    let count = values.len();
    values.try_into().map_err(|_| ExecutionError::invalid_argument_count(N, count))
}

/// A plain value as the result of a function.
pub(super) fn answer<'b, 'v>(value: impl Into<cel::Value>) -> Answer<'b, 'v> {
    let value: Box<dyn Val> = value.into().try_into()?;
    Ok(CowVal::Owned(value))
}

fn wrong<T>(function: &str) -> Result<T, ExecutionError> {
    Err(ExecutionError::function_error(function, "the argument is of another type"))
}

fn list(value: &cel::Value) -> &[cel::Value] {
    match value {
        cel::Value::List(items) => items,
        _ => &[],
    }
}

fn order(
    function: &str,
    left: &cel::Value,
    right: &cel::Value,
) -> Result<Ordering, ExecutionError> {
    left.partial_cmp(right)
        .ok_or_else(|| ExecutionError::function_error(function, "items cannot be compared"))
}

fn is_sorted<'b, 'v>(arguments: Arguments<'b, 'v>) -> Answer<'b, 'v> {
    let [items] = values(&arguments)?;
    for pair in list(&items).windows(2) {
        if order("isSorted", &pair[0], &pair[1])? == Ordering::Greater {
            return answer(false);
        }
    }
    answer(true)
}

fn sum<'b, 'v>(arguments: Arguments<'b, 'v>) -> Answer<'b, 'v> {
    let [items] = values(&arguments)?;
    let mut whole = 0_i64;
    let mut float = None;
    for item in list(&items) {
        match item {
            cel::Value::Int(number) => {
                whole = whole
                    .checked_add(*number)
                    .ok_or_else(|| ExecutionError::function_error("sum", "overflow"))?;
            }
            cel::Value::Float(number) => float = Some(float.unwrap_or(0.0) + number),
            _ => return wrong("sum"),
        }
    }
    match float {
        Some(float) => answer(float),
        None => answer(whole),
    }
}

fn min<'b, 'v>(arguments: Arguments<'b, 'v>) -> Answer<'b, 'v> {
    extreme("min", Ordering::Less, &arguments)
}

fn max<'b, 'v>(arguments: Arguments<'b, 'v>) -> Answer<'b, 'v> {
    extreme("max", Ordering::Greater, &arguments)
}

fn extreme<'b, 'v>(
    function: &str,
    wanted: Ordering,
    arguments: &Arguments<'b, 'v>,
) -> Answer<'b, 'v> {
    let [items] = values(arguments)?;
    let Some((first, rest)) = list(&items).split_first() else {
        return Err(ExecutionError::function_error(function, "the list is empty"));
    };
    let mut best = first;
    for item in rest {
        if order(function, item, best)? == wanted {
            best = item;
        }
    }
    answer(best.clone())
}

fn index_of<'b, 'v>(arguments: Arguments<'b, 'v>) -> Answer<'b, 'v> {
    let [items, wanted] = values(&arguments)?;
    answer(position(list(&items).iter().position(|item| *item == wanted)))
}

fn last_index_of<'b, 'v>(arguments: Arguments<'b, 'v>) -> Answer<'b, 'v> {
    let [items, wanted] = values(&arguments)?;
    answer(position(list(&items).iter().rposition(|item| *item == wanted)))
}

fn position(index: Option<usize>) -> i64 {
    index.and_then(|index| i64::try_from(index).ok()).unwrap_or(-1)
}

fn sets_contains<'b, 'v>(arguments: Arguments<'b, 'v>) -> Answer<'b, 'v> {
    let [left, right] = values(&arguments)?;
    answer(list(&right).iter().all(|item| list(&left).contains(item)))
}

fn sets_intersects<'b, 'v>(arguments: Arguments<'b, 'v>) -> Answer<'b, 'v> {
    let [left, right] = values(&arguments)?;
    answer(list(&right).iter().any(|item| list(&left).contains(item)))
}

fn sets_equivalent<'b, 'v>(arguments: Arguments<'b, 'v>) -> Answer<'b, 'v> {
    let [left, right] = values(&arguments)?;
    let (left, right) = (list(&left), list(&right));
    answer(
        left.iter().all(|item| right.contains(item))
            && right.iter().all(|item| left.contains(item)),
    )
}

fn compile(function: &str, pattern: &cel::Value) -> Result<Regex, ExecutionError> {
    let cel::Value::String(pattern) = pattern else { return wrong(function) };
    Regex::new(pattern)
        .map_err(|_| ExecutionError::function_error(function, "the pattern does not compile"))
}

fn find<'b, 'v>(arguments: Arguments<'b, 'v>) -> Answer<'b, 'v> {
    let [text, pattern] = values(&arguments)?;
    let cel::Value::String(text) = &text else { return wrong("find") };
    let regex = compile("find", &pattern)?;
    answer(regex.find(text).map_or("", |found| found.as_str()))
}

fn find_all<'b, 'v>(arguments: Arguments<'b, 'v>) -> Answer<'b, 'v> {
    let (text, pattern, limit) = if arguments.len() == 2 {
        let [text, pattern] = values(&arguments)?;
        (text, pattern, -1)
    } else {
        match values(&arguments)? {
            [text, pattern, cel::Value::Int(limit)] => (text, pattern, limit),
            [_, _, _] => return wrong("findAll"),
        }
    };
    let cel::Value::String(text) = &text else { return wrong("findAll") };
    let regex = compile("findAll", &pattern)?;
    // A negative limit means all of them.
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let found: Vec<_> = regex.find_iter(text).take(limit).map(|found| found.as_str()).collect();
    answer(found)
}
