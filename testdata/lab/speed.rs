//! What the API server makes of very much at once.

use std::{fs, process::Command, time::Instant};

use anyhow::Result;

use crate::case::PROGRAM;
use crate::lab::{
    Lab, Test, figures,
    namespace::{Apply, documents},
};

pub(crate) const TESTS: &[Test] =
    &[("speed::a_thousand_strict_applies", a_thousand_strict_applies)];

fn a_thousand_strict_applies(lab: &Lab) -> Result<()> {
    let [cluster, _] = lab.apis()?;
    let namespace = cluster.namespace("thousand")?;
    let instance = fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/examples/quickstart/instance.yaml"
    ))?;
    let directory = tempfile::tempdir()?;
    for number in 0..150 {
        let mut one = instance.replace("name: demo\n", &format!("name: demo-{number}\n"));
        one = one.replace("namespace: agents", &format!("namespace: {}", namespace.name));
        fs::write(directory.path().join(format!("{number}.yaml")), one)?;
    }
    let rendered = Command::new(PROGRAM).arg("render").arg(directory.path()).output()?;
    let objects = documents(&String::from_utf8(rendered.stdout)?)?;
    assert!(objects.len() > 1000, "{} objects", objects.len());

    let processes = cluster.process_namespace()?;
    let start = Instant::now();
    for object in &objects[..1000] {
        namespace.apply_one(object, Apply::default())?.object()?;
    }
    lab.figures.time("1,000 strict applies", start);
    let memory = figures::memory(&processes, Some("kube-apiserver"))?;
    lab.figures.memory("1,000 strict applies, memory of the API server after them", memory);
    Ok(())
}
