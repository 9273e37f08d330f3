//! Differences that say nothing, and are left out: what the user names, and what changes by itself.

use std::str::FromStr;

use crate::{
    diagnostic::{Code, catalogue},
    diff::{Delta, Edit, Path, Step},
    field_path::{self, FieldPath},
    object::{Identity, select},
};

/// What is left out although nobody asked for it: what servers fill in, and digests of what is compared anyway.
const USUAL: &[&str] = &[
    "metadata.annotations[\"kubectl.kubernetes.io/last-applied-configuration\"]",
    "metadata.creationTimestamp",
    "metadata.generation",
    "metadata.managedFields",
    "metadata.resourceVersion",
    "metadata.uid",
    "metadata.labels[\"helm.sh/chart\"]",
    "spec.template.metadata.labels[\"helm.sh/chart\"]",
    "metadata.annotations[\"checksum/*\"]",
    "spec.template.metadata.annotations[\"checksum/*\"]",
    "spec.template.metadata.annotations[\"hermes.agent/config-digest\"]",
    "spec.caBundle",
    "spec.conversion.webhook.clientConfig.caBundle",
    "webhooks[*].clientConfig.caBundle",
    "status",
];

/// Lists whose order means nothing.
const UNORDERED: &[&str] = &["imagePullSecrets", "ports", "volumeMounts", "volumes"];

/// What one filter leaves out.
#[derive(Debug, Clone)]
pub enum Ignore {
    /// Differences at these places and below them.
    Place(Place),
    /// A risk.
    Risk(&'static Code),
}

/// Places in objects.
#[derive(Debug, Clone)]
pub struct Place {
    /// Which objects, as `--select` names them; all where it is none.
    objects: Option<String>,
    /// The way to the place. `*` stands for any part of a name.
    path: Vec<String>,
}

/// Why a text is not a filter.
#[derive(Debug, thiserror::Error)]
pub enum IgnoreError {
    /// It looks like the code of a risk.
    #[error("there is no risk {0}; `petasos explain` lists them")]
    Code(String),
    /// The path cannot be read.
    #[error("the path {text:?} cannot be read")]
    Path {
        /// The path.
        text: String,
        /// Why.
        source: field_path::FieldPathError,
    },
}

/// Reads `spec.replicas`, `configmap/demo-*:data["a.b"]`, and `P6101`.
impl FromStr for Ignore {
    type Err = IgnoreError;

    fn from_str(text: &str) -> Result<Self, IgnoreError> {
        let is_code = text.strip_prefix('P').is_some_and(|digits| {
            digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit())
        });
        if is_code {
            let code = catalogue::change::ALL.iter().find(|code| code.id == text);
            return code.map(|code| Ignore::Risk(code)).ok_or(IgnoreError::Code(text.to_owned()));
        }
        let end = text.find(['[', '"']).unwrap_or(text.len());
        let (objects, path) = match text[..end].find(':') {
            Some(colon) => (Some(text[..colon].to_owned()), &text[colon + 1..]),
            None => (None, text),
        };
        let path: FieldPath =
            path.parse().map_err(|source| IgnoreError::Path { text: path.to_owned(), source })?;
        let name = |step: &field_path::Step| match step {
            field_path::Step::Key(key) => key.clone(),
            field_path::Step::Index(index) => index.to_string(),
        };
        let path = path.0.iter().map(name).collect();
        Ok(Ignore::Place(Place { objects, path }))
    }
}

/// The filters that every run has.
pub fn usual() -> Vec<Ignore> {
    USUAL.iter().filter_map(|text| text.parse().ok()).collect()
}

impl Place {
    fn covers(&self, identity: &Identity, path: &Path) -> bool {
        let is_meant = |pattern: &String| select::matches(pattern, identity);
        self.path.len() <= path.0.len()
            && self.objects.as_ref().is_none_or(is_meant)
            && self.path.iter().zip(&path.0).all(|(wanted, step)| {
                let name = match step {
                    Step::Key(key) => key,
                    Step::Item(item) => &item.name,
                };
                is_like(wanted, name)
            })
    }
}

/// Whether a name is like a pattern, in which `*` stands for any letters.
fn is_like(pattern: &str, name: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(start) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = name.find(part) else { return false };
        name = &name[at + part.len()..];
    }
    name.ends_with(last)
}

/// Whether a difference says nothing.
pub(super) fn is_noise(identity: &Identity, edit: &Edit, filters: &[Ignore]) -> bool {
    let is_order = matches!(edit.delta, Delta::Reordered(_))
        && edit.path.keys().last().is_some_and(|list| UNORDERED.contains(&list));
    let covers = |filter: &Ignore| match filter {
        Ignore::Place(place) => place.covers(identity, &edit.path),
        Ignore::Risk(_) => false,
    };
    is_order || filters.iter().any(covers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity() -> Identity {
        Identity {
            group: "apps".to_owned(),
            kind: "StatefulSet".to_owned(),
            namespace: None,
            name: "demo".to_owned(),
        }
    }

    #[track_caller]
    fn check(filter: &str, keys: &[&str], is_covered: bool) {
        let Ok(Ignore::Place(place)) = filter.parse() else { panic!("{filter} is no place") };
        let path = Path(keys.iter().map(|key| Step::Key((*key).to_owned())).collect());
        assert_eq!(place.covers(&identity(), &path), is_covered, "{filter} {path}");
    }

    #[test]
    fn a_filter_covers_a_place_and_what_is_below_it() {
        check("spec.replicas", &["spec", "replicas"], true);
        check("spec", &["spec", "replicas"], true);
        check("spec.replicas", &["spec"], false);
        check("spec.replica", &["spec", "replicas"], false);
        check(
            "metadata.annotations[\"checksum/*\"]",
            &["metadata", "annotations", "checksum/config"],
            true,
        );
        check("data[\"a.b\"]", &["data", "a.b"], true);
    }

    #[test]
    fn a_filter_may_name_the_objects() {
        check("statefulset:spec.replicas", &["spec", "replicas"], true);
        check("statefulset/demo:spec", &["spec", "replicas"], true);
        check("statefulset/other:spec", &["spec", "replicas"], false);
        check("deployment:spec.replicas", &["spec", "replicas"], false);
    }

    #[test]
    fn stars_stand_for_any_letters() {
        for (pattern, name) in
            [("*", "a"), ("a*", "ab"), ("*b", "ab"), ("a*c*e", "abcde"), ("", "")]
        {
            assert!(is_like(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("a*", "b"), ("a*a", "a"), ("*x*", "ab"), ("", "a")] {
            assert!(!is_like(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn the_usual_filters_can_all_be_read() {
        assert_eq!(usual().len(), USUAL.len());
    }

    #[test]
    fn what_is_neither_a_path_nor_a_risk_is_refused() {
        for text in ["spec..x", "spec[", "P6999", "configmap:a..b"] {
            assert!(text.parse::<Ignore>().is_err(), "{text}");
        }
    }
}
