//! `docs/verdicts.md`: what was asked, and where the answers differ.

use std::fmt::Write as _;

use anyhow::{Result, bail};

use crate::lab::verdict::{Case, input::Input, reasons::REASONS};

/// The classes of changes, in the order of the page.
const CLASSES: &[(&str, &str)] = &[
    ("good", "whole objects, smallest and full"),
    ("unset", "a field is left out"),
    ("null", "a field is null"),
    ("wrong type", "a value has another type, three ways"),
    ("unknown field", "a field that the schema lacks stands beside those that it has"),
    ("empty", "an empty string, list, map, or key"),
    ("unicode", "letters of several scripts"),
    ("64 KiB", "a very long string or key"),
    ("bound", "just at a limit of a number, a length, or a count, and just beyond it"),
    ("enum", "each choice, in lower case, and with a blank"),
    ("pattern", "strings that keep and break each pattern"),
    ("format", "strings that keep and break each format"),
    ("rule", "values that keep and break each CEL rule"),
    ("list key doubled", "two items agree in what tells them apart"),
    ("set item doubled", "two items of a set are the same"),
    ("metadata", "names, labels, annotations, and all that every kind has"),
    ("reading", "the same text read as YAML"),
];

const HEAD: &str = "\
# Verdicts

A test makes objects from the schemas of our kinds, each with one change, and asks twice whether they are good: this program,
with its reader, the schemas, and their CEL rules, but not with its rules about what runs; and API servers of Kubernetes 1.36
and 1.35, by a dry run with strict field validation. Two verdicts are equal if both accept, or if both refuse and name the same
fields. In `metadata`, where servers name a map or a list and the program the entry, the map or list counts.

Made by `SNAPSHOTS=overwrite cargo lab test --test testdata verdict`; the reasons stand in `testdata/lab/verdict/reasons.rs`.
";

/// The whole page; an error when a difference has no reason, or a reason no difference.
pub(crate) fn page(inputs: &[Input<'_>], cases: &[Case<'_>]) -> Result<String> {
    let mut page = format!("{HEAD}\n| change | inputs | equal | different |\n|---|--:|--:|--:|\n");
    let mut row = |name: &str, is_in: &dyn Fn(&Input<'_>) -> bool| {
        let different = cases.iter().filter(|case| is_in(case.input)).count();
        let equal = count(inputs, is_in) - different;
        writeln!(page, "{}{equal} | {different} |", begin(name, inputs, is_in))
    };
    for (class, what) in CLASSES {
        row(&format!("{class}: {what}"), &|input| input.class == *class)?;
    }
    row("all", &|_| true)?;
    let mut left: Vec<&Case<'_>> = cases.iter().collect();
    for reason in REASONS {
        let (covered, others): (Vec<_>, Vec<_>) =
            left.into_iter().partition(|case| (reason.covers)(case));
        left = others;
        if covered.is_empty() {
            bail!("nothing differs any more because of this: {}", reason.title);
        }
        writeln!(page, "\n## {}\n\n{}\n", reason.title, reason.why)?;
        for case in covered {
            writeln!(page, "- {case}")?;
        }
    }
    if !left.is_empty() {
        let cases: Vec<String> = left.iter().map(ToString::to_string).collect();
        bail!("{} differences have no reason:\n{}", left.len(), cases.join("\n"));
    }
    Ok(page)
}

/// The beginnings of the rows that a page for these inputs has, which say how many there are.
pub(crate) fn rows(inputs: &[Input<'_>]) -> Vec<String> {
    let rows = CLASSES.iter().map(|(class, what)| {
        begin(&format!("{class}: {what}"), inputs, &|input| input.class == *class)
    });
    rows.chain([begin("all", inputs, &|_| true)]).collect()
}

fn begin(name: &str, inputs: &[Input<'_>], is_in: &dyn Fn(&Input<'_>) -> bool) -> String {
    format!("| {name} | {} | ", count(inputs, is_in))
}

fn count(inputs: &[Input<'_>], is_in: &dyn Fn(&Input<'_>) -> bool) -> usize {
    inputs.iter().filter(|input| is_in(input)).count()
}
