//! What comes from Go modules: Kubernetes, the evaluator of network policies, and Flux, compiled; and the definitions of kinds
//! that others define.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::build::SOURCES;
use crate::cache::{Cache, Key};
use crate::{argocd, step};

/// Nobody debugs these programs here, and what debuggers read takes long to write.
const NO_DEBUG_DATA: &str = "-gcflags=all=-dwarf=false";

/// The newest minor has all parts, for a node too; the one before only the server of the API.
const NEWEST: Kubernetes =
    Kubernetes { minor: "1.36", module: "go.mod", sums: "go.sum", tags: "node" };
const OLDER: Kubernetes = Kubernetes {
    minor: "1.35",
    module: "kubernetes-1.35.mod",
    sums: "kubernetes-1.35.sum",
    tags: "",
};

/// The definitions of kinds that we render, or that Flux watches, and others define: the module, and the file in it.
const DEFINITIONS: &[(&str, &str)] = &[
    (FLUX, "config/crd/bases/kustomize.toolkit.fluxcd.io_kustomizations.yaml"),
    (FLUX_SOURCES, "config/crd/bases/source.toolkit.fluxcd.io_buckets.yaml"),
    (FLUX_SOURCES, "config/crd/bases/source.toolkit.fluxcd.io_gitrepositories.yaml"),
    (FLUX_SOURCES, "config/crd/bases/source.toolkit.fluxcd.io_ocirepositories.yaml"),
    ("sigs.k8s.io/gateway-api", "config/crd/standard/gateway.networking.k8s.io_httproutes.yaml"),
    (
        "github.com/prometheus-operator/prometheus-operator",
        "example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml",
    ),
    (
        "github.com/prometheus-operator/prometheus-operator",
        "example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml",
    ),
];

/// Programs that call ours: the name here, and the package.
const ENGINES: &[(&str, &str)] = &[
    ("kustomize", "sigs.k8s.io/kustomize/kustomize/v5"),
    ("helm3", "helm.sh/helm/v3/cmd/helm"),
    ("helm4", "helm.sh/helm/v4/cmd/helm"),
];

/// What applies in Flux, and what fetches: the lab has only the first, because the other needs what no registry of modules has.
const FLUX: &str = "github.com/fluxcd/kustomize-controller";
const FLUX_SOURCES: &str = "github.com/fluxcd/source-controller";

struct Kubernetes {
    minor: &'static str,
    module: &'static str,
    sums: &'static str,
    tags: &'static str,
}

/// Builds all of it but what shares nothing, one after the other: each uses both processors, and what the ones before compiled.
pub(crate) fn build(cache: &Cache) -> Result<Vec<(&'static str, PathBuf)>> {
    Ok(vec![
        (NEWEST.minor, NEWEST.build(cache)?),
        ("argocd", argocd::build(cache)?),
        ("flux", program(cache, "flux", "Flux", &[".", FLUX])?),
        ("policies", program(cache, "policies", "the evaluator of network policies", &["."])?),
        ("definitions", definitions(cache)?),
        ("artifact", program(cache, "artifact", "Flux's package for artifacts", &["."])?),
        ("engines", engines(cache)?),
    ])
}

/// Builds the API server of the minor before.
pub(crate) fn older(cache: &Cache) -> Result<(&'static str, PathBuf)> {
    Ok((OLDER.minor, OLDER.build(cache)?))
}

impl Kubernetes {
    fn build(&self, cache: &Cache) -> Result<PathBuf> {
        let sources = Path::new(SOURCES).join("kubernetes");
        let mut key = go_key()?.with(self.tags).with(&version_flags("", self.minor));
        for file in go_files(&sources)? {
            key = key.with_file(&file)?;
        }
        key = key.with_file(&sources.join(self.module))?.with_file(&sources.join(self.sums))?;
        let version = self.version(&sources)?;
        cache.part(&format!("kubernetes-{}", self.minor), key, |out| {
            eprintln!(
                "lab: building Kubernetes {version}: several minutes where Go's own cache is empty"
            );
            let mut go = go_build(&sources, &out.join("bin/kubernetes"));
            go.arg(format!("-modfile={}", self.module))
                .arg(format!("-tags={}", self.tags))
                .arg(format!("-ldflags={}", version_flags(&version, self.minor)));
            step::run(&format!("Kubernetes {version}"), out, go)?;
            link(&out.join("bin"))
        })
    }

    /// The version that the module file asks for.
    fn version(&self, sources: &Path) -> Result<String> {
        let text = fs::read_to_string(sources.join(self.module))?;
        text.lines()
            .find_map(|line| line.trim().strip_prefix("k8s.io/kubernetes "))
            .map(str::to_owned)
            .with_context(|| format!("{} does not require k8s.io/kubernetes", self.module))
    }
}

/// kustomize and Helm, which use the Kubernetes of the newest minor, so that it is compiled once.
fn engines(cache: &Cache) -> Result<PathBuf> {
    let sources = Path::new(SOURCES).join("engines");
    let key = ENGINES.iter().fold(go_key()?, |key, (name, package)| key.with(name).with(package));
    let key = key.with_file(&sources.join("go.mod"))?.with_file(&sources.join("go.sum"))?;
    cache.part("engines", key, |out| {
        for (name, package) in ENGINES {
            let mut go = go_build(&sources, &out.join("bin").join(name));
            go.arg("-ldflags=-s -w").arg(package);
            step::run(name, out, go)?;
        }
        Ok(())
    })
}

/// A program of ours in a module of its own, and packages of others that are programs.
fn program(cache: &Cache, name: &str, title: &str, packages: &[&str]) -> Result<PathBuf> {
    let sources = Path::new(SOURCES).join(name);
    let mut key = go_key()?.with(&packages.join(" "));
    for file in ["main.go", "go.mod", "go.sum"] {
        key = key.with_file(&sources.join(file))?;
    }
    cache.part(name, key, |out| {
        eprintln!("lab: building {title}");
        fs::create_dir(out.join("bin"))?;
        let mut go = go_build(&sources, &out.join("bin"));
        go.arg("-ldflags=-s -w").args(packages);
        step::run(title, out, go)
    })
}

/// The files are taken from the modules; what `go.sum` says they are is checked by Go.
fn definitions(cache: &Cache) -> Result<PathBuf> {
    let sources = Path::new(SOURCES).join("definitions");
    let key = DEFINITIONS
        .iter()
        .fold(Key::new(), |key, (module, file)| key.with(module).with(file))
        .with_file(&sources.join("go.mod"))?
        .with_file(&sources.join("go.sum"))?;
    cache.part("definitions", key, |out| {
        for (name, file) in DEFINITIONS {
            let from = module(&sources, name)?.join(file);
            let name = from.file_name().context("a file has a name")?;
            fs::copy(&from, out.join(name)).with_context(|| format!("copy {}", from.display()))?;
        }
        Ok(())
    })
}

/// Where Go keeps the files of a module that the one in `sources` requires.
pub(crate) fn module(sources: &Path, name: &str) -> Result<PathBuf> {
    let output = Command::new("go")
        .current_dir(sources)
        .args(["mod", "download", "-json", name])
        .output()
        .context("start go")?;
    let answer: Value = serde_json::from_slice(&output.stdout).with_context(|| {
        format!("go mod download {name}: {}", String::from_utf8_lossy(&output.stderr))
    })?;
    let directory = answer["Dir"].as_str();
    let directory =
        directory.with_context(|| format!("go mod download {name}: {}", answer["Error"]))?;
    Ok(directory.into())
}

/// `go build` of the module in `sources`. Flags that change what is compiled are the same for all, so that they share it.
pub(crate) fn go_build(sources: &Path, out: &Path) -> Command {
    let mut go = Command::new("go");
    go.current_dir(sources)
        .args(["build", "-v", "-buildvcs=false", "-mod=readonly", NO_DEBUG_DATA, "-o"])
        .arg(out);
    go
}

/// A name in `bin` for each part: called by it, the binary is that part.
fn link(bin: &Path) -> Result<()> {
    let usage = Command::new(bin.join("kubernetes")).output()?;
    let usage = String::from_utf8(usage.stderr)?;
    // `usage: kubernetes PART|PART [ARGUMENT...]`, or one part alone.
    let parts = usage.split_whitespace().nth(2).context("the binary names no parts")?;
    parts.split('|').try_for_each(|part| Ok(symlink("kubernetes", bin.join(part))?))
}

fn version_flags(version: &str, minor: &str) -> String {
    // Kubernetes' own build stamps these; without them kubectl and client libraries cannot parse the server's version.
    let minor = minor.rsplit('.').next().unwrap_or_default();
    let packages = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"];
    packages.iter().fold("-s -w".to_owned(), |flags, package| {
        flags + &format!(" -X {package}.gitVersion={version} -X {package}.gitMajor=1 -X {package}.gitMinor={minor}")
    })
}

/// What every build depends on.
pub(crate) fn go_key() -> Result<Key> {
    let output = Command::new("go").arg("version").output().context("start go")?;
    Ok(Key::new().with(&String::from_utf8(output.stdout)?).with(NO_DEBUG_DATA))
}

pub(crate) fn go_files(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "go") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
