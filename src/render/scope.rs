//! What the names in an expression mean.

use std::{cell::OnceCell, ops::Deref, sync::Arc};

use minijinja::value::{Enumerator, Object, Value as Dynamic};
use serde_json::{Value, json};

use crate::render::{
    node::{Leaf, Node},
    view::View,
};

/// A name and what it means.
#[derive(Debug)]
pub(crate) struct Named<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: Held<'a>,
    pub(crate) from: From<'a>,
    dynamic: OnceCell<(Arc<str>, Dynamic)>,
}

/// A value that is lent, or that minijinja may share.
#[derive(Debug)]
pub(crate) enum Held<'a> {
    Lent(&'a Value),
    Shared(Arc<Value>),
    /// `loop`: which item of how many. Few loops ask.
    Position {
        index: usize,
        length: usize,
        value: OnceCell<Arc<Value>>,
    },
}

impl Deref for Held<'_> {
    type Target = Value;

    fn deref(&self) -> &Value {
        match self {
            Held::Lent(value) => value,
            Held::Shared(value) => value,
            Held::Position { index, length, value } => {
                value.get_or_init(|| Arc::new(position(*index, *length)))
            }
        }
    }
}

/// Where the value of a name comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum From<'a> {
    /// A field of the instance, written with dots.
    Field(&'static str),
    /// A value under `let`.
    Let(&'a Node),
    /// The item of a loop at an index.
    Item(&'a Leaf, usize),
    /// Something of an item of a loop, such as the key of an entry.
    Within(&'a Leaf),
    /// The program or the pack.
    Elsewhere,
}

/// The names that are known at one place: the innermost first, and at last the fields of the instance.
pub(crate) struct Scope<'a> {
    pub(crate) outer: Outer<'a>,
    pub(crate) names: &'a [Named<'a>],
    dynamic: OnceCell<Dynamic>,
}

/// What a scope lies in.
pub(crate) enum Outer<'a> {
    Instance(&'a Arc<Value>),
    Scope(&'a Scope<'a>),
}

impl<'a> Named<'a> {
    /// A name for a value that lives elsewhere.
    pub(crate) fn lent(name: &'a str, value: &'a Value, from: From<'a>) -> Self {
        Named { name, value: Held::Lent(value), from, dynamic: OnceCell::new() }
    }

    /// A name for a value of its own.
    pub(crate) fn owned(name: &'a str, value: Value, from: From<'a>) -> Self {
        Named::shared(name, Arc::new(value), from)
    }

    /// A name for a value that others hold too.
    pub(crate) fn shared(name: &'a str, value: Arc<Value>, from: From<'a>) -> Self {
        Named { name, value: Held::Shared(value), from, dynamic: OnceCell::new() }
    }

    /// `loop` inside a loop.
    pub(crate) fn position(index: usize, length: usize) -> Self {
        let value = Held::Position { index, length, value: OnceCell::new() };
        Named { name: "loop", value, from: From::Elsewhere, dynamic: OnceCell::new() }
    }

    fn dynamic(&self) -> (Arc<str>, Dynamic) {
        let make = || {
            let value = match &self.value {
                Held::Shared(value) => Arc::clone(value),
                held => Arc::new((**held).clone()),
            };
            (self.name.into(), View::of(value))
        };
        self.dynamic.get_or_init(make).clone()
    }
}

impl<'a> Scope<'a> {
    /// The fields of an instance, and names beside them.
    pub(crate) fn instance(instance: &'a Arc<Value>, names: &'a [Named<'a>]) -> Self {
        Scope { outer: Outer::Instance(instance), names, dynamic: OnceCell::new() }
    }

    /// The same with more names, such as the variable of a loop.
    pub(crate) fn inside(outer: &'a Scope<'a>, names: &'a [Named<'a>]) -> Self {
        Scope { outer: Outer::Scope(outer), names, dynamic: OnceCell::new() }
    }

    /// The value of `a.b.c`.
    pub(crate) fn path(&self, path: &[String]) -> Option<&Value> {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(self.name(first)?, |value, key| value.get(key.as_str()))
    }

    /// All names, for minijinja. It is made when the first expression needs it.
    pub(crate) fn dynamic(&self) -> Dynamic {
        self.dynamic
            .get_or_init(|| {
                let outer = match self.outer {
                    Outer::Instance(instance) => View::of(Arc::clone(instance)),
                    Outer::Scope(scope) => scope.dynamic(),
                };
                if self.names.is_empty() {
                    return outer;
                }
                let names = self.names.iter().map(Named::dynamic).collect();
                Dynamic::from_object(Layer { outer, names })
            })
            .clone()
    }

    fn name(&self, name: &str) -> Option<&Value> {
        match (self.names.iter().rev().find(|named| named.name == name), &self.outer) {
            (Some(named), _) => Some(&named.value),
            (None, Outer::Scope(scope)) => scope.name(name),
            (None, Outer::Instance(instance)) => instance.get(name),
        }
    }
}

/// What `loop` holds.
fn position(index: usize, length: usize) -> Value {
    json!({
        "index": index + 1,
        "index0": index,
        "first": index == 0,
        "last": index + 1 == length,
        "length": length,
    })
}

/// Names over other names.
#[derive(Debug)]
struct Layer {
    outer: Dynamic,
    names: Vec<(Arc<str>, Dynamic)>,
}

impl Object for Layer {
    fn get_value(self: &Arc<Self>, key: &Dynamic) -> Option<Dynamic> {
        let name = key.as_str()?;
        match self.names.iter().rev().find(|(known, _)| **known == *name) {
            Some((_, value)) => Some(value.clone()),
            None => self.outer.get_attr(name).ok().filter(|value| !value.is_undefined()),
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }
}
