//! What petasos prints for Flux: the files in `flux/`, and the output of cases.

use std::fs;

use anyhow::{Context as _, Result, ensure};

use crate::case::sorted;
use crate::lab::{
    Lab, Test,
    agent::instance::Agent,
    flux::{
        cluster,
        kustomization::Kustomization,
        source::{Way, project},
    },
    golden::{identity, root},
    namespace::{Apply, documents},
    resting::suspended,
};

pub(crate) const TESTS: &[Test] = &[
    ("flux::controller::the_files_in_flux_apply_as_they_are", the_files_in_flux_apply),
    ("flux::controller::what_is_printed_for_flux_is_accepted", what_is_printed_is_accepted),
];

/// A source that is a branch, and then one that is an artifact of the same: the Kustomization of both has one name, and
/// nothing that it applied changes with its source.
fn the_files_in_flux_apply(lab: &Lab) -> Result<()> {
    let agent = Agent::prepare(lab, "flux-files")?;
    let rests = suspended(&agent.instance, "agent");
    let with = |file: &str, way| -> Result<Kustomization<'_>> {
        let files = [("agents/agent.json", &*rests)];
        // The branch and the path that the file names.
        let repository = project(&agent.namespace, "env/prod", "clusters/eu", &files)?;
        let objects = documents(&fs::read_to_string(root().join("flux").join(file))?)?;
        let mut kustomization =
            Kustomization::apply(lab, &agent.namespace, way, repository, &objects)?;
        kustomization.publish(&[])?;
        Ok(kustomization)
    };
    let branch = with("git.yaml", Way::Branch)?;
    let found = branch.wait_ready()?;
    let before = branch.versions(&found)?;
    let artifact = with("artifact.yaml", Way::Artifact)?;
    let found = artifact.wait_ready()?;
    assert_eq!(artifact.versions(&found)?, before);
    Ok(())
}

/// Every option that the cases give, held against the definitions of Flux.
fn what_is_printed_is_accepted(lab: &Lab) -> Result<()> {
    let namespace = cluster(lab)?.namespace("flux-accepted")?;
    let mut printed = Vec::new();
    for case in sorted(&root().join("testdata/cases")) {
        let command = fs::read_to_string(case.join("cmd")).unwrap_or_default();
        if command.starts_with("flux kustomization ") && !case.join("status").exists() {
            printed.extend(documents(&fs::read_to_string(case.join("stdout"))?)?);
        }
    }
    ensure!(printed.len() >= 4, "{} objects: the others are not found", printed.len());
    for object in &printed {
        let answer = namespace.apply_one(object, Apply { dry_run: true, ..Apply::default() })?;
        answer.object().with_context(|| identity(object))?;
    }
    Ok(())
}
