//! What the lab promises about itself: clusters do not meet, nothing outlives them, and claims get volumes.

use std::{
    fs,
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};

use crate::lab::{
    Lab, Test,
    cluster::Cluster,
    namespace::{Apply, PATIENCE, soon},
};

pub(crate) const TESTS: &[Test] = &[
    ("lifetime::both_minors_serve_at_once", both_minors_serve_at_once),
    ("lifetime::two_nodes_run_at_once", two_nodes_run_at_once),
    ("lifetime::nothing_is_left_when_its_input_ends", nothing_is_left_when_its_input_ends),
    (
        "lifetime::nothing_runs_on_when_its_keeper_is_killed",
        nothing_runs_on_when_its_keeper_is_killed,
    ),
    ("lifetime::a_claim_gets_a_volume", a_claim_gets_a_volume),
];

fn both_minors_serve_at_once(lab: &Lab) -> Result<()> {
    for (cluster, minor) in lab.apis()?.into_iter().zip(["36", "35"]) {
        let version = cluster.client.get("/version")?;
        // A person's API server may be of any minor.
        assert!(lab.assets.is_some() || version["minor"] == minor, "{version}");
        let log = cluster.directory.join("audit.log");
        soon(|| {
            let requests = fs::read_to_string(&log)?;
            ensure!(requests.contains("\"requestURI\":\"/version\""), "the audit log lacks it");
            Ok(())
        })?;
    }
    Ok(())
}

/// A second node beside the shared one: each has its own Pods, addresses, and control groups.
fn two_nodes_run_at_once(lab: &Lab) -> Result<()> {
    let second = Cluster::start(&lab.parts, &["--node"])?;
    for cluster in [lab.node()?, &second] {
        let namespace = cluster.namespace("twins")?;
        namespace.apply(TWIN, Apply::default())?;
        namespace.wait_ready("deployment/twin")?;
        assert_eq!(cluster.kubectl(&["get", "nodes", "--output=name"])?.trim(), "node/node");
    }
    Ok(())
}

const TWIN: &str = r"
apiVersion: apps/v1
kind: Deployment
metadata: {name: twin}
spec:
  selector: {matchLabels: {app: twin}}
  template:
    metadata: {labels: {app: twin}}
    spec:
      securityContext: {runAsNonRoot: true, runAsUser: 10000, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: twin
          image: lab.invalid/tools:1
          resources: {requests: {cpu: 20m, memory: 16Mi}}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
";

/// The end of its standard input is all that a cluster sees of a test run that was killed, interrupted, or done.
fn nothing_is_left_when_its_input_ends(lab: &Lab) -> Result<()> {
    let cluster = Cluster::start(&lab.parts, &["--node"])?;
    let (directory, namespace) = (cluster.directory.clone(), cluster.process_namespace()?);
    let group = format!("petasos-lab-{}", directory.file_name().unwrap_or_default().display());
    assert!(control_groups(&group)? > 0, "Pods run below {group}");
    drop(cluster);
    assert_eq!(processes_in(&namespace)?, 0, "processes");
    assert_eq!(control_groups(&group)?, 0, "control groups");
    assert!(!directory.exists(), "{} is left", directory.display());
    Ok(())
}

/// Also when the process that keeps the cluster gets SIGKILL. Files and empty control groups go with the next start.
fn nothing_runs_on_when_its_keeper_is_killed(lab: &Lab) -> Result<()> {
    let cluster = Cluster::start(&lab.parts, &[])?;
    let namespace = cluster.process_namespace()?;
    assert!(processes_in(&namespace)? > 3, "the cluster runs");
    Command::new("kill").args(["-KILL", &cluster.keeper().to_string()]).status()?;
    let end = Instant::now() + PATIENCE;
    while processes_in(&namespace)? > 0 {
        assert!(Instant::now() < end, "processes outlive the one that keeps their cluster");
        thread::sleep(Duration::from_millis(20));
    }
    let mounts = fs::read_to_string("/proc/self/mounts")?;
    assert!(!mounts.contains(&*cluster.directory.to_string_lossy()), "{mounts}");
    drop(Cluster::start(&lab.parts, &[])?);
    assert!(!cluster.directory.exists(), "the next start removes {}", cluster.directory.display());
    Ok(())
}

fn control_groups(name: &str) -> Result<usize> {
    let found = Command::new("find")
        .args(["/sys/fs/cgroup", "-maxdepth", "2", "-type", "d", "-name", name])
        .output()?;
    Ok(String::from_utf8(found.stdout)?.lines().count())
}

/// How many processes are in a process namespace.
fn processes_in(namespace: &Path) -> Result<usize> {
    let processes = fs::read_dir("/proc")?.flatten();
    Ok(processes
        .filter(|entry| {
            fs::read_link(entry.path().join("ns/pid")).is_ok_and(|link| link == namespace)
        })
        .count())
}

fn a_claim_gets_a_volume(lab: &Lab) -> Result<()> {
    let namespace = lab.node()?.namespace("claims")?;
    let claim = "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}, \
                 spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}";
    namespace.apply(claim, Apply::default())?;
    namespace.wait_for("pvc/data", "jsonpath={.status.phase}=Bound")
}
