//! Everything that the program prints is accepted by the API servers, strictly.

use std::fs;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

use crate::case::sorted;
use crate::lab::{
    Lab, Test,
    cluster::Cluster,
    golden::{identity, is_foreign, move_into, root, streams},
    namespace::{Apply, Namespace, documents},
};

pub(crate) const TESTS: &[Test] = &[
    ("accepted::definitions_of_our_kinds", definitions_of_our_kinds),
    ("accepted::inputs_of_every_example", inputs_of_every_example),
    ("accepted::every_golden_object", every_golden_object),
];

fn definitions_of_our_kinds(lab: &Lab) -> Result<()> {
    lab.apis()?.into_iter().try_for_each(|cluster| install_definitions(lab, cluster))
}

fn inputs_of_every_example(lab: &Lab) -> Result<()> {
    let mut inputs = inputs()?;
    ensure!(inputs.len() >= 6, "{} inputs: the others are not found", inputs.len());
    for cluster in lab.apis()? {
        install_definitions(lab, cluster)?;
        let namespace = cluster.namespace("inputs")?;
        for input in &mut inputs {
            move_into(&namespace.name, input);
            let answer = namespace.apply_one(input, Apply { dry_run: true, ..Apply::default() })?;
            answer.object().with_context(|| identity(input))?;
        }
    }
    Ok(())
}

/// The custom resources of the examples, but of those that show mistakes.
fn inputs() -> Result<Vec<Value>> {
    let mut inputs = Vec::new();
    for example in sorted(&root().join("examples")) {
        let is_good = !example.join("status").exists();
        for file in sorted(&example).into_iter().filter(|_| is_good) {
            if file.extension().is_some_and(|extension| extension == "yaml") {
                inputs.extend(documents(&fs::read_to_string(&file)?)?);
            }
        }
    }
    inputs.retain(|input| !is_foreign(input));
    Ok(inputs)
}

/// Each object is applied, and each Pod that it would become is asked about.
fn every_golden_object(lab: &Lab) -> Result<()> {
    for cluster in lab.apis()? {
        install_definitions(lab, cluster)?;
        for stream in streams()? {
            let namespace = cluster.namespace("accepted")?;
            for object in stream.objects(&namespace.name) {
                check_object(&namespace, &object)
                    .with_context(|| format!("{} of {}", identity(&object), stream.origin))?;
            }
        }
    }
    Ok(())
}

/// Our kinds, those of others that we render, and the classes that Pods of the cases name.
pub(crate) fn install_definitions(lab: &Lab, cluster: &Cluster) -> Result<()> {
    let namespace = cluster.namespace("definitions")?;
    let directories = [
        root().join("crds"),
        lab.parts.join("definitions"),
        lab.parts.join("argocd/definitions"),
        root().join("testdata/lab/classes"),
    ];
    for file in directories.iter().flat_map(|directory| sorted(directory)) {
        namespace.apply(&fs::read_to_string(&file)?, Apply::default())?;
    }
    cluster.wait_for_definitions()
}

fn check_object(namespace: &Namespace<'_>, object: &Value) -> Result<()> {
    namespace.apply_one(object, Apply::default())?.object()?;
    check_pod(namespace, object)
}

/// A workload is accepted with a Pod that is not: Pod Security refuses Pods. So the server is asked about the Pod, too.
fn check_pod(namespace: &Namespace<'_>, object: &Value) -> Result<()> {
    let template = &object["spec"]["template"];
    if template["spec"]["containers"].is_null() {
        return Ok(());
    }
    let mut pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": template["metadata"], "spec": template["spec"]});
    pod["metadata"]["name"] = "as-the-template-says".into();
    pod["metadata"]["namespace"] = object["metadata"]["namespace"].clone();
    // One that the case expects to be there, or the controllers have not made yet.
    let account = template["spec"]["serviceAccountName"].as_str().unwrap_or("default");
    let account =
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": account}});
    let administrator = Apply { manager: "administrator", ..Apply::default() };
    namespace.apply_one(&account, administrator)?.object()?;
    let answer = namespace.apply_one(&pod, Apply { dry_run: true, ..Apply::default() })?;
    // The image's own supervisor starts as root; its profile is for namespaces that do not enforce `restricted`.
    let as_root = template["spec"]["securityContext"]["runAsNonRoot"] != true;
    match answer.status {
        403 if as_root && answer.to_string().contains("violates PodSecurity") => Ok(()),
        200..300 if !as_root => Ok(()),
        _ => bail!("its Pod: {answer}"),
    }
}
