//! docs/fields.md: where each field of a `HermesInstance` ends, as the cases and the examples render, and what is said about
//! it, as the reports of `testdata/bad` say it. A field that neither ends anywhere nor is spoken of needs a reason here.

mod effects;
mod peer;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
};

use libtest_mimic::{Failed, Trial};
use petasos::{
    api,
    field_path::{FieldPath, Step},
};
use serde_json::Value;

use crate::case::{expect, sorted};

/// Ends that one row names.
const MOST: usize = 3;

/// Tests of the lab that show the effect of what is below a field, as far as their instances set it.
const LAB: &[(&str, &str)] = &include!("fields/lab.in");

/// Fields that no object holds and no report speaks of, and why.
const REASONS: &[(&str, &str)] = &include!("fields/reasons.in");

/// The file with the fields that the instances of a test of the lab set, if it is to show any.
pub(crate) fn shown_by(test: &str) -> Option<String> {
    let is_it = |(_, name): &&(&str, &str)| name.strip_prefix("lab::") == Some(test);
    LAB.iter().find(is_it).map(|_| format!("testdata/fields/lab/{}.txt", test.replace("::", "-")))
}

pub(crate) fn trials() -> Vec<Trial> {
    vec![Trial::test("generated/docs/fields.md and docs/hermes-operator.md", page)]
}

/// What the page says of one field.
struct Row {
    field: String,
    /// Objects and paths, or the templates that ask for it.
    ends: Vec<String>,
    codes: BTreeSet<String>,
    reason: Option<&'static str>,
    /// A case that renders it.
    case: Option<String>,
}

/// What is known about one field.
#[derive(Default)]
struct Known {
    /// Objects, or objects and paths.
    ends: Vec<String>,
    /// The case that shows them.
    case: Option<String>,
    codes: BTreeSet<String>,
}

fn page() -> Result<(), Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let schema = api::compact_schema(api::INSTANCE_KIND).ok_or("there is no schema")?;
    let mut names = Vec::new();
    fields(&schema["properties"]["spec"], "spec", &mut names);
    let mut known = BTreeMap::<String, Known>::new();
    for below in ["examples", "testdata/cases"] {
        for case in sorted(&root.join(below)) {
            let name = case.strip_prefix(root).unwrap_or(&case).display().to_string();
            rendered(&case, &name, &names, &mut known)?;
        }
    }
    for file in sorted(&root.join("testdata/bad")) {
        if file.extension().is_some_and(|extension| extension == "report") {
            reported(&fs::read_to_string(&file)?, &mut known);
        }
    }
    let rows = rows(&names, &known)?;
    expect(&root.join("docs/fields.md"), &text(&rows, &shown()?))?;
    expect(&root.join("docs/hermes-operator.md"), &peer::page(&rows)?)
}

/// Notes where each field of each instance of a case ends, if it is not known yet.
fn rendered(
    case: &Path,
    name: &str,
    fields: &[String],
    known: &mut BTreeMap<String, Known>,
) -> Result<(), Failed> {
    let command = fs::read_to_string(case.join("cmd")).unwrap_or_default();
    let printed = fs::read_to_string(case.join("stdout")).unwrap_or_default();
    if !command.starts_with("render ") || command.contains("--pack") || !printed.starts_with("---")
    {
        return Ok(());
    }
    let is_new = |field: &&String| known.get(*field).is_none_or(|known| known.ends.is_empty());
    let fields: Vec<_> = fields.iter().filter(is_new).cloned().collect();
    for (field, ends) in effects::of(case, &fields)? {
        let known = known.entry(field).or_default();
        if known.ends.is_empty() && !ends.is_empty() {
            known.ends = ends;
            known.case = Some(name.to_owned());
        }
    }
    Ok(())
}

/// A path with its places in lists left out.
fn plain(field: &FieldPath) -> String {
    let steps = field.0.iter().map(|step| match step {
        Step::Key(key) => format!(".{key}"),
        Step::Index(_) => "[]".to_owned(),
    });
    steps.collect::<String>().trim_start_matches('.').to_owned()
}

/// Notes which codes speak of which field.
fn reported(report: &str, known: &mut BTreeMap<String, Known>) {
    let mut code = "";
    for line in report.lines() {
        let heads = ["error[", "warning[", "note["];
        if let Some(rest) = heads.iter().find_map(|head| line.strip_prefix(head)) {
            code = rest.split(']').next().unwrap_or_default();
        }
        if let Some((_, field)) = line.split_once("= in: ").and_then(|(_, at)| at.split_once(", "))
            && code.starts_with("P3")
            && let Ok(field) = field.parse::<FieldPath>()
        {
            known.entry(plain(&field)).or_default().codes.insert(code.to_owned());
        }
    }
}

/// Fields whose inside is Kubernetes' own and goes where they go.
const WHOLE: &[&str] = &[
    "affinity",
    "behavior",
    "containerSecurityContext",
    "emptyDir",
    "liveness",
    "persistentVolumeClaim",
    "podSecurityContext",
    "readiness",
    "resources",
    "startup",
];

/// The fields that get a row: those without fields of their own, and those that are used whole.
fn fields(schema: &Value, path: &str, rows: &mut Vec<String>) {
    let name = path.rsplit('.').next().unwrap_or(path);
    let is_whole = WHOLE.contains(&name)
        || name.to_lowercase().ends_with("ref")
        || name.ends_with("Resources");
    match schema["properties"].as_object() {
        Some(inner) if !is_whole || name == "backupRef" => {
            for (name, schema) in inner {
                fields(schema, &format!("{path}.{name}"), rows);
            }
        }
        _ => rows.push(path.to_owned()),
    }
}

/// The templates that ask for a field: what it decides is in no value.
fn asked_by(row: &str) -> Result<Vec<String>, Failed> {
    let mut names = Vec::new();
    for file in sorted(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/hermes")) {
        let text = fs::read_to_string(&file)?;
        let ends_there = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
        if text.match_indices(row).any(|(at, _)| ends_there(&text[at + row.len()..])) {
            names.push(file.file_name().unwrap_or_default().to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

/// The codes that refuse what a field is part of, or say that it has no effect.
fn codes_around(row: &str, known: &BTreeMap<String, Known>) -> BTreeSet<String> {
    let around = ancestors(row).flat_map(|path| [path.to_owned(), format!("{path}.enabled")]);
    around
        .filter_map(|path| known.get(&path))
        .flat_map(|known| known.codes.iter())
        .filter(|code| ["P3015", "P3921"].contains(&code.as_str()))
        .cloned()
        .collect()
}

/// The rows of the page. A field of which nothing is known is an error.
fn rows(fields: &[String], known: &BTreeMap<String, Known>) -> Result<Vec<Row>, Failed> {
    let mut rows = Vec::new();
    let mut silent = Vec::new();
    for field in fields {
        let row = row(field, known)?;
        if row.ends.is_empty() && row.codes.is_empty() && row.reason.is_none() {
            silent.push(field.as_str());
        }
        rows.push(row);
    }
    if silent.is_empty() {
        return Ok(rows);
    }
    let silent = silent.join("\n");
    Err(format!("no case renders these and no report speaks of them; add one:\n{silent}").into())
}

fn row(field: &str, known: &BTreeMap<String, Known>) -> Result<Row, Failed> {
    let own = known.get(field);
    let mut ends: Vec<_> = own.into_iter().flat_map(|own| &own.ends).take(MOST).cloned().collect();
    if ends.is_empty() {
        let asking = asked_by(field)?;
        ends.extend(asking.iter().map(|name| format!("decides in `{name}`")));
    }
    let inside = known.iter().filter(|(inner, _)| covers(field, inner));
    let mut codes: BTreeSet<_> =
        inside.flat_map(|(_, known)| known.codes.iter().cloned()).collect();
    if ends.is_empty() && codes.is_empty() {
        codes = codes_around(field, known);
    }
    let reason = REASONS.iter().find(|(above, _)| covers(above, field));
    Ok(Row {
        field: field.to_owned(),
        ends,
        codes,
        reason: reason.map(|(_, reason)| *reason),
        case: own.and_then(|own| own.case.clone()),
    })
}

/// The fields that the instances of each test of the lab set.
fn shown() -> Result<BTreeMap<&'static str, Vec<String>>, Failed> {
    let (mut shown, mut wrong) = (BTreeMap::new(), String::new());
    for (above, name) in LAB {
        let test = name.strip_prefix("lab::").unwrap_or(name);
        let file = shown_by(test).ok_or("a test without a file")?;
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&file));
        let fields: Vec<_> = text.unwrap_or_default().lines().map(str::to_owned).collect();
        if !fields.iter().any(|field| covers(above, field)) {
            let _ = writeln!(wrong, "{name} sets nothing below {above}, as {file} says");
        }
        shown.insert(*name, fields);
    }
    if wrong.is_empty() {
        return Ok(shown);
    }
    Err(format!("{wrong}`SNAPSHOTS=overwrite cargo lab` makes these files").into())
}

/// The page of all rows.
fn text(rows: &[Row], shown: &BTreeMap<&str, Vec<String>>) -> String {
    let mut page = String::from(HEAD);
    for row in rows {
        let ends = match (row.reason, row.ends.is_empty()) {
            (Some(reason), _) => reason.to_owned(),
            (None, true) => "no object".to_owned(),
            (None, false) => row.ends.join(", "),
        };
        let has_effect = row.reason.is_some() || !row.ends.is_empty();
        let sets = |test: &str| shown[test].iter().any(|field| covers(&row.field, field));
        let lab = LAB.iter().filter(|(field, _)| covers(field, &row.field)).map(|(_, test)| *test);
        let mut tests: Vec<_> =
            lab.filter(|test| has_effect && sets(test)).map(|test| format!("`{test}`")).collect();
        tests.extend(row.case.iter().map(|case| format!("[{case}](../{case})")));
        let codes: Vec<_> = row.codes.iter().map(String::as_str).collect();
        let field = row.field.trim_start_matches("spec.");
        let _ =
            writeln!(page, "| `{field}` | {ends} | {} | {} |", codes.join(" "), tests.join(", "));
    }
    page
}

/// The paths above a path, the nearest first.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.rmatch_indices('.').map(|(at, _)| &path[..at])
}

/// Whether a field is the other, or above it.
fn covers(above: &str, field: &str) -> bool {
    field.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

const HEAD: &str = "\
# Every field of a HermesInstance

Made by `cargo test` from the cases and the examples: which places differ without a field of `spec`, which diagnostics speak of the
field, and a test that shows it. Tests that begin with `lab::` show the effect in a real cluster or in the real agent, and are named
for fields that their instances set; what every other case renders is accepted by the API servers of the lab. Where no case shows a
difference, the templates that ask for a field are named. A field that is a whole of Kubernetes' own (a container, a selector
of a Secret) has one row. What a row names as \"no object\" is refused, warned about, or checked only: its diagnostics say why
(`petasos explain CODE`).

| field | ends in | diagnostics | shown by |
|---|---|---|---|
";
