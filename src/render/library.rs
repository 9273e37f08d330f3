//! The files of a pack, compiled when they are first used.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use serde_json::Value;

use crate::{
    diagnostic::{Diagnostic, Source},
    render::{
        compile,
        node::{Template, Text},
        text,
    },
};

/// The files of a pack, by name.
#[derive(Debug, Default)]
pub struct Library {
    files: BTreeMap<String, File>,
}

/// One file: taken as it is, as YAML template, or as text template.
#[derive(Debug)]
pub struct File {
    /// Its text, and its name for messages.
    pub source: Arc<Source>,
    content: OnceLock<Arc<Value>>,
    template: OnceLock<Compiled<Template>>,
    text: OnceLock<Compiled<Text>>,
}

type Compiled<T> = Result<T, Vec<Diagnostic>>;

impl Library {
    /// Adds a file. One of the same name is replaced.
    pub fn insert(&mut self, name: &str, source: Arc<Source>) {
        let file = File {
            source,
            content: OnceLock::new(),
            template: OnceLock::new(),
            text: OnceLock::new(),
        };
        self.files.insert(name.to_owned(), file);
    }

    /// A file by its name.
    pub fn get(&self, name: &str) -> Option<&File> {
        self.files.get(name)
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }
}

impl File {
    /// The file as it is.
    pub fn content(&self) -> &Arc<Value> {
        self.content.get_or_init(|| Arc::new(Value::from(self.source.text.as_str())))
    }

    /// The file as a YAML template.
    pub fn template(&self) -> Result<&Template, &[Diagnostic]> {
        let compiled = self.template.get_or_init(|| compile::template(&self.source));
        compiled.as_ref().map_err(Vec::as_slice)
    }

    /// The file as a text template.
    pub fn text(&self) -> Result<&Text, &[Diagnostic]> {
        let compiled = self.text.get_or_init(|| text::template(&self.source));
        compiled.as_ref().map_err(Vec::as_slice)
    }
}
