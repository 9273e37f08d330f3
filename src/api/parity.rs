//! Our schemas accept what hermes-operator's accept: `testdata/peer` has one row a field of its schemas.

use std::{fs, path::Path};

use serde_json::Value;

use crate::api::{compact_schema, kinds};

/// A row of the table.
struct Row<'a> {
    path: &'a str,
    kind: &'a str,
    required: bool,
    list: &'a str,
    choices: &'a str,
    bounds: &'a str,
    format: &'a str,
    pattern: &'a str,
    map: &'a str,
    rule: &'a str,
}

impl<'a> Row<'a> {
    fn read(line: &'a str) -> Self {
        let mut cells = line.split('\t');
        let mut next = || cells.next().unwrap_or_default();
        Row {
            path: next(),
            kind: next(),
            required: next() == "required",
            list: next(),
            choices: next(),
            bounds: next(),
            format: next(),
            pattern: next(),
            map: next(),
            rule: next(),
        }
    }

    /// What our schema refuses although the row accepts it.
    fn refusals(&self, root: &Value) -> Vec<String> {
        let Some((schema, required)) = find(root, self.path) else {
            return vec!["is missing".to_owned()];
        };
        let mut out = Vec::new();
        let mut check = |fine: bool, what: &str| {
            if !fine {
                out.push(format!("{what}: {}", summary(schema)));
            }
        };
        check(type_of(schema) == self.kind, "has another type");
        check(self.required || !required, "is required");
        check(list_of(schema) == self.list, "is another sort of list");
        check(text(schema, "x-kubernetes-map-type") == self.map, "is another sort of map");
        check(text(schema, "format") == self.format, "has another format");
        check(
            matches!(text(schema, "pattern"), "") || text(schema, "pattern") == self.pattern,
            "has another pattern",
        );
        check(choices_fit(schema, self.choices), "has fewer choices");
        check(bounds_fit(schema, self.bounds), "has tighter bounds");
        check(rule_of(schema) == self.rule, "has other rules");
        out
    }
}

/// The schema at a path, and whether the field is required.
fn find<'a>(root: &'a Value, path: &str) -> Option<(&'a Value, bool)> {
    path.split('.').try_fold((root, false), |(schema, _), step| {
        let name = step.trim_end_matches(['[', ']', '{', '}']);
        let required = schema["required"]
            .as_array()
            .is_some_and(|list| list.iter().any(|field| field == name));
        let inner = schema["properties"].get(name)?;
        let suffixes = step.as_bytes()[name.len()..].chunks(2);
        let inner = suffixes.into_iter().try_fold(inner, |inner, suffix| {
            inner.get(if suffix == b"[]" { "items" } else { "additionalProperties" })
        })?;
        Some((inner, required && step == name))
    })
}

fn text<'a>(schema: &'a Value, key: &str) -> &'a str {
    schema[key].as_str().unwrap_or_default()
}

fn type_of(schema: &Value) -> &str {
    let open = schema["x-kubernetes-preserve-unknown-fields"] == true;
    match (text(schema, "type"), open) {
        _ if schema["x-kubernetes-int-or-string"] == true => "int-or-string",
        ("", true) => "anything",
        ("object", true) => "open-object",
        (name, _) => name,
    }
}

fn list_of(schema: &Value) -> String {
    match text(schema, "x-kubernetes-list-type") {
        "map" => {
            let keys = schema["x-kubernetes-list-map-keys"].as_array().unwrap();
            let keys: Vec<_> = keys.iter().map(|key| key.as_str().unwrap()).collect();
            format!("map:{}", keys.join(","))
        }
        "atomic" => String::new(),
        other => other.to_owned(),
    }
}

fn rule_of(schema: &Value) -> &str {
    text(&schema["x-kubernetes-validations"][0], "rule")
}

fn choices_fit(schema: &Value, theirs: &str) -> bool {
    match schema["enum"].as_array() {
        None => true,
        Some(ours) => {
            !theirs.is_empty()
                && theirs.split('|').all(|choice| ours.iter().any(|own| own == choice))
        }
    }
}

fn bounds_fit(schema: &Value, theirs: &str) -> bool {
    let bound = |wanted: &str| {
        theirs
            .split(' ')
            .find_map(|pair| pair.strip_prefix(wanted)?.strip_prefix('=')?.parse::<f64>().ok())
    };
    let fits = |key: &str, is_wider: fn(f64, f64) -> bool| match (schema[key].as_f64(), bound(key))
    {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(ours), Some(theirs)) => is_wider(ours, theirs),
    };
    ["minimum", "minLength", "minItems"].iter().all(|key| fits(key, |ours, theirs| ours <= theirs))
        && ["maximum", "maxLength", "maxItems"]
            .iter()
            .all(|key| fits(key, |ours, theirs| ours >= theirs))
}

/// A schema without what is inside it.
fn summary(schema: &Value) -> String {
    let mut schema = schema.clone();
    if let Some(schema) = schema.as_object_mut() {
        schema.retain(|key, _| {
            !matches!(key.as_str(), "properties" | "items" | "additionalProperties")
        });
    }
    schema.to_string()
}

fn table(kind: &str) -> String {
    let file = format!("testdata/peer/{}.tsv", kind.to_lowercase());
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

#[test]
fn every_field_of_the_peer_is_accepted() {
    let mut refusals = Vec::new();
    for kind in kinds() {
        let schema = compact_schema(kind.kind).unwrap();
        for line in table(kind.kind).lines().skip(1) {
            let row = Row::read(line);
            refusals.extend(
                row.refusals(&schema)
                    .iter()
                    .map(|what| format!("{} {} {what}", kind.kind, row.path)),
            );
        }
    }
    assert!(refusals.is_empty(), "{} refusals:\n{}", refusals.len(), refusals.join("\n"));
}

#[test]
fn no_requirement_of_ours_is_missing_from_the_table() {
    for kind in kinds() {
        let table = table(kind.kind);
        let paths: Vec<_> = table.lines().skip(1).map(|line| Row::read(line).path).collect();
        let schema = compact_schema(kind.kind).unwrap();
        for path in &paths {
            let (found, _) = find(&schema, path).unwrap();
            for field in found["required"].as_array().into_iter().flatten() {
                let field = format!("{path}.{}", field.as_str().unwrap());
                assert!(
                    paths.contains(&field.as_str()),
                    "{} {field} is new and required",
                    kind.kind
                );
            }
        }
    }
}

#[test]
fn the_tables_are_whole() {
    let rows = kinds().iter().map(|kind| table(kind.kind).lines().count() - 1);
    assert_eq!(rows.collect::<Vec<_>>(), [1484, 78, 46]);
}
