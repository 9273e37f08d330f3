//! One JSON Schema for editors: it completes fields, shows their descriptions, and marks a misspelled name.

use serde_json::{Map, Value, json};

use crate::api::crd::{crds, schema_of};

/// A JSON Schema (draft 2020-12) that describes all our kinds. It is stricter than the cluster in one way only: a
/// field that is not known is an error.
pub fn json_schema() -> Value {
    let crds = crds();
    let kind = |crd: &Value| crd["spec"]["names"]["kind"].as_str().unwrap_or_default().to_owned();
    let definitions = crds.iter().map(|crd| (kind(crd), object(crd))).collect::<Map<_, _>>();
    let branches = definitions.keys().map(|name| json!({ "$ref": format!("#/$defs/{name}") }));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "hermes.agent/v1",
        "oneOf": branches.collect::<Vec<_>>(),
        "$defs": definitions,
    })
}

/// The schema of one kind.
fn object(crd: &Value) -> Value {
    let names = &crd["spec"]["names"];
    let version = &crd["spec"]["versions"][0]["name"];
    let mut schema = closed(schema_of(crd));
    let group = crd["spec"]["group"].as_str().unwrap_or_default();
    let api_version = format!("{group}/{}", version.as_str().unwrap_or_default());
    schema["required"] = json!(["apiVersion", "kind", "metadata", "spec"]);
    schema["properties"]["apiVersion"] = json!({ "const": api_version });
    schema["properties"]["kind"] = json!({ "const": names["kind"] });
    schema["properties"]["metadata"] = json!({
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": { "type": "string" },
            "namespace": { "type": "string" },
            "labels": { "type": "object", "additionalProperties": { "type": "string" } },
            "annotations": { "type": "object", "additionalProperties": { "type": "string" } },
        },
    });
    schema
}

/// A structural schema in the words of JSON Schema, with no room for unknown fields.
pub(crate) fn closed(schema: &Value) -> Value {
    let Value::Object(schema) = schema else { return schema.clone() };
    let mut out = Map::new();
    for (keyword, value) in schema {
        match (keyword.as_str(), value) {
            ("x-kubernetes-int-or-string", _) => {
                out.insert("type".to_owned(), json!(["integer", "string"]));
            }
            ("properties", Value::Object(properties)) => {
                let properties =
                    properties.iter().map(|(name, inner)| (name.clone(), closed(inner)));
                out.insert(keyword.clone(), Value::Object(properties.collect()));
            }
            ("items" | "additionalProperties", inner) => {
                out.insert(keyword.clone(), closed(inner));
            }
            (extension, _) if extension.starts_with("x-kubernetes-") => {}
            _ => {
                out.insert(keyword.clone(), value.clone());
            }
        }
    }
    let is_open = schema.contains_key("x-kubernetes-preserve-unknown-fields");
    if schema.contains_key("properties") && !is_open {
        out.insert("additionalProperties".to_owned(), json!(false));
    }
    Value::Object(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_field_has_no_room() {
        let schema = json_schema();
        let spec = &schema["$defs"]["HermesInstance"]["properties"]["spec"];
        assert_eq!(spec["additionalProperties"], false);
        assert_eq!(spec["properties"]["image"]["additionalProperties"], false);
        assert_eq!(spec["properties"]["sidecars"]["items"]["additionalProperties"], false);
        assert!(
            spec["properties"]["config"]["properties"]["raw"].get("additionalProperties").is_none()
        );
    }

    #[test]
    fn the_kind_decides_which_branch_holds() {
        let schema = json_schema();
        let kinds = ["HermesInstance", "HermesClusterDefaults", "HermesSelfConfig"];
        for (kind, branch) in kinds.iter().zip(schema["oneOf"].as_array().unwrap()) {
            assert_eq!(branch["$ref"], format!("#/$defs/{kind}"));
            let properties = &schema["$defs"][kind]["properties"];
            assert_eq!(properties["kind"]["const"], *kind);
            assert_eq!(properties["apiVersion"]["const"], "hermes.agent/v1");
        }
    }

    #[test]
    fn nothing_of_kubernetes_schemas_is_left() {
        let text = json_schema().to_string();
        assert!(!text.contains("x-kubernetes"));
        assert!(text.contains(r#""type":["integer","string"]"#));
        assert!(text.contains("description"));
    }
}
