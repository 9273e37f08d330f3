//! The custom resource definitions, and the schemas that the program itself reads.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::CustomResourceExt;
use schemars::JsonSchema;
use serde_json::{Value, json};

use crate::api::{
    HermesClusterDefaults, HermesInstance, HermesSelfConfig,
    cluster_defaults::{HermesClusterDefaultsSpec, HermesClusterDefaultsStatus},
    instance::HermesInstanceSpec,
    self_config::{HermesSelfConfigSpec, HermesSelfConfigStatus},
    status::HermesInstanceStatus,
    structural,
};

/// The custom resource definitions of all our kinds, in the order of [`kinds`](crate::api::kinds()).
pub fn crds() -> Vec<Value> {
    vec![
        definition::<HermesInstanceSpec, HermesInstanceStatus>(
            HermesInstance::crd(),
            "One Hermes agent.",
        ),
        definition::<HermesClusterDefaultsSpec, HermesClusterDefaultsStatus>(
            HermesClusterDefaults::crd(),
            "What fills the fields that instances leave unset. The one named `cluster` counts.",
        ),
        definition::<HermesSelfConfigSpec, HermesSelfConfigStatus>(
            HermesSelfConfig::crd(),
            "A change that an agent asks for itself.",
        ),
    ]
}

/// The schema of a kind without descriptions, or nothing for a kind that is not ours.
pub fn compact_schema(kind: &str) -> Option<Value> {
    let crd = crds().into_iter().find(|crd| crd["spec"]["names"]["kind"] == kind)?;
    let mut schema = schema_of(&crd).clone();
    drop_descriptions(&mut schema);
    Some(schema)
}

/// The schema within a custom resource definition of ours.
pub(crate) fn schema_of(crd: &Value) -> &Value {
    &crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
}

fn definition<Spec: JsonSchema, Status: JsonSchema>(
    crd: CustomResourceDefinition,
    description: &str,
) -> Value {
    let list_kind = format!("{}List", crd.spec.names.kind);
    let mut crd = serde_json::to_value(crd).expect("a definition is plain data");
    // The API server would add it, and a comparison with Git would then differ.
    crd["spec"]["names"]["listKind"] = json!(list_kind);
    let version = &mut crd["spec"]["versions"][0];
    version["schema"] = json!({ "openAPIV3Schema": {
        "description": description,
        "type": "object",
        "required": ["spec"],
        "properties": {
            "apiVersion": { "type": "string" },
            "kind": { "type": "string" },
            "metadata": { "type": "object" },
            "spec": structural::of::<Spec>(),
            "status": structural::of::<Status>(),
        },
    }});
    crd
}

/// Removes descriptions, but no property that is named so.
pub(crate) fn drop_descriptions(schema: &mut Value) {
    let Value::Object(schema) = schema else { return };
    schema.shift_remove("description");
    for (keyword, inner) in schema {
        match (keyword.as_str(), inner) {
            ("properties", Value::Object(properties)) => {
                properties.values_mut().for_each(drop_descriptions);
            }
            ("items" | "additionalProperties", inner) => drop_descriptions(inner),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::kinds;

    /// A schema and every schema within it, with its path.
    fn walk<'a>(schema: &'a Value, path: &str, visit: &mut impl FnMut(&str, &'a Value)) {
        visit(path, schema);
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            walk(property, &format!("{path}.{name}"), visit);
        }
        for (keyword, suffix) in [("items", "[]"), ("additionalProperties", "{}")] {
            if let Some(inner) = schema.get(keyword) {
                walk(inner, &format!("{path}{suffix}"), visit);
            }
        }
    }

    #[test]
    fn the_table_of_kinds_agrees_with_the_definitions() {
        let crds = crds();
        assert_eq!(crds.len(), kinds().len());
        for (kind, crd) in kinds().iter().zip(&crds) {
            let spec = &crd["spec"];
            assert_eq!(spec["group"], kind.group);
            assert_eq!(spec["versions"][0]["name"], kind.version);
            assert_eq!(spec["names"]["kind"], kind.kind);
            assert_eq!(spec["names"]["plural"], kind.plural);
            assert_eq!(spec["scope"] == "Namespaced", kind.namespaced);
            assert_eq!(crd["metadata"]["name"], format!("{}.{}", kind.plural, kind.group));
        }
    }

    #[test]
    fn a_definition_fits_in_an_annotation() {
        for crd in crds() {
            let size = crd.to_string().len();
            assert!(size < 256 << 10, "{} has {size} bytes", crd["metadata"]["name"]);
        }
    }

    #[test]
    fn the_only_default_is_the_one_that_a_list_key_needs() {
        let mut found = Vec::new();
        for crd in crds() {
            walk(schema_of(&crd), "", &mut |path, schema| {
                if schema.get("default").is_some() {
                    found.push(path.to_owned());
                }
            });
        }
        let ports = |list| format!(".spec.{list}[].ports[].protocol");
        assert_eq!(found, [ports("initContainers"), ports("sidecars")]);
    }

    #[test]
    fn every_schema_is_structural() {
        let allowed = [
            "type",
            "format",
            "enum",
            "pattern",
            "minimum",
            "maximum",
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "description",
            "default",
            "required",
            "properties",
            "items",
            "additionalProperties",
        ];
        for crd in crds() {
            walk(schema_of(&crd), "", &mut |path, schema| {
                let schema = schema.as_object().unwrap();
                let free = ["x-kubernetes-int-or-string", "x-kubernetes-preserve-unknown-fields"];
                assert!(
                    schema.contains_key("type") || free.iter().any(|key| schema.contains_key(*key)),
                    "{path} has no type"
                );
                assert!(schema.get("type").is_none_or(Value::is_string), "{path}: a list of types");
                assert!(
                    !(schema.contains_key("properties")
                        && schema.contains_key("additionalProperties")),
                    "{path}"
                );
                for key in schema.keys() {
                    assert!(
                        allowed.contains(&key.as_str()) || key.starts_with("x-kubernetes-"),
                        "{path}: {key}"
                    );
                }
                for required in
                    schema.get("required").and_then(Value::as_array).into_iter().flatten()
                {
                    assert!(
                        schema["properties"].get(required.as_str().unwrap()).is_some(),
                        "{path}: {required}"
                    );
                }
            });
        }
    }

    #[test]
    fn every_key_of_a_list_is_required_or_has_a_default() {
        for crd in crds() {
            walk(schema_of(&crd), "", &mut |path, schema| {
                for key in schema
                    .get("x-kubernetes-list-map-keys")
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                {
                    let items = &schema["items"];
                    let required =
                        items["required"].as_array().is_some_and(|fields| fields.contains(key));
                    let default =
                        items["properties"][key.as_str().unwrap()].get("default").is_some();
                    assert!(required || default, "{path}: {key}");
                }
            });
        }
    }

    #[test]
    fn every_field_of_ours_is_described() {
        for crd in crds() {
            for part in ["spec", "status"] {
                for (name, property) in
                    schema_of(&crd)["properties"][part]["properties"].as_object().unwrap()
                {
                    assert!(property["description"].is_string(), "{part}.{name}");
                }
            }
        }
    }
}
