//! Files that the program makes and that are checked in: definitions, schemas, and reference pages.

use std::path::Path;

use libtest_mimic::{Failed, Trial};

use crate::case::{expect, run};

/// A project with targets.
const PROJECT: &str = "testdata/cases/flux-kustomization";

/// Each generated file and the call of the program that prints it.
const GENERATED: &[(&str, &[&str])] = &[
    ("docs/diagnostics.md", &["explain", "--markdown"]),
    ("docs/petasos.schema.json", &["schema"]),
    ("docs/project.schema.json", &["schema", "--project"]),
    ("docs/diff.schema.json", &["schema", "--diff"]),
    ("crds/hermesinstances-hermes-agent.yaml", &["crds", "hermesinstances"]),
    ("crds/hermesclusterdefaults-hermes-agent.yaml", &["crds", "hermesclusterdefaults"]),
    ("crds/hermesselfconfigs-hermes-agent.yaml", &["crds", "hermesselfconfigs"]),
    ("crds/clusterroles.yaml", &["crds", "--roles"]),
    (
        "flux/git.yaml",
        &[
            "flux",
            "kustomization",
            PROJECT,
            "--target=prod",
            "--url=https://git.example.com/platform/agents.git",
        ],
    ),
    (
        "flux/artifact.yaml",
        &[
            "flux",
            "kustomization",
            PROJECT,
            "--target=prod",
            "--oci=oci://ghcr.io/platform/agents",
            "--verify=cosign",
        ],
    ),
];

pub(crate) fn trials() -> Vec<Trial> {
    let printed = GENERATED.iter().map(|(file, arguments)| {
        Trial::test(format!("generated/{file}"), move || {
            let output = run(Path::new("."), arguments, "")?;
            check(file, &String::from_utf8_lossy(&output.stdout))
        })
    });
    let reference =
        Trial::test("generated/docs/cli.md", || check("docs/cli.md", &petasos::cli::reference()));
    let versions = Trial::test("generated/docs/versions.md", || {
        check("docs/versions.md", &petasos::agent::reference())
    });
    printed.chain([reference, versions]).collect()
}

fn check(file: &str, text: &str) -> Result<(), Failed> {
    if text.is_empty() {
        return Err(format!("the program prints nothing for {file}").into());
    }
    expect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(file), text)
}
