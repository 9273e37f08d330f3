//! What goes wrong while a template is evaluated, in words.

use std::sync::Arc;

use crate::{
    diagnostic::{Code, Diagnostic, Location, Span, catalogue::pack},
    render::{
        budget, environment,
        eval::Evaluator,
        node::Leaf,
        origin::{self, Origin},
        scope::Scope,
    },
};

impl Evaluator<'_> {
    pub(super) fn too_large(&self, span: Span) -> Box<Diagnostic> {
        let message = format!("the output is larger than {} MiB", budget::OUTPUT >> 20);
        let help = "render less: an object that Kubernetes stores holds at most about 1 MiB";
        self.problem(&pack::LIMIT, span, message, help)
    }

    pub(super) fn unset(&self, leaf: &Leaf, scope: &Scope<'_>) -> Box<Diagnostic> {
        let message = format!("`{}` is not set, inside a text", leaf.text);
        let help = format!(
            "set it, or have the template say what stands there instead: `{{{{ {} | default(\"\") }}}}`",
            leaf.text
        );
        let problem = self.problem(&pack::UNSET, leaf.span, message, &help);
        match origin::of_leaf(scope, leaf) {
            Origin::Field(field) => Box::new(problem.field(field)),
            Origin::Fields(_) => problem,
        }
    }

    pub(super) fn not_a_list(&self, list: &Leaf, label: &str) -> Box<Diagnostic> {
        let message = format!("cannot loop over `{}`", list.text);
        let help = "loop over a list, or over a map with two names: `for key, value in map`";
        Box::new(self.problem(&pack::EVALUATION, list.span, message, help).label(label))
    }

    pub(super) fn expression_failed(
        &self,
        leaf: &Leaf,
        error: &minijinja::Error,
    ) -> Box<Diagnostic> {
        let (code, reason, help) = environment::explain(error);
        let is_refused = code.id == pack::REFUSED.id;
        let message = if is_refused { reason } else { format!("`{}` failed: {reason}", leaf.text) };
        self.problem(code, leaf.span, message, &help)
    }

    pub(super) fn problem(
        &self,
        code: &'static Code,
        span: Span,
        message: String,
        help: &str,
    ) -> Box<Diagnostic> {
        let location = Location { source: Arc::clone(self.source), span };
        Box::new(Diagnostic::new(code, message).at(location).help(help))
    }
}
