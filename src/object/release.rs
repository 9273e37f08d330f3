//! What a release of Kubernetes does not know yet.

use std::{fmt, str::FromStr, sync::LazyLock};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    diagnostic::catalogue::output as codes,
    document,
    field::{list, text},
    field_path::FieldPath,
    object::strict::{Fault, template},
};

/// The oldest minor release that the table begins behind.
const OLDEST: u16 = 25;

/// The fields that came later.
static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let table: Result<Table, _> = document::read_as("release.yaml", include_str!("release.yaml"));
    table.expect("the file is part of the program, and tests read it").fields
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    fields: Vec<Row>,
}

/// A minor release of Kubernetes 1, such as 1.35.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Release(u16);

impl FromStr for Release {
    type Err = String;

    /// Reads `1.35`, and what clusters say of themselves: `v1.35.2`, `1.35+`, `v1.35.2+k3s1`, `1.35.2-gke.100`.
    fn from_str(text: &str) -> Result<Self, String> {
        let of_one = text.strip_prefix('v').unwrap_or(text).strip_prefix("1.");
        let of_one = of_one.ok_or("is no version of Kubernetes: write one such as \"1.35\"")?;
        let end = of_one.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(of_one.len());
        let (minor, rest) = of_one.split_at(end);
        let is_version = rest.is_empty() || rest.starts_with(['.', '+', '-']);
        match minor.parse() {
            Ok(minor) if is_version && minor >= OLDEST => Ok(Release(minor)),
            Ok(_) if is_version => {
                Err(format!("is older than 1.{OLDEST}, and nothing is known about it"))
            }
            _ => Err("is no version of Kubernetes: write one such as \"1.35\"".to_owned()),
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.0)
    }
}

/// A field that came later.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// A kind, or `pod`, or `container`.
    r#in: String,
    /// Where in it.
    at: String,
    /// The value that is new, where the field is not.
    #[serde(default)]
    value: Option<String>,
    /// The feature gate that it had or has.
    gate: String,
    /// The release that has it, if its gate is on.
    since: Release,
    /// The release that has it in any case.
    #[serde(default)]
    always: Option<Release>,
}

/// What a release would drop or refuse in an object: an error where it has no such field, a warning where its feature gate
/// decides.
pub fn check(object: &Value, release: Release) -> Vec<Fault> {
    let mut faults = Vec::new();
    for row in TABLE.iter().filter(|row| row.always.is_none_or(|on| release < on)) {
        for (root, path) in roots(object, &row.r#in) {
            row.find(root, &row.at, path, &mut |path| faults.push(row.fault(path, release)));
        }
    }
    faults
}

/// The parts of an object that a row is about.
fn roots<'v>(object: &'v Value, kind: &str) -> Vec<(&'v Value, FieldPath)> {
    if !matches!(kind, "pod" | "container") {
        let is_meant = text(object, "kind") == kind;
        return is_meant.then(|| (object, FieldPath::default())).into_iter().collect();
    }
    let Some((template, steps)) = template(object) else { return Vec::new() };
    let path = steps.iter().fold(FieldPath::default(), |path, step| path.key(step)).key("spec");
    let pod = &template["spec"];
    if kind == "pod" {
        return vec![(pod, path)];
    }
    let containers = ["initContainers", "containers"].into_iter().flat_map(|field| {
        let path = path.clone().key(field);
        let all = list(pod, field).iter().enumerate();
        all.map(move |(index, container)| (container, path.clone().index(index)))
    });
    containers.collect()
}

impl Row {
    /// Every place below `value` that the rest of the row's path leads to.
    fn find(&self, value: &Value, rest: &str, path: FieldPath, found: &mut dyn FnMut(FieldPath)) {
        let (step, rest) = rest.split_once('.').unwrap_or((rest, ""));
        let (key, is_list) = step.strip_suffix("[]").map_or((step, false), |key| (key, true));
        let Some(inner) = value.get(key) else { return };
        let path = path.key(key);
        if is_list {
            for (index, element) in inner.as_array().into_iter().flatten().enumerate() {
                self.find(element, rest, path.clone().index(index), found);
            }
        } else if !rest.is_empty() {
            self.find(inner, rest, path, found);
        } else if self.value.as_ref().is_none_or(|value| inner == value) {
            found(path);
        }
    }

    fn fault(&self, path: FieldPath, release: Release) -> Fault {
        let Row { value, gate, since, always, .. } = self;
        let what =
            value.as_ref().map_or_else(|| "this field".to_owned(), |value| format!("{value:?}"));
        let works = always.map_or_else(
            || format!("there behind the feature gate {gate}, from {since} on"),
            |on| format!("there from {on} on"),
        );
        let (code, message) = if release < *since {
            let message = format!("{what} is {works}, and the cluster has Kubernetes {release}");
            (&codes::LATER_RELEASE, message)
        } else {
            let until =
                always.map_or_else(String::new, |on| format!("; from {on} on it is always on"));
            let message = format!(
                "Kubernetes {release} drops {what} unless its feature gate {gate} is on{until}"
            );
            (&codes::FEATURE_GATE, message)
        };
        Fault { code, path, message }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(object: &Value, release: &str) -> Vec<String> {
        let faults = check(object, release.parse().unwrap());
        faults.iter().map(|fault| format!("{} {}", fault.code.id, fault.path)).collect()
    }

    #[test]
    fn versions_are_read_as_clusters_say_them() {
        for text in ["1.35", "v1.35", "1.35.2", "v1.35.2+k3s1", "1.35+", "1.35.2-gke.100"] {
            assert_eq!(text.parse(), Ok(Release(35)), "{text}");
        }
        for text in
            ["", "1", "1.", "35", "2.35", "1.x", "1.35x", "v1.35 ", "1.24", "1.99999", "1.3"]
        {
            assert!(text.parse::<Release>().is_err(), "{text}");
        }
    }

    #[test]
    fn each_row_is_found_in_an_object_and_in_a_release_before_it() {
        for row in TABLE.iter() {
            assert!(row.since.0 >= OLDEST && row.always.is_none_or(|on| on > row.since), "{row:?}");
            let steps: Vec<&str> = row.at.split('.').collect();
            let leaf = row.value.as_ref().map_or_else(|| json!({}), |value| json!(value));
            let inner =
                steps.iter().rev().fold(leaf, |value, step| match step.strip_suffix("[]") {
                    Some(key) => json!({key: [{}, value]}),
                    None => json!({*step: value}),
                });
            let (kind, object) = match row.r#in.as_str() {
                "pod" => ("Pod", json!({"spec": inner})),
                "container" => ("Pod", json!({"spec": {"containers": [inner]}})),
                kind => (kind, inner),
            };
            let mut object = object;
            object["kind"] = kind.into();
            let is_there = |release| {
                check(&object, release).iter().any(|fault| fault.message.contains(&row.gate))
            };
            assert!(is_there(Release(row.since.0)), "{row:?}");
            assert!(row.always.is_none_or(|on| !is_there(on)), "{row:?}");
        }
    }

    #[test]
    fn a_field_is_an_error_before_it_is_there_and_a_warning_while_a_gate_decides() {
        let volume = json!({"name": "v", "image": {"reference": "a:1"}});
        let pod = json!({"containers": [{"name": "c"}], "volumes": [{"name": "w"}, volume]});
        let set = json!({"kind": "StatefulSet", "spec": {"template": {"spec": pod}}});
        let place = "spec.template.spec.volumes[1].image";
        assert_eq!(told(&set, "1.30"), [format!("P5017 {place}")]);
        assert_eq!(told(&set, "1.34"), [format!("P5018 {place}")]);
        assert!(told(&set, "1.35").is_empty());
        assert!(told(&set, "1.40").is_empty());
    }

    #[test]
    fn a_new_value_of_an_old_field_is_told_from_the_old_ones() {
        let service =
            |value: &str| json!({"kind": "Service", "spec": {"trafficDistribution": value}});
        assert_eq!(told(&service("PreferSameNode"), "1.32"), ["P5017 spec.trafficDistribution"]);
        assert!(told(&service("PreferClose"), "1.32").is_empty());
    }
}
