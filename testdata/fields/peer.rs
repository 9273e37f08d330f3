//! docs/hermes-operator.md: what becomes of each field of hermes-operator's schemas here. A field of theirs of which nothing
//! is known is an error.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
};

use libtest_mimic::Failed;
use petasos::{
    api::defaults_map::FILLINGS,
    diagnostic::{Level, catalogue},
};

use super::{Row, covers};

/// What the kinds that are no instances come to, by field.
const OTHERS: &[(&str, &str, &str)] = &[
    (
        "HermesSelfConfig",
        "spec",
        "checked: agents make these objects in the cluster, and no manifest comes of them",
    ),
    ("HermesSelfConfig", "status", "accepted: a controller writes it"),
    ("HermesClusterDefaults", "status", "accepted: a controller writes it"),
    ("HermesInstance", "status", "accepted: a controller writes it"),
];

/// The page, from the rows that are known of an instance.
pub(super) fn page(rows: &[Row]) -> Result<String, Failed> {
    let mut page = String::from(HEAD);
    let mut unknown = Vec::new();
    let mut section = |kind: &str, what: &dyn Fn(&str) -> Option<(String, String)>| {
        let mut lines = BTreeMap::<String, (usize, String)>::new();
        let paths = paths(kind)?;
        for (index, path) in paths.iter().enumerate() {
            let holds = |other: &String| covers(path, other) && other != path;
            match other(kind, path).or_else(|| what(path)) {
                Some((field, outcome)) => lines.entry(field).or_insert((0, outcome)).0 += 1,
                // What a map holds has rows of its own.
                None if paths[index + 1..].iter().any(holds) => {}
                None => unknown.push(format!("{kind} {path}")),
            }
        }
        let total: usize = lines.values().map(|(count, _)| count).sum();
        let _ = write!(
            page,
            "\n## {kind}\n\n{total} fields.\n\n| field | with what is in it | here |\n|---|---|---|\n"
        );
        for (field, (count, outcome)) in lines {
            let _ = writeln!(page, "| `{field}` | {count} | {outcome} |");
        }
        Ok::<_, Failed>(())
    };
    section("HermesInstance", &|path| {
        let row = rows.iter().find(|row| covers(&row.field, path))?;
        Some((row.field.clone(), outcome(row)))
    })?;
    section("HermesClusterDefaults", &|path| {
        let below = path.strip_prefix("spec.")?;
        let filling = FILLINGS.iter().find(|filling| covers(filling.from, below))?;
        let outcome = format!("fills `spec.{}` of instances that leave it unset", filling.to);
        Some((format!("spec.{}", filling.from), outcome))
    })?;
    section("HermesSelfConfig", &|_| None)?;
    if unknown.is_empty() {
        Ok(page)
    } else {
        Err(format!("nothing is known of these fields of the peer:\n{}", unknown.join("\n")).into())
    }
}

fn other(kind: &str, path: &str) -> Option<(String, String)> {
    let (_, field, outcome) =
        OTHERS.iter().find(|(of, field, _)| *of == kind && covers(field, path))?;
    Some(((*field).to_owned(), (*outcome).to_owned()))
}

/// The fields of one of their kinds below `spec` and `status`, without what says that a field is a list or a map.
fn paths(kind: &str) -> Result<Vec<String>, Failed> {
    let file = format!("testdata/peer/{}.tsv", kind.to_lowercase());
    let table = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file))?;
    let paths = table.lines().skip(1).filter_map(|line| line.split('\t').next());
    let inside = paths.filter(|path| path.starts_with("spec") || path.starts_with("status"));
    let plain: BTreeSet<_> = inside.map(|path| path.replace("[]", "").replace("{}", "")).collect();
    Ok(plain.into_iter().collect())
}

/// What becomes of a field: in what it ends, else what is said of it, with the strongest word first.
fn outcome(row: &Row) -> String {
    let mut codes: Vec<_> = row.codes.iter().filter_map(|id| catalogue::find(id)).collect();
    codes.sort_by_key(|code| (code.level, code.id));
    let said: Vec<_> = codes
        .iter()
        .map(|code| {
            format!("{} ([{}](diagnostics.md#{}))", code.title, code.id, code.id.to_lowercase())
        })
        .collect();
    if row.reason.is_none() && !row.ends.is_empty() {
        let ends = row.ends.join(", ");
        return if said.is_empty() {
            format!("translated: {ends}")
        } else {
            format!("translated: {ends}; checked: {}", said.join(", "))
        };
    }
    let word = match codes.first().map(|code| code.level) {
        Some(Level::Error) => "refused",
        Some(Level::Warning) => "warned about",
        Some(Level::Note) => "noted",
        None => "accepted",
    };
    let why: Vec<_> = row.reason.map(str::to_owned).into_iter().chain(said).collect();
    format!("{word}: {}", why.join(", "))
}

const HEAD: &str = "\
# Fields of hermes-operator

Made by `cargo test` from hermes-operator's schemas (0.1.20), the cases, and the reports. Every object that those schemas accept is
accepted by ours. What becomes of each field: *translated* to a place in an object, or to a template that decides by it; *refused*
with an error, so that nothing is rendered; *warned about* or *noted*, where it does nothing that the author may count on; *accepted*
and without effect. The second column says how many fields of theirs a row is about: the field itself, and those in it.
";
