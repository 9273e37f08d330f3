//! Post-build substitution of a text.

use std::{collections::BTreeMap, fmt};

use crate::flux::{
    pattern::matches,
    template::{Case, Operation, Part, Place, SyntaxError, parse},
};

/// What is known about a name that is not among the variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// It is an error, unless a default stands beside it: what Flux does from 2.9 on.
    Refused,
    /// It is empty.
    Empty,
}

/// Why there is no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// The text is not in the language. Flux then applies nothing of the whole Kustomization.
    Syntax(SyntaxError),
    /// A variable is not there and has no default.
    Unknown {
        /// Where its `${` begins, in bytes.
        at: usize,
        /// Its name.
        name: String,
    },
    /// Lengths and offsets are in bytes, and one of them fell inside a character: no YAML can hold what is left.
    CutCharacter {
        /// Where its `${` begins, in bytes.
        at: usize,
        /// The name of the variable.
        name: String,
    },
}

impl Error {
    /// Where it is, in bytes.
    pub fn at(&self) -> usize {
        match self {
            Self::Syntax(error) => error.at,
            Self::Unknown { at, .. } | Self::CutCharacter { at, .. } => *at,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(error) => write!(formatter, "{error}"),
            Self::Unknown { name, .. } => write!(
                formatter,
                "no variable `{name}` is known; give its value, or write a default: `${{{name}:=...}}`"
            ),
            Self::CutCharacter { name, .. } => {
                write!(formatter, "an offset in bytes cuts a character of `{name}` in two")
            }
        }
    }
}

/// Replaces every variable of a text.
pub fn substitute(
    text: &str,
    variables: &BTreeMap<String, String>,
    missing: Missing,
) -> Result<String, Error> {
    let parts = parse(text).map_err(Error::Syntax)?;
    Evaluation { variables, missing }.all(&parts)
}

/// The names that a text reads, in their order, and whether each may be missing.
pub fn names(text: &str) -> Result<Vec<(String, bool)>, SyntaxError> {
    let mut names = Vec::new();
    collect(&parse(text)?, &mut names);
    Ok(names)
}

fn collect(parts: &[Part], names: &mut Vec<(String, bool)>) {
    for part in parts {
        let Part::Variable { name, operation, .. } = part else { continue };
        names.push((name.clone(), matches!(operation, Operation::Default(_))));
        match operation {
            Operation::Value | Operation::Length | Operation::Case(_) => {}
            Operation::Default(word) => collect(word, names),
            Operation::Trim { pattern, .. } => collect(std::slice::from_ref(pattern), names),
            Operation::Slice(first, second) | Operation::Replace(_, first, second) => {
                collect(std::slice::from_ref(first), names);
                if let Some(second) = second {
                    collect(std::slice::from_ref(second), names);
                }
            }
        }
    }
}

struct Evaluation<'a> {
    variables: &'a BTreeMap<String, String>,
    missing: Missing,
}

impl Evaluation<'_> {
    fn all(&self, parts: &[Part]) -> Result<String, Error> {
        parts.iter().map(|part| self.part(part)).collect()
    }

    fn part(&self, part: &Part) -> Result<String, Error> {
        match part {
            Part::Text(text) => Ok(text.clone()),
            Part::Variable { name, at, operation } => {
                // Words are evaluated first, and fail first, even where they are not needed.
                let words = self.words(operation)?;
                let may_miss = matches!(operation, Operation::Default(_));
                let value = match self.variables.get(name) {
                    Some(value) => value.as_str(),
                    None if may_miss || self.missing == Missing::Empty => "",
                    None => return Err(Error::Unknown { at: *at, name: name.clone() }),
                };
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                apply(operation, value, &words)
                    .ok_or_else(|| Error::CutCharacter { at: *at, name: name.clone() })
            }
        }
    }

    fn words(&self, operation: &Operation) -> Result<Vec<String>, Error> {
        match operation {
            Operation::Value | Operation::Length | Operation::Case(_) => Ok(Vec::new()),
            Operation::Default(word) => Ok(vec![self.all(word)?]),
            Operation::Trim { pattern, .. } => Ok(vec![self.part(pattern)?]),
            Operation::Slice(first, second) | Operation::Replace(_, first, second) => {
                [Some(first), second.as_ref()]
                    .into_iter()
                    .flatten()
                    .map(|word| self.part(word))
                    .collect()
            }
        }
    }
}

/// The value after the operation; none if the result is no text.
fn apply(operation: &Operation, value: &str, words: &[&str]) -> Option<String> {
    match (operation, words) {
        (Operation::Length, _) => Some(value.len().to_string()),
        (Operation::Default(_), [word]) if value.is_empty() => Some((*word).to_owned()),
        (Operation::Case(case), _) => Some(change_case(*case, value)),
        (Operation::Slice(..), [offset, length @ ..]) => {
            slice(value, offset, length.first().copied())
        }
        (Operation::Trim { end: false, longest, .. }, [pattern]) => {
            text(&trim(value.as_bytes(), pattern.as_bytes(), *longest))
        }
        (Operation::Trim { end: true, longest, .. }, [pattern]) => {
            let reverse = |text: &str| text.chars().rev().collect::<String>();
            // The pattern is reversed as it stands, so a class in it is none any more.
            let rest = trim(reverse(value).as_bytes(), reverse(pattern).as_bytes(), *longest);
            Some(reverse(&String::from_utf8_lossy(&rest)))
        }
        (Operation::Replace(place, ..), [old, new @ ..]) => {
            Some(replace(*place, value, old, new.first().copied()))
        }
        _ => Some(value.to_owned()),
    }
}

fn text(bytes: &[u8]) -> Option<String> {
    std::str::from_utf8(bytes).ok().map(str::to_owned)
}

fn change_case(case: Case, value: &str) -> String {
    let first = |change: fn(char) -> char| {
        let mut rest = value.chars();
        rest.next().into_iter().map(change).chain(rest).collect()
    };
    match case {
        Case::Mixed => value.to_owned(),
        Case::Lower => value.chars().map(lower).collect(),
        Case::Upper => value.chars().map(upper).collect(),
        Case::LowerFirst => first(lower),
        Case::UpperFirst => first(upper),
    }
}

/// One character for one: what Unicode calls the simple mapping.
fn lower(character: char) -> char {
    let mut full = character.to_lowercase();
    // Of the full mapping's only longer result, of the dotted capital I, the first character is the simple one.
    full.next().unwrap_or(character)
}

/// One character for one: what Unicode calls the simple mapping.
fn upper(character: char) -> char {
    let mut full = character.to_uppercase();
    match (full.next(), full.next()) {
        (Some(only), None) => only,
        // Greek letters with an iota below have capitals with it beside.
        _ => match character {
            '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => {
                char::from_u32(u32::from(character) + 8).unwrap_or(character)
            }
            '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => {
                char::from_u32(u32::from(character) + 9).unwrap_or(character)
            }
            _ => character,
        },
    }
}

/// Bytes from an offset on; both numbers count from the end where they are negative. What is no number changes nothing.
fn slice(value: &str, offset: &str, length: Option<&str>) -> Option<String> {
    let Ok(offset) = offset.parse::<i64>() else { return Some(value.to_owned()) };
    let size = i64::try_from(value.len()).unwrap_or(i64::MAX);
    let start = if offset < 0 { (size + offset).max(0) } else { offset };
    let end = match length.map(str::parse::<i64>) {
        None => size,
        Some(Err(_)) => return Some(value.to_owned()),
        Some(Ok(length)) if length < 0 => size + length,
        Some(Ok(length)) => start.saturating_add(length).min(size),
    };
    if start >= end {
        return Some(String::new());
    }
    let range = usize::try_from(start).ok()?..usize::try_from(end).ok()?;
    value.get(range).map(str::to_owned)
}

/// Without the shortest or longest start that a pattern matches. A start that is empty is none.
fn trim(value: &[u8], pattern: &[u8], longest: bool) -> Vec<u8> {
    let mut matched = 0;
    for length in (1..=value.len()).rev() {
        match matches(pattern, &value[..length]) {
            Err(_) => return value.to_vec(),
            Ok(true) => {
                matched = length;
                if longest {
                    break;
                }
            }
            Ok(false) => {}
        }
    }
    value[matched..].to_vec()
}

fn replace(place: Place, value: &str, old: &str, new: Option<&str>) -> String {
    match (place, new) {
        (Place::First, new) => value.replacen(old, new.unwrap_or_default(), 1),
        (Place::All, new) => value.replace(old, new.unwrap_or_default()),
        (Place::Start, Some(new)) if value.starts_with(old) => value.replacen(old, new, 1),
        (Place::End, Some(new)) => {
            value.strip_suffix(old).map_or_else(|| value.to_owned(), |rest| rest.to_owned() + new)
        }
        _ => value.to_owned(),
    }
}
