//! The page of faults: what can go wrong with Git and registries, and what the program then does, as the tables of cases have it.

use std::fmt::Write as _;

use libtest_mimic::{Failed, Trial};

use crate::{
    case::expect,
    git::{TABLES, Tables, blocks, root},
};

/// How the page begins. Its rows are cases that end with an error, at least once.
const HEAD: &str = "# What can go wrong with Git and registries\n\n\
    Each row is a test that runs on real repositories and servers (`testdata/git/`, `testdata/oci/`): the exit code, 3 where the surroundings failed and \
    4 where it is refused, and what the program says. In each, `git fsck` finds nothing wrong afterwards. Beside these, fifty who commit \
    to one branch all land, six at a server that locks all but one of them out do too, and a `commit` and a `sync` are killed at forty \
    moments, spread evenly from their first write to their end: after each of them, `git fsck` finds nothing wrong, and one more run \
    brings all of the change.\n";

pub(super) fn trial() -> Trial {
    Trial::test("generated/docs/faults.md", || {
        let text = page()?;
        expect(&root().join("docs/faults.md"), &text)
    })
}

fn page() -> Result<String, Failed> {
    let mut page = HEAD.to_owned();
    let mut count = 0;
    for table in TABLES.iter().flat_map(Tables::files) {
        let text = std::fs::read_to_string(&table)?;
        let title = text.lines().next().unwrap_or_default().trim_start_matches("# ");
        let rows: Vec<String> =
            blocks(&text).iter().filter_map(|(name, lines)| row(name, lines)).collect();
        if rows.is_empty() {
            continue;
        }
        count += rows.len();
        let _ =
            write!(page, "\n{title}\n\n| case | exit | says |\n|---|---|---|\n{}", rows.concat());
    }
    if count < 40 { Err(format!("there are only {count} cases").into()) } else { Ok(page) }
}

/// A case that ends with an error.
fn row(name: &str, lines: &[(usize, String)]) -> Option<String> {
    let mut words = lines.iter().filter_map(|(_, line)| line.split_once(' '));
    let (_, code) = words.find(|(word, rest)| *word == "exit" && *rest != "0")?;
    let said = words.take_while(|(word, _)| *word != "petasos").find(|(word, _)| *word == "says");
    let said = said.map_or(String::new(), |(_, text)| code_of(&text.replace('|', "\\|")));
    Some(format!("| {name} | {code} | {said} |\n"))
}

/// A text in Markdown as it is.
fn code_of(text: &str) -> String {
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}
