//! The preview for programs. `docs/diff.schema.json` says what it holds.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::{
    diagnostic::Level,
    diff::{Delta, Edit, Happened, InstanceName},
    object::Identity,
    preview::{Counts, Preview, Shown},
    risk::Risk,
};

/// What differs between two sets of objects, as `petasos diff --output json` writes it. Values of secrets are fingerprints.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "petasos diff")]
struct Document<'a> {
    /// 1. Another number means that a program for this one may not understand it.
    version: u32,
    /// How many objects differ.
    summary: Summary,
    /// The changes, the same ones of several instances together.
    groups: Vec<Group<'a>>,
}

/// How many objects differ.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Summary {
    /// Objects that are only on the new side.
    added: usize,
    /// Objects that are only on the old side.
    removed: usize,
    /// Objects that are on both sides and differ.
    changed: usize,
    /// Objects that differ in nothing but what is left out.
    left_out: usize,
    /// Instances with an object that differs.
    instances: usize,
}

/// Changes that a set of instances has in common.
#[derive(Serialize, JsonSchema)]
struct Group<'a> {
    /// The instances; none for objects that belong to no instance.
    instances: Vec<Instance<'a>>,
    /// The changes, as the first instance has them.
    changes: Vec<Change<'a>>,
}

/// An instance.
#[derive(Serialize, JsonSchema)]
struct Instance<'a> {
    /// Its namespace, where its objects name one.
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
    /// Its name.
    name: &'a str,
}

/// One object that differs.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Change<'a> {
    /// What happened to it.
    happened: HappenedName,
    /// The object.
    object: Object<'a>,
    /// What it was called, where its name carries a hash of its content.
    #[serde(skip_serializing_if = "Option::is_none")]
    renamed_from: Option<&'a str>,
    /// The file and line that it comes from.
    place: String,
    /// What the change may do.
    risks: Vec<RiskOf<'a>>,
    /// What differs.
    edits: Vec<EditOf<'a>>,
    /// How many differences are left out.
    left_out: usize,
}

/// What happened to an object.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum HappenedName {
    /// It is only on the new side.
    Added,
    /// It is only on the old side.
    Removed,
    /// It is on both sides, and differs.
    Changed,
}

/// What makes an object itself.
#[derive(Serialize, JsonSchema)]
struct Object<'a> {
    /// The API group, empty for the core group.
    group: &'a str,
    /// The kind.
    kind: &'a str,
    /// The namespace, where the object names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
    /// The name.
    name: &'a str,
}

/// What a change may do.
#[derive(Serialize, JsonSchema)]
struct RiskOf<'a> {
    /// The code, which `petasos explain` has a page for.
    code: &'a str,
    /// `error`, `warning`, or `note`.
    #[schemars(with = "String")]
    level: Level,
    /// What it is here.
    message: &'a str,
    /// The field that it is read from.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
}

/// One difference.
#[derive(Serialize, JsonSchema)]
struct EditOf<'a> {
    /// Where, such as `spec.template.spec.containers[hermes].image`; empty for the whole object.
    path: String,
    /// What happened there.
    happened: EditName,
    /// What was there.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<&'a Value>,
    /// What is there now.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<&'a Value>,
    /// The items of a list that has another order, in the new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<Vec<&'a str>>,
}

/// What happened at a place.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum EditName {
    /// It came.
    Added,
    /// It is gone.
    Removed,
    /// It is another.
    Changed,
    /// The items that stay have another order.
    Reordered,
}

/// The preview as JSON.
pub fn json(preview: &Preview) -> String {
    let Counts { added, removed, changed } = preview.counts;
    let summary = Summary {
        added,
        removed,
        changed,
        left_out: preview.hidden,
        instances: preview.instances(),
    };
    let groups = preview.groups.iter().map(|group| Group {
        instances: group.instances.iter().map(instance).collect(),
        changes: group
            .changes
            .iter()
            .filter_map(|index| preview.changes.get(*index))
            .map(change)
            .collect(),
    });
    let document = Document { version: 1, summary, groups: groups.collect() };
    let text = serde_json::to_string_pretty(&document);
    text.expect("a tree with text as keys is always JSON") + "\n"
}

/// The schema of [`json`].
pub fn schema() -> Value {
    schemars::schema_for!(Document<'_>).to_value()
}

fn instance(InstanceName { namespace, name }: &InstanceName) -> Instance<'_> {
    Instance { namespace: namespace.as_deref(), name }
}

fn change(change: &Shown) -> Change<'_> {
    let Identity { group, kind, namespace, name } = &change.identity;
    Change {
        happened: match change.happened {
            Happened::Added => HappenedName::Added,
            Happened::Removed => HappenedName::Removed,
            Happened::Changed => HappenedName::Changed,
        },
        object: Object { group, kind, namespace: namespace.as_deref(), name },
        renamed_from: change.was.as_ref().map(|was| was.name.as_str()),
        place: change.place(),
        risks: change.risks.iter().map(risk).collect(),
        edits: change.edits.iter().map(edit).collect(),
        left_out: change.hidden,
    }
}

fn risk(Risk { code, message, field }: &Risk) -> RiskOf<'_> {
    RiskOf { code: code.id, level: code.level, message, field: field.as_deref() }
}

fn edit(Edit { path, delta }: &Edit) -> EditOf<'_> {
    let (happened, order) = match delta {
        Delta::Added(_) => (EditName::Added, None),
        Delta::Removed(_) => (EditName::Removed, None),
        Delta::Changed(..) => (EditName::Changed, None),
        Delta::Reordered(order) => {
            (EditName::Reordered, Some(order.iter().map(|item| item.name.as_str()).collect()))
        }
    };
    EditOf { path: path.to_string(), happened, before: delta.before(), after: delta.after(), order }
}
