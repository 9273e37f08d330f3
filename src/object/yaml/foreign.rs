//! What YAML readers of others make of a text. The tests of the emitter and its fuzz target compare with them.

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::Value;

/// Reads a text of one document, or says why it cannot.
pub(super) type Reader = fn(&str) -> Result<Value, String>;

/// All of them, by name.
pub(super) const READERS: [(&str, Reader); 2] = [("yaml_serde", yaml_serde), ("saphyr", saphyr)];

fn yaml_serde(text: &str) -> Result<Value, String> {
    yaml_serde::from_str(text).map_err(|error| error.to_string())
}

fn saphyr(text: &str) -> Result<Value, String> {
    let documents = Yaml::load_from_str(text).map_err(|error| error.to_string())?;
    documents.first().map_or(Ok(Value::Null), from_saphyr)
}

fn from_saphyr(yaml: &Yaml) -> Result<Value, String> {
    Ok(match yaml {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(value)) => Value::from(*value),
        Yaml::Value(Scalar::Integer(value)) => Value::from(*value),
        Yaml::Value(Scalar::FloatingPoint(value)) => Value::from(value.into_inner()),
        Yaml::Value(Scalar::String(text)) => Value::from(text.as_ref()),
        Yaml::Sequence(items) => items.iter().map(from_saphyr).collect::<Result<_, _>>()?,
        Yaml::Mapping(map) => Value::Object(map.iter().map(entry).collect::<Result<_, _>>()?),
        other => return Err(format!("it is {other:?}")),
    })
}

fn entry((key, value): (&Yaml<'_>, &Yaml<'_>)) -> Result<(String, Value), String> {
    let key = key.as_str().ok_or_else(|| format!("a key is {key:?}"))?;
    Ok((key.to_owned(), from_saphyr(value)?))
}
