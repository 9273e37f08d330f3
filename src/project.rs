//! The project file `petasos.yaml`: what is rendered, with which packs, for which targets.

use std::sync::{Arc, LazyLock};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    api,
    diagnostic::{Diagnostic, Level, Source},
    document::{self, Document},
    field_path::PathRef,
    schema::{self, Schema},
};

mod check;
mod ignore;
mod overlay;
mod patch;

pub use check::branch as branch_problem;
pub use ignore::Ignore;
pub use overlay::apply;

/// The name of the project file.
pub const FILE: &str = "petasos.yaml";

/// What `petasos.yaml` says.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Settings {
    /// Files and directories to read, relative to this file
    #[serde(default = "here")]
    pub sources: Vec<String>,
    /// Directories with packs, relative to this file
    #[serde(default)]
    pub packs: Vec<String>,
    /// Files and directories that are passed over: a name such as `drafts`, or a path from this file such as
    /// `agents/*.draft.yaml`; `*` stands for a part of a name, `**` for any directories
    #[serde(default)]
    pub ignore: Vec<String>,
    /// The places that instances are rendered for
    #[serde(default)]
    pub targets: Vec<Target>,
    /// What comparisons leave out
    #[serde(default)]
    pub diff: Diff,
}

/// One place that instances are rendered for: a cluster, an environment, or a namespace.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Target {
    /// How the command line names it
    pub name: String,
    /// Files and directories to read instead of the project's
    pub sources: Option<Vec<String>>,
    /// The branch that the manifests are committed to
    pub branch: Option<String>,
    /// The directory on the branch that the manifests are written to; the root without it
    #[serde(default)]
    pub path: String,
    /// The namespace of instances that name none
    pub namespace: Option<String>,
    /// The Kubernetes of the cluster, such as `"1.35"`: fields that it does not have are found when they are rendered
    pub kubernetes_version: Option<String>,
    /// Changes to documents of the input, applied in this order
    #[serde(default)]
    pub overlays: Vec<Overlay>,
    /// Whether the instances themselves are part of the output, for a controller in the cluster
    #[serde(default)]
    pub include_instances: bool,
    /// Instances, as namespace/name, whose volumes may go when they are no longer rendered; `_no-namespace` or `_cluster` stands for
    /// the namespace of what has none
    #[serde(default)]
    pub remove: Vec<String>,
    /// Whether gitops-promoter watches the branch: commits then go to its proposed branch, which ends in `-next`
    #[serde(default)]
    pub promoter: bool,
}

/// One change to some documents of the input.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Overlay {
    /// Which documents: a kind, kind/name, or kind/namespace/name; `*` stands for a whole part
    pub select: String,
    /// Operations as RFC 6902 has them
    #[serde(default)]
    pub patch: Vec<patch::Operation>,
    /// A document that is merged as RFC 7396 has it: null removes a field
    #[serde(default)]
    #[schemars(schema_with = "api::structural::any_object")]
    pub merge: Option<Value>,
}

/// What comparisons leave out.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Diff {
    /// Fields whose changes are not shown, as `--ignore` of `petasos diff` takes them
    #[serde(default)]
    pub ignore: Vec<String>,
}

fn here() -> Vec<String> {
    vec![".".to_owned()]
}

/// A project file and where each of its values stands.
#[derive(Debug)]
pub struct Project {
    /// What it says.
    pub settings: Settings,
    document: Document,
}

impl Target {
    /// A target that no project file names: a directory on a branch, and nothing else.
    pub fn at(path: &str) -> Result<Self, String> {
        match check::below_root(path).filter(|_| !path.is_empty()) {
            Some(why) => Err(format!("{path:?} {why}")),
            None => Ok(Target { path: path.to_owned(), ..Target::default() }),
        }
    }
}

impl Project {
    /// Reads a project file. None if anything in it is wrong, and the report says what.
    pub fn read(source: &Arc<Source>, report: &mut Vec<Diagnostic>) -> Option<Self> {
        let before = report.len();
        let mut documents = document::read(source, report);
        let document = match documents.len() {
            // An empty file is a project with no settings.
            0 => Document::empty(source),
            _ => documents.swap_remove(0),
        };
        schema::fields(&document.value, schema(), PathRef::Root, &mut |problem| {
            report.push(Diagnostic { object: None, ..problem.in_document(&document) });
        });
        if report[before..].iter().any(|one| one.level() == Level::Error) {
            return None;
        }
        // The schema is made from the type, so that what it accepts can be read.
        let settings = serde_json::from_value(document.value.clone()).ok()?;
        let project = Project { settings, document };
        check::check(&project, report);
        let is_fine = report[before..].iter().all(|one| one.level() != Level::Error);
        is_fine.then_some(project)
    }

    /// The target of this name, or the names that there are.
    pub fn target(&self, name: &str) -> Result<&Target, Vec<&str>> {
        let named = |target: &&Target| target.name == name;
        let names = || self.settings.targets.iter().map(|target| target.name.as_str()).collect();
        self.settings.targets.iter().find(named).ok_or_else(names)
    }
}

fn schema() -> &'static Schema {
    static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
        let schema = Value::Object(api::structural::of::<Settings>());
        Schema::from_value(&schema).expect("the schema of our own type can be read")
    });
    &SCHEMA
}

/// The JSON Schema of the project file, for editors.
pub fn json_schema() -> Value {
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": FILE,
    });
    let settings = api::closed(&Value::Object(api::structural::of::<Settings>()));
    if let (Value::Object(schema), Value::Object(settings)) = (&mut schema, settings) {
        schema.extend(settings);
    }
    schema
}

#[cfg(test)]
mod tests;
