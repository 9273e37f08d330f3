//! Tests on a real cluster. `cargo lab` builds it and names it in `PETASOS_LAB`; without that every test here is ignored, and
//! says so.
//!
//! A run has at most one cluster of each shape, started by the first test that needs it, and each test has namespaces of its
//! own in it. What a failed test leaves behind is printed; the logs of the cluster are kept until the next run.

mod accepted;
mod agent;
mod client;
mod cluster;
mod figures;
mod lifetime;
mod namespace;
mod speed;
mod verdict;

pub(crate) use verdict::trials as verdict_trials;

use std::{
    panic::{self, AssertUnwindSafe},
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::Instant,
};

use anyhow::{Result, anyhow};
use libtest_mimic::{Completion, Failed, Trial};

use crate::lab::{cluster::Cluster, figures::Figures};

/// The clusters of one run.
struct Lab {
    /// What `cargo lab build` prints.
    parts: PathBuf,
    node: OnceLock<Result<Cluster, String>>,
    newest: OnceLock<Result<Cluster, String>>,
    older: OnceLock<Result<Cluster, String>>,
    figures: Figures,
}

impl Lab {
    fn from_environment() -> Option<Arc<Self>> {
        let parts = PathBuf::from(std::env::var_os("PETASOS_LAB")?);
        Some(Arc::new(Self {
            parts,
            node: OnceLock::new(),
            newest: OnceLock::new(),
            older: OnceLock::new(),
            figures: Figures::default(),
        }))
    }

    /// The newest Kubernetes with a node that runs Pods.
    fn node(&self) -> Result<&Cluster> {
        self.shared(&self.node, &["--node"])
    }

    /// The API of each minor, without a node.
    fn apis(&self) -> Result<[&Cluster; 2]> {
        Ok([
            self.shared(&self.newest, &["--minor", "1.36"])?,
            self.shared(&self.older, &["--minor", "1.35"])?,
        ])
    }

    fn shared<'a>(
        &self,
        cluster: &'a OnceLock<Result<Cluster, String>>,
        options: &[&str],
    ) -> Result<&'a Cluster> {
        let started = cluster.get_or_init(|| {
            let start = Instant::now();
            let cluster =
                Cluster::start(&self.parts, options).map_err(|error| format!("{error:#}"))?;
            self.figures.time(&format!("start of a cluster with {}", options.join(" ")), start);
            Ok(cluster)
        });
        started.as_ref().map_err(|error| anyhow!(error.clone()))
    }

    /// Runs a test. When it fails the logs of every cluster stay, because it may have used any.
    fn run(&self, test: fn(&Self) -> Result<()>) -> Result<(), Failed> {
        let result = panic::catch_unwind(AssertUnwindSafe(|| test(self)));
        if !matches!(result, Ok(Ok(()))) {
            let clusters = [&self.node, &self.newest, &self.older];
            clusters
                .into_iter()
                .filter_map(|cluster| cluster.get()?.as_ref().ok())
                .for_each(Cluster::keep_logs);
        }
        result
            .unwrap_or_else(|panic| panic::resume_unwind(panic))
            .map_err(|error| format!("{error:#}").into())
    }
}

/// One trial for each test, all ignored where there is no lab.
pub(crate) fn trials() -> Vec<Trial> {
    let tests: [&[Test]; 5] =
        [lifetime::TESTS, accepted::TESTS, verdict::TESTS, agent::TESTS, speed::TESTS];
    let lab = Lab::from_environment();
    let trial = |&(name, test): &Test| {
        let Some(lab) = lab.clone() else {
            let ignored = || {
                Ok(Completion::ignored_with(
                    "it needs a cluster: `cargo lab` builds one and runs this",
                ))
            };
            return Trial::ignorable_test(format!("lab::{name}"), ignored);
        };
        Trial::test(format!("lab::{name}"), move || lab.run(test))
    };
    tests.into_iter().flatten().map(trial).collect()
}

/// A name and what it runs.
type Test = (&'static str, fn(&Lab) -> Result<()>);

/// Where the lab's scripts and manifests are.
fn sources() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/lab"))
}
