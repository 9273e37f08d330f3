//! How much one instance may cost.

use serde_json::{Map, Value};

/// The most bytes that the objects of one instance may hold together, and each value under `let` and of a loop.
pub const OUTPUT: usize = 8 << 20;
/// The most nodes, items of loops, and parts of texts that are evaluated for one instance.
pub const STEPS: u64 = 200_000;
/// The most objects of one instance.
pub const OBJECTS: usize = 1_000;
/// How deep `text()` may use a file that uses `text()`.
pub(crate) const TEXT_DEPTH: usize = 8;
/// What minijinja may execute for one expression.
pub(crate) const FUEL: u64 = 100_000;
/// How deep calls may go in one expression.
pub(crate) const RECURSION: usize = 64;
/// The most that filters and functions may make for one expression: bytes of text and items of lists.
pub(crate) const MADE: usize = 16 << 20;

/// A value would hold more than [`OUTPUT`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLarge;

/// The bytes that may still be written.
#[derive(Debug)]
pub(crate) struct Meter {
    left: usize,
}

impl Meter {
    pub(crate) fn new() -> Self {
        Meter { left: OUTPUT }
    }

    /// How many bytes are written.
    pub(crate) fn used(&self) -> usize {
        OUTPUT - self.left
    }

    pub(crate) fn write(&mut self, bytes: usize) -> Result<(), TooLarge> {
        self.left = self.left.checked_sub(bytes).ok_or(TooLarge)?;
        Ok(())
    }

    /// A copy of a value, counted while it is made.
    pub(crate) fn copy(&mut self, value: &Value) -> Result<Value, TooLarge> {
        Ok(match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => {
                self.write(8)?;
                value.clone()
            }
            Value::String(text) => {
                self.write(text.len() + 2)?;
                value.clone()
            }
            Value::Array(list) => {
                self.write(2)?;
                Value::Array(list.iter().map(|item| self.copy(item)).collect::<Result<_, _>>()?)
            }
            Value::Object(map) => {
                self.write(2)?;
                let mut copy = Map::with_capacity(map.len());
                for (key, inner) in map {
                    self.write(key.len() + 2)?;
                    copy.insert(key.clone(), self.copy(inner)?);
                }
                Value::Object(copy)
            }
        })
    }
}
