//! Loops: a list or a map, item by item, with the names of the loop in scope.

use std::borrow::Cow;

use serde_json::Value;

use crate::render::{
    eval::{Evaluator, Result},
    node::{Code, Leaf, Loop},
    scope::{From, Named, Scope},
};

impl Evaluator<'_> {
    /// Calls a function once an item of a loop, with the loop's names in scope.
    pub(crate) fn each<T>(
        &mut self,
        looped: &Loop<T>,
        scope: &Scope<'_>,
        one: &mut dyn FnMut(&mut Self, &Scope<'_>) -> Result<()>,
    ) -> Result<()> {
        let list = &looped.list;
        let value: Cow<'_, Value> = match list.code() {
            Code::Path(path) if list.files().is_empty() => {
                scope.path(path).map_or(Cow::Owned(Value::Null), Cow::Borrowed)
            }
            _ => Cow::Owned(self.with_own_meter(|this| this.leaf(list, scope))?),
        };
        match (&*value, looped.names.as_slice()) {
            (Value::Null, _) => Ok(()),
            (Value::Array(items), names) => {
                for (index, item) in items.iter().enumerate() {
                    let position = (index, items.len());
                    match (names, item) {
                        ([name], item) => {
                            let item = Named::lent(name, item, From::Item(list, index));
                            self.turn(&[item], position, list, scope, one)?;
                        }
                        ([first, second], Value::Array(pair)) if pair.len() == 2 => {
                            let [key, value] = [&pair[0], &pair[1]];
                            let key = Named::lent(first, key, From::Within(list));
                            let value = Named::lent(second, value, From::Within(list));
                            self.turn(&[key, value], position, list, scope, one)?;
                        }
                        _ => return Err(self.not_a_list(list, "an item is not a pair")),
                    }
                }
                Ok(())
            }
            (Value::Object(map), names) => {
                for (index, (key, inner)) in map.iter().enumerate() {
                    let position = (index, map.len());
                    let key = Value::from(key.as_str());
                    let key = Named::owned(&names[0], key, From::Within(list));
                    match names.get(1) {
                        None => self.turn(&[key], position, list, scope, one)?,
                        Some(second) => {
                            let value = Named::lent(second, inner, From::Within(list));
                            self.turn(&[key, value], position, list, scope, one)?;
                        }
                    }
                }
                Ok(())
            }
            _ => Err(self.not_a_list(list, "this is not a list")),
        }
    }

    fn turn<const N: usize>(
        &mut self,
        names: &[Named<'_>; N],
        (index, length): (usize, usize),
        list: &Leaf,
        scope: &Scope<'_>,
        one: &mut dyn FnMut(&mut Self, &Scope<'_>) -> Result<()>,
    ) -> Result<()> {
        self.step(list.span)?;
        let position = [Named::position(index, length)];
        let scope = Scope::inside(scope, &position);
        one(self, &Scope::inside(&scope, names))
    }
}
