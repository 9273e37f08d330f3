//! A running cluster: started by `scripts/up`, ended with this value or with this process, whichever comes first; or one that
//! a person has, which stays.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use serde_json::Value;

use crate::lab::{
    client::Client,
    namespace::{Namespace, PATIENCE, soon},
    sources,
};

/// A cluster, and the process that keeps it alive, or that keeps it within reach.
pub(crate) struct Cluster {
    /// Its files, which go with it: logs, audit log, volumes.
    pub(crate) directory: PathBuf,
    /// Its API.
    pub(crate) client: Client,
    keeper: Child,
    /// How commands reach a cluster that a person has.
    access: Option<Access>,
    /// Where the objects of each kind are, as discovery says: (apiVersion, kind) to plural and whether namespaced.
    resources: Mutex<BTreeMap<(String, String), (String, bool)>>,
    namespaces: AtomicUsize,
}

/// What commands need that run on this machine and not in the namespaces of the lab's own cluster.
struct Access {
    /// Held for as long as the directory is in use.
    _lock: File,
    kubeconfig: PathBuf,
    /// The directory of kubectl.
    programs: PathBuf,
}

impl Cluster {
    /// Starts a cluster and waits until it is ready. `options` are those of `scripts/up`.
    pub(crate) fn start(parts: &Path, options: &[&str]) -> Result<Self> {
        let directory = free_directory();
        let mut keeper = Command::new(sources().join("scripts/up"))
            .arg(parts)
            .arg(&directory)
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("start a cluster")?;
        let mut line = String::new();
        let output = keeper.stdout.take().context("the standard output was asked for")?;
        BufReader::new(output).read_line(&mut line)?;
        if line.trim() != "ready" {
            let mut errors = String::new();
            if let Some(mut stderr) = keeper.stderr.take() {
                stderr.read_to_string(&mut errors)?;
            }
            keeper.wait()?;
            bail!("the cluster did not start:\n{errors}its logs are in {}", directory.display());
        }
        Ok(Self::new(directory, keeper, None))
    }

    /// Reaches the cluster that a kubeconfig names.
    pub(crate) fn connect(parts: &Path, kubeconfig: &Path) -> Result<Self> {
        let directory = free_directory();
        fs::create_dir_all(&directory)?;
        let lock = File::create(directory.join("lock"))?;
        lock.lock()?;
        let programs = parts.join("1.36/bin");
        let socket = directory.join("api.sock");
        let mut keeper = Command::new(programs.join("kubectl"))
            .args(["proxy", "--disable-filter=true"])
            .arg(format!("--unix-socket={}", socket.display()))
            .env("KUBECONFIG", kubeconfig)
            .stdout(Stdio::null())
            .spawn()
            .context("start kubectl")?;
        while !socket.exists() {
            if let Some(status) = keeper.try_wait()? {
                bail!("kubectl proxy with {} ended: {status}", kubeconfig.display());
            }
            thread::sleep(Duration::from_millis(50));
        }
        let access = Access { _lock: lock, kubeconfig: kubeconfig.to_owned(), programs };
        let cluster = Self::new(directory, keeper, Some(access));
        cluster
            .client
            .get("/version")
            .with_context(|| format!("reach the cluster of {}", kubeconfig.display()))?;
        Ok(cluster)
    }

    fn new(directory: PathBuf, keeper: Child, access: Option<Access>) -> Self {
        let client = Client::new(&directory);
        let (resources, namespaces) = (Mutex::default(), AtomicUsize::new(0));
        Self { directory, client, keeper, access, resources, namespaces }
    }

    /// The number of the process outside whose standard input keeps the cluster alive.
    pub(crate) fn keeper(&self) -> u32 {
        self.keeper.id()
    }

    /// What all processes of the cluster are in, as links in `/proc` name it.
    pub(crate) fn process_namespace(&self) -> Result<PathBuf> {
        let first = fs::read_to_string(self.directory.join("pid"))?;
        Ok(fs::read_link(format!("/proc/{}/ns/pid", first.trim()))?)
    }

    /// A new namespace that enforces Pod Security `restricted`. `name` is for people.
    pub(crate) fn namespace(&self, name: &str) -> Result<Namespace<'_>> {
        let number = self.namespaces.fetch_add(1, Ordering::Relaxed);
        // A cluster that stays may hold those of the run before.
        let run = self.access.as_ref().map(|_| format!("-{}", std::process::id()));
        Namespace::create(self, format!("{name}{}-{number}", run.unwrap_or_default()))
    }

    /// Makes a namespace of this very name, which objects may name, unless it is there.
    pub(crate) fn ensure_namespace(&self, name: &str) -> Result<()> {
        Namespace::ensure(self, name)
    }

    /// Waits until every definition of a custom resource is served. `kubectl wait` fails on one that has no conditions yet.
    pub(crate) fn wait_for_definitions(&self) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        loop {
            let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
            let definitions = self.client.get(path)?;
            let mut definitions = definitions["items"].as_array().into_iter().flatten();
            let Some(missing) = definitions.find(|definition| !is_established(definition)) else {
                return Ok(());
            };
            ensure!(Instant::now() < end, "not served: {missing}");
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Runs a command where the cluster's API answers, and its Pods and Services where it is the lab's own. `input` is its
    /// standard input.
    pub(crate) fn run(&self, command: &[&str], input: &str) -> Result<Output> {
        let mut child = self
            .reach()?
            .args(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut stdin = child.stdin.take().context("the standard input was asked for")?;
        // Who ends without reading it says why.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        Ok(child.wait_with_output()?)
    }

    /// What to put in front of a command.
    fn reach(&self) -> Result<Command> {
        if let Some(access) = &self.access {
            let path = std::env::var_os("PATH").unwrap_or_default();
            let path = std::env::split_paths(&path);
            let path = std::env::join_paths([access.programs.clone()].into_iter().chain(path))?;
            let mut reach = Command::new("env");
            reach.env("PATH", path).env("KUBECONFIG", &access.kubeconfig);
            return Ok(reach);
        }
        let pid = fs::read_to_string(self.directory.join("pid"))?;
        let mut reach = Command::new("nsenter");
        reach.args(["--net", "--mount", "--pid", "--target", pid.trim(), "/run/lab/enter", "/"]);
        Ok(reach)
    }

    /// What kubectl prints; an error with what it complains about.
    pub(crate) fn kubectl(&self, arguments: &[&str]) -> Result<String> {
        let command: Vec<&str> = ["kubectl"].into_iter().chain(arguments.iter().copied()).collect();
        let output = self.run(&command, "")?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            return Ok(text);
        }
        let errors = String::from_utf8_lossy(&output.stderr);
        bail!("kubectl {}: {text}{errors}", arguments.join(" "))
    }

    /// The API path of an object; it goes into `namespace` if it is namespaced and names none.
    pub(crate) fn path(&self, object: &Value, namespace: &str) -> Result<String> {
        let version = object["apiVersion"].as_str().context("an object without apiVersion")?;
        let kind = object["kind"].as_str().context("an object without kind")?;
        let name = object["metadata"]["name"].as_str().context("an object without name")?;
        // A definition that is established is listed a moment later.
        let (plural, namespaced) = soon(|| self.resource(version, kind))?;
        let root = root(version);
        if !namespaced {
            return Ok(format!("{root}/{plural}/{name}"));
        }
        let namespace = object["metadata"]["namespace"].as_str().unwrap_or(namespace);
        Ok(format!("{root}/namespaces/{namespace}/{plural}/{name}"))
    }

    fn resource(&self, version: &str, kind: &str) -> Result<(String, bool)> {
        let key = (version.to_owned(), kind.to_owned());
        let mut resources =
            self.resources.lock().map_err(|_| anyhow!("a test panicked during discovery"))?;
        if let Some(resource) = resources.get(&key) {
            return Ok(resource.clone());
        }
        let list = self.client.get(&root(version))?;
        for resource in list["resources"].as_array().into_iter().flatten() {
            let text = |field: &str| resource[field].as_str().unwrap_or_default().to_owned();
            if !text("name").contains('/') {
                let entry = (text("name"), resource["namespaced"] == true);
                resources.insert((version.to_owned(), text("kind")), entry);
            }
        }
        resources
            .get(&key)
            .cloned()
            .with_context(|| format!("the server has no kind {kind} in {version}"))
    }

    /// Keeps the logs when the cluster ends.
    pub(crate) fn keep_logs(&self) {
        // Without them the failure is still reported.
        let _ = fs::write(self.directory.join("keep"), "");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        if self.access.is_some() {
            // Only the way to it ends.
            let _ = self.keeper.kill();
            let _ = fs::remove_dir_all(&self.directory);
        }
        // It ends for certain: what it waits for are processes that the kernel kills.
        let _ = self.keeper.wait();
    }
}

fn is_established(definition: &Value) -> bool {
    let mut conditions = definition["status"]["conditions"].as_array().into_iter().flatten();
    conditions.any(|condition| condition["type"] == "Established" && condition["status"] == "True")
}

/// Where the resources of a group and version are.
fn root(version: &str) -> String {
    if version.contains('/') { format!("/apis/{version}") } else { format!("/api/{version}") }
}

/// A directory of its own for each cluster of each process. It is short: the path of a socket has at most 107 bytes.
fn free_directory() -> PathBuf {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let runs = std::env::var_os("PETASOS_LAB_RUNS")
        .map_or_else(|| std::env::temp_dir().join("petasos-lab"), PathBuf::from);
    runs.join(format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)))
}
