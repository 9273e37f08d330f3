//! docs/fields.md: where each field of a `HermesInstance` ends, as the cases and the examples render, and what is said about
//! it, as the reports of `testdata/bad` say it. A field that neither ends anywhere nor is spoken of needs a reason here.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
    sync::Arc,
};

use libtest_mimic::{Failed, Trial};
use petasos::{
    api,
    diagnostic::Source,
    field_path::{FieldPath, Step},
    kinds::Kinds,
    object::{Format, Identity, select},
    pipeline::{self, Found, Options},
    resolve::Origin,
    why,
};
use serde_json::Value;

use crate::case::{expect, sorted};

/// Ends that one row names.
const MOST: usize = 3;

/// Tests of the lab that show the effect of what is below a field.
const LAB: &[(&str, &str)] = &include!("fields/lab.in");

/// Fields that no object holds and no report speaks of, and why.
const REASONS: &[(&str, &str)] = &include!("fields/reasons.in");

pub(crate) fn trials() -> Vec<Trial> {
    vec![Trial::test("generated/docs/fields.md", page)]
}

/// What is known about one field.
#[derive(Default)]
struct Known {
    /// Object and path, with the number of fields that the value there is made of: the fewer, the more it is this one's.
    ends: BTreeMap<String, usize>,
    cases: BTreeSet<String>,
    codes: BTreeSet<String>,
}

fn page() -> Result<(), Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut known = BTreeMap::<String, Known>::new();
    for below in ["examples", "testdata/cases"] {
        for case in sorted(&root.join(below)) {
            let name = case.strip_prefix(root).unwrap_or(&case).display().to_string();
            rendered(&case, &name, &mut known)?;
        }
    }
    for file in sorted(&root.join("testdata/bad")) {
        if file.extension().is_some_and(|extension| extension == "report") {
            reported(&fs::read_to_string(&file)?, &mut known);
        }
    }
    let schema = api::compact_schema(api::INSTANCE_KIND).ok_or("there is no schema")?;
    let mut rows = Vec::new();
    fields(&schema["properties"]["spec"], "spec", &mut rows);
    expect(&root.join("docs/fields.md"), &text(&rows, &known)?)
}

/// Notes where each field of each instance of a case ends.
fn rendered(case: &Path, name: &str, known: &mut BTreeMap<String, Known>) -> Result<(), Failed> {
    let command = fs::read_to_string(case.join("cmd")).unwrap_or_default();
    let printed = fs::read_to_string(case.join("stdout")).unwrap_or_default();
    if !command.starts_with("render ") || command.contains("--pack") || !printed.starts_with("---")
    {
        return Ok(());
    }
    let mut sources = Vec::new();
    for file in sorted(case) {
        if file.extension().is_some_and(|extension| extension == "yaml") {
            let text = fs::read_to_string(&file)?;
            sources.push(Arc::new(Source { name: file.display().to_string(), text }));
        }
    }
    let kinds = Kinds::new(Vec::new()).map_err(|_| "the built-in packs are broken")?;
    let options = Options {
        kinds: &kinds,
        namespace: None,
        format: Format::Yaml,
        jobs: 1,
        include_instances: false,
        flux: None,
    };
    let set = pipeline::render(&sources, Vec::new(), &options, &|_| ());
    for object in &set.objects {
        let pattern = select::pattern(&object.identity);
        if let Ok(Found::Rendered { instance, object, trace, index }) =
            pipeline::find(&sources, &options, &pattern)
        {
            let Some(identity) = Identity::of(&object) else { continue };
            for answer in why::answers(&instance, &object, &trace, index, None) {
                let of_the_user = |read: &&why::Read| {
                    matches!(read.origin, Some(Origin::Document(_))) && starts(&read.field)
                };
                let reads: Vec<_> = answer.reads.iter().filter(of_the_user).collect();
                for read in &reads {
                    let known = known.entry(plain(&read.field)).or_default();
                    let end = format!("{} `{}`", identity.kind, plain(&answer.field));
                    let count = known.ends.entry(end).or_insert(usize::MAX);
                    *count = reads.len().min(*count);
                    known.cases.insert(name.to_owned());
                }
            }
        }
    }
    Ok(())
}

fn starts(field: &FieldPath) -> bool {
    field.0.first() == Some(&Step::Key("spec".to_owned()))
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

/// What is known of a field and of everything in it.
fn all_of(row: &str, known: &BTreeMap<String, Known>) -> Known {
    let mut all = Known::default();
    for (_, known) in known.iter().filter(|(field, _)| covers(row, field)) {
        all.ends.extend(known.ends.iter().map(|(end, count)| (end.clone(), *count)));
        all.cases.extend(known.cases.iter().cloned());
        all.codes.extend(known.codes.iter().cloned());
    }
    all
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
        .filter(|code| ["P3001", "P3921"].contains(&code.as_str()))
        .cloned()
        .collect()
}

fn text(rows: &[String], known: &BTreeMap<String, Known>) -> Result<String, Failed> {
    let mut page = String::from(HEAD);
    let mut silent = Vec::new();
    for row in rows {
        let own = all_of(row, known);
        let reason = REASONS.iter().find(|(field, _)| covers(field, row));
        let mut codes = own.codes.clone();
        let mut ended = own;
        if ended.ends.is_empty() {
            let above = ancestors(row).filter(|path| *path != "spec");
            let whole = above.filter_map(|path| known.get(path)).find(|own| !own.ends.is_empty());
            ended.ends = whole.map(|own| own.ends.clone()).unwrap_or_default();
            ended.cases = whole.map(|own| own.cases.clone()).unwrap_or_default();
        }
        let mut ends: Vec<_> = ended.ends.iter().collect();
        ends.sort_by_key(|(_, count)| **count);
        let mut ends: Vec<_> = ends.into_iter().take(MOST).map(|(end, _)| end.clone()).collect();
        if ends.is_empty() {
            let asking = asked_by(row)?;
            ends.extend(asking.iter().map(|name| format!("decides in `{name}`")));
        }
        if ends.is_empty() && codes.is_empty() {
            codes = codes_around(row, known);
        }
        let ends = match (ends.is_empty(), reason) {
            (_, Some((_, reason))) => (*reason).to_owned(),
            (true, None) if codes.is_empty() => {
                silent.push(row.as_str());
                String::new()
            }
            (true, None) => "no object".to_owned(),
            (false, None) => ends.join(", "),
        };
        let lab = LAB.iter().filter(|(field, _)| covers(field, row)).map(|(_, test)| *test);
        let mut tests: Vec<_> = lab.map(|test| format!("`{test}`")).collect();
        tests.extend(ended.cases.iter().take(1).map(|case| format!("[{case}](../{case})")));
        let codes: Vec<_> = codes.iter().map(String::as_str).collect();
        let field = row.trim_start_matches("spec.");
        let _ =
            writeln!(page, "| `{field}` | {ends} | {} | {} |", codes.join(" "), tests.join(", "));
    }
    if silent.is_empty() {
        Ok(page)
    } else {
        let silent = silent.join("\n");
        Err(format!("no case renders these and no report speaks of them; add one:\n{silent}")
            .into())
    }
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

Made by `cargo test` from the cases and the examples: where each field of `spec` ends, as `petasos why` knows it, which
diagnostics speak of it, and a test that shows it. Tests that begin with `lab::` show the effect in a real cluster or in the real
agent. A field that is a whole of Kubernetes' own (a container, a selector of a Secret) has one row. What a row names as \"no
object\" is refused, warned about, or checked only: its diagnostics say why (`petasos explain CODE`).

| field | ends in | diagnostics | shown by |
|---|---|---|---|
";
