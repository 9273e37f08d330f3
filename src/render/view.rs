//! JSON values as minijinja sees them: nothing is converted until an expression looks at it.

use std::{fmt, sync::Arc};

use minijinja::value::{Enumerator, Object, ObjectRepr, Value as Dynamic};
use serde_json::Value;

use crate::field_path::Step;

/// A map or a list inside a JSON value: the value as a whole, or a step into another view.
pub(crate) enum View {
    Whole(Arc<Value>),
    Inside(Arc<View>, Step),
}

impl View {
    /// A value as minijinja sees it.
    pub(crate) fn of(whole: Arc<Value>) -> Dynamic {
        scalar(&whole).unwrap_or_else(|| Dynamic::from_object(View::Whole(whole)))
    }

    /// The value that is seen.
    pub(crate) fn value(&self) -> Option<&Value> {
        match self {
            View::Whole(whole) => Some(whole),
            View::Inside(outer, Step::Key(key)) => outer.value()?.get(key.as_str()),
            View::Inside(outer, Step::Index(index)) => outer.value()?.get(*index),
        }
    }

    fn inside(self: &Arc<Self>, value: &Value, step: impl FnOnce() -> Step) -> Dynamic {
        scalar(value)
            .unwrap_or_else(|| Dynamic::from_object(View::Inside(Arc::clone(self), step())))
    }
}

/// What is no map and no list is small enough to convert.
fn scalar(value: &Value) -> Option<Dynamic> {
    match value {
        Value::Null => Some(Dynamic::from(())),
        Value::Bool(value) => Some(Dynamic::from(*value)),
        Value::String(value) => Some(Dynamic::from(value.as_str())),
        Value::Number(value) => Some(number(value)),
        Value::Array(_) | Value::Object(_) => None,
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
                map.get(key).map(|inner| self.inside(inner, || Step::Key(key.to_owned())))
            }
            Value::Array(list) => {
                let index = key.as_usize()?;
                list.get(index).map(|inner| self.inside(inner, || Step::Index(index)))
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
