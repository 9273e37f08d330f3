//! What a value of the right type must still satisfy: choices, patterns, bounds, and lengths.

use std::sync::OnceLock;

use regex::Regex;
use serde_json::{Number, Value};

use crate::{
    diagnostic::{self, SHOWN, catalogue::schema as codes},
    field_path::PathRef,
    nearest::nearest,
    notation,
    schema::{Kind, Node, Problem, Schema},
};

/// The keywords that few schemas have.
#[derive(Debug, Default)]
pub struct Limits {
    /// The only values, if there are any.
    pub choices: Vec<Value>,
    /// What a string must match somewhere.
    pub pattern: Option<Pattern>,
    /// `int32`, `date-time`, and others.
    pub format: Option<Box<str>>,
    /// The smallest number.
    pub minimum: Option<f64>,
    /// The largest number.
    pub maximum: Option<f64>,
    /// Whether the smallest number itself is refused.
    pub exclusive_minimum: bool,
    /// Whether the largest number itself is refused.
    pub exclusive_maximum: bool,
    /// What a number must be divisible by.
    pub multiple_of: Option<f64>,
    /// The fewest characters of a string.
    pub min_length: Option<u64>,
    /// The most characters of a string.
    pub max_length: Option<u64>,
    /// The fewest items of a list.
    pub min_items: Option<u64>,
    /// The most items of a list.
    pub max_items: Option<u64>,
    /// Whether all items of a list differ.
    pub unique_items: bool,
    /// The fewest fields of a map.
    pub min_properties: Option<u64>,
    /// The most fields of a map.
    pub max_properties: Option<u64>,
    /// Schemas that must all hold.
    pub all_of: Vec<Node>,
    /// Schemas of which at least one must hold.
    pub any_of: Vec<Node>,
    /// Schemas of which exactly one must hold.
    pub one_of: Vec<Node>,
    /// A schema that must not hold.
    pub not: Option<Node>,
}

/// A regular expression that is compiled when it is first used.
#[derive(Debug)]
pub struct Pattern {
    /// As the schema writes it.
    pub text: Box<str>,
    regex: OnceLock<Result<Regex, regex::Error>>,
}

impl Pattern {
    pub(super) fn new(text: Box<str>) -> Self {
        Pattern { text, regex: OnceLock::new() }
    }

    /// Whether a text matches.
    ///
    /// # Errors
    ///
    /// If the pattern is not a regular expression.
    pub(super) fn is_match(&self, text: &str) -> Result<bool, &regex::Error> {
        // Nearly every instance has quantities, and to compile their pattern takes longer than all other checks of it.
        if &*self.text == notation::quantity::PATTERN && notation::quantity::parse(text).is_ok() {
            return Ok(true);
        }
        self.regex().map(|regex| regex.is_match(text))
    }

    /// What is wrong with a text that does not match. People who write quantities do not read their expression.
    fn problem(&self, text: &str, path: PathRef<'_>) -> Problem {
        let (message, help) = if &*self.text == notation::quantity::PATTERN {
            (
                "is no quantity",
                "write a number and a unit without a blank, such as `500m` or `5Gi`".into(),
            )
        } else {
            ("does not match the pattern", format!("the value must match `{}`", self.text))
        };
        Problem::new(&codes::PATTERN, path, format!("{} {message}", quoted(text))).help(help)
    }

    /// The compiled expression.
    ///
    /// # Errors
    ///
    /// If the text is not a regular expression.
    pub fn regex(&self) -> Result<&Regex, &regex::Error> {
        self.regex.get_or_init(|| Regex::new(&self.text)).as_ref()
    }
}

impl Limits {
    /// Whether there is no keyword at all.
    pub(super) fn is_empty(&self) -> bool {
        let Limits {
            choices,
            pattern,
            format,
            minimum,
            maximum,
            exclusive_minimum: _,
            exclusive_maximum: _,
            multiple_of,
            min_length,
            max_length,
            min_items,
            max_items,
            unique_items,
            min_properties,
            max_properties,
            all_of,
            any_of,
            one_of,
            not,
        } = self;
        choices.is_empty()
            && pattern.is_none()
            && format.is_none()
            && minimum.or(*maximum).or(*multiple_of).is_none()
            && min_length.or(*max_length).or(*min_items).or(*max_items).is_none()
            && min_properties.or(*max_properties).is_none()
            && !unique_items
            && all_of.is_empty()
            && any_of.is_empty()
            && one_of.is_empty()
            && not.is_none()
    }

    /// The schemas of `allOf`, `anyOf`, `oneOf`, and `not`.
    pub(super) fn alternatives(&self) -> impl Iterator<Item = &Schema> {
        let lists = self.all_of.iter().chain(&self.any_of).chain(&self.one_of);
        lists.chain(&self.not).map(|node| &**node)
    }

    /// Reports what is wrong with a value that has the right type. `size` is the count of fields that a map is left
    /// with when its nulls are dropped.
    pub(super) fn check(
        &self,
        kind: Kind,
        value: &Value,
        path: PathRef<'_>,
        sink: &mut dyn FnMut(Problem),
    ) {
        match value {
            Value::String(text) => self.string(kind, text, path, sink),
            Value::Number(number) => self.number(kind, number, path, sink),
            Value::Array(list) => self.length(list.len(), "item", path, sink),
            Value::Null | Value::Bool(_) | Value::Object(_) => {}
        }
        if !self.choices.is_empty() && !self.choices.iter().any(|choice| same(choice, value)) {
            sink(self.not_a_choice(value, path));
        }
    }

    fn string(&self, kind: Kind, text: &str, path: PathRef<'_>, sink: &mut dyn FnMut(Problem)) {
        if self.min_length.or(self.max_length).is_some() {
            self.length(text.chars().count(), "character", path, sink);
        }
        if let Some(pattern) = &self.pattern {
            match pattern.is_match(text) {
                Ok(true) => {}
                Ok(false) => sink(pattern.problem(text, path)),
                Err(error) => sink(Problem::new(
                    &codes::PATTERN,
                    path,
                    format!("the schema's pattern `{}` does not compile: {error}", pattern.text),
                )),
            }
        }
        let Some(format) = &self.format else { return };
        if matches!(kind, Kind::String | Kind::Any)
            && let Err(expected) = notation::check(format, text)
        {
            sink(
                Problem::new(&codes::FORMAT, path, format!("{} is not {expected}", quoted(text)))
                    .help(format!("the field has the format `{format}`")),
            );
        }
    }

    fn number(
        &self,
        kind: Kind,
        number: &Number,
        path: PathRef<'_>,
        sink: &mut dyn FnMut(Problem),
    ) {
        let Some(float) = number.as_f64() else { return };
        if self.format.as_deref() == Some("int32")
            && kind == Kind::Integer
            && !(f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&float)
        {
            sink(
                Problem::new(&codes::BOUNDS, path, format!("{number} does not fit into 32 bits"))
                    .help(format!("write a number from {} to {}", i32::MIN, i32::MAX)),
            );
        }
        if let Some(minimum) = self.minimum
            && (float < minimum || self.exclusive_minimum && float <= minimum)
        {
            let than = if self.exclusive_minimum { "more than" } else { "at least" };
            sink(bound(path, number, "too small", than, minimum));
        }
        if let Some(maximum) = self.maximum
            && (float > maximum || self.exclusive_maximum && float >= maximum)
        {
            let than = if self.exclusive_maximum { "less than" } else { "at most" };
            sink(bound(path, number, "too large", than, maximum));
        }
        if let Some(factor) = self.multiple_of
            && !is_whole(float / factor)
        {
            sink(Problem::new(
                &codes::BOUNDS,
                path,
                format!("{number} is not a multiple of {factor}"),
            ));
        }
    }

    /// The count of fields of a map, without those that are dropped.
    pub(super) fn fields(&self, count: usize, path: PathRef<'_>, sink: &mut dyn FnMut(Problem)) {
        self.length(count, "field", path, sink);
    }

    fn length(&self, count: usize, unit: &str, path: PathRef<'_>, sink: &mut dyn FnMut(Problem)) {
        let (least, most) = match unit {
            "character" => (self.min_length, self.max_length),
            "item" => (self.min_items, self.max_items),
            _ => (self.min_properties, self.max_properties),
        };
        let count = count as u64;
        let plural = |count: u64| if count == 1 { "" } else { "s" };
        let found = format_args!("{count} {unit}{}", plural(count));
        if let Some(least) = least
            && count < least
        {
            let message = format!("too short: {found}, at least {least} needed");
            let missing = least - count;
            let help = if count == 0 {
                "fill it, or leave the field out".to_owned()
            } else {
                format!("add {missing} {unit}{}", plural(missing))
            };
            sink(Problem::new(&codes::LENGTH, path, message).help(help));
        }
        if let Some(most) = most
            && count > most
        {
            let message = format!("too long: {found}, at most {most} allowed");
            let excess = count - most;
            let help = format!("remove {excess} {unit}{}", plural(excess));
            sink(Problem::new(&codes::LENGTH, path, message).help(help));
        }
    }

    fn not_a_choice(&self, value: &Value, path: PathRef<'_>) -> Problem {
        let problem = Problem::new(
            &codes::ENUM,
            path,
            format!("{} is not one of the values of this field", shown(value)),
        );
        let choices = self.choices.iter().map(|choice| format!("`{}`", plain(choice)));
        let choices = choices.collect::<Vec<_>>().join(", ");
        let near = value.as_str().and_then(|text| {
            nearest(text, self.choices.iter().filter_map(Value::as_str)).map(str::to_owned)
        });
        match near {
            Some(near) => problem.label(format!("did you mean `{near}`?")),
            None => problem,
        }
        .help(format!("use one of {choices}"))
    }
}

fn bound(path: PathRef<'_>, number: &Number, what: &str, than: &str, limit: f64) -> Problem {
    Problem::new(&codes::BOUNDS, path, format!("{number} is {what}: must be {than} {limit}"))
}

/// Whether two values are equal, with `1` equal to `1.0` as for the API server.
pub(super) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        _ => left == right,
    }
}

/// Whether a number has no fraction.
#[expect(clippy::float_cmp, reason = "truncating is exact")]
pub(super) fn is_whole(float: f64) -> bool {
    float.is_finite() && float == float.trunc()
}

/// A string as messages show it: quoted, and cut where it is long.
pub(super) fn quoted(text: &str) -> String {
    format!("{:?}", diagnostic::cut(text, SHOWN))
}

/// A value as messages show it.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Object(_) => "a map".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
