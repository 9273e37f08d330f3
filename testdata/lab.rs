//! Tests on a real cluster. `cargo lab` builds it and names it in `PETASOS_LAB`; without that every test here is ignored, and
//! says so. `PETASOS_LAB_KUBECONFIG` names a cluster to use in place of the lab's own node, and `KUBEBUILDER_ASSETS` a
//! directory with the API server and etcd to use for what needs no node.
//!
//! A run has at most one cluster of each shape, started by the first test that needs it, and each test has namespaces of its
//! own in it. What a failed test leaves behind is printed; the logs of the cluster are kept until the next run.

mod accepted;
mod access;
mod agent;
mod argocd;
mod client;
mod cluster;
mod drift;
mod engine;
mod fail;
mod figures;
mod flux;
mod golden;
mod helm;
mod hydrator;
mod images;
mod lifetime;
mod namespace;
mod network;
mod person;
mod repository;
mod resting;
mod shown;
mod speed;
mod verdict;

pub(crate) use drift::trials as drift_trials;
pub(crate) use verdict::trials as verdict_trials;

use std::{
    panic::{self, AssertUnwindSafe},
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::Instant,
};

use anyhow::{Result, anyhow};
use libtest_mimic::{Completion, Failed, Trial};

use crate::case::{PROGRAM, expect};
use crate::lab::{cluster::Cluster, engine::Started, figures::Figures};

/// The clusters of one run.
struct Lab {
    /// What `cargo lab build` prints.
    parts: PathBuf,
    /// The kubeconfig of a cluster that a person has.
    kubeconfig: Option<PathBuf>,
    /// Programs that a person has.
    assets: Option<PathBuf>,
    node: OnceLock<Result<Cluster, String>>,
    newest: OnceLock<Result<Cluster, String>>,
    older: OnceLock<Result<Cluster, String>>,
    /// Whether Argo CD runs on the node.
    argocd: Started,
    /// Whether Flux does.
    flux: Started,
    figures: Figures,
}

impl Lab {
    fn from_environment() -> Option<Arc<Self>> {
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let parts = PathBuf::from(set("PETASOS_LAB")?);
        let figures = Figures::default();
        if let Some(built) = set("PETASOS_LAB_BUILT") {
            figures.set("built, when it was missing, in", built.to_string_lossy().into_owned());
        }
        Some(Arc::new(Self {
            parts,
            kubeconfig: set("PETASOS_LAB_KUBECONFIG").map(PathBuf::from),
            assets: set("KUBEBUILDER_ASSETS").map(PathBuf::from),
            node: OnceLock::new(),
            newest: OnceLock::new(),
            older: OnceLock::new(),
            argocd: OnceLock::new(),
            flux: OnceLock::new(),
            figures,
        }))
    }

    /// The newest Kubernetes with a node that runs Pods, or the cluster that a person has.
    fn node(&self) -> Result<&Cluster> {
        if let Some(kubeconfig) = &self.kubeconfig {
            let connected = self.node.get_or_init(|| {
                Cluster::connect(&self.parts, kubeconfig).map_err(|error| format!("{error:#}"))
            });
            return connected.as_ref().map_err(|error| anyhow!(error.clone()));
        }
        self.shared(&self.node, &["--node", "--program", PROGRAM])
    }

    /// The API of each minor, without a node; where a person has an API server, that one in place of both.
    fn apis(&self) -> Result<[&Cluster; 2]> {
        if let Some(assets) = &self.assets {
            let only = self.shared(&self.newest, &["--assets", &assets.to_string_lossy()])?;
            return Ok([only, only]);
        }
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

    /// Why a test cannot run here.
    fn reason_to_ignore(&self, name: &str) -> Option<&'static str> {
        let is_of_the_node = OF_THE_NODE.iter().any(|of| name.starts_with(of));
        (self.kubeconfig.is_some() && is_of_the_node)
            .then_some("it needs the lab's own node, and a kubeconfig is given")
    }

    /// Runs a test. When it fails the logs of every cluster stay, because it may have used any.
    fn run(&self, name: &str, test: fn(&Self) -> Result<()>) -> Result<(), Failed> {
        shown::begin();
        let result = panic::catch_unwind(AssertUnwindSafe(|| {
            test(self)?;
            shown::end(name)
        }));
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
    let tests: &[&[Test]] = &[
        network::TESTS,
        agent::TESTS,
        agent::companions::TESTS,
        agent::stand_ins::TESTS,
        agent::versions::TESTS,
        agent::configuration::TESTS,
        agent::dashboard::TESTS,
        agent::gateways::TESTS,
        agent::migration::TESTS,
        agent::platform::TESTS,
        agent::restarts::TESTS,
        agent::work::TESTS,
        argocd::artifact::TESTS,
        argocd::calls::TESTS,
        argocd::differences::TESTS,
        argocd::health::TESTS,
        argocd::life::TESTS,
        argocd::plugin::TESTS,
        fail::TESTS,
        images::TESTS,
        lifetime::TESTS,
        person::TESTS,
        accepted::TESTS,
        access::TESTS,
        drift::TESTS,
        flux::files::TESTS,
        flux::life::TESTS,
        flux::problems::TESTS,
        flux::substitution::TESTS,
        flux::table::TESTS,
        helm::TESTS,
        hydrator::TESTS,
        verdict::TESTS,
        speed::TESTS,
    ];
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
        Trial::ignorable_test(format!("lab::{name}"), move || match lab.reason_to_ignore(name) {
            Some(reason) => Ok(Completion::ignored_with(reason)),
            None => lab.run(name, test).map(|()| Completion::Completed),
        })
    };
    tests.iter().copied().flatten().map(trial).collect()
}

/// How many tests run at once where there is a lab: those on a node wait more than they work.
pub(crate) fn threads() -> Option<usize> {
    std::env::var_os("PETASOS_LAB").map(|_| 5)
}

/// What the names of tests begin with that do to a node what its API cannot, or run programs on it.
const OF_THE_NODE: &[&str] = &[
    "argocd::",
    "flux::controller::",
    "agent::restarts::a_killed_container_comes_back",
    "images::a_restricted_pod_pulls_ours_and_renders",
    "lifetime::two_nodes_run_at_once",
    "person::",
];

/// A name and what it runs.
type Test = (&'static str, fn(&Lab) -> Result<()>);

/// Where the lab's scripts and manifests are.
fn sources() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/lab"))
}

/// Compares a generated page with what was found, or writes it.
fn expect_page(page: &str, text: &str) -> Result<()> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    expect(&file, text).map_err(|failed| anyhow!("{}", failed.message().unwrap_or_default()))
}
