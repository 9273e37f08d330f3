//! The parts of Argo CD, compiled, and the files of its module that they want.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::build::SOURCES;
use crate::cache::Cache;
use crate::go::{go_build, go_files, go_key, module};
use crate::step;

const MODULE: &str = "github.com/argoproj/argo-cd/v3";

/// Definitions of the kinds that the application controller wants to be there.
const DEFINITIONS: &[&str] =
    &["application-crd.yaml", "applicationset-crd.yaml", "appproject-crd.yaml"];

/// What the repository server asks whether a commit is signed; it is in the PATH of its image.
const VERIFIER: &str = "git-verify-wrapper.sh";

/// Builds it in the module of Kubernetes: what both are made of is compiled once.
pub(crate) fn build(cache: &Cache) -> Result<PathBuf> {
    let sources = Path::new(SOURCES).join("kubernetes");
    let mut key = DEFINITIONS.iter().fold(go_key()?.with(VERIFIER), |key, name| key.with(name));
    for file in go_files(&sources.join("argocd"))? {
        key = key.with_file(&file)?;
    }
    key = key.with_file(&sources.join("go.mod"))?.with_file(&sources.join("go.sum"))?;
    cache.part("argocd", key, |out| {
        eprintln!("lab: building Argo CD");
        let mut go = go_build(&sources, &out.join("bin/argocd"));
        go.arg("-ldflags=-s -w").arg("./argocd");
        step::run("Argo CD", out, go)?;
        let module = module(&sources, MODULE)?;
        fs::create_dir(out.join("definitions"))?;
        for name in DEFINITIONS {
            copy(&module.join("manifests/crds").join(name), &out.join("definitions").join(name))?;
        }
        let verifier = out.join("bin").join(VERIFIER);
        copy(&module.join("hack").join(VERIFIER), &verifier)?;
        Ok(fs::set_permissions(verifier, fs::Permissions::from_mode(0o755))?)
    })
}

/// What Go keeps of modules is read only, and a copy of the file itself would be, too.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let text = fs::read(from).with_context(|| format!("read {}", from.display()))?;
    Ok(fs::write(to, text)?)
}
