//! The overlays of a target, applied to the documents of the input.

use std::sync::Arc;

use crate::{
    diagnostic::{Diagnostic, Source, catalogue::git as codes},
    document::{self, Document},
    field_path::FieldPath,
    object::{Identity, select, yaml},
    project::{Overlay, Project, Target, patch},
};

/// The texts with the overlays of a target applied. A text that no overlay changes stays as it is; a changed one is written
/// anew, under a name that says so.
pub fn apply(
    project: &Project,
    target: &Target,
    sources: Vec<Arc<Source>>,
    report: &mut Vec<Diagnostic>,
) -> Vec<Arc<Source>> {
    if target.overlays.is_empty() {
        return sources;
    }
    let mut run = Run { project, target, used: vec![false; target.overlays.len()], report };
    let sources = sources.into_iter().map(|source| run.source(source)).collect();
    run.finish();
    sources
}

struct Run<'a> {
    project: &'a Project,
    target: &'a Target,
    /// Which overlays met a document.
    used: Vec<bool>,
    report: &'a mut Vec<Diagnostic>,
}

impl Run<'_> {
    fn source(&mut self, source: Arc<Source>) -> Arc<Source> {
        // What is wrong with the text is reported when it is rendered.
        let mut problems = Vec::new();
        let mut documents = document::parse(&source, &mut problems);
        let mut is_changed = false;
        for document in &mut documents {
            is_changed |= self.document(document);
        }
        if !is_changed || !problems.is_empty() {
            return source;
        }
        let mut text = String::new();
        for document in &documents {
            text.push_str("---\n");
            yaml::emit(&mut text, &document.value);
        }
        Arc::new(Source { name: format!("{} (target {})", source.name, self.target.name), text })
    }

    /// Applies what selects this document; whether anything did.
    fn document(&mut self, document: &mut Document) -> bool {
        let Some(identity) = Identity::of(&document.value) else { return false };
        let mut is_changed = false;
        for (index, overlay) in self.target.overlays.iter().enumerate() {
            let Overlay { select, patch, merge } = overlay;
            if !select::matches(select, &identity) {
                continue;
            }
            self.used[index] = true;
            is_changed = true;
            if let Some(merge) = merge {
                patch::merge(&mut document.value, merge);
            }
            if let Err(error) = patch::patch(&mut document.value, patch) {
                let problem = self.problem(&codes::OVERLAY, index, error.to_string());
                self.report.push(problem.about(document.title()));
            }
        }
        is_changed
    }

    fn finish(self) {
        for (index, overlay) in self.target.overlays.iter().enumerate() {
            if !self.used[index] {
                let message = format!("no document is {:?}", overlay.select);
                let problem = self.problem(&codes::OVERLAY_UNUSED, index, message);
                self.report.push(problem);
            }
        }
    }

    fn problem(
        &self,
        code: &'static crate::diagnostic::Code,
        index: usize,
        message: String,
    ) -> Diagnostic {
        let names =
            self.project.settings.targets.iter().position(|one| one.name == self.target.name);
        let place =
            FieldPath::of("targets").index(names.unwrap_or_default()).key("overlays").index(index);
        Diagnostic::new(code, message).at(self.project.document.location(&place)).field(&place)
    }
}
