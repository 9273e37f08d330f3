//! `cargo bench --bench deliver`: what the whole process of Argo CD's plugin costs, with and without a result that was kept, beside
//! `helm template` and `kustomize build` of the same objects where they are installed; and, with `REGISTRY=HOST:PORT` of a registry
//! without TLS and `FLUX` a program of Flux's own package (`testdata/lab/artifact`), pushing many objects beside it.

#![expect(clippy::print_stdout, reason = "what a benchmark prints is its result")]

mod measure;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

use measure::{generate, measure, row};

const PROGRAM: &str = env!("CARGO_BIN_EXE_petasos");

/// How often each is run; runs of them alternate.
const RUNS: usize = 11;

fn main() -> ExitCode {
    let scratch = tempfile::tempdir().expect("a temporary directory can be made");
    println!(
        "{:<34} {:>10} {:>10} {:>12} {:>10}",
        "whole process", "median", "minimum", "peak memory", "ratio"
    );
    for count in [1, 100] {
        manifests(scratch.path(), count);
    }
    match (set("REGISTRY"), set("FLUX")) {
        (Some(registry), Some(flux)) => push(scratch.path(), &registry, &flux),
        _ => println!("pushing is measured where REGISTRY and FLUX say with what"),
    }
    ExitCode::SUCCESS
}

fn set(name: &str) -> Option<String> {
    std::env::var_os(name)?.into_string().ok().filter(|value| !value.is_empty())
}

/// The plugin renders instances; the others get what it renders, and have only to read and to write it.
fn manifests(scratch: &Path, count: usize) {
    let input = generate(scratch, count);
    let temporary = scratch.join("tmp");
    let rendered = render(scratch, &input, count);
    let chart = scratch.join(format!("chart-{count}"));
    fs::create_dir_all(chart.join("templates")).expect("a directory can be made");
    fs::write(chart.join("Chart.yaml"), "apiVersion: v2\nname: agents\nversion: 0.1.0\n")
        .expect("it can be written");
    let output = Command::new(PROGRAM).arg("render").arg(&input).output();
    let text = String::from_utf8(output.expect("the program starts").stdout).expect("text");
    // What looks like a template to Helm is text here.
    let text = text.replace("{{", "{{ `{{` }}");
    fs::write(chart.join("templates/all.yaml"), text).expect("it can be written");

    let call = |program: &str, arguments: &[&str]| {
        Command::new(program)
            .args(arguments)
            .current_dir(&input)
            .env("TMPDIR", &temporary)
            .env("ARGOCD_APP_NAME", "agents")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
    };
    let forget = || {
        let _ = fs::remove_dir_all(&temporary);
        fs::create_dir_all(&temporary).expect("a directory can be made");
    };
    let (has_helm, has_kustomize) = (has("helm"), has("kustomize"));
    let chart = chart.display().to_string();
    let rendered = rendered.display().to_string();
    let (mut first, mut kept, mut helm, mut kustomize) = (vec![], vec![], vec![], vec![]);
    for _ in 0..RUNS {
        forget();
        first.extend(measure(1, || call(PROGRAM, &["cmp", "generate"])));
        kept.extend(measure(1, || call(PROGRAM, &["cmp", "generate"])));
        if has_helm {
            helm.extend(measure(1, || call("helm", &["template", "agents", &chart])));
        }
        if has_kustomize {
            kustomize.extend(measure(1, || call("kustomize", &["build", &rendered])));
        }
    }
    row(&format!("petasos cmp generate, {count}"), &first, None);
    row(&format!("petasos cmp generate, kept, {count}"), &kept, Some(&first));
    for (name, runs) in [("helm template", helm), ("kustomize build", kustomize)] {
        if runs.is_empty() {
            println!("{name}: not installed");
        } else {
            row(&format!("{name}, {count}"), &runs, Some(&first));
        }
    }
}

/// Ten thousand objects, as another artifact each time.
fn push(scratch: &Path, registry: &str, flux: &str) {
    let count = 1250;
    let rendered = render(scratch, &generate(scratch, count), count);
    let _ = fs::remove_file(rendered.join("petasos.sum"));
    let number = AtomicUsize::new(0);
    let call = |program: &str, before: &[&str], after: &[&str]| {
        // A registry that has the layer already is not sent it.
        let number = number.fetch_add(1, Ordering::Relaxed);
        fs::write(rendered.join("number.txt"), number.to_string())?;
        let address = format!("{registry}/team/agents:{number}");
        let scheme = if program == PROGRAM { "oci://" } else { "" };
        Command::new(program)
            .args(before)
            .arg(format!("{scheme}{address}"))
            .arg(&rendered)
            .args(after)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
    };
    let (mut ours, mut theirs) = (vec![], vec![]);
    for _ in 0..RUNS {
        let options = ["--plain-http", "--source=s", "--revision=r"];
        ours.extend(measure(1, || call(PROGRAM, &["push"], &options)));
        theirs.extend(measure(1, || call(flux, &["push"], &[])));
    }
    row("petasos push, 10,000 objects", &ours, None);
    row("Flux's package, 10,000 objects", &theirs, Some(&ours));
}

fn render(scratch: &Path, input: &Path, count: usize) -> PathBuf {
    let directory = scratch.join(format!("out-{count}"));
    let done = Command::new(PROGRAM)
        .arg("render")
        .arg(input)
        .arg("--output")
        .arg(&directory)
        .stderr(Stdio::null())
        .status();
    assert!(done.is_ok_and(|status| status.success()), "the instances do not render");
    directory
}

fn has(program: &str) -> bool {
    Command::new(program).arg("version").output().is_ok_and(|output| output.status.success())
}
