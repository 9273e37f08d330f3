//! `docs/defaulted-fields.md`: what servers add to what we render.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde_json::Value;

const HEAD: &str = "\
# Defaulted fields

A test applies every object that the golden cases and the examples render to API servers of Kubernetes 1.36 and 1.35, and
compares what they answer with what was rendered. Every rendered field is there with the same value. These are the fields that
the servers add by themselves to objects of those cases: what a comparison of a cluster with rendered files has to ignore. Left
out are `status`, the parts of `metadata` that are in every object (`uid`, `resourceVersion`, `creationTimestamp`, `generation`,
`managedFields`), and kinds of `argoproj.io`.

Made by `SNAPSHOTS=overwrite cargo lab test --test testdata drift`.
";

/// Values that are not the same for each object, and what they are instead.
const DIFFERENT: &[(&str, &str)] = &[
    ("metadata.namespace", "where it is applied"),
    ("spec.clusterIP", "picked by the server"),
    ("spec.clusterIPs[]", "as `clusterIP`"),
    ("spec.ports[].nodePort", "picked by the server"),
    ("spec.healthCheckNodePort", "picked by the server"),
    ("spec.template.spec.serviceAccount", "as `serviceAccountName`"),
];

/// The values that were found in a field, by the minors that added them.
type Values = BTreeMap<String, BTreeSet<&'static str>>;

/// What was found, by kind and field.
#[derive(Default)]
pub(crate) struct Page {
    kinds: BTreeMap<String, BTreeMap<String, Values>>,
    minors: BTreeSet<&'static str>,
}

impl Page {
    /// Remembers what a server of a minor added to an object.
    pub(crate) fn add(&mut self, minor: &'static str, object: &Value, added: Vec<(String, Value)>) {
        let text = |field: &str| object[field].as_str().unwrap_or_default().to_owned();
        let kind = format!("{} {}", text("apiVersion"), text("kind"));
        let fields = self.kinds.entry(kind).or_default();
        self.minors.insert(minor);
        for (path, value) in added {
            let different = DIFFERENT.iter().find(|(name, _)| *name == path);
            let value = different.map_or_else(|| format!("`{value}`"), |(_, is)| (*is).to_owned());
            fields.entry(path).or_default().entry(value).or_default().insert(minor);
        }
    }

    fn row(&self, f: &mut fmt::Formatter<'_>, path: &str, values: &Values) -> fmt::Result {
        let values: Vec<String> = values
            .iter()
            .map(|(value, minors)| {
                if *minors == self.minors {
                    return value.clone();
                }
                let minors: Vec<_> = minors.iter().copied().collect();
                format!("{value} (only by {})", minors.join(" and "))
            })
            .collect();
        writeln!(f, "| `{path}` | {} |", values.join(", "))
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEAD)?;
        for (kind, fields) in &self.kinds {
            writeln!(f, "\n## {kind}\n")?;
            if fields.is_empty() {
                writeln!(f, "Nothing.")?;
                continue;
            }
            writeln!(f, "| field | value |\n|---|---|")?;
            fields.iter().try_for_each(|(path, values)| self.row(f, path, values))?;
        }
        Ok(())
    }
}
