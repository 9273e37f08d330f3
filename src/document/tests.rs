use std::{fmt::Write, sync::Arc};

use serde_json::{Value, json};

use crate::{
    diagnostic::{Diagnostic, Location, Source},
    document::{self, Document, MAX_DEPTH},
    field_path::FieldPath,
};

fn source(text: &str) -> Arc<Source> {
    Arc::new(Source { name: "in.yaml".to_owned(), text: text.to_owned() })
}

fn read(text: &str) -> (Vec<Document>, Vec<Diagnostic>) {
    let mut report = Vec::new();
    let documents = document::read(&source(text), &mut report);
    (documents, report)
}

fn parse(text: &str) -> (Vec<Document>, Vec<Diagnostic>) {
    let mut report = Vec::new();
    let documents = document::parse(&source(text), &mut report);
    (documents, report)
}

/// The problems, one a line: code, line and column, the marked text, the message.
fn lines(report: &[Diagnostic]) -> String {
    let mut lines = String::new();
    for problem in report {
        let location = problem.location.as_ref().expect("problems have places");
        let (line, column) = location.source.position(location.span.start);
        let (code, message, marked) = (problem.code.id, &problem.message, marked(location));
        writeln!(lines, "{code} {line}:{column} {marked:?} {message}").unwrap();
    }
    lines
}

fn marked(location: &Location) -> &str {
    &location.source.text[location.span.start as usize..location.span.end as usize]
}

#[track_caller]
fn check(text: &str, expected: &Value) {
    let (documents, report) = read(text);
    assert_eq!(lines(&report), "", "{text}");
    assert_eq!(documents.len(), 1, "{text}");
    assert_eq!(&documents[0].value, expected, "{text}");
}

#[track_caller]
fn check_values(text: &str, values: &[Value], problems: &str) {
    let (documents, report) = read(text);
    assert_eq!(lines(&report), problems, "{text}");
    let read: Vec<_> = documents.into_iter().map(|document| document.value).collect();
    assert_eq!(read, values, "{text}");
}

#[track_caller]
fn check_problems(text: &str, problems: &str) {
    assert_eq!(lines(&read(text).1), problems, "{text}");
}

#[test]
fn json_is_yaml() {
    check(
        r#"{"a":1,"b":[true,null,"\u00e9\ud83d\ude42"],"c":{}}"#,
        &json!({"a": 1, "b": [true, null, "é🙂"], "c": {}}),
    );
}

#[test]
fn line_ends_and_byte_order_marks_do_not_matter() {
    check("\u{feff}a: |\r\n  x\r\n  y\r\nb: 1\r\n", &json!({"a": "x\ny\n", "b": 1}));
}

#[test]
fn empty_documents_are_skipped() {
    let values = [json!({"a": 1}), json!({"b": 2})];
    check_values("---\n# nothing\n---\na: 1\n---\n---\nb: 2\n...\n---\nnull\n", &values, "");
    check_values("", &[], "");
    check_values("# only a comment\n", &[], "");
}

#[test]
fn each_value_has_its_place() {
    let text = "a:\n  b: \"x\"\n  list:\n  - 1\n  - k: |\n      one\n      two\n\n  # comment\n  none:\nf: {g: [1, 2]}\n";
    let (documents, _) = read(text);
    let document = &documents[0];
    let places = |path: FieldPath| {
        (
            marked(&document.key_location(&path)).to_owned(),
            marked(&document.location(&path)).to_owned(),
        )
    };
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(places(FieldPath::of("a.b")), pair("b", "\"x\""));
    assert_eq!(places(FieldPath::of("a.list").index(0)), pair("1", "1"));
    assert_eq!(places(FieldPath::of("a.list").index(1).key("k")), pair("k", "one\n      two"));
    assert_eq!(places(FieldPath::of("a.list")), pair("list", "list"));
    assert_eq!(places(FieldPath::of("a.none")), pair("none", "none"));
    assert_eq!(places(FieldPath::of("f")), pair("f", "{g: [1, 2]}"));
    assert_eq!(places(FieldPath::of("f.g")), pair("g", "[1, 2]"));
    assert_eq!(places(FieldPath::of("f.g").index(1)), pair("2", "2"));
}

#[test]
fn aliases_and_merges_copy_values_with_their_places() {
    let text = "base: &base {a: 1, b: &two [2]}\nuse:\n  <<: *base\n  b: 3\nalso: *two\n";
    check(text, &json!({"base": {"a": 1, "b": [2]}, "use": {"b": 3, "a": 1}, "also": [2]}));
    let (documents, _) = read(text);
    let document = &documents[0];
    assert_eq!(marked(&document.location(&FieldPath::of("also"))), "*two");
    assert_eq!(marked(&document.location(&FieldPath::of("also").index(0))), "2");
    assert_eq!(marked(&document.key_location(&FieldPath::of("use.a"))), "a");
    assert_eq!(document.location(&FieldPath::of("use.b")).source.position(0), (1, 1));
    assert_eq!(marked(&document.location(&FieldPath::of("use.b"))), "3");
}

#[test]
fn the_first_of_several_merged_maps_wins() {
    check(
        "x: &x {a: 1}\nz: &z {a: 2, b: 2}\nm:\n  <<: [*x, *z]\n  c: 3\nafter: 4\n",
        &json!({"x": {"a": 1}, "z": {"a": 2, "b": 2}, "m": {"c": 3, "a": 1, "b": 2}, "after": 4}),
    );
    check_problems(
        "m: {<<: text}\n",
        "P1015 1:9 \"text\" the merge key `<<` takes a map or a list of maps\n",
    );
    check("\"<<\": text\n", &json!({"<<": "text"}));
}

#[test]
fn keys_become_text() {
    check("1: a\ntrue: b\n-5: c\n? d\n: e\n", &json!({"1": "a", "true": "b", "-5": "c", "d": "e"}));
    check_values(
        "on: a\n010: b\n1.10: c\n",
        &[json!({"true": "a", "8": "b", "1.1": "c"})],
        "P1014 1:1 \"on\" the key `on` is read as `true`\n\
         P1014 2:1 \"010\" the key `010` is read as `8`\n\
         P1014 3:1 \"1.10\" the key `1.10` is read as `1.1`\n",
    );
    check_values(
        "~: a\n[x]: b\n1e300: c\nok: d\n",
        &[json!({"ok": "d"})],
        "P1013 1:1 \"~\" a key is missing or null\n\
         P1013 2:1 \"[\" a key is a map, a list, or an alias, where only text can stand\n\
         P1013 3:1 \"1e300\" the key `1e300` is a number that has no plain text\n",
    );
}

#[test]
fn every_duplicate_key_is_reported_and_the_first_stays() {
    check_values(
        "a: 1\nb:\n  c: {x: 1}\n  c: [1, 2]\n  d: 2\na: 3\ne: 4\n---\nf: 1\nf: 2\n",
        &[json!({"a": 1, "b": {"c": {"x": 1}, "d": 2}, "e": 4}), json!({"f": 1})],
        "P1012 4:3 \"c\" the key `c` stands twice in one map, first in line 3\n\
         P1012 6:1 \"a\" the key `a` stands twice in one map, first in line 1\n\
         P1012 10:1 \"f\" the key `f` stands twice in one map, first in line 9\n",
    );
}

#[test]
fn tags_are_obeyed_or_refused() {
    check(
        "a: !!str 5\nb: !!int \"5\"\nc: !!float 1.5\nd: ! 6\ne: !!map {}\nf: !!str\n",
        &json!({
            "a": "5", "b": 5, "c": 1.5, "d": "6", "e": {}, "f": ""
        }),
    );
    check_problems(
        "a: !foo x\nb: !!binary eA==\nc: !!int x\nd: !!seq {}\ne: !!set {}\n",
        "P1016 1:4 \"!foo\" the tag `!foo` means nothing to Kubernetes\n\
         P1016 2:4 \"!!binary\" the tag `!!binary` asks for bytes, and JSON has none\n\
         P1016 3:4 \"!!int\" the value is not what its tag `!!int` says\n\
         P1016 4:4 \"!!seq\" the value is not what its tag `!!seq` says\n\
         P1016 5:4 \"!!set\" the tag `!!set` means nothing to Kubernetes\n",
    );
}

#[test]
fn surprising_words_are_warned_about() {
    check_values(
        "a: on\nb: 014\nc: .nan\nd: 'no'\n",
        &[json!({"a": true, "b": 12, "c": null, "d": "no"})],
        "P1018 1:4 \"on\" `on` is read as `true`\n\
         P1019 2:4 \"014\" `014` is read as `12`\n\
         P1017 3:4 \".nan\" `.nan` is a number that JSON cannot hold\n",
    );
}

#[test]
fn a_broken_document_does_not_hide_the_next() {
    check_values(
        "a: [1\n---\nb: 2\n---\nc: \"x\n---\nd: 4\n---\n\te: 5\n---\nf: 6\n",
        &[json!({"b": 2}), json!({"d": 4}), json!({"e": 5}), json!({"f": 6})],
        "P1001 1:4 \"[\" `[` does not close\n\
         P1001 5:4 \"\\\"\" a quoted text does not end\n\
         P1002 9:1 \"\\t\" a tab stands where YAML needs spaces\n",
    );
}

#[test]
fn syntax_errors_are_told_where_they_begin() {
    check_problems(
        "a: x: y\n",
        "P1001 1:5 \":\" a second `: ` stands in a value, or the line is indented too far\n",
    );
    check_problems("a:\n  - x\n - y\n", "P1001 3:2 \"-\" the indentation fits no line above\n");
    check_problems("a:\n\tb: 1\n", "P1002 2:1 \"\\t\" a tab stands where YAML needs spaces\n");
    check_problems("a: 'it's'\n", "P1001 1:8 \"s\" something follows a text in single quotes\n");
    check_problems("a: @x\n", "P1001 1:4 \"@\" a text cannot begin with `@`, `` ` ``, or `%`\n");
    check_problems("a: x }\n}\n", "P1001 2:1 \"}\" a bracket closes that none has opened\n");
    check_problems("a: \"x\nb: 1\n", "P1001 1:4 \"\\\"\" a quoted text does not end\n");
    check_problems(
        "a: [1, 2\nb: 3\n",
        "P1001 2:2 \":\" a comma or a closing bracket is missing: the bracket of line 1 is still open\n",
    );
    check_problems(
        "a: {{ x }}\n---\n- {{ x }} y\n",
        "P1013 1:5 \"{\" a key is a map, a list, or an alias, where only text can stand\n\
         P1013 3:4 \"{\" a key is a map, a list, or an alias, where only text can stand\n\
         P1001 3:11 \"y\" this is a template, not YAML\n",
    );
}

#[test]
fn a_forbidden_character_stops_the_reading() {
    check_values(
        "a: 1\n---\nb: \0\n",
        &[],
        "P1004 3:4 \"\\0\" the character U+0000 cannot stand in YAML\n",
    );
}

#[test]
fn aliases_without_an_end_are_refused() {
    check_problems("a: &a [*a]\n", "P1010 1:8 \"*a\" the alias stands inside its own value\n");
    check_problems(
        "a: *b\nb: &b 1\n",
        "P1009 1:4 \"*b\" no anchor `&b` stands before this alias\n",
    );
    check_problems(
        "a: &a 1\n---\nb: *a\n",
        "P1009 3:4 \"*a\" no anchor `&a` stands before this alias\n",
    );
}

#[test]
fn alias_bombs_are_refused() {
    let mut text = "l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let inner = vec![format!("*l{}", level - 1); 10].join(", ");
        writeln!(text, "l{level}: &l{level} [{inner}]").unwrap();
    }
    let (_, report) = read(&text);
    assert_eq!(report.len(), 1);
    assert_eq!(report[0].code.id, "P1011");
}

#[test]
fn aliases_cannot_nest_deeper_than_values() {
    let deep = format!("{}{}", "[".repeat(60), "]".repeat(60));
    let (_, report) = read(&format!("a: &a {deep}\nb: {}*a{}\n", "[".repeat(60), "]".repeat(60)));
    assert_eq!(report[0].code.id, "P1007");
}

#[test]
fn depth_is_bounded_for_every_style() {
    let flow = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(read(&flow(MAX_DEPTH)).1, []);
    let mut block = String::new();
    (0..100_000).for_each(|_| block.push_str("- "));
    for text in
        [flow(MAX_DEPTH + 1), flow(100_000), "[".repeat(100_000), block, "{a: ".repeat(100_000)]
    {
        let (documents, report) = read(&text);
        assert!(documents.is_empty());
        assert_eq!(report[0].code.id, "P1007", "{report:?}");
    }
}

#[test]
fn endless_problems_end() {
    let text: String = (0..5000).map(|_| "- .nan\n").collect();
    let (_, report) = read(&text);
    assert_eq!(report.len(), 1001);
    assert_eq!(report[1000].code.id, "P1008");
}

#[test]
fn lists_become_their_items_with_their_places() {
    let item =
        |name: &str| format!("- {{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}}}}}\n");
    let text = format!(
        "apiVersion: v1\nkind: List\nitems:\n{}{}metadata: {{}}\n",
        item("one"),
        item("two")
    );
    let (documents, report) = parse(&text);
    assert_eq!(lines(&report), "");
    let names: Vec<_> = documents.iter().map(Document::name).collect();
    assert_eq!(names, ["one", "two"]);
    let name = FieldPath::of("metadata.name");
    assert_eq!(marked(&documents[1].location(&name)), "two");
}

#[test]
fn lists_without_items_are_refused_and_kinds_that_sound_like_lists_are_not() {
    let (documents, report) =
        parse("apiVersion: v1\nkind: List\nitem: []\n---\napiVersion: v1\nkind: List\nitems: []\n");
    assert!(documents.is_empty());
    assert_eq!(report.len(), 1);
    assert_eq!(report[0].code.id, "P1022");
    let (documents, report) =
        parse("apiVersion: x/v1\nkind: AllowList\nmetadata: {name: a}\nitems: [b]\n");
    assert_eq!((documents.len(), report.len()), (1, 0));
}

#[test]
fn objects_need_kind_and_name_as_text() {
    let (documents, report) =
        parse("- 1\n---\ntext\n---\nkind: A\nmetadata: {name: 42}\n---\napiVersion: ''\n");
    assert!(documents.is_empty());
    let expected = "P1020 1:1 \"- 1\" the document is a list, not an object\n\
        P1020 3:1 \"text\" the document is a text, not an object\n\
        P1021 5:1 \"kind: A\" the object has no `apiVersion`\n\
        P1021 6:18 \"42\" `metadata.name` is a number, not a text\n\
        P1021 8:13 \"''\" `apiVersion` is empty\n\
        P1021 8:1 \"apiVersion: ''\" the object has no `kind`\n\
        P1021 8:1 \"apiVersion: ''\" the object has no `metadata.name`\n";
    assert_eq!(lines(&report), expected);
}

#[test]
fn metadata_that_is_no_map_is_told_as_such() {
    let (_, report) = parse("apiVersion: v1\nkind: A\nmetadata: [name]\n");
    assert_eq!(lines(&report), "P1021 3:11 \"[name]\" `metadata` is a list, not a map\n");
}

#[test]
fn a_generated_name_is_a_name() {
    let (documents, report) = parse("apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}\n");
    assert_eq!((documents.len(), report.len()), (1, 0));
}
