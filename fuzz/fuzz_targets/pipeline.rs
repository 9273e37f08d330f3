//! Any bytes through the whole pass: no panic, no error of the program's own, and the same result on one thread and two.
#![no_main]

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use libfuzzer_sys::fuzz_target;
use petasos::{
    diagnostic::{Diagnostic, Source},
    document,
    kinds::Kinds,
    object::Format,
    pipeline::{self, ObjectSet, Options, Parameters},
    report,
};

static KINDS: LazyLock<Kinds> =
    LazyLock::new(|| Kinds::new(Vec::new()).unwrap_or_else(|problems| panic!("{problems:?}")));

fuzz_target!(|bytes: &[u8]| {
    // A second text, cut from the first, so that there is something to put in order.
    let cut = bytes.len() / 2;
    let texts = [bytes, &bytes[cut..]];
    let sources: Vec<Arc<Source>> = texts
        .iter()
        .zip(["a.yaml", "b.yaml"])
        .filter_map(|(text, name)| document::decode(name, text.to_vec()).ok())
        .collect();
    let one = render(&sources, 1);
    let reversed: Vec<Arc<Source>> = sources.iter().rev().cloned().collect();
    let two = render(&reversed, 2);
    assert_eq!(texts_of(&one), texts_of(&two));
    assert_eq!(one.report, two.report);
    for problem in &one.report {
        assert!(!is_ours(problem), "{problem:?}");
    }
    let _ = report::human(&one.report, true, 80);
    let _ = report::github(&one.report);
    assert!(serde_json::from_str::<serde_json::Value>(&report::json(&one.report)).is_ok());
    assert!(serde_json::from_str::<serde_json::Value>(&report::sarif(&one.report)).is_ok());
});

fn render(sources: &[Arc<Source>], jobs: usize) -> ObjectSet {
    let options = Options {
        kinds: &KINDS,
        parameters: &Parameters::default(),
        format: Format::Yaml,
        flux: None,
        jobs,
    };
    pipeline::render(sources, Vec::new(), &options, &|_| ())
}

fn texts_of(set: &ObjectSet) -> BTreeMap<String, &str> {
    set.objects.iter().map(|object| (object.identity.to_string(), object.text.as_str())).collect()
}

/// A template of ours must not fail on an instance that passed the checks, but by saying what it refuses.
fn is_ours(problem: &Diagnostic) -> bool {
    matches!(problem.code.id, "P4001" | "P4002" | "P4003" | "P4004" | "P4005" | "P4011" | "P5002")
}
