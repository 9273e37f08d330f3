//! Post-build substitution: the results in `testdata/flux/substitution.json` are those of Flux's own packages, which the lab
//! asks; here they are compared with ours.

use std::{collections::BTreeMap, fs, path::PathBuf};

use libtest_mimic::{Failed, Trial};
use petasos::flux::{
    literal::{Protection, escape, protect},
    substitution::{Missing, substitute},
    treatment::{Substitution, Treatment},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The table: what goes in, and what Flux makes of it.
#[derive(Deserialize, Serialize)]
pub(crate) struct Table {
    /// The variables of every row.
    pub(crate) variables: BTreeMap<String, String>,
    /// Texts alone.
    pub(crate) texts: Vec<TextRow>,
    /// Whole objects.
    pub(crate) objects: Vec<ObjectRow>,
}

/// A text, and what becomes of it.
#[derive(Deserialize, Serialize)]
pub(crate) struct TextRow {
    /// What goes in.
    pub(crate) text: String,
    /// What comes out, or nothing where it is refused.
    #[serde(flatten)]
    pub(crate) outcome: Outcome,
}

/// An object, and what becomes of it.
#[derive(Deserialize, Serialize)]
pub(crate) struct ObjectRow {
    /// What goes in.
    pub(crate) object: Value,
    /// What comes out, or nothing where it is refused.
    #[serde(flatten)]
    pub(crate) outcome: Outcome,
}

/// With unknown variables refused, and with unknown variables empty.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub(crate) struct Outcome {
    /// Unknown variables are refused.
    pub(crate) strict: Value,
    /// Unknown variables are empty.
    pub(crate) lenient: Value,
}

/// Where the table is.
pub(crate) fn file() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/flux/substitution.json"))
}

/// The table as it is checked in.
pub(crate) fn table() -> Result<Table, Failed> {
    Ok(serde_json::from_str(&fs::read_to_string(file())?)?)
}

/// What this program makes of a text.
pub(crate) fn of_text(text: &str, variables: &BTreeMap<String, String>) -> Outcome {
    let outcome = |missing| substitute(text, variables, missing).map_or(Value::Null, Value::from);
    Outcome { strict: outcome(Missing::Refused), lenient: outcome(Missing::Empty) }
}

fn of_object(object: &Value, variables: &BTreeMap<String, String>) -> Outcome {
    let outcome = |missing| {
        let substitution = Substitution { variables: variables.clone(), missing };
        let treated = Treatment::Substitute(substitution).treat(object);
        treated.map_or(Value::Null, std::borrow::Cow::into_owned)
    };
    Outcome { strict: outcome(Missing::Refused), lenient: outcome(Missing::Empty) }
}

/// Tests that need no cluster.
pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("flux::texts_become_what_flux_makes_of_them", texts),
        Trial::test("flux::objects_become_what_flux_makes_of_them", objects),
        Trial::test("flux::an_escaped_text_comes_back_as_it_was", escaped),
        Trial::test("flux::an_escaped_object_arrives_as_it_was", escaped_objects),
    ]
}

fn texts() -> Result<(), Failed> {
    let table = table()?;
    let different = table.texts.iter().filter_map(|row| {
        let ours = of_text(&row.text, &table.variables);
        (ours != row.outcome)
            .then(|| format!("{:?}\n  Flux {:?}\n  ours {ours:?}", row.text, row.outcome))
    });
    report(&different.collect::<Vec<_>>(), table.texts.len(), 120)
}

fn objects() -> Result<(), Failed> {
    let table = table()?;
    let different = table.objects.iter().filter_map(|row| {
        let ours = of_object(&row.object, &table.variables);
        (ours != row.outcome)
            .then(|| format!("{}\n  Flux {:?}\n  ours {ours:?}", row.object, row.outcome))
    });
    report(&different.collect::<Vec<_>>(), table.objects.len(), 40)
}

fn escaped() -> Result<(), Failed> {
    let table = table()?;
    let different = table.texts.iter().filter(|row| !row.text.contains('\0')).filter_map(|row| {
        let escaped = escape(&row.text, &std::collections::BTreeSet::new());
        let back = substitute(&escaped, &table.variables, Missing::Refused);
        (back.as_deref() != Ok(&row.text)).then(|| format!("{:?}: {escaped:?}: {back:?}", row.text))
    });
    report(&different.collect::<Vec<_>>(), table.texts.len(), 120)
}

fn escaped_objects() -> Result<(), Failed> {
    let table = table()?;
    let protection = Protection::Escape { keep: std::collections::BTreeSet::new() };
    let different = table.objects.iter().filter_map(|row| {
        let escaped = protect(&row.object, &protection).unwrap_or_else(|| row.object.clone());
        let arrived = of_object(&escaped, &table.variables).strict;
        (arrived != row.object).then(|| format!("{}: {escaped}: {arrived}", row.object))
    });
    report(&different.collect::<Vec<_>>(), table.objects.len(), 40)
}

fn report(different: &[String], of: usize, at_least: usize) -> Result<(), Failed> {
    if of < at_least {
        return Err(format!("{of} rows are too few").into());
    }
    if different.is_empty() { Ok(()) } else { Err(different.join("\n").into()) }
}
