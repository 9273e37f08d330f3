//! Which fields of the instance an expression reads.

use crate::{
    field_path::{FieldPath, Step},
    render::{
        lexer,
        node::{Code, Leaf, Node},
        scope::{From, Outer, Scope},
        walk,
    },
};

/// What an expression reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// One field, and the value is that field's.
    Field(FieldPath),
    /// The value is made of these, or of none.
    Fields(Vec<FieldPath>),
}

/// What a leaf reads.
pub(crate) fn of_leaf(scope: &Scope<'_>, leaf: &Leaf) -> Origin {
    match with_default(&leaf.text) {
        Some(path) if scope.path(&path).is_some_and(|value| !value.is_null()) => {
            path_before(scope, scope.names.len(), &path)
        }
        _ => leaf_before(scope, scope.names.len(), leaf),
    }
}

/// The path of `a.b | default(c)`: while it is set, the value is that field's and nothing else is read.
fn with_default(text: &str) -> Option<Vec<String>> {
    let (path, filter) = text.split_once('|')?;
    let is_default = filter.trim_start().starts_with("default(") && !filter.contains('|');
    let is_whole = filter.trim_end().ends_with(')');
    let path: Vec<String> = path.trim().split('.').map(str::to_owned).collect();
    (is_default && is_whole && path.iter().all(|name| lexer::is_name(name))).then_some(path)
}

/// What several leaves read together.
pub(crate) fn of_leaves<'l>(scope: &Scope<'_>, leaves: impl Iterator<Item = &'l Leaf>) -> Origin {
    Origin::Fields(leaves.flat_map(|leaf| of_leaf(scope, leaf).into_fields()).collect())
}

impl Origin {
    pub(crate) fn into_fields(self) -> Vec<FieldPath> {
        match self {
            Origin::Field(field) => vec![field],
            Origin::Fields(fields) => fields,
        }
    }

    fn inside(self, steps: impl IntoIterator<Item = Step>) -> Self {
        match self {
            Origin::Field(mut field) => {
                field.0.extend(steps);
                Origin::Field(field)
            }
            Origin::Fields(_) => self,
        }
    }
}

/// What a leaf reads, where only the names before one are known: a value under `let` sees those above it.
fn leaf_before(scope: &Scope<'_>, known: usize, leaf: &Leaf) -> Origin {
    match leaf.code() {
        Code::Path(path) => path_before(scope, known, path),
        Code::Expression(_) => {
            let reads = leaf.reads();
            let fields = reads
                .iter()
                .flat_map(|path| path_before(scope, known, path).into_fields())
                .collect();
            Origin::Fields(fields)
        }
    }
}

fn path_before(scope: &Scope<'_>, known: usize, path: &[String]) -> Origin {
    let Some((first, rest)) = path.split_first() else { return Origin::Fields(Vec::new()) };
    let rest = || rest.iter().cloned().map(Step::Key);
    let found = scope.names[..known].iter().rposition(|named| named.name == first);
    let Some(index) = found else {
        return match &scope.outer {
            Outer::Scope(outer) => path_before(outer, outer.names.len(), path),
            Outer::Instance(_)
                if matches!(first.as_str(), "spec" | "metadata" | "apiVersion" | "kind") =>
            {
                Origin::Field(FieldPath(path.iter().cloned().map(Step::Key).collect()))
            }
            Outer::Instance(_) => Origin::Fields(Vec::new()),
        };
    };
    let outer = |leaf: &Leaf| match &scope.outer {
        Outer::Scope(outer) => of_leaf(outer, leaf),
        Outer::Instance(_) => leaf_before(scope, index, leaf),
    };
    match scope.names[index].from {
        From::Field(dotted) => Origin::Field(FieldPath::of(dotted)).inside(rest()),
        From::Let(Node::Leaf(leaf)) => leaf_before(scope, index, leaf).inside(rest()),
        From::Let(node) => {
            let mut fields = Vec::new();
            walk::leaves(node, &mut |leaf| {
                fields.extend(leaf_before(scope, index, leaf).into_fields());
            });
            Origin::Fields(fields)
        }
        From::Item(leaf, item) => outer(leaf).inside([Step::Index(item)]).inside(rest()),
        From::Within(leaf) => Origin::Fields(outer(leaf).into_fields()),
        From::Elsewhere => Origin::Fields(Vec::new()),
    }
}
