//! Quantities in rules: `quantity("1Gi").isLessThan(quantity("2Gi"))`.
#![expect(
    clippy::needless_pass_by_value,
    reason = "the interpreter fixes the signature of a function"
)]

use std::{cmp::Ordering, sync::Arc};

use cel::{
    DeclarationError, Env, ExecutionError,
    common::{
        functions::Function,
        types::{DYN_TYPE, STRING_TYPE, Type},
    },
    objects::Opaque,
};

use crate::{
    notation::quantity::{self, Quantity},
    schema::cel::library::{Answer, Arguments, answer, values},
};

const NAME: &str = "kubernetes.Quantity";

impl Opaque for Quantity {
    fn runtime_type_name(&self) -> &'static str {
        NAME
    }
}

/// The functions of a quantity, with the count of their arguments.
const MEMBERS: [(&str, usize, Function); 9] = [
    ("isInteger", 0, is_integer),
    ("asInteger", 0, as_integer),
    ("asApproximateFloat", 0, as_float),
    ("sign", 0, sign),
    ("add", 1, add),
    ("sub", 1, sub),
    ("isLessThan", 1, is_less),
    ("isGreaterThan", 1, is_greater),
    ("compareTo", 1, compare_to),
];

pub(super) fn register(environment: &mut Env) -> Result<(), DeclarationError> {
    environment.add_overload("quantity", "string_to_quantity", vec![STRING_TYPE], construct)?;
    environment.add_overload("isQuantity", "is_quantity_string", vec![STRING_TYPE], is_quantity)?;
    for (name, count, function) in MEMBERS {
        let id = format!("quantity.{name}");
        let target = Type::new_opaque_type(NAME);
        let arguments = std::iter::repeat_with(|| DYN_TYPE).take(count).collect();
        environment.add_member_overload(name, &id, target, arguments, function)?;
    }
    Ok(())
}

fn construct<'b, 'v>(arguments: Arguments<'b, 'v>) -> Answer<'b, 'v> {
    let [text] = values(&arguments)?;
    let parsed = match &text {
        cel::Value::String(text) => quantity::parse(text).ok(),
        _ => None,
    };
    parsed.map_or_else(|| fail("quantity", "not a quantity"), quantity_answer)
}

fn is_quantity<'b, 'v>(arguments: Arguments<'b, 'v>) -> Answer<'b, 'v> {
    let [text] = values(&arguments)?;
    answer(matches!(&text, cel::Value::String(text) if quantity::parse(text).is_ok()))
}

fn quantity_answer<'b, 'v>(quantity: Quantity) -> Answer<'b, 'v> {
    answer(cel::Value::Opaque(Arc::new(quantity)))
}

fn fail<T>(function: &str, why: &str) -> Result<T, ExecutionError> {
    Err(ExecutionError::function_error(function, why))
}

fn read(value: &cel::Value) -> Result<Quantity, ExecutionError> {
    let quantity = match value {
        cel::Value::Opaque(opaque) => opaque.downcast_ref::<Quantity>().copied(),
        cel::Value::Int(number) => quantity::parse(&number.to_string()).ok(),
        _ => None,
    };
    quantity.map_or_else(|| fail("quantity", "not a quantity"), Ok)
}

fn one(arguments: &Arguments<'_, '_>) -> Result<Quantity, ExecutionError> {
    let [value] = values(arguments)?;
    read(&value)
}

fn two(arguments: &Arguments<'_, '_>) -> Result<(Quantity, Quantity), ExecutionError> {
    let [left, right] = values(arguments)?;
    Ok((read(&left)?, read(&right)?))
}

fn is_integer<'b, 'v>(arguments: Arguments<'b, 'v>) -> Answer<'b, 'v> {
    answer(one(&arguments)?.as_integer().is_some())
}

fn as_integer<'b, 'v>(arguments: Arguments<'b, 'v>) -> Answer<'b, 'v> {
    one(&arguments)?.as_integer().map_or_else(|| fail("asInteger", "not a whole number"), answer)
}

fn as_float<'b, 'v>(arguments: Arguments<'b, 'v>) -> Answer<'b, 'v> {
    answer(one(&arguments)?.approximate())
}

fn sign<'b, 'v>(arguments: Arguments<'b, 'v>) -> Answer<'b, 'v> {
    answer(number(one(&arguments)?.sign()))
}

fn number(ordering: Ordering) -> i64 {
    match ordering {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    }
}

fn add<'b, 'v>(arguments: Arguments<'b, 'v>) -> Answer<'b, 'v> {
    let (left, right) = two(&arguments)?;
    left.checked_add(&right).map_or_else(|| fail("add", "too large"), quantity_answer)
}

fn sub<'b, 'v>(arguments: Arguments<'b, 'v>) -> Answer<'b, 'v> {
    let (left, right) = two(&arguments)?;
    left.checked_add(&right.negated()).map_or_else(|| fail("sub", "too large"), quantity_answer)
}

fn is_less<'b, 'v>(arguments: Arguments<'b, 'v>) -> Answer<'b, 'v> {
    let (left, right) = two(&arguments)?;
    answer(left.compare(&right) == Ordering::Less)
}

fn is_greater<'b, 'v>(arguments: Arguments<'b, 'v>) -> Answer<'b, 'v> {
    let (left, right) = two(&arguments)?;
    answer(left.compare(&right) == Ordering::Greater)
}

fn compare_to<'b, 'v>(arguments: Arguments<'b, 'v>) -> Answer<'b, 'v> {
    let (left, right) = two(&arguments)?;
    answer(number(left.compare(&right)))
}
