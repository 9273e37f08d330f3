//! The manifest of an artifact and its configuration, for Flux and for Argo CD.
//!
//! Flux: `fluxcd/pkg/oci` 0.70, `constants.go` and `push.go`. Argo CD: `util/oci/client.go` of 3.5, which accepts one layer of a
//! type that it is configured with, and by default of that of images.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    diagnostic::cut,
    oci::{
        OciError,
        archive::{Layer, digest},
        reference::is_digest,
    },
};

/// The type of a manifest.
pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// The types of manifests that a registry is asked for. Some are only for a message that says what is there.
pub const ACCEPTED: &str = "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, \
    application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json";

/// The annotations that Flux shows.
pub const CREATED: &str = "org.opencontainers.image.created";
/// Where the files come from.
pub const SOURCE: &str = "org.opencontainers.image.source";
/// Which revision they come from.
pub const REVISION: &str = "org.opencontainers.image.revision";

/// Who takes an artifact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consumer {
    /// Flux's source-controller.
    Flux,
    /// Argo CD's repository server.
    ArgoCd,
}

impl Consumer {
    /// The type of the configuration.
    fn config(self) -> &'static str {
        match self {
            Consumer::Flux => "application/vnd.cncf.flux.config.v1+json",
            Consumer::ArgoCd => "application/vnd.oci.image.config.v1+json",
        }
    }

    /// The type of the layer.
    fn layer(self) -> &'static str {
        match self {
            Consumer::Flux => "application/vnd.cncf.flux.content.v1.tar+gzip",
            Consumer::ArgoCd => "application/vnd.oci.image.layer.v1.tar+gzip",
        }
    }
}

/// What a manifest says of a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// The type of its bytes.
    pub media_type: String,
    /// Their digest.
    pub digest: String,
    /// How many they are.
    pub size: u64,
}

/// A manifest as it is written and read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    schema_version: u8,
    #[serde(default)]
    media_type: String,
    config: Descriptor,
    layers: Vec<Descriptor>,
    /// What people and Flux are told about it.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
}

/// A manifest with the bytes of both, ready to be pushed.
#[derive(Debug)]
pub struct Described {
    /// The configuration.
    pub config: Vec<u8>,
    /// The digest of the configuration.
    pub config_digest: String,
    /// The manifest.
    pub bytes: Vec<u8>,
    /// The digest of the manifest.
    pub digest: String,
}

/// Describes a layer to a consumer.
pub fn describe(
    consumer: Consumer,
    layer: &Layer,
    annotations: &BTreeMap<String, String>,
) -> Described {
    let mut config = json!({
        "architecture": "", "config": {},
        "os": "", "rootfs": {"type": "layers", "diff_ids": [layer.diff_id]},
    });
    if let Some(created) = annotations.get(CREATED) {
        config["created"] = created.as_str().into();
    }
    let config = config.to_string().into_bytes();
    let config_digest = digest(&config);
    let part = |media_type: &str, digest: &str, size: usize| Descriptor {
        media_type: media_type.to_owned(),
        digest: digest.to_owned(),
        size: size as u64,
    };
    let manifest = json!(Manifest {
        schema_version: 2,
        media_type: MANIFEST.to_owned(),
        config: part(consumer.config(), &config_digest, config.len()),
        layers: vec![part(consumer.layer(), &layer.digest, layer.bytes.len())],
        annotations: annotations.clone(),
    });
    let bytes = manifest.to_string().into_bytes();
    Described { config, config_digest, digest: digest(&bytes), bytes }
}

impl Manifest {
    /// Reads a manifest that a registry gives for a reference.
    pub fn read(bytes: &[u8], reference: &str) -> Result<Self, OciError> {
        let other = |what: String| OciError::Kind { reference: reference.to_owned(), what };
        let value: Value = serde_json::from_slice(bytes)
            .map_err(|_| other("something whose manifest is no JSON".to_owned()))?;
        let is_list = value.get("manifests").is_some();
        if is_list {
            return Err(other("a list of images for several platforms".to_owned()));
        }
        serde_json::from_value(value)
            .map_err(|_| other("something whose manifest is not of the form 2".to_owned()))
    }

    /// The layer with the files: the first of a type that Flux or Argo CD take.
    pub fn layer(&self, reference: &str) -> Result<&Descriptor, OciError> {
        let known = [Consumer::Flux, Consumer::ArgoCd].map(Consumer::layer);
        let found = self.layers.iter().find(|layer| known.contains(&layer.media_type.as_str()));
        let is_image = self.config.media_type == "application/vnd.oci.image.config.v1+json"
            && self.layers.len() > 1;
        let other = |what: String| OciError::Kind { reference: reference.to_owned(), what };
        match found {
            _ if is_image => Err(other("an image for containers".to_owned())),
            Some(layer) if is_digest(&layer.digest) => Ok(layer),
            Some(_) => Err(other("an artifact whose digests are none of SHA-256".to_owned())),
            None => Err(other(format!("of the type {}", cut(&self.config.media_type, 100)))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::archive::{File, pack};

    fn example(consumer: Consumer) -> (Layer, Described) {
        let file = File { content: b"a: 1\n".to_vec(), is_executable: false };
        let layer = pack(&[("a.yaml".to_owned(), file)].into()).unwrap();
        let annotations = [(CREATED.to_owned(), "1970-01-01T00:00:00Z".to_owned())].into();
        let described = describe(consumer, &layer, &annotations);
        (layer, described)
    }

    #[test]
    fn what_is_described_is_read() {
        for consumer in [Consumer::Flux, Consumer::ArgoCd] {
            let (layer, described) = example(consumer);
            let manifest = Manifest::read(&described.bytes, "oci://a.b/c").unwrap();
            let found = manifest.layer("oci://a.b/c").unwrap();
            assert_eq!(
                (found.digest.as_str(), found.size),
                (layer.digest.as_str(), layer.bytes.len() as u64)
            );
            assert_eq!(manifest.config.digest, digest(&described.config));
            assert_eq!(example(consumer).1.digest, described.digest);
        }
    }

    #[test]
    fn both_consumers_share_the_layer() {
        let [flux, argo] = [Consumer::Flux, Consumer::ArgoCd].map(example);
        assert_eq!(flux.0.digest, argo.0.digest);
        assert_ne!(flux.1.digest, argo.1.digest);
    }

    #[test]
    fn what_is_another_artifact_is_named() {
        let manifest = |config: &str, layers: &[&str]| {
            let part = |kind: &str| json!({"mediaType": kind, "digest": format!("sha256:{}", "0".repeat(64)), "size": 1});
            let layers: Vec<_> = layers.iter().map(|kind| part(kind)).collect();
            json!({"schemaVersion": 2, "config": part(config), "layers": layers}).to_string()
        };
        let image = "application/vnd.oci.image.config.v1+json";
        let layer = "application/vnd.oci.image.layer.v1.tar+gzip";
        for (text, expected) in [
            (manifest(image, &[layer, layer]), "an image for containers"),
            (
                manifest(
                    "application/vnd.cncf.helm.config.v1+json",
                    &["application/vnd.cncf.helm.chart.content.v1.tar+gzip"],
                ),
                "of the type application/vnd.cncf.helm.config.v1+json",
            ),
            (manifest("application/vnd.cncf.flux.config.v1+json", &[]), "of the type"),
            ("{\"schemaVersion\": 2, \"manifests\": []}".to_owned(), "a list of images"),
            ("{\"schemaVersion\": 1}".to_owned(), "not of the form 2"),
            ("{\"schemaVersion\": 1000, \"config\": 1}".to_owned(), "not of the form 2"),
            ("[]".to_owned(), "not of the form 2"),
            ("<html>".to_owned(), "no JSON"),
            (manifest(image, &[layer]).replace("sha256:", "sha512:"), "digests are none"),
        ] {
            let read = Manifest::read(text.as_bytes(), "oci://a.b/c");
            let error = match read {
                Ok(manifest) => manifest.layer("oci://a.b/c").unwrap_err(),
                Err(error) => error,
            };
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
}
