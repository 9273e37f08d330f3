//! The generated file is what the compiler makes of the templates.

use std::{fs, path::Path, sync::Arc};

use serde_json::{Value, json};

use super::*;
use crate::{
    diagnostic::{Source, Span},
    pack,
    render::{
        compile,
        node::{Branch, Item, Key, Leaf, Line, Loop, Pair, Part},
        walk,
    },
};

/// Every template of the built-in packs, with its tree from its text.
fn templates() -> Vec<(Arc<Source>, Node)> {
    let files = pack::BUILTIN.iter().flat_map(|pack| pack::builtin::files(pack).unwrap());
    let is_template = |name: &str| Path::new(name).extension().is_some_and(|kind| kind == "yaml");
    let sources = files.filter(|(name, _)| is_template(name)).map(|(name, text)| {
        Arc::new(Source { name: (*name).to_owned(), text: (*text).to_owned() })
    });
    sources.map(|source| (Arc::clone(&source), compile::from_text(&source).unwrap().root)).collect()
}

fn node(node: &Node) -> Value {
    match node {
        Node::Constant(value) => json!({ "c": value }),
        Node::Leaf(inner) => json!({ "e": leaf(inner) }),
        Node::Text(parts) => json!({ "t": parts.iter().map(part).collect::<Vec<_>>() }),
        Node::Map(inner) => json!({ "m": lines(inner, &pair) }),
        Node::List(inner) => json!({ "l": lines(inner, &item) }),
    }
}

fn pair(pair: &Pair) -> Value {
    let key = match &pair.key {
        Key::Constant(key) => json!({ "c": key }),
        Key::Text(parts) => json!({ "t": parts.iter().map(part).collect::<Vec<_>>() }),
    };
    json!([key, span(pair.key_span), node(&pair.value), span(pair.span)])
}

fn item(item: &Item) -> Value {
    json!([node(&item.value), span(item.span)])
}

fn part(part: &Part) -> Value {
    match part {
        Part::Literal(text) => json!({ "c": text }),
        Part::Leaf(inner) => json!({ "e": leaf(inner) }),
    }
}

fn leaf(leaf: &Leaf) -> Value {
    json!([leaf.text, span(leaf.span)])
}

fn span(span: Span) -> Value {
    json!([span.start, span.end - span.start])
}

fn lines<T>(inner: &[Line<T>], one: &dyn Fn(&T) -> Value) -> Value {
    let line = |line: &Line<T>| match line {
        Line::One(inner) => json!({ "o": one(inner) }),
        Line::If(branches) => {
            json!({ "i": branches.iter().map(|inner| branch(inner, one)).collect::<Vec<_>>() })
        }
        Line::For(Loop { names, list, lines: inner }) => {
            json!({ "f": [names, leaf(list), lines(inner, one)] })
        }
    };
    inner.iter().map(line).collect()
}

fn branch<T>(branch: &Branch<T>, one: &dyn Fn(&T) -> Value) -> Value {
    json!([branch.condition.as_ref().map(leaf), lines(&branch.lines, one)])
}

fn trees() -> String {
    let line = |(source, root): (Arc<Source>, Node)| {
        format!("{}{}\n", &digest::sha256(&source.text)[..DIGITS], node(&root))
    };
    templates().into_iter().map(line).collect()
}

#[test]
fn the_shipped_trees_are_what_the_templates_say() {
    let trees = trees();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/render/shipped.txt");
    #[expect(clippy::disallowed_methods, reason = "the switch that rewrites the file")]
    if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
        fs::write(&file, &trees).unwrap();
    }
    let there = fs::read_to_string(&file).unwrap();
    assert!(
        there == trees,
        "src/render/shipped.txt is old: run the tests with SNAPSHOTS=overwrite"
    );
}

#[test]
fn a_shipped_tree_is_read_as_it_was_compiled_and_its_expressions_compile() {
    let trees = trees();
    let mut count = 0;
    for (source, root) in templates() {
        let found =
            find_in(&trees, &source.text).unwrap_or_else(|| panic!("{} is not there", source.name));
        walk::leaves(&found, &mut |leaf| {
            leaf.code();
            count += 1;
        });
        assert_eq!(node(&found), node(&root), "{}", source.name);
        assert_eq!(format!("{found:?}"), format!("{root:?}"), "{}", source.name);
    }
    assert!(count > 200, "{count} expressions");
}

#[test]
fn a_changed_template_is_not_one_of_the_shipped() {
    let trees = trees();
    let (source, _) = &templates()[0];
    assert!(find_in(&trees, &source.text).is_some());
    assert!(find_in(&trees, &format!("{}\n", source.text)).is_none());
}
