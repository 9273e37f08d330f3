//! The differences as JSON Patches (RFC 6902), one an object: made on the old object, they give the new one.
//!
//! A patch that touches a secret holds its fingerprint, and is for reading.

use serde_json::{Value, json};

use crate::{
    diff::{Delta, Edit, Happened, Item, Step},
    preview::{Preview, Shown},
};

/// Every object that differs with its patch. One that came or went has an operation on the whole.
pub fn patch(preview: &Preview) -> String {
    let objects: Vec<Value> = preview.changes.iter().map(object).collect();
    format!("{:#}\n", Value::Array(objects))
}

fn object(change: &Shown) -> Value {
    let name = change.was.as_ref().unwrap_or(&change.identity);
    let mut target = json!({"group": name.group, "kind": name.kind, "name": name.name});
    if let Some(namespace) = &name.namespace {
        target["namespace"] = namespace.as_str().into();
    }
    let happened = match change.happened {
        Happened::Added => "added",
        Happened::Removed => "removed",
        Happened::Changed => "changed",
    };
    json!({"object": target, "happened": happened, "patch": operations(&change.edits)})
}

/// The operations that make the new value from the old one.
fn operations(edits: &[Edit]) -> Vec<Value> {
    let edits: Vec<&Edit> = edits.iter().collect();
    let mut operations = Vec::new();
    inside(&edits, 0, "", &mut operations);
    operations
}

/// Operations on the value at `pointer`. Positions in lists are those of the moment: what is inside the items is done
/// first, then items go from the end, those that stay are moved, and others come from the beginning.
fn inside(edits: &[&Edit], depth: usize, pointer: &str, operations: &mut Vec<Value>) {
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    let mut rest = edits;
    while let Some(first) = rest.first() {
        let step = first.path.0.get(depth);
        let end = rest.iter().take_while(|edit| edit.path.0.get(depth) == step).count();
        let (here, others) = rest.split_at(end);
        rest = others;
        match step {
            None => here.iter().for_each(|edit| whole(&edit.delta, pointer, operations)),
            Some(Step::Key(key)) => {
                inside(here, depth + 1, &format!("{pointer}/{}", escaped(key)), operations);
            }
            Some(Step::Item(Item { name: _, old: Some(old), new: Some(_) })) => {
                inside(here, depth + 1, &format!("{pointer}/{old}"), operations);
            }
            Some(Step::Item(Item { name: _, old: Some(old), new: None })) => removed.push(*old),
            Some(Step::Item(Item { name: _, old: None, new })) => {
                let value = here.first().and_then(|edit| edit.delta.after());
                added.extend(new.zip(value));
            }
        }
    }
    let order = edits.iter().find(|edit| edit.path.0.len() == depth).map(|edit| &edit.delta);
    removed.sort_unstable();
    for index in removed.iter().rev() {
        operations.push(json!({"op": "remove", "path": format!("{pointer}/{index}")}));
    }
    if let Some(Delta::Reordered(order)) = order {
        moves(order, pointer, operations);
    }
    added.sort_by_key(|(index, _)| *index);
    for (index, value) in added {
        operations.push(json!({"op": "add", "path": format!("{pointer}/{index}"), "value": value}));
    }
}

fn whole(delta: &Delta, pointer: &str, operations: &mut Vec<Value>) {
    operations.push(match delta {
        Delta::Added(after) => json!({"op": "add", "path": pointer, "value": after}),
        Delta::Removed(_) => json!({"op": "remove", "path": pointer}),
        Delta::Changed(_, after) => json!({"op": "replace", "path": pointer, "value": after}),
        // It is made with the other operations on the list.
        Delta::Reordered(_) => return,
    });
}

/// Moves that put the items that stay into their new order.
fn moves(order: &[Item], pointer: &str, operations: &mut Vec<Value>) {
    let mut now: Vec<&Item> = order.iter().collect();
    now.sort_by_key(|item| item.old);
    for (to, wanted) in order.iter().enumerate() {
        let from = now.iter().position(|item| item.old == wanted.old).unwrap_or(to);
        if from != to {
            let item = now.remove(from);
            now.insert(to, item);
            let (from, path) = (format!("{pointer}/{from}"), format!("{pointer}/{to}"));
            operations.push(json!({"op": "move", "from": from, "path": path}));
        }
    }
}

/// A key as a part of a JSON pointer (RFC 6901).
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Makes a patch on a value, as the standard says.
    pub(crate) fn made(mut value: Value, operations: &[Value]) -> Value {
        for operation in operations {
            let text = |key: &str| operation[key].as_str().unwrap().to_owned();
            match operation["op"].as_str().unwrap() {
                "remove" => drop(taken(&mut value, &text("path"))),
                "move" => {
                    let moved = taken(&mut value, &text("from"));
                    put(&mut value, &text("path"), moved);
                }
                "add" => put(&mut value, &text("path"), operation["value"].clone()),
                "replace" => {
                    *value.pointer_mut(&text("path")).unwrap() = operation["value"].clone();
                }
                other => panic!("{other} is no operation"),
            }
        }
        value
    }

    fn taken(value: &mut Value, pointer: &str) -> Value {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let key = key.replace("~1", "/").replace("~0", "~");
        match value.pointer_mut(parent).unwrap() {
            Value::Object(map) => map.remove(&key).unwrap(),
            Value::Array(items) => items.remove(key.parse().unwrap()),
            other => panic!("nothing is in {other}"),
        }
    }

    fn put(value: &mut Value, pointer: &str, new: Value) {
        let Some((parent, key)) = pointer.rsplit_once('/') else {
            *value = new;
            return;
        };
        let key = key.replace("~1", "/").replace("~0", "~");
        match value.pointer_mut(parent).unwrap() {
            Value::Object(map) => drop(map.insert(key, new)),
            Value::Array(items) => items.insert(key.parse().unwrap(), new),
            other => panic!("nothing is in {other}"),
        }
    }

    /// Whether the patch of the differences makes the new value.
    #[track_caller]
    pub(crate) fn check(old: &Value, edits: &[Edit], new: &Value) {
        let operations = operations(edits);
        assert_eq!(&made(old.clone(), &operations), new, "{operations:#?}");
    }

    #[test]
    fn a_patch_moves_removes_and_adds_items_in_an_order_that_works() {
        let pod = |names: &[&str]| {
            let env: Vec<Value> = names.iter().map(|name| json!({"name": name})).collect();
            json!({"spec": {"containers": [{"name": "a/b~c", "env": env}]}})
        };
        let (old, new) = (pod(&["A", "B", "C", "D", "E"]), pod(&["X", "E", "C", "Y", "A"]));
        check(&old, &crate::diff::values("Pod", &old, &new), &new);
    }
}
