//! JSON values as minijinja sees them: nothing is converted until an expression looks at it.

use std::{fmt, sync::Arc};

use minijinja::value::{Enumerator, Object, ObjectRepr, Value as Dynamic};
use serde_json::Value;

use crate::field_path::Step;

/// A map or a list inside a JSON value.
pub(crate) struct View {
    root: Arc<Value>,
    steps: Vec<Step>,
}

impl View {
    /// A value as minijinja sees it.
    pub(crate) fn of(root: Arc<Value>) -> Dynamic {
        View::at(root, Vec::new())
    }

    fn at(root: Arc<Value>, steps: Vec<Step>) -> Dynamic {
        let view = View { root, steps };
        match view.value() {
            None => Dynamic::UNDEFINED,
            Some(Value::Null) => Dynamic::from(()),
            Some(Value::Bool(value)) => Dynamic::from(*value),
            Some(Value::String(value)) => Dynamic::from(value.as_str()),
            Some(Value::Number(value)) => number(value),
            Some(Value::Array(_) | Value::Object(_)) => Dynamic::from_object(view),
        }
    }

    /// The value that is seen.
    pub(crate) fn value(&self) -> Option<&Value> {
        self.steps.iter().try_fold(&*self.root, |value, step| match step {
            Step::Key(key) => value.get(key.as_str()),
            Step::Index(index) => value.get(*index),
        })
    }

    fn inside(&self, step: Step) -> Dynamic {
        let steps = self.steps.iter().cloned().chain([step]).collect();
        View::at(Arc::clone(&self.root), steps)
    }
}

fn number(value: &serde_json::Number) -> Dynamic {
    match (value.as_i64(), value.as_u64()) {
        (Some(value), _) => Dynamic::from(value),
        (None, Some(value)) => Dynamic::from(value),
        (None, None) => value.as_f64().map_or(Dynamic::UNDEFINED, Dynamic::from),
    }
}

/// Shows the shape, never the content, which may be secret.
impl fmt::Debug for View {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("View").finish_non_exhaustive()
    }
}

impl Object for View {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        if matches!(self.value(), Some(Value::Array(_))) {
            ObjectRepr::Seq
        } else {
            ObjectRepr::Map
        }
    }

    fn get_value(self: &Arc<Self>, key: &Dynamic) -> Option<Dynamic> {
        match self.value()? {
            Value::Object(map) => {
                let key = key.as_str()?;
                map.contains_key(key).then(|| self.inside(Step::Key(key.to_owned())))
            }
            Value::Array(list) => {
                let index = key.as_usize()?;
                (index < list.len()).then(|| self.inside(Step::Index(index)))
            }
            _ => None,
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        match self.value() {
            Some(Value::Object(map)) => {
                Enumerator::Values(map.keys().map(|key| Dynamic::from(key.as_str())).collect())
            }
            Some(Value::Array(list)) => Enumerator::Seq(list.len()),
            _ => Enumerator::Empty,
        }
    }
}
