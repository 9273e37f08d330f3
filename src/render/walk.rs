//! All expressions of a tree.

use crate::render::node::{Key, Leaf, Line, Node, Part};

/// What is called with each expression.
type Each<'a, 'n> = &'a mut dyn FnMut(&'n Leaf);

/// Calls a function with each expression of a node, in order.
pub(crate) fn leaves<'n>(node: &'n Node, each: &mut dyn FnMut(&'n Leaf)) {
    match node {
        Node::Constant(_) => {}
        Node::Leaf(leaf) => each(leaf),
        Node::Text(text) => parts(text, each),
        Node::Map(map) => lines(map, each, &mut |pair, each| {
            if let Key::Text(key) = &pair.key {
                parts(key, each);
            }
            leaves(&pair.value, each);
        }),
        Node::List(list) => lines(list, each, &mut |item, each| leaves(&item.value, each)),
    }
}

/// The expressions of a text, in order.
pub(crate) fn of_parts(parts: &[Part]) -> impl Iterator<Item = &Leaf> {
    parts.iter().filter_map(|part| match part {
        Part::Leaf(leaf) => Some(leaf),
        Part::Literal(_) => None,
    })
}

fn parts<'n>(parts: &'n [Part], each: &mut dyn FnMut(&'n Leaf)) {
    of_parts(parts).for_each(each);
}

fn lines<'n, T>(
    lines: &'n [Line<T>],
    each: Each<'_, 'n>,
    one: &mut dyn FnMut(&'n T, Each<'_, 'n>),
) {
    for line in lines {
        match line {
            Line::One(inner) => one(inner, each),
            Line::If(branches) => {
                for branch in branches {
                    branch.condition.iter().for_each(&mut *each);
                    self::lines(&branch.lines, each, one);
                }
            }
            Line::For(looped) => {
                each(&looped.list);
                self::lines(&looped.lines, each, one);
            }
        }
    }
}

/// Calls a function with each expression of a text template, in order.
pub(crate) fn of_text<'n>(pieces: &'n [Line<Part>], each: &mut dyn FnMut(&'n Leaf)) {
    lines(pieces, each, &mut |part, each| {
        if let Part::Leaf(leaf) = part {
            each(leaf);
        }
    });
}
