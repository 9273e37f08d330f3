//! A field that the schema lacks, and what its author probably meant.

use crate::{
    diagnostic::catalogue::schema as codes,
    field_path::PathRef,
    nearest::nearest,
    schema::{Problem, Schema},
};

/// The problem of a field that the schema lacks, with the best guess at what was meant.
pub(super) fn unknown_field(
    root: &Schema,
    schema: &Schema,
    path: PathRef<'_>,
    name: &str,
) -> Problem {
    let problem =
        Problem::new(&codes::UNKNOWN_FIELD, path, format!("unknown field `{name}`")).at_key();
    let parent = match path {
        PathRef::Key(parent, _) | PathRef::Index(parent, _) => parent.to_path().to_string(),
        PathRef::Root => String::new(),
    };
    let below = homes(schema, &parent, name);
    if let [home] = &*below {
        return problem.label(format!("did you mean `{home}`?"));
    }
    if let Some(near) = nearest(name, schema.properties.iter().map(|(key, _)| &**key)) {
        return problem.label(format!("did you mean `{near}`?"));
    }
    let elsewhere = if below.is_empty() { homes(root, "", name) } else { below };
    match &*elsewhere {
        [] => problem.help(known_fields(schema)),
        homes => problem.help(format!("a field of this name is at {}", list(homes))),
    }
}

/// The paths nearest to a schema where a field of this name exists; none when there are too many to be of help.
fn homes(schema: &Schema, prefix: &str, name: &str) -> Vec<String> {
    const DEPTH: usize = 6;
    const MOST: usize = 3;
    let mut level = vec![(prefix.to_owned(), schema)];
    for _ in 0..DEPTH {
        let mut next = Vec::new();
        for (path, schema) in &level {
            for (key, property) in &schema.properties {
                // Nobody writes `status`, so nothing in it is what an author meant.
                if path.is_empty() && &**key == "status" {
                    continue;
                }
                let path = if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
                next.push((path, &**property));
            }
            next.extend(schema.items.iter().map(|items| (format!("{path}[]"), &**items)));
            next.extend(schema.additional.iter().map(|other| (format!("{path}.*"), &**other)));
        }
        let found: Vec<String> = next
            .iter()
            .map(|(path, _)| path)
            .filter(|path| path.strip_suffix(name).is_some_and(|rest| rest.ends_with('.')))
            .cloned()
            .collect();
        if !found.is_empty() {
            return if found.len() > MOST { Vec::new() } else { found };
        }
        level = next;
    }
    Vec::new()
}

fn known_fields(schema: &Schema) -> String {
    const MOST: usize = 12;
    let names: Vec<_> =
        schema.properties.iter().take(MOST).map(|(name, _)| name.to_string()).collect();
    match schema.properties.len() {
        0 => "no field is allowed here; remove it".to_owned(),
        1..=MOST => format!("the fields here are {}", list(&names)),
        more => format!("the fields here are {}, and {} more", list(&names), more - MOST),
    }
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
