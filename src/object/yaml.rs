//! Canonical YAML: the one text of a value.
//!
//! Block style, two spaces, list dashes in the column of the key above them, LF. A string has quotes exactly where a reader
//! of YAML 1.1 or 1.2 would otherwise take it for something else ([`plain`]), and text of several lines is a block
//! ([`text`]). The same value gives the same bytes, whatever text it came from: a whole number has no fraction.
//!
//! The functions recurse, as deep as the value is. Values come from documents, which have at most
//! [`crate::document::MAX_DEPTH`] levels, and from templates, which are documents themselves.

use std::{fmt::Write, mem};

use serde_json::{Map, Number, Value};

use crate::document::scalar;

mod plain;
mod text;

/// Readers look for the colon of a key within 1,024 characters. Keys that are written longer than this are announced by `?`.
const MAX_SIMPLE_KEY: usize = 1000;

/// Appends a value with its keys in their own order.
pub fn emit(out: &mut String, value: &Value) {
    Emitter { out }.document(value);
}

struct Emitter<'a> {
    out: &'a mut String,
}

/// Where a map or list begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    /// On a line of its own, which needs its indentation.
    NewLine,
    /// Behind the dash of an item: the first entry stands on the same line.
    SameLine,
}

impl Emitter<'_> {
    fn document(&mut self, value: &Value) {
        match value {
            Value::Object(map) if !map.is_empty() => self.map(map, 0, Start::NewLine),
            Value::Array(items) if !items.is_empty() => self.list(items, 0, Start::NewLine),
            Value::String(text) => {
                text::one_line(self.out, text);
                self.out.push('\n');
            }
            scalar => self.scalar(scalar, 0),
        }
    }

    fn map(&mut self, map: &Map<String, Value>, indent: usize, mut start: Start) {
        for (key, value) in map {
            self.entry(key, value, indent, mem::replace(&mut start, Start::NewLine));
        }
    }

    fn entry(&mut self, key: &str, value: &Value, indent: usize, start: Start) {
        if start == Start::NewLine {
            pad(self.out, indent);
        }
        let list_indent = indent + self.key(key, indent);
        match value {
            Value::Object(map) if !map.is_empty() => {
                self.out.push_str(":\n");
                self.map(map, indent + 2, Start::NewLine);
            }
            Value::Array(items) if !items.is_empty() => {
                self.out.push_str(":\n");
                self.list(items, list_indent, Start::NewLine);
            }
            scalar => {
                self.out.push_str(": ");
                self.scalar(scalar, indent + 2);
            }
        }
    }

    /// A key, and how far a list under it is indented: behind a key that is announced, a dash would belong to the map.
    fn key(&mut self, key: &str, indent: usize) -> usize {
        let start = self.out.len();
        text::one_line(self.out, key);
        if self.out.len() - start <= MAX_SIMPLE_KEY {
            return 0;
        }
        self.out.insert_str(start, "? ");
        self.out.push('\n');
        pad(self.out, indent);
        2
    }

    fn list(&mut self, items: &[Value], indent: usize, mut start: Start) {
        for item in items {
            if mem::replace(&mut start, Start::NewLine) == Start::NewLine {
                pad(self.out, indent);
            }
            self.out.push_str("- ");
            match item {
                Value::Object(map) if !map.is_empty() => self.map(map, indent + 2, Start::SameLine),
                Value::Array(items) if !items.is_empty() => {
                    self.list(items, indent + 2, Start::SameLine);
                }
                scalar => self.scalar(scalar, indent + 2),
            }
        }
    }

    /// A value of one line, or a block of text that is indented by `indent`, and the end of its line.
    fn scalar(&mut self, value: &Value, indent: usize) {
        match value {
            Value::Null => self.out.push_str("null"),
            Value::Bool(true) => self.out.push_str("true"),
            Value::Bool(false) => self.out.push_str("false"),
            Value::Number(value) => number(self.out, value),
            Value::String(text) => return text::value(self.out, text, indent),
            Value::Array(_) => self.out.push_str("[]"),
            Value::Object(_) => self.out.push_str("{}"),
        }
        self.out.push('\n');
    }
}

/// A number as every reader takes it for one: a fraction before an exponent, and a sign in it.
fn number(out: &mut String, number: &Number) {
    let whole = number.is_f64().then(|| number.as_f64().and_then(scalar::whole)).flatten();
    let start = out.len();
    // Writing to a string cannot fail.
    let _ = write!(out, "{}", whole.as_ref().unwrap_or(number));
    if let Some(exponent) = out[start..].find('e').map(|at| start + at) {
        if !out[exponent + 1..].starts_with(['-', '+']) {
            out.insert(exponent + 1, '+');
        }
        if !out[start..exponent].contains('.') {
            out.insert_str(exponent, ".0");
        }
    }
}

fn pad(out: &mut String, indent: usize) {
    const BLANKS: &str = "                                                                ";
    let mut rest = indent;
    while rest > BLANKS.len() {
        out.push_str(BLANKS);
        rest -= BLANKS.len();
    }
    out.push_str(&BLANKS[..rest]);
}

#[cfg(test)]
mod foreign;
#[cfg(test)]
mod tests;
