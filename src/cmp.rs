//! Config management plugins of Argo CD: what the environment of a call says, what is announced to the user interface, and
//! what a failed call says in the Application's condition.
//!
//! The contract is that of argo-cd's `cmpserver/plugin`: a call runs in the directory of the Application, gets everything by
//! its environment, and prints manifests and nothing else.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{nearest::nearest, notation::names, object::release::Release};

mod condition;

pub use condition::condition;

/// The parameters of an Application, as JSON.
pub const PARAMETERS: &str = "ARGOCD_APP_PARAMETERS";

/// The namespace that the Application is for.
const APP_NAMESPACE: &str = "ARGOCD_APP_NAMESPACE";

/// The directory of the Application in its repository.
const SOURCE_PATH: &str = "ARGOCD_APP_SOURCE_PATH";

/// The version of the cluster that the Application is for.
const KUBE_VERSION: &str = "KUBE_VERSION";

/// What Argo CD puts before the names of an Application's own variables.
const OF_APPLICATION: &str = "ARGOCD_ENV_";

/// What a variable of ours begins with.
const OURS: &str = "PETASOS_";

/// What an Application may set.
struct Parameter {
    name: &'static str,
    title: &'static str,
    tooltip: &'static str,
    /// Whether it is a list of texts.
    is_list: bool,
}

const KNOWN: [Parameter; 5] = [
    Parameter {
        name: "target",
        title: "Target",
        tooltip: "a target of petasos.yaml; without it, the directory of the Application is rendered",
        is_list: false,
    },
    Parameter {
        name: "namespace",
        title: "Namespace",
        tooltip: "for instances that name none; without it, the target's or the Application's",
        is_list: false,
    },
    Parameter {
        name: "packs",
        title: "Packs",
        tooltip: "directories with packs, from the directory of the Application",
        is_list: true,
    },
    Parameter {
        name: "strict",
        title: "Strict",
        tooltip: "true: warnings fail the Application too",
        is_list: false,
    },
    Parameter {
        name: "allow-empty",
        title: "Allow empty",
        tooltip: "true: no manifest at all is a result, and not a failure",
        is_list: false,
    },
];

/// What a call is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Call {
    /// The target of the project file.
    pub target: Option<String>,
    /// The namespace of instances that name none.
    pub namespace: Option<String>,
    /// Directories with packs.
    pub packs: Vec<String>,
    /// Whether warnings are failures.
    pub strict: bool,
    /// Whether nothing is a result.
    pub allow_empty: bool,
    /// The namespace that the Application is for.
    pub app_namespace: Option<String>,
    /// Where the directory of the call is in its repository.
    pub source_path: Option<String>,
    /// The Kubernetes of the cluster that the Application is for; none where Argo CD says nothing that can be understood.
    pub kubernetes: Option<Release>,
}

/// One entry of the parameters: a text, a list, or a map, which none of ours is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    name: String,
    string: Option<String>,
    array: Option<Vec<String>>,
    map: Option<BTreeMap<String, String>>,
}

impl Call {
    /// What an environment asks for, or why it cannot be understood.
    ///
    /// A parameter of the Application comes before its variable `ARGOCD_ENV_PETASOS_…`, and that before the sidecar's own
    /// variable `PETASOS_…`. Empty means not set, as user interfaces send it. `PARAM_…` is not read: Argo CD makes these names
    /// from those of parameters, and different parameters may become one.
    pub fn read(environment: &BTreeMap<String, String>) -> Result<Self, String> {
        let given = given(environment.get(PARAMETERS).map_or("", String::as_str))?;
        let list = |parameter: &Parameter| -> Vec<String> {
            if let Some(values) = given.get(parameter.name) {
                return values.clone();
            }
            let name = variable(parameter.name);
            let of_application = environment.get(&format!("{OF_APPLICATION}{name}"));
            let is_set = |value: &&String| !value.is_empty();
            let value = of_application.filter(is_set).or_else(|| environment.get(&name));
            let value = value.map_or("", String::as_str);
            let parts = if parameter.is_list { value.split(',').collect() } else { vec![value] };
            let parts = parts.into_iter().map(str::trim).filter(|part| !part.is_empty());
            parts.map(str::to_owned).collect()
        };
        let text = |parameter: &Parameter| list(parameter).into_iter().next();
        let flag = |parameter: &Parameter| match text(parameter).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => {
                Err(format!("{} is {other:?}: write \"true\" or \"false\"", parameter.name))
            }
        };
        let plain = |name: &str| environment.get(name).filter(|value| !value.is_empty()).cloned();
        let [target, namespace, packs, strict, allow_empty] = &KNOWN;
        let named = text(namespace);
        if let Some(Err(why)) = named.as_deref().map(names::label) {
            let given = named.unwrap_or_default();
            return Err(format!("{} is {given:?}: it {why}", namespace.name));
        }
        Ok(Call {
            target: text(target),
            namespace: named,
            packs: list(packs),
            strict: flag(strict)?,
            allow_empty: flag(allow_empty)?,
            app_namespace: plain(APP_NAMESPACE),
            source_path: plain(SOURCE_PATH),
            kubernetes: plain(KUBE_VERSION).and_then(|version| version.parse().ok()),
        })
    }
}

/// The variable of a parameter: `allow-empty` is `PETASOS_ALLOW_EMPTY`.
fn variable(parameter: &str) -> String {
    format!("{OURS}{}", parameter.to_uppercase().replace('-', "_"))
}

/// The parameters that have a value, by name.
fn given(text: &str) -> Result<BTreeMap<String, Vec<String>>, String> {
    if text.is_empty() {
        return Ok(BTreeMap::new());
    }
    // Argo CD writes `null` where a plugin has no parameters. What serde says holds no value of the text.
    let given: Option<Vec<Given>> = serde_json::from_str(text)
        .map_err(|error| format!("{PARAMETERS} is not what Argo CD writes: {error}"))?;
    let mut values = BTreeMap::new();
    for Given { name, string, array, map } in given.unwrap_or_default() {
        let Some(parameter) = KNOWN.iter().find(|parameter| parameter.name == name) else {
            return Err(unknown(&name));
        };
        let found = match (parameter.is_list, string, array, map) {
            (false, string, None, None) => string.into_iter().collect(),
            (true, None, array, None) => array.unwrap_or_default(),
            (true, ..) => {
                return Err(format!("the parameter {name} is a list: write `array: [...]`"));
            }
            (false, ..) => {
                return Err(format!("the parameter {name} is one text: write `string: ...`"));
            }
        };
        let found: Vec<String> = found.into_iter().filter(|value| !value.is_empty()).collect();
        if found.is_empty() {
            continue;
        }
        if values.insert(name.clone(), found).is_some() {
            return Err(format!("the parameter {name} is there twice; leave one"));
        }
    }
    Ok(values)
}

fn unknown(name: &str) -> String {
    let known = || KNOWN.iter().map(|parameter| parameter.name);
    let hint = match nearest(name, known()) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("there are {}", known().collect::<Vec<_>>().join(", ")),
    };
    format!("there is no parameter {name:?}; {hint}")
}

/// What is announced: an array as Argo CD's `ParameterAnnouncement` has it, with the targets that the project has.
pub fn announcements(targets: &[&str]) -> Value {
    let one = |parameter: &Parameter| {
        let tooltip = match (parameter.name, targets.is_empty()) {
            ("target", false) => format!("{}: {}", parameter.tooltip, targets.join(", ")),
            _ => parameter.tooltip.to_owned(),
        };
        let (kind, value) =
            if parameter.is_list { ("array", json!([])) } else { ("string", json!("")) };
        json!({
            "name": parameter.name,
            "title": parameter.title,
            "tooltip": tooltip,
            "required": false,
            "itemType": "string",
            "collectionType": kind,
            kind: value,
        })
    };
    KNOWN.iter().map(one).collect()
}

#[cfg(test)]
mod tests;
