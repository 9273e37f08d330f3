//! Applying an object again writes nothing.

use std::{thread, time::Duration};

use anyhow::{Result, bail};
use serde_json::Value;

use crate::lab::namespace::{Apply, Namespace};

/// How often a controller may come between.
const TRIES: usize = 50;

/// Applies an object, and once more; an error if the server writes anything then.
pub(crate) fn check(namespace: &Namespace<'_>, object: &Value) -> Result<()> {
    let apply = || namespace.apply_one(object, Apply::default())?.object();
    if !apply()?["status"].is_null() {
        // A server stores a new object without the status that it reads into it, such as the `Pending` of a claim. The first
        // write after that stores it, though no field was changed: so the second apply is written, and the third is not.
        apply()?;
    }
    for _ in 0..TRIES {
        let before =
            namespace.cluster.client.get(&namespace.cluster.path(object, &namespace.name)?)?;
        let after = apply()?;
        if version(&before) == version(&after) {
            return Ok(());
        }
        // Controllers write a status, and annotations with it, so that is seen. Nobody but an apply writes a spec here.
        if before["spec"] != after["spec"] || others(&before) == others(&after) {
            bail!("applying it again changes it:\n{before}\n{after}");
        }
        thread::sleep(Duration::from_millis(20));
    }
    bail!("controllers do not leave it alone")
}

fn version(object: &Value) -> &Value {
    &object["metadata"]["resourceVersion"]
}

/// What controllers write, and when.
fn others(object: &Value) -> (&Value, Vec<&Value>) {
    let entries = object["metadata"]["managedFields"].as_array().into_iter().flatten();
    let of_others = entries.filter(|entry| entry["manager"] != Apply::default().manager);
    (&object["status"], of_others.collect())
}
