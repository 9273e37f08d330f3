//! Golden previews. A directory below `testdata/diff/` holds `before.yaml` and `after.yaml`, or directories of these names,
//! and what `petasos diff` says of them: `expected.txt` as text, `expected.md` as Markdown, and so on. `arguments` may add
//! options, and `status` holds an exit code other than 0.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use libtest_mimic::{Failed, Trial};

use crate::case::{expect, run, sorted};

/// The endings of expected files, and the form that each is of.
const FORMS: &[(&str, &str)] = &[
    ("txt", "text"),
    ("md", "markdown"),
    ("html", "html"),
    ("json", "json"),
    ("patch", "patch"),
    ("sarif", "sarif"),
    ("xml", "junit"),
    ("annotations", "github"),
];

/// A key for fingerprints that never changes.
const KEY: &str = "testdata/diff/key";

pub(crate) fn trials() -> Vec<Trial> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let cases = sorted(&root.join("testdata/diff"));
    let mut trials: Vec<Trial> = cases
        .into_iter()
        .filter(|case| case.is_dir())
        .map(|case| {
            let name = case.strip_prefix(root).unwrap_or(&case).display().to_string();
            Trial::test(name, move || check(root, &case))
        })
        .collect();
    trials.push(Trial::test("testdata/diff/every risk has a case", every_risk_has_a_case));
    trials
}

fn check(root: &Path, case: &Path) -> Result<(), Failed> {
    let [before, after] = ["before", "after"].map(|side| side_of(case, side));
    let text = |name: &str| fs::read_to_string(case.join(name)).unwrap_or_default();
    let more = text("arguments");
    for (ending, form) in FORMS {
        let expected = case.join(format!("expected.{ending}"));
        if *ending != "txt" && !expected.exists() {
            continue;
        }
        let mut arguments = vec!["diff", "before", "after", "-o", form, "--fingerprint-key-file"];
        let key = root.join(KEY);
        arguments.push(key.to_str().ok_or("the path is text")?);
        arguments.extend(more.split_whitespace());
        arguments[1] = &before;
        arguments[2] = &after;
        let output = run(case, &arguments, "")?;
        let code = output.status.code().ok_or("the program was killed")?;
        let errors = String::from_utf8_lossy(&output.stderr);
        expect(&expected, &String::from_utf8_lossy(&output.stdout))?;
        expect(&case.join("stderr"), &errors)?;
        expect(&case.join("status"), &if code == 0 { String::new() } else { format!("{code}\n") })?;
    }
    Ok(())
}

fn side_of(case: &Path, side: &str) -> String {
    if case.join(side).is_dir() { side.to_owned() } else { format!("{side}.yaml") }
}

/// The codes that some expected text has.
fn every_risk_has_a_case() -> Result<(), Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/diff");
    let texts: Vec<PathBuf> =
        sorted(&root).into_iter().map(|case| case.join("expected.txt")).collect();
    let texts: String = texts.iter().filter_map(|path| fs::read_to_string(path).ok()).collect();
    let codes: BTreeSet<&str> =
        petasos::diagnostic::catalogue::change::ALL.iter().map(|code| code.id).collect();
    let missing: Vec<&str> =
        codes.into_iter().filter(|code| !texts.contains(&format!("[{code}]"))).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(format!("no case has {}", missing.join(", ")).into())
}
