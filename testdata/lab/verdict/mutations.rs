//! Changes of good objects, made from a schema: the same ones in the same order each time.

use std::collections::BTreeSet;

use petasos::field_path::FieldPath;
use serde_json::{Value, json};

use crate::lab::verdict::{
    input::{Change, Input, Subject},
    sample::{ENTRY, Size, VALUES, good, items, list},
};

/// Length of a value that is long for a field, and short for a request.
const LONG: usize = 64 * 1024;

/// Every change of every field of a kind. What is inside a map or a list is changed once for each schema that maps or lists
/// have: `seen` has those of which it was done. Both judges look at a value with its schema, whatever stands around it.
pub(crate) fn of<'a>(subject: &'a Subject, seen: &mut BTreeSet<String>) -> Vec<Input<'a>> {
    let mut changes = Changes { subject, inputs: Vec::new() };
    let (spec, schema) = (FieldPath::of("spec"), &subject.schema["properties"]["spec"]);
    for (what, size) in
        [("with what is required", Size::Smallest), ("with every field", Size::Full)]
    {
        changes.add("good", &spec, what, Change::Set(good(schema, size, 0)));
    }
    for part in ["spec", "status"] {
        let schema = &subject.schema["properties"][part];
        Field { schema, path: FieldPath::of(part), changes: &mut changes }.all(seen);
    }
    changes.unknown(&FieldPath::default(), &subject.schema);
    changes.inputs
}

/// What was made so far.
struct Changes<'a> {
    subject: &'a Subject,
    inputs: Vec<Input<'a>>,
}

impl Changes<'_> {
    fn add(
        &mut self,
        class: &'static str,
        path: &FieldPath,
        what: impl Into<String>,
        change: Change,
    ) {
        let (subject, what, path) = (self.subject, what.into(), path.clone());
        self.inputs.push(Input { subject, class, what, path, change });
    }

    /// A field that the schema lacks, beside those that it has.
    fn unknown(&mut self, path: &FieldPath, schema: &Value) {
        let is_open = schema["x-kubernetes-preserve-unknown-fields"] == true
            || schema["additionalProperties"].is_object();
        if !is_open {
            let path = path.clone().key("unknownField");
            self.add("unknown field", &path, "is set", Change::Set(json!("x")));
            self.add("unknown field", &path, "is null", Change::Set(Value::Null));
        }
    }
}

/// A place in an object, and its schema.
struct Field<'a, 'c> {
    schema: &'a Value,
    path: FieldPath,
    changes: &'c mut Changes<'a>,
}

impl<'a> Field<'a, '_> {
    /// The changes of this field and of those inside.
    fn all(&mut self, seen: &mut BTreeSet<String>) {
        self.anything();
        match self.schema["type"].as_str() {
            _ if self.schema["x-kubernetes-int-or-string"] == true => self.text(),
            Some("object") => self.object(),
            Some("array") => self.list(),
            Some("string") => self.text(),
            Some("integer" | "number") => self.number(),
            _ => {}
        }
        self.rules();
        if self.inside().next().is_some() && seen.insert(self.schema.to_string()) {
            for (path, schema) in self.inside().collect::<Vec<_>>() {
                Field { schema, path, changes: self.changes }.all(seen);
            }
        }
    }

    /// The fields, items, and entries of this field.
    fn inside(&self) -> impl Iterator<Item = (FieldPath, &'a Value)> + use<'a> {
        let (schema, path) = (self.schema, self.path.clone());
        let properties = schema["properties"].as_object().into_iter().flatten();
        let entry = schema.get("additionalProperties").filter(|inner| inner.is_object());
        let others = schema
            .get("items")
            .map(|inner| (path.clone().index(0), inner))
            .into_iter()
            .chain(entry.map(|inner| (path.clone().key(ENTRY), inner)));
        let properties = properties.map(move |(name, inner)| (path.clone().key(name), inner));
        properties.chain(others.collect::<Vec<_>>())
    }

    fn set(&mut self, class: &'static str, what: impl Into<String>, value: Value) {
        self.changes.add(class, &self.path, what, Change::Set(value));
    }

    fn anything(&mut self) {
        self.changes.add("unset", &self.path, "is left out", Change::Unset);
        self.set("null", "is null", Value::Null);
        let values = [json!({}), json!([]), json!("a"), json!(1), json!(1.5), json!(true)];
        let wrong: Vec<_> = values.into_iter().filter(|value| !self.fits(value)).collect();
        // Three of each: both judges tell types apart, and not values.
        let first = self.changes.inputs.len();
        for value in (0..3).filter_map(|step| wrong.get((first + step) % wrong.len().max(1))) {
            self.set("wrong type", format!("is `{value}`"), value.clone());
        }
    }

    /// Whether a value has the type that the schema says.
    fn fits(&self, value: &Value) -> bool {
        if self.schema["x-kubernetes-int-or-string"] == true {
            return value.is_string() || value.is_i64();
        }
        match self.schema["type"].as_str() {
            Some("object") => value.is_object(),
            Some("array") => value.is_array(),
            Some("string") => value.is_string(),
            Some("integer") => value.is_i64(),
            Some("number") => value.is_number(),
            Some("boolean") => value.is_boolean(),
            _ => true,
        }
    }

    fn object(&mut self) {
        self.set("empty", "is `{}`", json!({}));
        self.changes.unknown(&self.path, self.schema);
        if !self.schema["additionalProperties"].is_object() {
            return;
        }
        let inner = good(&self.schema["additionalProperties"], Size::Smallest, 0);
        for (class, what, key) in [
            ("empty", "has an empty key", String::new()),
            ("unicode", "has a key of Unicode", UNICODE.to_owned()),
            ("64 KiB", "has a key of 64 KiB", "k".repeat(LONG)),
        ] {
            self.set(class, what, json!({key: inner}));
        }
    }

    fn list(&mut self) {
        self.set("empty", "is `[]`", json!([]));
        for (bound, more) in [("minItems", -1), ("maxItems", 1)] {
            if let Some(count) = self.schema[bound].as_i64() {
                for (verb, count) in [("keeps", count), ("breaks", count + more)] {
                    let value =
                        items(self.schema, Size::Smallest, usize::try_from(count).unwrap_or(0));
                    self.set("bound", format!("{verb} {bound}"), value);
                }
            }
        }
        self.doubled();
    }

    /// Items that agree in what tells them apart: by the keys of a list map, or by everything.
    fn doubled(&mut self) {
        let one = good(&self.schema["items"], Size::Smallest, 0);
        let other = good(&self.schema["items"], Size::Smallest, 1);
        let class = match self.schema["x-kubernetes-list-type"].as_str() {
            Some("map") => "list key doubled",
            Some("set") => "set item doubled",
            _ => return,
        };
        self.set(class, "has an item twice", json!([one, one]));
        self.set(class, "has an item three times", json!([one, one, one]));
        self.set(class, "has two items that differ", json!([one, other]));
        self.set(class, "has two items twice", json!([one, other, one, other]));
        if class == "list key doubled" {
            let full = good(&self.schema["items"], Size::Full, 0);
            self.set(class, "has an item with every field twice", json!([full, full]));
            for key in list(&self.schema["x-kubernetes-list-map-keys"]).filter_map(Value::as_str) {
                let mut changed = full.clone();
                changed[key] = good(&self.schema["items"]["properties"][key], Size::Smallest, 7);
                let what = format!("has an item twice, but for `{key}`");
                self.set(class, what, json!([full, changed]));
            }
        }
    }

    fn text(&mut self) {
        self.set("empty", "is `\"\"`", json!(""));
        self.set("unicode", "is Unicode", json!(UNICODE));
        self.set("64 KiB", "has 64 KiB", json!("x".repeat(LONG)));
        for (bound, more) in [("minLength", -1), ("maxLength", 1)] {
            if let Some(count) = self.schema[bound].as_i64() {
                for (verb, count) in [("keeps", count), ("breaks", count + more)] {
                    let count = usize::try_from(count).unwrap_or(0);
                    // Characters count, and not bytes.
                    for letter in ["a", "ä"] {
                        let what = format!("{verb} {bound} with `{letter}`");
                        self.set("bound", what, letter.repeat(count).into());
                    }
                }
            }
        }
        for choice in list(&self.schema["enum"]).filter_map(Value::as_str) {
            self.set("enum", format!("is `{choice}`"), choice.into());
            self.set("enum", format!("is `{choice}` in lower case"), choice.to_lowercase().into());
            self.set("enum", format!("is `{choice}` and a blank"), format!("{choice} ").into());
        }
        for keyword in ["pattern", "format"] {
            let Some(text) = self.schema[keyword].as_str() else { continue };
            let known = &VALUES[format!("{keyword}s")][text];
            for (verb, kind) in [("keeps", "good"), ("breaks", "bad")] {
                for value in list(&known[kind]) {
                    self.set(
                        keyword,
                        format!("{verb} its {keyword} with `{value}`"),
                        value.clone(),
                    );
                }
            }
        }
    }

    fn number(&mut self) {
        let (least, most) = match self.schema["format"].as_str() {
            Some("int32") => (i64::from(i32::MIN), i64::from(i32::MAX)),
            _ => (i64::MIN, i64::MAX),
        };
        let least = self.schema["minimum"].as_f64().map_or(least, whole);
        let most = self.schema["maximum"].as_f64().map_or(most, whole);
        for (what, bound, beyond) in [("smallest", least, -1), ("largest", most, 1)] {
            self.set("bound", format!("is the {what} number"), json!(bound));
            let broken = i128::from(bound) + beyond;
            let broken = serde_json::from_str(&broken.to_string()).expect("it is a number");
            self.set("bound", format!("is beyond the {what} number"), broken);
        }
        self.set("wrong type", "is `1.0`", json!(1.0));
        self.set("wrong type", "is `1e300`", json!(1e300));
    }

    fn rules(&mut self) {
        for rule in list(&self.schema["x-kubernetes-validations"]) {
            let known = &VALUES["rules"][rule["rule"].as_str().unwrap_or_default()];
            for (verb, kind) in [("keeps", "keep"), ("breaks", "break")] {
                for value in list(&known[kind]) {
                    self.set("rule", format!("{verb} a rule with `{value}`"), value.clone());
                }
            }
        }
    }
}

/// Letters of several scripts, a letter beyond 16 bits, a combining accent, and a mark that reads from the right.
const UNICODE: &str = "Grüße-世界-😀-e\u{301}-\u{202e}x";

#[expect(clippy::cast_possible_truncation, reason = "the bounds of schemas are small")]
fn whole(float: f64) -> i64 {
    float as i64
}
