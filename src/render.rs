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
mod text;
mod trace;
mod view;
mod walk;

pub mod hermes;

pub use self::{
    canonical::canonical,
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
