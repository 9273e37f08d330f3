use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    diagnostic::Source,
    document,
    object::yaml::{self, foreign},
};

mod properties;

#[track_caller]
fn check(value: &Value, expected: &str) {
    let mut out = String::new();
    yaml::emit(&mut out, value);
    assert_eq!(out, expected);
    read_back(value);
}

/// What this program and two other readers make of the text of a value.
#[track_caller]
fn read_back(value: &Value) {
    let mut out = String::new();
    yaml::emit(&mut out, value);
    let text = out.clone();
    let source = Arc::new(Source { name: "out.yaml".to_owned(), text });
    let mut report = Vec::new();
    let documents = document::read(&source, &mut report);
    assert_eq!(report, [], "{out}");
    let own = documents.first().map_or(&Value::Null, |document| &document.value);
    assert_eq!(own, value, "{out}");
    for (reader, read) in foreign::READERS {
        assert_eq!(read(&out).as_ref(), Ok(value), "{reader}: {out}");
    }
}

#[test]
fn maps_and_lists_are_blocks() {
    let value = json!({
        "a": {"b": 1, "c": {}},
        "list": ["x", {"name": "z", "value": [1, [2, 3], []]}, null],
    });
    let text = "a:\n  b: 1\n  c: {}\nlist:\n- x\n- name: z\n  value:\n  - 1\n  - - 2\n    - 3\n  - []\n- null\n";
    check(&value, text);
}

#[test]
fn strings_that_readers_would_misread_have_quotes() {
    for text in [
        "",
        "~",
        "=",
        "<<",
        "on",
        "No",
        "y",
        "TRUE",
        "null",
        "nan",
        ".inf",
        "-.INF",
        "1",
        "-1",
        "+1",
        "++1",
        "-_0xb",
        "0_x1",
        "1_000",
        "1,000",
        "0o7",
        "014",
        "0x1F",
        "0b1",
        "1e3",
        "1.",
        ".5",
        ".",
        "12:30",
        "1:30:00",
        "190:20:30.15",
        "2026-01-01",
        "2026-1-1 10:00",
        "2026-01-01T00:00:00Z",
        "- a",
        "-",
        "--",
        "---",
        "--- a",
        "...",
        "? a",
        ": a",
        "a: b",
        "a:",
        "a #b",
        "#a",
        "*a",
        "&a",
        "!a",
        "%a",
        "@a",
        "`a",
        "[a",
        "]a",
        "{a",
        "}a",
        ",a",
        "|",
        ">",
        "'a'",
        "\"a\"",
        " a",
        "a ",
        "\u{a0}a",
        "tab\there",
        "bell\u{7}",
        "nel\u{85}",
        "ls\u{2028}",
        "bom\u{feff}",
        "\u{202e}hidden",
        "-[a",
    ] {
        let mut out = String::new();
        yaml::emit(&mut out, &json!([text]));
        assert!(out.starts_with("- \"") && out.ends_with("\"\n"), "{out}");
        read_back(&json!([text]));
        read_back(&json!({ text: text }));
    }
}

#[test]
fn strings_that_all_readers_keep_have_none() {
    for text in [
        "a",
        "demo-config",
        "-c",
        "--flag=x",
        "v1.2.3",
        "1.2.3",
        "10.0.0.0/8",
        "80:8080",
        "12:60",
        "a:b",
        "a#b",
        "http://x/y?z=1",
        "~/x",
        "<a",
        "==",
        "it's",
        "say \"x\"",
        "250m",
        "10Gi",
        "-5x",
        "1h30m",
        "sha256:ab",
        ".example.com",
        "2026-01",
        "20260-01-01",
        "é",
        "日本語",
        "🙂",
        "$(X)",
        "a, b",
        "a [b]",
        "a {b}",
        "onward",
        "nullable",
        "0o8",
        "0xg",
        "e3",
        "1e",
        "-é",
        "/etc/x",
        "(a)",
        "a\\b",
        "truefalse",
    ] {
        check(&json!([text]), &format!("- {text}\n"));
        check(&json!({ text: text }), &format!("{text}: {text}\n"));
    }
}

#[test]
fn text_of_several_lines_is_a_block() {
    check(&json!({"a": "x\ny\n"}), "a: |\n  x\n  y\n");
    check(&json!({"a": "x\ny"}), "a: |-\n  x\n  y\n");
    check(&json!({"a": "x\n\n\n", "b": 1}), "a: |+\n  x\n\n\nb: 1\n");
    check(&json!({"a": " x\ny\n"}), "a: |2\n   x\n  y\n");
    check(&json!({"a": "\n x\n"}), "a: |2\n\n   x\n");
    check(&json!({"a": ["x\n\n  y\n"]}), "a:\n- |\n  x\n\n    y\n");
    check(&json!([["x\ny"]]), "- - |-\n    x\n    y\n");
    check(&json!([{"k": " x\ny"}]), "- k: |2-\n     x\n    y\n");
    check(&json!({"a": "if x:\n\techo # no\n---\n"}), "a: |\n  if x:\n  \techo # no\n  ---\n");
    check(&json!({"a": "x  \ny\n"}), "a: |\n  x  \n  y\n");
}

#[test]
fn text_that_a_block_would_change_has_quotes() {
    check(&json!({"a": "\n"}), "a: \"\\n\"\n");
    check(&json!({"a": "x\r\ny"}), "a: \"x\\r\\ny\"\n");
    check(&json!({"a": "x\n \ny"}), "a: \"x\\n \\ny\"\n");
    check(&json!({"a": "\tx\ny"}), "a: \"\\tx\\ny\"\n");
    check(&json!({"x\ny": 1}), "\"x\\ny\": 1\n");
    check(&json!("x\ny"), "\"x\\ny\"\n");
}

#[test]
fn numbers_have_one_form() {
    check(
        &json!([0, -1, i64::MAX, i64::MIN]),
        "- 0\n- -1\n- 9223372036854775807\n- -9223372036854775808\n",
    );
    check(&json!([1.5, 1e-7, 1e21, 2.5e300]), "- 1.5\n- 1.0e-7\n- 1.0e+21\n- 2.5e+300\n");
    let mut out = String::new();
    yaml::emit(&mut out, &json!([1000.0, -0.0, 1e18, u64::MAX]));
    assert_eq!(out, "- 1000\n- 0\n- 1000000000000000000\n- 18446744073709551615\n");
}

#[test]
fn long_keys_are_announced() {
    let long = "k".repeat(2000);
    let value = json!({
        long.clone(): 1,
        format!("{long}map"): {"a": 1},
        format!("{long}list"): [1, {"b": "x\ny"}],
        format!("{long}text"): " x\ny\n",
        "list": [{ long.clone(): [1] }],
    });
    read_back(&value);
    check(&json!({ long.clone(): 1 }), &format!("? {long}\n: 1\n"));
}

#[test]
fn scalars_can_be_documents() {
    for (value, text) in
        [(json!(null), "null\n"), (json!({}), "{}\n"), (json!([]), "[]\n"), (json!("a"), "a\n")]
    {
        check(&value, text);
    }
}

/// Texts that one reader or another takes for something else, or ends a block at.
const MISREAD: &[&str] = &[
    "=",
    "<<",
    "~",
    "Null",
    "NULL",
    ".nan",
    ".NaN",
    ".NAN",
    ".inf",
    "+.inf",
    "-.Inf",
    "inf",
    "Infinity",
    "NaN",
    "1e400",
    "-1e400",
    "1e-400",
    "-0",
    "-0.0",
    "+0",
    "00",
    "0o7",
    "0o",
    "0x1F",
    "0x",
    "0b11",
    "1_000",
    "_1",
    "1_",
    ".5",
    "5.",
    "+1",
    "+.5",
    "-.5",
    "1e3",
    "1E+3",
    "1.e3",
    ".e3",
    "0.0e0",
    "12:30",
    "1:2:3",
    "-1:30",
    "1:30.5",
    "190:20:30.15",
    "2026-01-01",
    "2026-1-1",
    "2026-01-01T00:00:00Z",
    "2026-01-01 00:00:00",
    "18446744073709551616",
    "-9223372036854775809",
    "9223372036854775808",
    "y",
    "N",
    "On",
    "OFF",
    "yes",
    "---",
    "--- ",
    "---\ta",
    "...",
    "... a",
    "-",
    "- ",
    "-\t",
    "?",
    "? a",
    ":",
    ": ",
    ":a",
    "a:",
    "a: ",
    "a:\tb",
    "#",
    " #",
    "a #",
    "a\t#",
    "%YAML 1.2",
    "%",
    "@",
    "`",
    "!",
    "!!str",
    "!a b",
    "&a",
    "*a",
    "|",
    "|-",
    ">",
    ">2",
    "'",
    "''",
    "\"",
    "\"\"",
    "\\",
    "\\n",
    "[]",
    "{}",
    "[",
    "{",
    "]",
    "}",
    ",",
    "a, b",
    " ",
    "  ",
    "\t",
    "\t ",
    " \t",
    "a ",
    "a\t",
    " a",
    "\ta",
    "\u{0}",
    "\u{7f}",
    "\u{80}",
    "\u{85}",
    "a\u{85}b",
    "\u{a0}",
    "\u{2028}",
    "a\u{2028}b",
    "\u{2029}",
    "\u{feff}",
    "a\u{feff}",
    "\u{fffd}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{d7ff}",
    "\u{e000}",
    "\u{10000}",
    "\u{10ffff}",
    "\u{1f642}",
    "\r",
    "a\rb",
    "\r\n",
    "a\r\n",
];

#[test]
fn texts_that_a_reader_could_take_for_something_else_are_kept_wherever_they_stand() {
    for text in MISREAD {
        let long = format!("{}{text}", "k".repeat(1100));
        for value in [
            json!(text),
            json!([text, [text], text]),
            json!({ *text: text, "after": 1 }),
            json!({ "k": [{ *text: [text] }, { "a": text, *text: { *text: text } }] }),
            json!({ long: text }),
        ] {
            read_back(&value);
        }
    }
}

#[test]
fn lines_that_a_reader_could_take_for_something_else_are_kept_in_blocks() {
    for text in MISREAD {
        for block in [
            format!("{text}\n"),
            format!("{text}\na\n"),
            format!("a\n{text}"),
            format!("a\n{text}\n\n"),
            format!("a\n\n  {text}\nb"),
            format!("  {text}\n a\n"),
            format!("\n{text}\n{text}\n"),
            format!("{text}\n\n\n{text}"),
        ] {
            read_back(&json!(block));
            read_back(&json!({ "k": block, "after": [block, { "k": block }, [block]] }));
            read_back(&json!({ block: 1 }));
        }
    }
    for newlines in 0..4 {
        let blank = "\n".repeat(newlines);
        read_back(
            &json!([blank, { "k": blank, blank.clone(): blank }, format!("{blank} {blank}"), format!("a{blank} ")]),
        );
    }
}

#[test]
fn floats_of_every_size_are_kept() {
    // A whole float that fits comes back as an integer, so only the others are compared.
    let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..2000 {
        bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let float = f64::from_bits(bits);
        if float.is_finite() && float.fract() != 0.0 {
            read_back(&json!([float, { "k": float }]));
        }
    }
    for float in
        [f64::MIN_POSITIVE, 5e-324, -5e-324, 0.1 + 0.2, 1e-7, -1e-300, 123_456_789.25, 1e15 + 0.5]
    {
        read_back(&json!([float]));
    }
    for float in [f64::MAX, f64::MIN, 1e21, 1e22, 1.5e300] {
        read_back(&json!([float]));
    }
}
