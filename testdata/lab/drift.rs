//! No drift: what a server has is what we rendered and what it adds by itself, which `docs/defaulted-fields.md` lists; and
//! applying our output again writes nothing.

mod again;
mod compare;
mod page;

use anyhow::{Context as _, Result, bail, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::lab::{
    Lab, Test, accepted,
    cluster::Cluster,
    drift::{compare::compare, page::Page},
    expect_page,
    golden::{identity, streams},
    namespace::{Apply, Namespace},
};

pub(crate) const TESTS: &[Test] = &[
    ("drift::applying_again_writes_nothing", applying_again_writes_nothing),
    ("drift::servers_add_what_the_page_lists", servers_add_what_the_page_lists),
    ("drift::kubectl_diff_finds_nothing", kubectl_diff_finds_nothing),
];

const PAGE: &str = "docs/defaulted-fields.md";

/// The comparison itself needs no cluster.
pub(crate) fn trials() -> Vec<Trial> {
    compare::trials()
}

fn applying_again_writes_nothing(lab: &Lab) -> Result<()> {
    for cluster in lab.apis()? {
        each_object(lab, cluster, again::check)?;
    }
    Ok(())
}

fn servers_add_what_the_page_lists(lab: &Lab) -> Result<()> {
    let mut page = Page::default();
    for (minor, cluster) in ["1.36", "1.35"].into_iter().zip(lab.apis()?) {
        each_object(lab, cluster, |namespace, object| {
            // The answer to the first apply is the server's alone: no controller has seen the object yet.
            let live = namespace.apply_one(object, Apply::default())?.object()?;
            let difference = compare(object, &live);
            if !difference.changed.is_empty() {
                bail!("the server changes what we rendered:\n{}", difference.changed.join("\n"));
            }
            page.add(minor, object, difference.added);
            Ok(())
        })?;
    }
    expect_page(PAGE, &page.to_string())
}

/// What a person sees who compares by hand, both ways that `kubectl` has.
fn kubectl_diff_finds_nothing(lab: &Lab) -> Result<()> {
    let [cluster, _] = lab.apis()?;
    accepted::install_definitions(lab, cluster)?;
    let streams = streams()?;
    let quickstart = streams.iter().find(|stream| stream.origin == "examples/quickstart");
    let namespace = cluster.namespace("diff")?;
    let mut objects = quickstart.context("the quickstart prints objects")?.objects(&namespace.name);
    for object in &objects {
        namespace.apply_one(object, Apply::default())?.object()?;
    }
    let ways: [&[&str]; 2] = [&["--server-side", "--field-manager=lab"], &[]];
    for way in ways {
        let found = kubectl_diff(cluster, way, &objects)?;
        ensure!(found.is_empty(), "kubectl diff {} finds:\n{found}", way.join(" "));
    }
    let labels = objects.first_mut().context("the quickstart prints an object")?;
    labels["metadata"]["labels"]["other"] = "label".into();
    for way in ways {
        let found = kubectl_diff(cluster, way, &objects)?;
        ensure!(found.contains("other: label"), "kubectl diff does not see a new label:\n{found}");
    }
    Ok(())
}

/// The differences that `kubectl diff` prints.
fn kubectl_diff(cluster: &Cluster, way: &[&str], objects: &[Value]) -> Result<String> {
    let command = [&["kubectl", "diff", "--filename=-"], way].concat();
    let list = json!({"apiVersion": "v1", "kind": "List", "items": objects});
    let output = cluster.run(&command, &list.to_string())?;
    match output.status.code() {
        Some(0 | 1) => Ok(String::from_utf8(output.stdout)?),
        _ => bail!("{}", String::from_utf8_lossy(&output.stderr)),
    }
}

/// Does something with every golden object, each stream in a new namespace.
fn each_object(
    lab: &Lab,
    cluster: &Cluster,
    mut check: impl FnMut(&Namespace<'_>, &Value) -> Result<()>,
) -> Result<()> {
    accepted::install_definitions(lab, cluster)?;
    for stream in streams()? {
        let namespace = cluster.namespace("drift")?;
        for object in stream.objects(&namespace.name) {
            check(&namespace, &object)
                .with_context(|| format!("{} of {}", identity(&object), stream.origin))?;
        }
    }
    Ok(())
}
