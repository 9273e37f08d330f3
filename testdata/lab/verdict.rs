//! One verdict: thousands of changed objects are refused by this program and by API servers in the same places.

mod functions;
mod input;
mod judge;
mod metadata;
mod mutations;
mod page;
mod reading;
mod reasons;
mod sample;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Instant,
};

use anyhow::{Context as _, Result, anyhow, ensure};
use libtest_mimic::Trial;

use crate::lab::{
    Lab, Test, accepted,
    cluster::Cluster,
    expect_page,
    verdict::{
        input::{Change, Input, Subject},
        judge::Verdict,
    },
};

pub(crate) const TESTS: &[Test] = &[
    ("verdict::of_every_changed_input", of_every_changed_input),
    ("verdict::functions_of_rules", functions::functions_of_rules),
];

const PAGE: &str = "docs/verdicts.md";

/// What was generated is checked where there is no cluster, too: another schema gives other inputs.
pub(crate) fn trials() -> Vec<Trial> {
    let test =
        || the_page_counts_what_the_schemas_give().map_err(|error| format!("{error:#}").into());
    vec![Trial::test("verdicts::the_page_counts_what_the_schemas_give", test)]
}

fn the_page_counts_what_the_schemas_give() -> Result<()> {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE))?;
    for row in page::rows(&inputs(&Subject::all())) {
        ensure!(
            page.contains(&row),
            "{PAGE} lacks a row `{row}`: \
             `SNAPSHOTS=overwrite cargo lab test --test testdata verdict` writes it anew"
        );
    }
    Ok(())
}

fn inputs(subjects: &[Subject]) -> Vec<Input<'_>> {
    let mut seen = BTreeSet::new();
    let mut inputs: Vec<Input<'_>> =
        subjects.iter().flat_map(|subject| mutations::of(subject, &mut seen)).collect();
    inputs.extend(subjects.iter().flat_map(metadata::of));
    inputs.extend(subjects.first().into_iter().flat_map(reading::of));
    inputs
}

/// An input about which not all agree.
pub(crate) struct Case<'a> {
    pub(crate) input: &'a Input<'a>,
    pub(crate) ours: Verdict,
    /// Of the newest minor and of the one before.
    pub(crate) servers: [Verdict; 2],
}

impl Case<'_> {
    fn is_equal(&self) -> bool {
        self.servers.iter().all(|verdict| *verdict == self.ours)
    }

    fn is_accepted_by_servers(&self) -> bool {
        self.servers.iter().all(|verdict| *verdict == Verdict::Accepted)
    }

    /// Whether it is the text that matters, and not the object in it.
    fn is_about_text(&self) -> bool {
        self.input.class == "reading" || self.input.what == "has a key of 64 KiB"
    }

    /// Whether this program refuses it.
    fn is_refused(&self) -> bool {
        matches!(self.ours, Verdict::Refused(_))
    }
}

impl fmt::Display for Case<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [newest, older] = &self.servers;
        write!(f, "{}: {} here, {newest} by 1.36", self.input.name(), self.ours)?;
        if newest == older { Ok(()) } else { write!(f, ", {older} by 1.35") }
    }
}

fn of_every_changed_input(lab: &Lab) -> Result<()> {
    let subjects = Subject::all();
    let inputs = inputs(&subjects);
    let clusters = lab.apis()?;
    for cluster in clusters {
        accepted::install_definitions(lab, cluster)?;
        cluster.ensure_namespace(NAMESPACE)?;
    }
    let schemas = subjects
        .iter()
        .map(|subject| (subject.kind.kind, subject.kind.schema()))
        .collect::<BTreeMap<_, _>>();
    let start = Instant::now();
    let cases = on_all_threads(&inputs, |input| {
        let text = input.text();
        let ours = judge::ours(&text, schemas[input.subject.kind.kind]);
        let [newest, older] = clusters.map(|cluster| asked(cluster, input, &text));
        Ok(Case { input, ours, servers: [newest?, older?] })
    })?;
    lab.figures.time(&format!("verdicts on {} inputs, three each", inputs.len()), start);
    let different: Vec<Case<'_>> = cases.into_iter().filter(|case| !case.is_equal()).collect();
    let page = page::page(&inputs, &different)?;
    expect_page(PAGE, &page)
}

/// The namespace of the objects, which no other test has.
const NAMESPACE: &str = "verdicts";

fn asked(cluster: &Cluster, input: &Input<'_>, text: &str) -> Result<Verdict> {
    let content = match input.change {
        // What begins as JSON is sent as such, by `kubectl` too.
        Change::Text(_) if !text.starts_with('{') => "application/yaml",
        Change::Text(_) | Change::Set(_) | Change::Unset => "application/json",
    };
    judge::servers(&cluster.client, input.subject.kind, NAMESPACE, (content, text))
        .with_context(|| input.name())
}

/// What `ask` says about each item, in their order; as many at once as keep two servers busy.
fn on_all_threads<'i, I: Sync, O: Send>(
    items: &'i [I],
    ask: impl Fn(&'i I) -> Result<O> + Sync,
) -> Result<Vec<O>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut answers = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { return Ok(answers) };
            answers.push((index, ask(item)?));
        }
    };
    let answers = thread::scope(|scope| {
        let threads: Vec<_> = (0..6).map(|_| scope.spawn(work)).collect();
        let join = |thread: thread::ScopedJoinHandle<'_, _>| {
            thread.join().map_err(|_| anyhow!("a thread that asks panicked"))?
        };
        threads.into_iter().map(join).collect::<Result<Vec<Vec<_>>>>()
    })?;
    let ordered: BTreeMap<usize, O> = answers.into_iter().flatten().collect();
    Ok(ordered.into_values().collect())
}
