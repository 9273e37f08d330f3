//! A source of Flux, with the repository that it stands for: what source-controller would fetch is put where Flux looks for it.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::lab::{
    Lab, engine::Reporter, flux::cluster, namespace::Namespace, repository::Repository,
};

/// How manifests get to Flux.
#[derive(Clone, Copy)]
pub(crate) enum Way {
    /// On the branch that `petasos commit` writes.
    Branch,
    /// As an artifact of the directory that `petasos render` writes.
    Artifact,
}

/// A source. It is deleted with this value.
pub(crate) struct Source<'a> {
    /// Where the instances are, below `agents`, and the project file.
    pub(crate) repository: Repository,
    way: Way,
    target: String,
    /// Where the server of files has its files.
    artifacts: PathBuf,
    object: Reporter<'a>,
}

impl<'a> Source<'a> {
    /// A source that has nothing yet.
    pub(crate) fn apply(
        lab: &Lab,
        namespace: &'a Namespace<'a>,
        way: Way,
        repository: Repository,
        object: &Value,
    ) -> Result<Self> {
        let artifacts = cluster(lab)?.directory.join("flux/artifacts");
        let target = namespace.name.clone();
        Ok(Self { repository, way, target, artifacts, object: Reporter::apply(namespace, object)? })
    }

    /// Commits what is in the repository, renders it with the options of the way, and returns the revision that there is now.
    pub(crate) fn publish(&self, options: &[&str]) -> Result<String> {
        self.repository.commit("change")?;
        match self.way {
            Way::Branch => self.publish_branch(options),
            Way::Artifact => {
                let directory = tempfile::tempdir()?;
                let rendered = directory.path().join("rendered");
                self.render(&rendered, options)?;
                self.publish_directory(&rendered)
            }
        }
    }

    fn publish_branch(&self, options: &[&str]) -> Result<String> {
        let command = ["commit", "--create-branch", "--target", &self.target];
        self.repository.petasos(&[&command, options].concat())?;
        let source = self.object.get()?;
        let branch = source["spec"]["ref"]["branch"].as_str().context("a branch")?;
        let commit = self.repository.git(&["rev-parse", branch])?;
        let archive = tempfile::NamedTempFile::new()?;
        let output = archive.path().display().to_string();
        self.repository.git(&["archive", "--format=tar.gz", "--output", &output, branch])?;
        self.serve(archive.path(), format!("{branch}@sha1:{commit}"))
    }

    /// Renders the target into a directory that is not there yet.
    pub(crate) fn render(&self, directory: &Path, options: &[&str]) -> Result<()> {
        let output = directory.display().to_string();
        let command = ["render", "--target", &self.target, "--output", &output];
        self.repository.petasos(&[&command, options].concat()).map(drop)
    }

    /// The files of a directory as an artifact.
    pub(crate) fn publish_directory(&self, directory: &Path) -> Result<String> {
        let archive = tempfile::NamedTempFile::new()?;
        let mut tar = Command::new("tar");
        tar.args(["--create", "--gzip", "--file"]).arg(archive.path());
        let output = tar.arg("--directory").arg(directory).arg(".").output()?;
        ensure!(output.status.success(), "tar: {}", String::from_utf8_lossy(&output.stderr));
        let digest = digest(&fs::read(archive.path())?);
        self.serve(archive.path(), format!("latest@sha256:{digest}"))
    }

    /// Does what source-controller does once it has fetched: the archive has an address, and the source says it.
    fn serve(&self, archive: &Path, revision: String) -> Result<String> {
        let bytes = fs::read(archive)?;
        let digest = digest(&bytes);
        let name = format!("{digest}.tar.gz");
        fs::write(self.artifacts.join(&name), bytes)?;
        let time = "2026-01-02T03:04:05Z";
        let generation = self.object.get()?["metadata"]["generation"].clone();
        self.object.patch_status(&json!({
            "observedGeneration": generation,
            "artifact": {
                "url": format!("http://127.0.0.1:9090/{name}"), "digest": format!("sha256:{digest}"),
                "path": name, "revision": revision, "lastUpdateTime": time,
            },
            "conditions": [{
                "type": "Ready", "status": "True", "reason": "Succeeded", "message": "stored",
                "lastTransitionTime": time, "observedGeneration": generation,
            }],
        }))?;
        Ok(revision)
    }
}

/// A SHA-256 in hexadecimal.
fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Instances in a repository, with a project file whose one target is the namespace.
pub(crate) fn project(
    namespace: &Namespace<'_>,
    branch: &str,
    path: &str,
    files: &[(&str, &str)],
) -> Result<Repository> {
    let name = &namespace.name;
    let target = json!({"name": name, "namespace": name, "branch": branch, "path": path});
    let project = json!({"sources": ["agents"], "targets": [target]}).to_string();
    Repository::new(&[&[("petasos.yaml", &*project)], files].concat())
}
