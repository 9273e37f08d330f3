use std::sync::Arc;

use serde_json::Value;

use super::*;

fn source(text: &str) -> Arc<Source> {
    Arc::new(Source { name: FILE.to_owned(), text: text.to_owned() })
}

/// The first problem of a project file, as `line: code message`.
#[track_caller]
fn check(text: &str, expected: &str) {
    let mut report = Vec::new();
    let project = Project::read(&source(text), &mut report);
    let found = report.first().map(|one| {
        let place = one.location.as_ref().unwrap();
        let (line, _) = place.source.position(place.span.start);
        format!("{line}: {} {}", one.code.id, one.message)
    });
    assert_eq!(found.as_deref().unwrap_or_default(), expected);
    assert_eq!(project.is_none(), !expected.is_empty());
}

#[test]
fn an_empty_file_is_a_project() {
    check("", "");
    check("# nothing yet\n", "");
    check("targets: []\n", "");
}

#[test]
fn mistakes_are_said_with_their_line() {
    check("sources: agents\n", "1: P2002 expected a list, found the string \"agents\"");
    check("targets:\n- name: a\n  brnach: x\n", "3: P2001 unknown field `brnach`");
    check("targets:\n- branch: x\n", "2: P2003 the field `name` is missing");
    check(
        "sources: [../x]\n",
        "1: P6901 \"../x\" is no relative path without `.`, `..`, and `.git`",
    );
    check("targets:\n- name: a\n  branch: -f\n", "3: P6901 \"-f\" is no name of a branch");
    check(
        "targets:\n- name: a\n  overlays:\n  - select: x\n",
        "4: P6901 the overlay has neither `merge` nor `patch`",
    );
    check(
        "targets:\n- name: a\n  remove: [demo]\n",
        "3: P6901 \"demo\" is no instance: write namespace/name",
    );
    check("targets:\n- name: a\n- name: a\n", "3: P6902 there is a target a already");
    check(
        "targets:\n- {name: a, branch: x}\n- {name: b, branch: x, path: z}\n",
        "3: P6902 targets a and b write to the same place",
    );
}

#[test]
fn the_schema_for_editors_has_no_room_for_unknown_fields() {
    let schema = json_schema();
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(schema["properties"]["targets"]["items"]["additionalProperties"], false);
    assert_eq!(schema["title"], Value::from(FILE));
}

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\n";

/// What overlays make of a ConfigMap, or the first problem.
#[track_caller]
fn check_overlays(overlays: &str, expected: Result<&str, &str>) {
    let text = format!("targets:\n- name: t\n  overlays: {overlays}\n");
    let project = Project::read(&source(&text), &mut Vec::new()).unwrap();
    let mut report = Vec::new();
    let target = project.target("t").unwrap();
    let sources = apply(&project, target, vec![source(CONFIG_MAP)], &mut report);
    let found = match report.first() {
        Some(problem) => Err(format!("{} {}", problem.code.id, problem.message)),
        None => Ok(sources[0].text.clone()),
    };
    assert_eq!(found, expected.map(str::to_owned).map_err(str::to_owned));
}

#[test]
fn overlays_change_what_they_select() {
    let changed = "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  namespace: b\ndata:\n  k: v\n";
    check_overlays("[{select: configmap/a, merge: {data: {k: v}}}]", Ok(changed));
    check_overlays(
        "[{select: configmap/b/a, patch: [{op: add, path: /data, value: {k: v}}]}]",
        Ok(changed),
    );
    check_overlays(
        "[{select: configmap/x, merge: {}}]",
        Err("P6904 no document is \"configmap/x\""),
    );
    check_overlays(
        "[{select: configmap, patch: [{op: remove, path: /data}]}]",
        Err("P6903 the document has nothing at /data"),
    );
}
