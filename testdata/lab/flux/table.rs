//! What Flux's own packages make of texts and objects.

use std::{
    collections::BTreeMap,
    io::Write as _,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, anyhow, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    case::expect,
    flux::{Outcome, Table, file, of_text, table},
    lab::{Lab, Test},
};

pub(crate) const TESTS: &[Test] = &[
    ("flux::the_table_is_what_flux_says", the_table_is_what_flux_says),
    ("flux::random_texts_become_the_same", random_texts_become_the_same),
];

/// The answer of `testdata/lab/flux/main.go`.
#[derive(Deserialize)]
struct Answer {
    texts: Vec<Outcome>,
    objects: Vec<Outcome>,
}

fn the_table_is_what_flux_says(lab: &Lab) -> Result<()> {
    let mut table: Table = table().map_err(|failed| anyhow!("{:?}", failed.message()))?;
    let texts: Vec<&str> = table.texts.iter().map(|row| row.text.as_str()).collect();
    let objects: Vec<&Value> = table.objects.iter().map(|row| &row.object).collect();
    let answer = ask(lab, &table.variables, &json!(texts), &json!(objects))?;
    for (row, outcome) in table.texts.iter_mut().zip(answer.texts) {
        row.outcome = outcome;
    }
    for (row, outcome) in table.objects.iter_mut().zip(answer.objects) {
        row.outcome = outcome;
    }
    let text = serde_json::to_string_pretty(&table)? + "\n";
    expect(&file(), &text).map_err(|failed| anyhow!("{}", failed.message().unwrap_or_default()))
}

/// What texts are put together from: everything that means something, and a little that does not.
const PIECES: &[&str] = &[
    "$", "$$", "${", "${", "${s", "${m", "${word", "${path", "${#", "}", "}", "{", ":", ":-", ":=",
    "=", ":+", ":?", "-", "+", "?", "#", "##", "%", "%%", "/", "//", "/#", "/%", "^", "^^", ",",
    ",,", "*", "[", "]", "[a-", "\\", "\\/", "a", "o", "1", "2", "-3", "é", " ", "\n", "_", ".",
];

fn random_texts_become_the_same(lab: &Lab) -> Result<()> {
    let variables = table().map_err(|failed| anyhow!("{:?}", failed.message()))?.variables;
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % below as u64).unwrap_or_default()
    };
    let texts: Vec<String> =
        (0..20_000).map(|_| (0..=next(11)).map(|_| PIECES[next(PIECES.len())]).collect()).collect();
    let answer = ask(lab, &variables, &json!(texts), &json!([]))?;
    let pairs = texts.iter().zip(answer.texts);
    let different: Vec<String> = pairs
        .filter_map(|(text, outcome)| {
            let ours = of_text(text, &variables);
            (ours != outcome).then(|| format!("{text:?}\n  Flux {outcome:?}\n  ours {ours:?}"))
        })
        .collect();
    let some = different.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
    ensure!(different.is_empty(), "{} of {} differ:\n{some}", different.len(), texts.len());
    Ok(())
}

fn ask(
    lab: &Lab,
    variables: &BTreeMap<String, String>,
    texts: &Value,
    objects: &Value,
) -> Result<Answer> {
    let question = json!({"variables": variables, "texts": texts, "objects": objects});
    let mut child = Command::new(lab.parts.join("flux/bin/flux"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("start Flux's packages")?;
    let mut stdin = child.stdin.take().context("the standard input was asked for")?;
    let writer = std::thread::spawn(move || stdin.write_all(question.to_string().as_bytes()));
    let output = child.wait_with_output()?;
    writer.join().map_err(|_| anyhow!("the writer panicked"))??;
    ensure!(output.status.success(), "Flux's packages ended with {}", output.status);
    serde_json::from_slice(&output.stdout).context("the answer of Flux's packages")
}
