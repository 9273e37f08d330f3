//! docs/hermes-operator.md: what becomes of each field of hermes-operator's schemas here. A field of theirs of which nothing
//! is known is an error.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
};

use libtest_mimic::Failed;
use petasos::{api::defaults_map::FILLINGS, diagnostic::catalogue};

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
        Some((row.field.clone(), outcome(row)?))
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

/// Diagnostics that say what becomes of a field, the strongest first. Others check what it says.
const WORDS: &[(&str, &str)] =
    &[("P3009", "refused"), ("P3016", "refused"), ("P3921", "warned about"), ("P3015", "noted")];

/// What becomes of a field, and why.
fn outcome(row: &Row) -> Option<String> {
    let link = |id: &String| format!("[{id}](diagnostics.md#{})", id.to_lowercase());
    let title = |id: &String| catalogue::find(id).map_or("", |code| code.title);
    let is_told = |id: &&String| WORDS.iter().any(|(code, _)| code == id);
    let reason = row.reason.map(|reason| reason.trim_start_matches("no object: "));
    let is_rendered = reason.is_none() && !row.ends.is_empty();
    let told: Vec<_> = row.codes.iter().filter(|id| !is_rendered && is_told(id)).collect();
    let links: Vec<_> = told.iter().map(|id| link(id)).collect();
    let word = WORDS.iter().find(|(code, _)| told.iter().any(|id| id == code));
    let (word, why) = match (word, reason) {
        _ if is_rendered => ("translated", row.ends.join(", ")),
        (Some((_, word)), reason) => {
            let why = reason.unwrap_or_else(|| title(told[0]));
            (*word, format!("{why} ({})", links.join(", ")))
        }
        (None, reason) => ("accepted", reason?.to_owned()),
    };
    let checks: Vec<_> = row
        .codes
        .iter()
        .filter(|id| !told.contains(id))
        .map(|id| format!("{} ({})", title(id), link(id)))
        .collect();
    let checks =
        if checks.is_empty() { String::new() } else { format!("; checked: {}", checks.join(", ")) };
    Some(format!("{word}: {why}{checks}"))
}

const HEAD: &str = "\
# Fields of hermes-operator

Made by `cargo test` from hermes-operator's schemas (0.1.20), the cases, and the reports. Every object that those schemas accept is
accepted by ours. What becomes of each field: *translated* to a place in an object, or to a template that decides by it; *refused*
with an error, so that nothing is rendered; *warned about* or *noted*, where it does nothing that the author may count on; *accepted*
and without effect. The second column says how many fields of theirs a row is about: the field itself, and those in it.
";
