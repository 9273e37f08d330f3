//! Values that chance made, read back by every reader.

use std::fmt::Write;

use proptest::{prelude::*, test_runner::RngSeed};
use serde_json::{Map, Value, json};

use super::read_back;

/// Strings of pieces that mean something to YAML.
fn nasty() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        " ",
        "  ",
        "\n",
        "\n\n",
        "\t",
        "\r",
        ":",
        ": ",
        "#",
        " #",
        "-",
        "- ",
        "--",
        "---",
        "...",
        "?",
        "? ",
        ",",
        "[",
        "]",
        "{",
        "}",
        "&",
        "*",
        "!",
        "|",
        ">",
        "'",
        "\"",
        "%",
        "@",
        "`",
        "\\",
        "=",
        "<<",
        "~",
        "null",
        "on",
        "off",
        "yes",
        "No",
        "y",
        "n",
        "True",
        "false",
        "nan",
        "inf",
        ".inf",
        "0",
        "1",
        "9",
        "60",
        "59",
        "_",
        ".",
        "+",
        "e",
        "E",
        "x",
        "o",
        "b",
        "0x1F",
        "0o7",
        "0b1",
        "1_000",
        "1e3",
        ".5",
        "+1",
        "12:30",
        "1:30:00",
        "2026-01-01",
        "T",
        "Z",
        "a",
        "text",
        "é",
        "🙂",
        "\u{7}",
        "\u{7f}",
        "\u{85}",
        "\u{a0}",
        "\u{2028}",
        "\u{2029}",
        "\u{feff}",
        "\u{fffe}",
        "\u{3000}",
        "\u{202e}",
        "\u{1b}",
        "\0",
    ];
    prop::collection::vec(prop::sample::select(PIECES), 0..8).prop_map(|pieces| pieces.concat())
}

fn values() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        4 => nasty().prop_map(Value::from),
        1 => any::<String>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => any::<f64>().prop_filter("whole floats are integers", |value| value.fract() != 0.0).prop_map(Value::from),
    ];
    scalar.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((nasty(), inner), 0..5)
                .prop_map(|entries| Value::Object(entries.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    // The same values at each run; the fuzz target `emitter` looks for others.
    #![proptest_config(ProptestConfig {
        cases: 2000,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1),
        ..ProptestConfig::default()
    })]

    #[test]
    fn three_readers_read_what_was_written(value in values()) {
        read_back(&value);
    }

    #[test]
    fn short_words_from_an_alphabet_of_numbers_are_kept(text in "[-+]?[0-9oxbeE._:,]{0,6}") {
        read_back(&json!([text.clone(), { text: 1 }]));
    }

    #[test]
    fn deep_blocks_keep_their_lines(lines in prop::collection::vec("[ \ta#:-]{0,4}", 1..6), depth in 0_usize..6) {
        let mut text = String::new();
        for line in &lines {
            writeln!(text, "{line}").expect("writes to a string");
        }
        let mut value = json!({"k": text, "after": text.trim_end()});
        for level in 0..depth {
            value = if level % 2 == 0 { json!([value]) } else { json!({ "m": value }) };
        }
        read_back(&value);
    }
}
