//! Which field of `HermesClusterDefaults` fills which field of `HermesInstance`, and which fields shut each other out.
//!
//! `resolve` reads these tables, to fill instances and to say where a value comes from.

/// A field of the defaults and the field of the instance that it fills, both below `spec` and written with dots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filling {
    /// In the defaults. Of a map, each field that the instance leaves unset is filled.
    pub from: &'static str,
    /// In the instance.
    pub to: &'static str,
    /// How the value changes on the way.
    pub shape: Shape,
    /// Fields that keep this one from being filled where the instance itself sets any of them: they mean something
    /// together, and half of one meaning with half of another is neither.
    pub unless: &'static [&'static str],
}

/// How a value changes on its way into an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Not at all.
    Same,
    /// A name becomes a list of one map with that name.
    ListOfOneName,
}

const fn same(path: &'static str) -> Filling {
    moved(path, path)
}

const fn moved(from: &'static str, to: &'static str) -> Filling {
    Filling { from, to, shape: Shape::Same, unless: &[] }
}

const fn together(path: &'static str, unless: &'static [&'static str]) -> Filling {
    Filling { unless, ..same(path) }
}

/// The fields that say which image runs: an instance that sets a tag does not get the digest of another.
const RELEASE: &[&str] = &["image.tag", "image.digest"];

/// The kinds of question that a probe can ask.
macro_rules! handlers {
    ($probe:literal) => {
        &[
            concat!("probes.", $probe, ".exec"),
            concat!("probes.", $probe, ".grpc"),
            concat!("probes.", $probe, ".httpGet"),
            concat!("probes.", $probe, ".tcpSocket"),
        ]
    };
}

/// Fields of an instance, below `spec`, of which only one may be set: where one is, no default of a pack fills the rest.
pub const ALTERNATIVES: &[&[&str]] = &[
    RELEASE,
    &["security.caBundle.configMapName", "security.caBundle.secretName"],
    &[
        "availability.podDisruptionBudget.maxUnavailable",
        "availability.podDisruptionBudget.minAvailable",
    ],
    handlers!("liveness"),
    handlers!("readiness"),
    handlers!("startup"),
];

/// All of them, in order of precedence: where two fill the same field, the first that is set does.
pub const FILLINGS: &[Filling] = &[
    same("image.repository"),
    together("image.tag", RELEASE),
    together("image.digest", RELEASE),
    together("image.version", RELEASE),
    same("image.pullPolicy"),
    same("image.pullSecrets"),
    Filling {
        shape: Shape::ListOfOneName,
        ..moved("registry.pullSecretName", "image.pullSecrets")
    },
    same("profile"),
    together("model", &["model"]),
    same("storage"),
    same("resources"),
    same("networking.service"),
    same("security.networkPolicy"),
    moved("networking.networkPolicy", "security.networkPolicy"),
    moved("security.serviceAccount.annotations", "security.rbac.annotations"),
    together("security.caBundle", &["security.caBundle"]),
    same("observability"),
];

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn spec(kind: &str) -> Value {
        crate::api::compact_schema(kind).unwrap()["properties"]["spec"].clone()
    }

    fn find<'a>(schema: &'a Value, path: &str) -> Option<&'a Value> {
        path.split('.').try_fold(schema, |schema, name| schema["properties"].get(name))
    }

    fn leaves(schema: &Value, path: &str, out: &mut Vec<String>) {
        match schema["properties"].as_object() {
            None => out.push(path.trim_start_matches('.').to_owned()),
            Some(properties) => {
                for (name, inner) in properties {
                    leaves(inner, &format!("{path}.{name}"), out);
                }
            }
        }
    }

    #[test]
    fn alternatives_are_fields_of_the_instance() {
        let instance = spec("HermesInstance");
        for path in ALTERNATIVES.iter().copied().flatten() {
            assert!(find(&instance, path).is_some(), "{path}");
        }
    }

    #[test]
    fn every_field_of_the_defaults_fills_something() {
        let mut all = Vec::new();
        leaves(&spec("HermesClusterDefaults"), "", &mut all);
        for leaf in all {
            let covered = FILLINGS.iter().any(|filling| {
                leaf.strip_prefix(filling.from)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            });
            assert!(covered, "{leaf} fills nothing");
        }
    }

    /// Below both ends of a row, each field of the defaults is a field of the instance with the same type.
    #[test]
    fn what_is_filled_takes_what_fills_it() {
        let (defaults, instance) = (spec("HermesClusterDefaults"), spec("HermesInstance"));
        for filling in FILLINGS {
            assert!(filling.unless.iter().all(|path| find(&instance, path).is_some()));
            let from = find(&defaults, filling.from).unwrap_or_else(|| panic!("{}", filling.from));
            let to = find(&instance, filling.to).unwrap_or_else(|| panic!("{}", filling.to));
            match filling.shape {
                Shape::ListOfOneName => {
                    assert_eq!(from, &json!({ "type": "string" }));
                    assert_eq!(to["items"]["properties"]["name"], *from);
                }
                Shape::Same => {
                    let mut inner = Vec::new();
                    leaves(from, "", &mut inner);
                    for leaf in inner.iter().filter(|leaf| !leaf.is_empty()) {
                        assert_eq!(find(from, leaf), find(to, leaf), "{} {leaf}", filling.from);
                    }
                }
            }
        }
    }
}
