//! The KRM functions specification: a `ResourceList` comes in with instances, and goes out with what they render to.
//!
//! The instances stay in the list, marked as local, so that a package that is rendered again still has them, and an engine
//! that applies the list leaves them out. What an earlier run made of them is replaced, and goes when they go.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::{Map, Value};

use crate::{
    diagnostic::{Diagnostic, Source, catalogue::output::RESOURCE_LIST},
    document::Document,
    field_path::FieldPath,
    kinds::{Kinds, Role},
    object::{Identity, annotate, yaml},
    pipeline::ObjectSet,
};

mod config;
mod result;

pub use config::{Config, of as config};

/// Marks an object that engines keep in the package and do not apply.
const LOCAL: &str = "config.kubernetes.io/local-config";

/// Annotations by which engines know which file an item belongs to.
const PLACE: &[&str] = &[
    "internal.config.kubernetes.io/path",
    "internal.config.kubernetes.io/index",
    "internal.config.kubernetes.io/id",
    "internal.config.kubernetes.io/seqindent",
    "config.kubernetes.io/path",
    "config.kubernetes.io/index",
    "config.k8s.io/id",
];

/// Annotations that name the file of an item.
const PATH: &[&str] = &["internal.config.kubernetes.io/path", "config.kubernetes.io/path"];

/// kustomize has this on every item. Its items are of no package, although what a function made has a path.
const OF_KUSTOMIZE: &str = "kustomize.config.k8s.io/id";

/// A `ResourceList`.
#[derive(Debug)]
pub struct ResourceList {
    api_version: String,
    items: Vec<Value>,
    /// The configuration of the function, where there is one.
    pub function_config: Option<Value>,
}

impl ResourceList {
    /// Reads a list. What is no list is a problem of its document.
    pub fn read(document: &Document) -> Result<Self, Box<Diagnostic>> {
        let problem = |field: &str, message: &str| {
            let path = FieldPath::of(field);
            Box::new(document.problem(&RESOURCE_LIST, &path, message).help(
                "an engine such as kustomize or kpt starts this command and writes a ResourceList to it",
            ))
        };
        if document.kind() != "ResourceList" {
            return Err(problem("kind", "standard input is no ResourceList"));
        }
        let api_version = document.api_version();
        if !matches!(api_version, "config.kubernetes.io/v1" | "config.kubernetes.io/v1beta1") {
            return Err(problem("apiVersion", "this version of ResourceList is not known"));
        }
        let items = match document.value.get("items") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(items)) => items.clone(),
            Some(_) => return Err(problem("items", "the items are no list")),
        };
        let function_config =
            document.value.get("functionConfig").filter(|config| config.is_object());
        Ok(Self {
            api_version: api_version.to_owned(),
            items,
            function_config: function_config.cloned(),
        })
    }

    /// The texts of what is to be rendered: every item but what an earlier run made, and the function config where that is an
    /// instance.
    pub fn sources(&self, kinds: &Kinds) -> Vec<Arc<Source>> {
        let instances = self.instances(kinds);
        let of_items = self.items.iter().enumerate();
        let mut sources: Vec<Arc<Source>> = of_items
            .filter(|(_, item)| !is_made(item, &instances))
            .map(|(index, item)| source(item, self.name(index)))
            .collect();
        // kustomize passes the config of a generator as an item, too.
        let config = self.function_config.iter().filter(|config| renders(config, kinds));
        let among_items = |config: &&Value| self.items.iter().any(|item| same_object(item, config));
        sources.extend(
            config
                .filter(|config| !among_items(config))
                .map(|config| source(config, "functionConfig".to_owned())),
        );
        sources
    }

    /// The list with what was rendered, and a result for each diagnostic. Where the input is refused the items stay as they
    /// are.
    pub fn answer(&self, set: &ObjectSet, kinds: &Kinds) -> Value {
        let mut results: Vec<Value> = set
            .report
            .iter()
            .map(|diagnostic| result::of(diagnostic, &|name| self.item(name)))
            .collect();
        let items = if set.is_refused() {
            self.items.clone()
        } else {
            self.rendered(set, kinds, &mut results)
        };
        let mut list = Map::new();
        list.insert("apiVersion".to_owned(), self.api_version.as_str().into());
        list.insert("kind".to_owned(), "ResourceList".into());
        list.insert("items".to_owned(), items.into());
        if let Some(config) = &self.function_config {
            list.insert("functionConfig".to_owned(), config.clone());
        }
        if !results.is_empty() {
            list.insert("results".to_owned(), results.into());
        }
        list.into()
    }

    fn rendered(&self, set: &ObjectSet, kinds: &Kinds, results: &mut Vec<Value>) -> Vec<Value> {
        let instances = self.instances(kinds);
        let mut passed = BTreeMap::new();
        let mut made = Vec::new();
        for object in &set.objects {
            let Ok(value) = serde_json::from_str::<Value>(&object.text) else { continue };
            match object.instance {
                Some(_) => made.push((&object.identity, value)),
                None => drop(passed.insert(&object.identity, value)),
            }
        }
        let mut items = Vec::new();
        for item in &self.items {
            let identity = Identity::of(item);
            if renders(item, kinds) {
                items.push(local(item));
            } else if is_made(item, &instances) {
                let again = made.iter().position(|(made, _)| identity.as_ref() == Some(*made));
                match again.map(|index| made.remove(index).1) {
                    Some(value) => items.push(in_place_of(item, value)),
                    // Engines prune what is gone from the list, and with the claim would go the data.
                    None if item["kind"] == "PersistentVolumeClaim" => {
                        items.push(item.clone());
                        results.push(result::kept(item));
                    }
                    None => {}
                }
            } else {
                let value = identity.and_then(|identity| passed.remove(&identity));
                items.push(value.unwrap_or_else(|| item.clone()));
            }
        }
        items.extend(made.into_iter().map(|(_, value)| value));
        items
    }

    /// The instances that the list is about.
    fn instances(&self, kinds: &Kinds) -> Instances<'_> {
        let all = self.items.iter().chain(&self.function_config);
        let instances = all.filter(|item| renders(item, kinds));
        Instances {
            names: instances.filter_map(|item| item["metadata"]["name"].as_str()).collect(),
            are_all: !self.function_config.iter().any(|config| renders(config, kinds)),
        }
    }

    /// How messages name an item: by its file, and without one by its number.
    fn name(&self, index: usize) -> String {
        match annotation(&self.items[index], PATH) {
            Some(path) => format!("{path} items[{index}]"),
            None => format!("items[{index}]"),
        }
    }

    /// The item that a message names.
    fn item(&self, name: &str) -> Option<&Value> {
        let (_, after) = name.rsplit_once("items[")?;
        self.items.get(after.split(']').next()?.parse::<usize>().ok()?)
    }
}

/// The first of these annotations that is there.
fn annotation<'a>(object: &'a Value, names: &[&str]) -> Option<&'a str> {
    let annotations = &object["metadata"]["annotations"];
    names.iter().find_map(|name| annotations[*name].as_str())
}

fn source(object: &Value, name: String) -> Arc<Source> {
    let mut text = String::new();
    yaml::emit(&mut text, object);
    Arc::new(Source { name, text })
}

fn renders(object: &Value, kinds: &Kinds) -> bool {
    let text = |field: &str| object[field].as_str().unwrap_or_default();
    matches!(kinds.role(text("apiVersion"), text("kind")), Role::Renders(..))
}

fn same_object(one: &Value, other: &Value) -> bool {
    Identity::of(one).is_some_and(|identity| Some(identity) == Identity::of(other))
}

/// The instances that a list is about.
struct Instances<'a> {
    names: BTreeSet<&'a str>,
    /// Whether there are no others. A function whose config is an instance stands beside functions with other ones.
    are_all: bool,
}

/// Whether an earlier run rendered this object: from one of the instances, or from one that left the package, where the object
/// has a file in it. What kustomize hands on may have been rendered elsewhere.
fn is_made(object: &Value, instances: &Instances<'_>) -> bool {
    let labels = &object["metadata"]["labels"];
    if labels["app.kubernetes.io/managed-by"] != "petasos" {
        return false;
    }
    let has_file =
        || annotation(object, PATH).is_some() && annotation(object, &[OF_KUSTOMIZE]).is_none();
    labels["hermes.agent/instance"]
        .as_str()
        .is_some_and(|name| instances.names.contains(name) || instances.are_all && has_file())
}

fn local(instance: &Value) -> Value {
    let mut instance = instance.clone();
    annotate(&mut instance, [(LOCAL, Value::from("true"))]);
    instance
}

/// The object at the place in the package that the one before it had.
fn in_place_of(before: &Value, mut object: Value) -> Value {
    let annotations = &before["metadata"]["annotations"];
    let of_place = PLACE.iter().filter_map(|name| Some((*name, annotations.get(name)?.clone())));
    annotate(&mut object, of_place);
    object
}
