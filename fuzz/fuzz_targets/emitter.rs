//! Any value: what the emitter writes is read back the same, by this program's reader and by two others.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use petasos::{diagnostic::Source, document, object::yaml};
use serde_json::{Map, Value};

#[path = "../../src/object/yaml/foreign.rs"]
mod foreign;

fuzz_target!(|bytes: &[u8]| {
    let value = Bytes(bytes).value(0);
    let mut text = String::new();
    yaml::emit(&mut text, &value);

    let source = Arc::new(Source { name: "fuzz.yaml".to_owned(), text });
    let mut report = Vec::new();
    let documents = document::read(&source, &mut report);
    assert_eq!(report, [], "{}", source.text);
    let own = documents.first().map_or(&Value::Null, |document| &document.value);
    assert_eq!(own, &value, "{}", source.text);

    for (reader, read) in foreign::READERS {
        assert_eq!(read(&source.text).as_ref(), Ok(&value), "{reader}: {}", source.text);
    }
});

/// Bytes that are read as the plan of a value: the fuzzer changes one and gets a value nearby.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn text(&mut self) -> String {
        let length = match self.byte() {
            // Rarely a key that is longer than readers look ahead.
            255 => 1100,
            length => usize::from(length % 24),
        };
        let (text, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        let mut text = String::from_utf8_lossy(text).into_owned();
        if length == 1100 {
            text.push_str(&"k".repeat(length));
        }
        text
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.byte() % 10 {
            0 => Value::Null,
            1 => Value::Bool(self.byte() % 2 == 0),
            2 => Value::from(i64::from_le_bytes(std::array::from_fn(|_| self.byte()))),
            3 => self.float(),
            4 | 5 if depth < 20 => {
                let count = self.byte() % 5;
                (0..count).map(|_| self.value(depth + 1)).collect()
            }
            6 | 7 if depth < 20 => {
                let count = self.byte() % 5;
                let entries = (0..count).map(|_| (self.text(), self.value(depth + 1)));
                Value::Object(entries.collect::<Map<_, _>>())
            }
            _ => Value::from(self.text()),
        }
    }

    /// Whole numbers come back as integers, and are made above.
    fn float(&mut self) -> Value {
        let value = f64::from_le_bytes(std::array::from_fn(|_| self.byte()));
        if value.fract() == 0.0 { Value::Null } else { Value::from(value) }
    }
}
