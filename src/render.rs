//! Templates compiled to a tree, and instances evaluated through it straight to values.
//!
//! A template is read once: [`compile`] masks its expressions, reads the rest as YAML, and keeps a tree of constants,
//! expressions, and `{% %}` blocks. `eval` walks the tree for an instance. No value can break out of its place, as no
//! text is read again. `docs/packs.md` says the rules for authors.
//!
//! Nothing here reads a file, a clock, or the environment, and `budget` bounds all that a template can make.

mod blocks;
mod bounded;
pub mod budget;
mod canonical;
mod compile;
mod environment;
mod eval;
mod filters;
mod leaf;
mod lexer;
mod library;
mod mask;
mod node;
mod origin;
mod scalar;
mod scope;
mod shipped;
mod text;
mod trace;
mod view;
mod walk;

pub mod hermes;

pub use self::{
    canonical::canonicalize,
    compile::template as compile_template,
    library::{File, Library},
    trace::{Trace, Why},
};
pub(crate) use self::{
    environment::{has_filter, has_function},
    eval::Evaluator,
    filters::merge_into,
    leaf::{filters as leaf_filters, leaf as compile_leaf},
    lexer::is_name,
    mask::{Slot, Word, span, word},
    node::{Code, Key, Leaf, Line, Loop, Node, Pair, Part},
    scope::{From, Named, Scope},
    trace::Tracer,
};

#[cfg(test)]
mod tests {
    use std::{fmt::Write, fs, path::Path, sync::Arc};

    use serde_json::Value;
    use snapbox::{Assert, Data};

    use super::*;
    use crate::{
        diagnostic::{Diagnostic, Source},
        document,
        object::yaml,
    };

    /// Every `testdata/templates/*.yaml` gives the `.out` beside it, for the instance and with the files in `shared`.
    /// `SNAPSHOTS=overwrite cargo test` writes the `.out` of a new case.
    #[test]
    fn templates_give_what_stands_beside_them() {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/templates");
        let (library, instance) = shared(&directory.join("shared"));
        let mut cases: Vec<_> =
            fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path()).collect();
        cases.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
        cases.sort();
        assert!(cases.len() > 30, "cases are missing");
        for path in cases {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let source = Arc::new(Source { name, text: fs::read_to_string(&path).unwrap() });
            let first = render(&source, &library, &instance);
            assert_eq!(first, render(&source, &library, &instance), "rendering is deterministic");
            Assert::new()
                .action_env("SNAPSHOTS")
                .normalize_paths(false)
                .eq(first, Data::read_from(&path.with_extension("out"), None));
        }
    }

    fn shared(directory: &Path) -> (Library, Arc<Value>) {
        let mut library = Library::default();
        let mut instance = Value::Null;
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let source = Arc::new(Source { name, text: fs::read_to_string(&path).unwrap() });
            if source.name == "instance.yaml" {
                instance = document::parse(&source, &mut Vec::new()).remove(0).value;
            }
            library.insert(&source.name, Arc::clone(&source));
        }
        canonicalize(&mut instance);
        (library, Arc::new(instance))
    }

    fn render(source: &Arc<Source>, library: &Library, instance: &Arc<Value>) -> String {
        let template = match compile_template(source) {
            Ok(template) => template,
            Err(errors) => return report(&errors),
        };
        let names = [
            Named::lent("name", &instance["metadata"]["name"], From::Field("metadata.name")),
            Named::owned("labels", serde_json::json!({"b": "2", "a": "1"}), From::Elsewhere),
        ];
        let mut evaluator = Evaluator::new(library, source);
        match evaluator.template(&template, &Scope::instance(instance, &names)) {
            Ok(value) => {
                let mut text = String::new();
                yaml::emit(&mut text, &value);
                text
            }
            Err(error) => report(&[*error]),
        }
    }

    fn report(errors: &[Diagnostic]) -> String {
        let mut text = String::new();
        for Diagnostic { code, message, location, field, help, .. } in errors {
            let location = location.as_ref().unwrap();
            let (line, column) = location.source.position(location.span.start);
            let marked =
                &location.source.text[location.span.start as usize..location.span.end as usize];
            let _ =
                writeln!(text, "{} {}:{line}:{column} {message}", code.id, location.source.name);
            let _ = writeln!(text, "  at: {}", marked.lines().next().unwrap_or_default());
            if let Some(field) = field {
                let _ = writeln!(text, "  field: {field}");
            }
            let _ = writeln!(text, "  help: {}", help.as_deref().unwrap());
        }
        text
    }
}
