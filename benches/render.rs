//! `cargo bench`: what rendering costs, as a whole process, beside the floor.
//!
//! The floor is a process that reads and parses the same inputs and writes the same outputs, with no template, schema,
//! rule, or decode between. Runs of the two alternate, and the figures to quote are medians and ratios within one run.

#![expect(clippy::print_stdout, reason = "what a benchmark prints is its result")]

mod measure;

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use measure::{generate, measure, median, row};
use petasos::{diagnostic::Source, document, object::yaml};

const PROGRAM: &str = env!("CARGO_BIN_EXE_petasos");

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().collect();
    if let [_, mode, input, sample, output] = arguments.as_slice()
        && mode == "floor"
    {
        floor(Path::new(input), Path::new(sample), Path::new(output));
        return ExitCode::SUCCESS;
    }
    let scratch = tempfile::tempdir().expect("a temporary directory can be made");
    println!(
        "{:<34} {:>10} {:>10} {:>12} {:>10}",
        "whole process", "median", "minimum", "peak memory", "ratio"
    );
    one_instance(scratch.path());
    for count in [1_000, 10_000] {
        many_instances(scratch.path(), count);
    }
    ExitCode::SUCCESS
}

/// One instance, beside the tools that people use today where they are installed.
fn one_instance(scratch: &Path) {
    let input = generate(scratch, 1);
    let output = scratch.join("one.yaml");
    let render = measure(40, || {
        Command::new(PROGRAM).arg("render").arg(&input).stdout(file(&output)).spawn()
    });
    row("petasos render, 1 instance", &render, None);
    let nothing =
        measure(40, || Command::new(PROGRAM).arg("--version").stdout(Stdio::null()).spawn());
    row("petasos --version", &nothing, None);

    let directory = scratch.join("kustomize");
    let chart = scratch.join("chart");
    fs::create_dir_all(chart.join("templates")).expect("the chart's directory can be made");
    fs::write(chart.join("Chart.yaml"), "apiVersion: v2\nname: agent\nversion: 0.1.0\n")
        .expect("it can be written");
    fs::copy(&output, chart.join("templates/all.yaml")).expect("the output is there");
    fs::create_dir_all(&directory).expect("the directory can be made");
    let written = Command::new(PROGRAM)
        .arg("render")
        .arg(&input)
        .arg("-o")
        .arg(&directory)
        .stderr(Stdio::null())
        .status();
    assert!(written.expect("the program starts").success());
    let peers: [(&str, &str, Vec<&str>, &Path); 3] = [
        ("helm template, the same objects", "helm", vec!["template", "agent"], &chart),
        ("kustomize build of the output", "kustomize", vec!["build"], &directory),
        ("kubectl kustomize of the output", "kubectl", vec!["kustomize"], &directory),
    ];
    for (title, program, arguments, path) in peers {
        if Command::new(program).arg("version").output().is_err() {
            println!("{title:<34} {program} is not installed");
            continue;
        }
        let peer = measure(10, || {
            Command::new(program).args(&arguments).arg(path).stdout(Stdio::null()).spawn()
        });
        row(title, &peer, Some(&render));
    }
}

/// Many instances, beside the floor.
fn many_instances(scratch: &Path, count: usize) {
    let input = generate(scratch, count);
    let output = scratch.join(format!("out-{count}.yaml"));
    let floor_output = scratch.join(format!("floor-{count}.yaml"));
    let this = env::current_exe().expect("the benchmark knows where it is");
    let runs = if count > 1_000 { 3 } else { 5 };
    let (mut render, mut floor) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        render.extend(measure(1, || {
            Command::new(PROGRAM)
                .arg("render")
                .arg(&input)
                .stdout(file(&output))
                .stderr(Stdio::null())
                .spawn()
        }));
        floor.extend(measure(1, || {
            Command::new(&this)
                .arg("floor")
                .arg(&input)
                .arg(scratch.join("one.yaml"))
                .arg(&floor_output)
                .spawn()
        }));
    }
    let (rendered, floored) = (size(&output), size(&floor_output));
    assert!(
        rendered.abs_diff(floored) * 10 < rendered,
        "the floor writes {floored} bytes, not about {rendered}"
    );
    row(&format!("petasos render, {count} instances"), &render, Some(&floor));
    row(&format!("floor, {count} instances"), &floor, None);
    let seconds = median(&render).as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let (each, megabytes) = (seconds * 1e3 / count as f64, rendered as f64 / 1e6);
    println!(
        "{:<34} {each:>7.2} ms an instance, {:.0} instances a second, {megabytes:.0} MB out",
        "",
        1e3 / each
    );
}

/// Parses every input on all cores and writes the objects of the sample once for each.
fn floor(input: &Path, sample: &Path, output: &Path) {
    let mut paths: Vec<PathBuf> = fs::read_dir(input)
        .expect("the input is there")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    let sources: Vec<Arc<Source>> = paths
        .iter()
        .map(|path| {
            let text = fs::read_to_string(path).expect("a file can be read");
            Arc::new(Source { name: path.display().to_string(), text })
        })
        .collect();
    let text = fs::read_to_string(sample).expect("the sample is there");
    let source = Arc::new(Source { name: String::new(), text });
    let objects = document::parse(&source, &mut Vec::new());
    let next = AtomicUsize::new(0);
    let texts = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(source) = sources.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let documents = document::parse(source, &mut Vec::new());
                    assert_eq!(documents.len(), 1);
                    let mut written = Vec::with_capacity(objects.len());
                    for object in &objects {
                        let mut text = String::with_capacity(1024);
                        yaml::emit(&mut text, &object.value);
                        written.push(text);
                    }
                    texts.lock().expect("no thread panics").push(written);
                }
            });
        }
    });
    let mut file = io::BufWriter::new(fs::File::create(output).expect("the output can be made"));
    for text in texts.lock().expect("no thread panics").iter().flatten() {
        file.write_all(b"---\n")
            .and_then(|()| file.write_all(text.as_bytes()))
            .expect("the output can be written");
    }
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

fn file(path: &Path) -> Stdio {
    fs::File::create(path).expect("the output can be made").into()
}
