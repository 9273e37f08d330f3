//! The functions of CEL that Kubernetes has: each expression, and its opposite, is a rule of one field, and each input is the
//! value of all fields. An expression that cannot be computed is refused both ways.

use std::fmt::Write as _;

use anyhow::{Context as _, Result, ensure};
use petasos::{api::Kind, schema::Schema};
use serde_json::{Map, Value, json};

use crate::lab::{
    Lab,
    cluster::Cluster,
    namespace::Apply,
    verdict::{
        expect_page,
        judge::{self, Verdict},
        sample::list,
    },
};

const KIND: Kind = Kind {
    group: "lab.example",
    version: "v1",
    kind: "Function",
    plural: "functions",
    namespaced: false,
};

const HEAD: &str = "\
# CEL functions

A test gives API servers of Kubernetes 1.36 and 1.35, and this program, a kind whose fields have these rules, and objects whose
fields all have one of these values. It lists for how many values an expression is true, is false, and cannot be computed.
Where the three disagree the test fails.

Made by `SNAPSHOTS=overwrite cargo lab test --test testdata verdict`, from `testdata/lab/verdict/functions.json`.

| expression | true | false | neither |
|---|--:|--:|--:|
";

/// What the three say about every expression and input.
pub(super) fn functions_of_rules(lab: &Lab) -> Result<()> {
    let table: Value = serde_json::from_str(include_str!("functions.json"))?;
    let rules: Vec<String> = list(&table["expressions"])
        .filter_map(Value::as_str)
        .flat_map(|rule| [rule.to_owned(), format!("!({rule})")])
        .collect();
    let structure = structure(&rules);
    let schema = Schema::from_value(&structure)?;
    let clusters = lab.apis()?;
    clusters.iter().try_for_each(|cluster| install(cluster, &structure))?;
    let mut differences = String::new();
    let mut true_and_false = vec![[0, 0]; rules.len() / 2];
    for input in list(&table["inputs"]) {
        let object = object(input, rules.len()).to_string();
        let ours = judge::ours(&object, &schema);
        for (cluster, minor) in clusters.iter().zip(["1.36", "1.35"]) {
            let theirs = judge::servers(&cluster.client, &KIND, "", ("application/json", &object))?;
            for (number, rule) in rules.iter().enumerate() {
                let [here, there] = [&ours, &theirs].map(|verdict| holds(verdict, number));
                if here != there {
                    writeln!(differences, "{rule} of {input}: {here} here, {there} by {minor}")?;
                }
            }
        }
        for (number, counts) in true_and_false.iter_mut().enumerate() {
            counts[0] += usize::from(holds(&ours, 2 * number));
            counts[1] += usize::from(holds(&ours, 2 * number + 1));
        }
    }
    ensure!(differences.is_empty(), "{differences}");
    let total = list(&table["inputs"]).count();
    let mut page = HEAD.to_owned();
    for (rule, [yes, no]) in rules.iter().step_by(2).zip(true_and_false) {
        let neither = total - yes - no;
        writeln!(page, "| `{}` | {yes} | {no} | {neither} |", rule.replace('|', "\\|"))?;
    }
    expect_page("docs/cel-functions.md", &page)
}

fn name(number: usize) -> String {
    format!("rule{number}")
}

fn structure(rules: &[String]) -> Value {
    let field = |rule| json!({"type": "string", "maxLength": 64, "x-kubernetes-validations": [{"rule": rule}]});
    let fields: Map<String, Value> =
        rules.iter().enumerate().map(|(number, rule)| (name(number), field(rule))).collect();
    json!({"type": "object", "properties": {"spec": {"type": "object", "properties": fields}}})
}

fn object(input: &Value, count: usize) -> Value {
    let fields: Map<String, Value> =
        (0..count).map(|number| (name(number), input.clone())).collect();
    json!({
        "apiVersion": KIND.api_version(), "kind": KIND.kind, "metadata": {"name": "demo"}, "spec": fields,
    })
}

fn install(cluster: &Cluster, structure: &Value) -> Result<()> {
    let namespace = cluster.namespace("functions")?;
    let definition = json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("{}.{}", KIND.plural, KIND.group)},
        "spec": {
            "group": KIND.group,
            "scope": "Cluster",
            "names": {"kind": KIND.kind, "plural": KIND.plural},
            "versions": [{
                "name": KIND.version, "served": true, "storage": true,
                "schema": {"openAPIV3Schema": structure},
            }],
        },
    });
    namespace.apply_one(&definition, Apply::default())?.object()?;
    cluster.wait_for_definitions()?;
    // What is established is not served at once.
    let sample = json!({"apiVersion": format!("{}/{}", KIND.group, KIND.version), "kind": KIND.kind, "metadata": {"name": "none"}});
    cluster.path(&sample, &namespace.name).map(drop).context("wait for the kind of the functions")
}

/// Whether a rule holds.
fn holds(verdict: &Verdict, number: usize) -> bool {
    match verdict {
        Verdict::Refused(paths) => !paths.contains(&format!("spec.{}", name(number))),
        Verdict::Accepted | Verdict::Undecided => true,
    }
}
