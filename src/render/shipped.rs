//! The templates of the built-in packs, compiled before they are shipped.
//!
//! To compile them takes half of the time in which one instance renders. Each line of a generated file is a template's
//! tree, after a name that is made from the template's text: a template that has changed since is compiled as any other.

use crate::{digest, render::node::Node};

/// The trees as JSON. Structs are arrays of their fields, and a span is its first byte and its length.
const TREES: &str = include_str!("shipped.txt");
/// How many digits of the digest of a text are its name.
const DIGITS: usize = 16;

/// The tree of a template, if it is one of those.
pub(super) fn find(text: &str) -> Option<Node> {
    find_in(TREES, text)
}

fn find_in(trees: &str, text: &str) -> Option<Node> {
    let digest = digest::sha256(text);
    let name = digest.get(..DIGITS)?;
    let tree = trees.lines().find_map(|line| line.strip_prefix(name))?;
    serde_json::from_str(tree).ok()
}

#[cfg(test)]
mod tests;
