//! Calls straight at Argo CD's plugin server, by its own client: many at once, very large ones, and one that is given up.

use std::{
    collections::BTreeSet,
    fs, thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::lab::{
    Lab, Test,
    argocd::{cluster, repository::Repository},
    cluster::Cluster,
    figures, sources,
};

pub(crate) const TESTS: &[Test] = &[
    ("argocd::parameters_are_announced", parameters_are_announced),
    ("argocd::two_hundred_calls_at_once", two_hundred_calls_at_once),
    ("argocd::ten_thousand_files", ten_thousand_files),
    ("argocd::a_call_that_takes_too_long_leaves_nothing", a_call_that_takes_too_long),
];

const SOCKET: &str = "/run/lab/argocd/plugins/petasos.sock";

/// What the client of `testdata/lab/kubernetes/argocd/call.go` answers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Reply {
    seconds: f64,
    errors: Vec<String>,
    manifests: Option<Vec<String>>,
    is_supported: bool,
    parameters: Option<Vec<String>>,
}

impl Reply {
    /// What went wrong, each once.
    fn problems(&self) -> Vec<&String> {
        let mut problems: Vec<_> = self.errors.iter().filter(|error| !error.is_empty()).collect();
        problems.sort();
        problems.dedup();
        problems
    }

    fn manifests(&self) -> Result<&[String]> {
        ensure!(self.problems().is_empty(), "{:?}", self.problems());
        self.manifests.as_deref().context("manifests")
    }
}

/// Calls the plugin for the whole of a repository. `change` makes another request of one call that takes as long as it takes.
fn call(cluster: &Cluster, repository: &Repository, change: Value) -> Result<Reply> {
    let mut request = json!({
        "socket": SOCKET, "repository": repository.path(), "path": ".", "method": "generate",
        "environment": ["ARGOCD_APP_NAMESPACE=agents"], "times": 1,
    });
    if let (Some(request), Value::Object(change)) = (request.as_object_mut(), change) {
        request.extend(change);
    }
    let command = ["/run/lab/argocd/bin/argocd-call", "call"];
    let output = cluster.run(&command, &request.to_string())?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).context("the reply of the plugin's client")
}

/// So many instances, each in a file of its own.
fn instances(count: usize) -> Result<Repository> {
    let instance = fs::read_to_string(sources().join("agent/instance.yaml"))?;
    let repository = Repository::new(&[])?;
    for number in 0..count {
        let one = instance.replace("name: agent\n", &format!("name: agent-{number}\n"));
        repository.write(&format!("agents/{number}.yaml"), &one)?;
    }
    Ok(repository)
}

fn parameters_are_announced(lab: &Lab) -> Result<()> {
    let repository = instances(1)?;
    repository.write("petasos.yaml", "sources: [agents]\ntargets: [{name: prod}]\n")?;
    let reply = call(cluster(lab)?, &repository, json!({"method": "parameters"}))?;
    ensure!(reply.problems().is_empty(), "{:?}", reply.problems());
    let parameters = reply.parameters.context("parameters")?;
    let has = |begin: &str, end: &str| {
        parameters.iter().any(|one| one.starts_with(begin) && one.ends_with(end))
    };
    ensure!(parameters.len() == 5, "{parameters:#?}");
    ensure!(has("target: string: ", ": prod") && has("packs: array: ", ""), "{parameters:#?}");
    Ok(())
}

fn two_hundred_calls_at_once(lab: &Lab) -> Result<()> {
    const CALLS: usize = 200;
    let cluster = cluster(lab)?;
    let repository = instances(1)?;
    let alone = call(cluster, &repository, json!({}))?;
    let expected = alone.manifests()?.len();
    ensure!(expected > 3, "{expected} manifests");
    let processes = cluster.process_namespace()?;
    let (reply, peak) = thread::scope(|scope| {
        let calls = scope.spawn(|| call(cluster, &repository, json!({"times": CALLS})));
        let mut peak = [0; 2];
        while !calls.is_finished() {
            for (peak, program) in peak.iter_mut().zip(["petasos", "argocd-cmp-serv"]) {
                *peak = (*peak).max(figures::memory(&processes, Some(program))?);
            }
            thread::sleep(Duration::from_millis(20));
        }
        let reply = calls.join().map_err(|_| anyhow!("the caller panicked"))??;
        anyhow::Ok((reply, peak))
    })?;
    assert_eq!(reply.manifests()?.len(), expected);
    #[expect(clippy::cast_precision_loss, reason = "a count of calls")]
    let throughput = format!("{:.0} a second", CALLS as f64 / reply.seconds);
    lab.figures.set("200 calls at once of Argo CD's plugin server", throughput);
    let [ours, server] = peak;
    lab.figures.memory("200 calls at once, peak memory of all petasos", ours);
    lab.figures.memory("200 calls at once, peak memory of the plugin server", server);
    Ok(())
}

fn ten_thousand_files(lab: &Lab) -> Result<()> {
    let repository = instances(20)?;
    for number in 0..10_000 {
        let path = format!("other/{}/{number}.txt", number / 100);
        repository.write(&path, "not one of ours\n")?;
    }
    let cluster = cluster(lab)?;
    let start = Instant::now();
    let found = call(cluster, &repository, json!({"method": "match"}))?;
    ensure!(found.is_supported && found.problems().is_empty(), "{:?}", found.problems());
    let reply = call(cluster, &repository, json!({}))?;
    ensure!(reply.manifests()?.len() > 60, "{}", reply.manifests()?.len());
    lab.figures.time("a repository of 10,000 files, discovery and manifests", start);
    Ok(())
}

/// Whether a call ended because its time was over: the server ends the plugin by one signal or the other a moment before,
/// or the caller ends the stream, while the repository is sent or later.
fn is_given_up(error: &str) -> bool {
    ["signal: terminated", "signal: killed", "code = DeadlineExceeded", "EOF"]
        .iter()
        .any(|end| error.contains(end))
}

/// The caller's deadline ends the plugin, and the next call is served.
fn a_call_that_takes_too_long(lab: &Lab) -> Result<()> {
    let cluster = cluster(lab)?;
    let repository = instances(3000)?;
    let reply = call(cluster, &repository, json!({"milliseconds": 900}))?;
    ensure!(reply.errors.iter().all(|error| is_given_up(error)), "{:?}", reply.errors);
    // Beside it are the directories of other calls, which go, too.
    let left = || -> Result<BTreeSet<String>> {
        let list = ["ls", "/run/lab/argocd/tmp-cmp-server/_cmp_server"];
        let text = String::from_utf8(cluster.run(&list, "")?.stdout)?;
        Ok(text.lines().map(str::to_owned).collect())
    };
    let (at_its_end, end) = (left()?, Instant::now() + Duration::from_mins(5));
    while !left()?.is_disjoint(&at_its_end) {
        ensure!(Instant::now() < end, "some of {at_its_end:?} stay");
        thread::sleep(Duration::from_millis(100));
    }
    let small = instances(1)?;
    ensure!(call(cluster, &small, json!({}))?.manifests()?.len() > 3);
    Ok(())
}
