//! What `src/lib.rs` promises about the sources, searched for in the sources.

use std::{fs, path::Path};

use libtest_mimic::{Failed, Trial};

use crate::case::{files, run};

/// The core: files and directories below `src/` that know no file, clock, network, environment, or chance.
const CORE: &[&str] = &[
    "agent",
    "api",
    "changeset",
    "cron",
    "diagnostic",
    "diff",
    "digest",
    "document",
    "field",
    "field_path",
    "gateway",
    "hydrator",
    "kinds",
    "layout",
    "nearest",
    "notation",
    "object",
    "pack",
    "pipeline",
    "provider",
    "project",
    "preview",
    "publication",
    "render",
    "report",
    "resolve",
    "risk",
    "schema",
    "unchanged",
    "starter",
    "why",
];

/// What the core must not name. The client of `kube` is a separate feature; the derive is allowed.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::env",
    "TcpStream",
    "UdpSocket",
    "std::process",
    "std::io",
    "Instant::now",
    "SystemTime",
    "kube::Client",
    "tokio",
    "git2",
    "anyhow",
    "println!",
    "HashMap",
];

/// What is named and does no harm: the maps of the crate `cel` are hash maps, and none is iterated for output.
const EXCEPTIONS: &[(&str, &str)] =
    &[("schema/cel/value.rs", "HashMap"), ("schema/cel/url.rs", "HashMap")];

/// No file says more than one thing; tables may be longer.
const LONGEST_FILE: usize = 400;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("invariants/the core is pure", the_core_is_pure),
        Trial::test("invariants/no file is longer than one idea", no_file_is_too_long),
        Trial::test(
            "invariants/the order of inputs and threads change nothing",
            output_does_not_depend_on_order,
        ),
        Trial::test(
            "invariants/a definition fits into an annotation",
            definitions_fit_into_an_annotation,
        ),
        Trial::test(
            "invariants/JSON and YAML render to the same bytes",
            json_and_yaml_render_to_the_same_bytes,
        ),
        Trial::test(
            "invariants/every code has a page and a number of its own",
            every_code_has_a_page,
        ),
    ]
}

fn source_files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let texts = files(&root, &root)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|kind| kind == "rs"));
    texts
        .filter_map(|path| {
            Some((path.display().to_string(), fs::read_to_string(root.join(&path)).ok()?))
        })
        .collect()
}

/// The part of a file that is compiled into the program.
fn without_tests<'a>(path: &str, text: &'a str) -> &'a str {
    if path.ends_with("/tests.rs") { "" } else { text.split("cfg(test)]").next().unwrap_or(text) }
}

fn the_core_is_pure() -> Result<(), Failed> {
    let of_core = |path: &str| {
        CORE.iter()
            .any(|module| path == format!("{module}.rs") || path.starts_with(&format!("{module}/")))
    };
    let mut found = Vec::new();
    for (path, text) in source_files().iter().filter(|(path, _)| of_core(path)) {
        for (number, line) in without_tests(path, text).lines().enumerate() {
            let code = line.split("//").next().unwrap_or(line);
            found.extend(
                IMPURE
                    .iter()
                    .filter(|word| {
                        code.contains(**word) && !EXCEPTIONS.contains(&(path.as_str(), **word))
                    })
                    .map(|word| format!("{path}:{}: {word}", number + 1)),
            );
        }
    }
    if found.is_empty() { Ok(()) } else { Err(found.join("\n").into()) }
}

fn no_file_is_too_long() -> Result<(), Failed> {
    let long = source_files()
        .into_iter()
        .filter(|(path, text)| without_tests(path, text).lines().count() > LONGEST_FILE);
    let names: Vec<String> =
        long.map(|(path, text)| format!("{path}: {} lines", text.lines().count())).collect();
    if names.is_empty() { Ok(()) } else { Err(names.join("\n").into()) }
}

fn every_code_has_a_page() -> Result<(), Failed> {
    let mut last = "";
    for code in petasos::diagnostic::catalogue::all() {
        let digits = code
            .id
            .strip_prefix('P')
            .filter(|digits| digits.len() == 4 && digits.parse::<u16>().is_ok());
        if digits.is_none() || code.id <= last {
            return Err(
                format!("{} is not P and four digits, or does not follow {last}", code.id).into()
            );
        }
        if code.page.trim().len() < 80 || code.title.is_empty() || code.title.ends_with('.') {
            return Err(format!(
                "{} needs a title without full stop and a page that helps",
                code.id
            )
            .into());
        }
        last = code.id;
    }
    Ok(())
}

/// The same objects whatever the order of the inputs and the number of threads, and twice the same.
fn output_does_not_depend_on_order() -> Result<(), Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let inputs = [
        "examples/quickstart",
        "examples/cluster-defaults",
        "examples/ingress-tls",
        "examples/suspended",
        "examples/workspace-files",
    ];
    let mut backwards = inputs;
    backwards.reverse();
    let mut outputs = Vec::new();
    for (paths, jobs) in [(inputs, "1"), (inputs, "4"), (backwards, "1"), (backwards, "7")] {
        let arguments = [&["render", "--jobs", jobs][..], &paths[..]].concat();
        let output = run(root, &arguments, "")?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
        outputs.push((String::from_utf8(output.stdout)?, String::from_utf8(output.stderr)?));
    }
    outputs.dedup();
    if outputs.len() == 1 {
        Ok(())
    } else {
        Err("the order of inputs or the threads change the output".into())
    }
}

/// `kubectl apply` keeps a copy of a definition, as JSON, in an annotation, which may have 256 KiB.
fn definitions_fit_into_an_annotation() -> Result<(), Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("crds");
    for path in files(&root, &root) {
        let text = fs::read_to_string(root.join(&path))?;
        let size = yaml_serde::from_str::<serde_json::Value>(&text)
            .map_or(text.len(), |definition| definition.to_string().len());
        if size > 256 * 1024 {
            return Err(format!("{} has {size} bytes", path.display()).into());
        }
    }
    Ok(())
}

/// What every plain-text form of the same object gives: JSON and YAML inputs render to the same bytes.
fn json_and_yaml_render_to_the_same_bytes() -> Result<(), Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let yaml = run(root, &["render", "testdata/cases/hermes-environment/in.yaml"], "")?;
    let text = fs::read_to_string(root.join("testdata/cases/hermes-environment/in.yaml"))?;
    let value: serde_json::Value = yaml_serde::from_str(&text)?;
    let json = run(root, &["render", "-"], &value.to_string())?;
    if yaml.stdout == json.stdout && !yaml.stdout.is_empty() {
        Ok(())
    } else {
        Err("the outputs differ".into())
    }
}
