//! Documents to instances that can be rendered: defaults, references, and rules about what runs.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value;

use crate::{
    diagnostic::{Code, Diagnostic, Location},
    document::Document,
    field_path::FieldPath,
};

pub mod defaults;
pub mod references;
pub mod rules;

/// A custom resource that renders, with every default filled in.
#[derive(Debug, Clone)]
pub struct Instance {
    /// As the user wrote it.
    pub document: Document,
    /// The same with the defaults of the cluster and of the pack filled in, and without nulls.
    pub value: Value,
    /// The cluster's defaults, where the input has them.
    pub defaults: Option<Arc<Document>>,
    /// The namespace: the document's own, else the one that the run was given.
    pub namespace: Option<String>,
    /// Digests of the ConfigMaps that it refers to and that are part of the input, by name.
    pub config_maps: BTreeMap<String, String>,
}

/// Who gave a field of an instance its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The instance's own document.
    Document(Location),
    /// The cluster's defaults.
    Defaults(Location),
    /// The pack's defaults.
    Pack,
    /// Nobody: the field is not set.
    Unset,
}

impl Instance {
    /// The value of a field, written with dots: `spec.image.tag`.
    pub fn get(&self, dotted: &str) -> Option<&Value> {
        dotted.split('.').try_fold(&self.value, |value, key| value.get(key))
    }

    /// A field that is a string.
    pub fn text(&self, dotted: &str) -> Option<&str> {
        self.get(dotted)?.as_str()
    }

    /// Whether a field is true; unset is false.
    pub fn is_on(&self, dotted: &str) -> bool {
        self.get(dotted).and_then(Value::as_bool).unwrap_or(false)
    }

    /// A field that is a list; unset is empty.
    pub fn list(&self, dotted: &str) -> &[Value] {
        self.get(dotted).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// Who gave a field its value.
    pub fn origin(&self, path: &FieldPath) -> Origin {
        if path.value(&self.value).is_none() {
            return Origin::Unset;
        }
        if self.is_own(path) {
            return Origin::Document(self.document.location(path));
        }
        match self.default_for(path) {
            Some((defaults, path)) => Origin::Defaults(defaults.location(&path)),
            None => Origin::Pack,
        }
    }

    /// A problem with a field. It points at the document that set it, or at the nearest field above it that is there.
    pub fn problem(
        &self,
        code: &'static Code,
        path: &FieldPath,
        message: impl Into<String>,
    ) -> Diagnostic {
        let problem = self.document.problem(code, path, message);
        match self.default_for(path) {
            Some((defaults, place)) if !self.is_own(path) => problem.at(defaults.location(&place)),
            _ => problem,
        }
    }

    /// Whether the instance's own document sets a field. Null counts as unset.
    pub fn is_own(&self, path: &FieldPath) -> bool {
        self.document.get(path).is_some_and(|value| !value.is_null())
    }

    /// The cluster's defaults and the place in them that a field is filled from.
    fn default_for(&self, path: &FieldPath) -> Option<(&Document, FieldPath)> {
        let defaults = self.defaults.as_deref()?;
        Some((defaults, defaults::origin(defaults, &self.document, path)?))
    }
}
