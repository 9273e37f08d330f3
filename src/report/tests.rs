use serde_json::Value;
use snapbox::{assert_data_eq, str};

use super::*;
use crate::diagnostic::{Span, catalogue::schema as codes};

const TEXT: &str = "spec:\n  tag: v1\n  naïve: \"a\u{1b}[31mb\"\n";

fn source(name: &str, text: &str) -> Arc<Source> {
    Arc::new(Source { name: name.to_owned(), text: text.to_owned() })
}

fn at(source: &Arc<Source>, marked: &str) -> Location {
    let start = u32::try_from(source.text.find(marked).unwrap()).unwrap();
    let end = start + u32::try_from(marked.len()).unwrap();
    Location { source: Arc::clone(source), span: Span { start, end } }
}

#[test]
fn a_long_name_is_cut_where_people_read_it() {
    let long = Diagnostic::new(&codes::NAME, "no").about("n".repeat(500)).field("f".repeat(500));
    let expected = format!("{}…, {}…", "n".repeat(120), "f".repeat(120));
    assert_eq!(about(&long).as_deref(), Some(expected.as_str()));
    assert!(json(&[long]).contains(&"n".repeat(500)));
}

fn examples() -> Vec<Diagnostic> {
    let source = source("dir/a,b:c.yaml", TEXT);
    vec![
        Diagnostic::new(&codes::UNKNOWN_FIELD, "unknown field `tag`")
            .at(at(&source, "tag"))
            .about("HermesInstance agents/demo")
            .field("spec.tag")
            .label("did you mean `spec.image.tag`?"),
        Diagnostic::new(&codes::WRONG_TYPE, "100% wrong\r\nand \u{1b}[31mred\u{202e}")
            .at(at(&source, "\"a\u{1b}[31mb\""))
            .help("write something else"),
        Diagnostic::new(&codes::RULE_UNDECIDED, "a rule cannot be evaluated offline"),
    ]
}

#[test]
fn people_see_the_line_and_a_count() {
    assert_data_eq!(
        human(&examples(), false, 100),
        str![[r#"
error[P2001]: unknown field `tag`
 --> dir/a,b:c.yaml:2:3
  |
2 |   tag: v1
  |   ^^^ did you mean `spec.image.tag`?
  |
  = in: HermesInstance agents/demo, spec.tag

error[P2002]: 100% wrong� and �[31mred�
 --> dir/a,b:c.yaml:3:10
  |
3 |   naïve: "a�[31mb"
  |          ^^^^^^^^^
  |
  = help: write something else

warning[P2014]: a rule cannot be evaluated offline

2 errors, 1 warning

"#]]
    );
}

#[test]
fn nothing_to_say_is_no_text() {
    assert_eq!(human(&[], true, 100), "");
    assert_eq!(github(&[]), "");
}

#[test]
fn color_is_the_only_escape_sequence_in_a_colored_report() {
    let colored = human(&examples(), true, 100);
    assert!(colored.contains("\u{1b}["));
    assert!(!colored.contains("\u{1b}[31mred") && !colored.contains("\u{1b}[31mb\""));
}

#[test]
fn a_very_long_line_is_cut_around_the_mark_and_keeps_its_column() {
    let text = format!("{}here{}", "ä".repeat(100_000), "ö".repeat(100_000));
    let source = source("long.yaml", &text);
    let diagnostic = Diagnostic::new(&codes::PATTERN, "bad").at(at(&source, "here"));
    let report = human(&[diagnostic], false, 80);
    assert!(report.contains("long.yaml:1:100001"), "{report}");
    assert!(report.contains("here") && report.len() < 1_000, "{report}");
}

#[test]
fn a_place_outside_of_the_text_is_no_panic() {
    let source = source("a.yaml", "ä");
    for (start, end) in [(1, 1), (2, 99), (99, 2), (0, 1), (u32::MAX, u32::MAX)] {
        let location = Location { source: Arc::clone(&source), span: Span { start, end } };
        let diagnostics = [Diagnostic::new(&codes::PATTERN, "bad").at(location)];
        for report in [human(&diagnostics, false, 0), json(&diagnostics), github(&diagnostics)] {
            assert!(report.contains("bad"));
        }
    }
}

#[test]
fn several_lines_are_marked_in_the_first() {
    let source = source("a.yaml", "a:\n  b: 1\r\n  c: 2\n");
    let diagnostic = Diagnostic::new(&codes::WRONG_TYPE, "bad").at(at(&source, "b: 1\r\n  c"));
    assert_data_eq!(
        human(&[diagnostic], false, 80),
        str![[r"
error[P2002]: bad
 --> a.yaml:2:3
  |
2 |   b: 1
  |   ^^^^

1 error

"]]
    );
}

#[test]
fn programs_get_places_and_nulls() {
    let report: Value = serde_json::from_str(&json(&examples())).unwrap();
    assert_eq!(report["version"], 1);
    assert_eq!(report["summary"], serde_json::json!({"errors": 2, "warnings": 1, "notes": 0}));
    let entry = &report["diagnostics"][1];
    let place = ["line", "column", "endLine", "endColumn"].map(|key| entry[key].as_u64().unwrap());
    assert_eq!(place, [3, 10, 3, 19]);
    assert_eq!(report["diagnostics"][2]["file"], Value::Null);
}

#[test]
fn scanners_get_rules_and_regions() {
    let log: Value = serde_json::from_str(&sarif(&examples())).unwrap();
    let run = &log["runs"][0];
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(run["tool"]["driver"]["rules"].as_array().unwrap().len(), 3);
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
    }
    let physical = &run["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "dir/a%2Cb%3Ac.yaml");
    assert_eq!(physical["region"]["startColumn"], 3);
    assert_eq!(run["results"][2].get("locations"), None);
}

#[test]
fn annotations_are_one_line_each() {
    let report = github(&examples());
    assert_eq!(report.lines().count(), 3);
    assert_data_eq!(
        report.lines().next().unwrap(),
        "::error file=dir/a%2Cb%3Ac.yaml,line=2,endLine=2,col=3,endColumn=6,\
         title=P2001%3A The kind has no such field::unknown field `tag`%0A\
         did you mean `spec.image.tag`?%0Ain HermesInstance agents/demo, spec.tag"
    );
    assert!(report.contains("::100%25 wrong%0D%0Aand "));
}

#[test]
fn the_cursor_agrees_with_the_plain_count() {
    let source = source("a", "a\nbä\n\nc\r\nd");
    let mut cursor = Cursor::default();
    for offset in [0, 3, 2, 5, 1, 9, 10, 6, 4] {
        let offset = u32::try_from(floor_boundary(&source.text, offset)).unwrap();
        assert_eq!(cursor.place(&source, offset), source.position(offset), "{offset}");
    }
}

#[test]
fn every_code_has_a_page_with_an_example() {
    let mut previous = "";
    for code in codes::ALL.iter().chain(catalogue::output::ALL) {
        assert!(code.id > previous, "{} is out of order", code.id);
        previous = code.id;
        let page = page(code);
        assert!(page.starts_with("# P") && page.contains("```"), "{page}");
        assert!(!code.title.ends_with('.') && !page.contains("\n\n\n"), "{page}");
        assert!(markdown().contains(&format!("\n## {}\n", code.id)));
    }
}

#[track_caller]
fn hides(text: &str, ids: &[&str]) {
    let mut found = Vec::new();
    crate::document::read(&source("in.yaml", text), &mut found);
    let codes: Vec<_> = found.iter().map(|diagnostic| diagnostic.code.id).collect();
    assert_eq!(codes, ids, "{text}");
    for report in [human(&found, false, 100), json(&found), sarif(&found), github(&found)] {
        for secret in ["hunter2", "00123", "83", "yes", ".inf"] {
            let pages = report.split("\"rules\"").next().unwrap_or_default();
            assert!(!pages.contains(&format!("{secret}\"")), "{secret}: {report}");
            assert!(!pages.contains(&format!("{secret}`")), "{secret}: {report}");
        }
        assert!(!report.contains("hunter2"), "{report}");
    }
}

#[test]
fn no_report_shows_what_may_be_a_secret() {
    let secret = "kind: Secret\nstringData";
    hides(&format!("{secret}: {{password: yes, pin: 00123}}"), &["P1018", "P1019"]);
    hides(&format!("{secret}:\n  a: hunter2\n  a: hunter2"), &["P1012"]);
    hides(&format!("{secret}: {{a: hunter2, a: hunter2}}"), &["P1012"]);
    hides(&format!("{secret}:\n  a: .inf"), &["P1017"]);
    hides(&format!("{secret}:\n  a: \"hunter2\n"), &["P1001"]);
    hides(&format!("{secret}:\n  a: \"x\n    hunter2\" hunter2"), &["P1001"]);
    hides(
        "{\"stringData\": {\"a\": \"hunter2\", \"a\": \"hunter2\"}, \"kind\": \"Secret\"}",
        &["P1012"],
    );
    hides(
        "{\"stringData\": {\n\"a\": \"hunter2\", \"a\": \"hunter2\"},\n\"kind\": \"Secret\"}",
        &["P1012"],
    );
    hides("env: [{name: C_TOKEN, value: 00123}]", &["P1019"]);
    hides("raw: {api_key: hunter2, a: 1, a: {token: hunter2}}", &["P1012"]);
    hides("token: [yes, 00123]", &["P1018", "P1019"]);
}

#[test]
fn what_is_no_secret_is_shown_beside_one() {
    let text = "a: {value: hunter2, name: on}\n";
    let source = source("in.yaml", text);
    let problem = Diagnostic::new(&codes::WRONG_TYPE, "no");
    let report = human(&[problem.clone().at(at(&source, "on"))], false, 100);
    assert!(report.contains("a: {value: *** on\n"), "{report}");
    let report = human(&[problem.clone().at(at(&source, "name"))], false, 100);
    assert!(report.contains("a: {value: *** name\n"), "{report}");
    let report = human(&[problem.at(at(&source, "a"))], false, 100);
    assert!(report.contains("a: {value: ***\n"), "{report}");
}
