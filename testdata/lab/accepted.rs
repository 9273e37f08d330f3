//! Everything that the program prints is accepted by the API servers, strictly, and applying it again changes nothing.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

use crate::case::{PROGRAM, sorted};
use crate::lab::{
    Lab, Test,
    cluster::Cluster,
    namespace::{Apply, Namespace, documents},
};

pub(crate) const TESTS: &[Test] = &[
    ("accepted::definitions_of_our_kinds", definitions_of_our_kinds),
    ("accepted::inputs_and_outputs_of_every_example", inputs_and_outputs_of_every_example),
    ("accepted::every_golden_object", every_golden_object),
];

/// Groups of kinds that no cluster has by itself. Their objects are ours to render and others' to define.
const FOREIGN: &[&str] =
    &["argoproj.io/", "gateway.networking.k8s.io/", "monitoring.coreos.com/", "example.com/"];

fn definitions_of_our_kinds(lab: &Lab) -> Result<()> {
    lab.apis()?.into_iter().try_for_each(install_definitions)
}

fn inputs_and_outputs_of_every_example(lab: &Lab) -> Result<()> {
    for cluster in lab.apis()? {
        install_definitions(cluster)?;
        for example in sorted(&root().join("examples")) {
            if !example.join("cmd").exists() {
                for input in sorted(&example)
                    .into_iter()
                    .filter(|path| path.extension().is_some_and(|is| is == "yaml"))
                {
                    check(cluster, &input, &fs::read_to_string(&input)?)?;
                }
                check(cluster, &example, &render(&example)?)?;
            }
        }
    }
    Ok(())
}

fn every_golden_object(lab: &Lab) -> Result<()> {
    for cluster in lab.apis()? {
        install_definitions(cluster)?;
        for case in
            ["examples", "testdata/cases"].iter().flat_map(|below| sorted(&root().join(below)))
        {
            let command = fs::read_to_string(case.join("cmd")).unwrap_or_default();
            let rendered = fs::read_to_string(case.join("stdout")).unwrap_or_default();
            if command.starts_with("render ") && rendered.starts_with("apiVersion: ") {
                check(cluster, &case, &rendered)?;
            }
        }
    }
    Ok(())
}

pub(crate) fn install_definitions(cluster: &Cluster) -> Result<()> {
    let namespace = cluster.namespace("definitions")?;
    for file in sorted(&root().join("crds")) {
        namespace.apply(&fs::read_to_string(&file)?, Apply::default())?;
    }
    cluster.wait_for_definitions()
}

/// Each document is applied, each Pod that it would become is asked about, and a second time nothing changes.
fn check(cluster: &Cluster, origin: &Path, text: &str) -> Result<()> {
    let namespace = cluster.namespace("accepted")?;
    for object in documents(text)? {
        let version = object["apiVersion"].as_str().unwrap_or_default();
        if FOREIGN.iter().any(|group| version.starts_with(group)) {
            continue;
        }
        let name = format!("{} of {}", identity(&object), origin.display());
        check_object(&namespace, &object).with_context(|| name)?;
    }
    Ok(())
}

fn check_object(namespace: &Namespace<'_>, object: &Value) -> Result<()> {
    if let Some(named) = object["metadata"]["namespace"].as_str() {
        namespace.cluster.ensure_namespace(named)?;
    }
    let apply = || namespace.apply_one(object, Apply::default())?.object();
    // A claim is written once more at its second apply, by the server's own doing and with no field changed.
    let (_, second, third) = (apply()?, apply()?, apply()?);
    let version = |object: &Value| object["metadata"]["resourceVersion"].clone();
    ensure!(
        version(&second) == version(&third),
        "applying it again changes it:\n{second}\n{third}"
    );
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
    let answer = namespace.apply_one(&pod, Apply { dry_run: true, ..Apply::default() })?;
    // The image's own supervisor starts as root; its profile is for namespaces that do not enforce `restricted`.
    let as_root = template["spec"]["securityContext"]["runAsNonRoot"] != true;
    match answer.status {
        403 if as_root && answer.to_string().contains("violates PodSecurity") => Ok(()),
        200..300 if !as_root => Ok(()),
        _ => bail!("its Pod: {answer}"),
    }
}

fn render(input: &Path) -> Result<String> {
    let output = Command::new(PROGRAM).arg("render").arg(input).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

fn identity(object: &Value) -> String {
    let kind = object["kind"].as_str().unwrap_or("an object without kind");
    format!("{kind} {}", object["metadata"]["name"].as_str().unwrap_or("without name"))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
