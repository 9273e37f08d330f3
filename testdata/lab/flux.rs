//! The real Flux in the cluster: its kustomize-controller, which applies what petasos rendered. In place of its source-controller,
//! a test says what there is to apply, and a server of files has it.

pub(crate) mod files;
pub(crate) mod kustomization;
pub(crate) mod life;
pub(crate) mod problems;
pub(crate) mod source;
pub(crate) mod substitution;
pub(crate) mod table;

use anyhow::Result;

use crate::lab::{Lab, accepted, cluster::Cluster, engine};

/// The namespace of Flux's objects.
pub(crate) const NAMESPACE: &str = "flux-system";

/// The cluster with Flux in it.
pub(crate) fn cluster(lab: &Lab) -> Result<&Cluster> {
    engine::cluster(lab, &lab.flux, "Flux", start_in)
}

fn start_in(lab: &Lab, cluster: &Cluster) -> Result<()> {
    accepted::install_definitions(lab, cluster)?;
    cluster.ensure_namespace(NAMESPACE)?;
    engine::run(lab, cluster, "flux", &[])
}
