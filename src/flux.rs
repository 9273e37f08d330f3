//! Flux's post-build substitution: what it does to a text, and how to write a text that it leaves alone.
//!
//! kustomize-controller takes each object as YAML text and replaces `${NAME}` and `$$` in it wherever they stand, in prompts
//! and scripts too. [`substitution`] is that language, [`variables`] what it knows, [`literal`] keeps a text out of it, [`treatment`]
//! does either for a whole object, and [`lint`] says what Flux would do to one.

pub mod lint;
pub mod literal;
mod pattern;
pub mod substitution;
mod template;
pub mod treatment;
pub mod variables;
