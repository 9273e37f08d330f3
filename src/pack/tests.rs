mod hermes;

use serde_json::json;

use super::*;
use crate::{field_path::FieldPath, render::Trace};

#[track_caller]
fn load(files: &[(&str, &str)]) -> Result<Pack, Vec<Diagnostic>> {
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    Pack::load("pack", &files.collect())
}

#[track_caller]
fn check_error(files: &[(&str, &str)], expected: &[&str]) {
    let errors = load(files).err().unwrap_or_default();
    let found: Vec<String> =
        errors.iter().map(|error| format!("{} {}", error.code.id, error.message)).collect();
    assert_eq!(found, expected);
}

const HEAD: &str = "name: own\nkinds:\n- {apiVersion: example.com/v1, kind: Thing}\n";
const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ name }}\n";

fn thing() -> Value {
    json!({
        "apiVersion": "example.com/v1",
        "kind": "Thing",
        "metadata": {"name": "demo"},
        "spec": {"items": [{"name": "a", "on": true}, {"name": "b"}], "resources": {"limits": {"cpu": "1"}}},
    })
}

#[test]
fn built_in_packs_have_no_problem() {
    for name in BUILTIN {
        let pack = Pack::builtin(name).unwrap().unwrap();
        assert_eq!(pack.lint(), []);
    }
}

#[test]
fn the_hermes_pack_renders_an_instance_the_same_each_time() {
    let pack = Pack::builtin("hermes").unwrap().unwrap();
    let mut instance = json!({
        "apiVersion": "hermes.agent/v1",
        "kind": "HermesInstance",
        "metadata": {"name": "demo", "namespace": "agents"},
        "spec": {"image": {"tag": "v2026.7.1"}, "resources": {"limits": {"cpu": "2"}}},
    });
    let defaults = pack.defaults.clone();
    render::merge_into(&mut instance, defaults);
    let mut trace = Trace::default();
    let objects =
        pack.render_value(&instance, Some("agents"), &BTreeMap::new(), Some(&mut trace)).unwrap();
    let again = pack.render_value(&instance, Some("agents"), &BTreeMap::new(), None).unwrap();
    let values = |objects: &[Rendered<'_>]| {
        objects.iter().map(|object| object.value.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(values(&objects), values(&again));
    let index = objects.iter().position(|object| object.template == "statefulset.yaml").unwrap();
    let path = FieldPath::of("spec.template.spec.containers")
        .index(0)
        .key("resources")
        .key("limits")
        .key("cpu");
    let why = trace.explain(index, &path).unwrap();
    assert_eq!(why.reads, [FieldPath::of("spec.resources.limits.cpu")]);
}

#[test]
fn objects_come_in_order_with_their_conditions() {
    let pack = format!(
        "{HEAD}let:\n  suffix: -x\nobjects:\n- template: b.yaml\n  for: item in spec.items\n  when: item.on\n- template: a.yaml\n- template: c.yaml\n  when: spec.missing\n"
    );
    let b = OBJECT.replace("{{ name }}", "{{ item.name }}{{ suffix }}");
    let pack =
        load(&[("pack.yaml", &pack), ("a.yaml", OBJECT), ("b.yaml", &b), ("c.yaml", OBJECT)])
            .unwrap();
    let thing = thing();
    let objects = pack.render_value(&thing, None, &BTreeMap::new(), None).unwrap();
    let names: Vec<&Value> =
        objects.iter().map(|object| &object.value["metadata"]["name"]).collect();
    assert_eq!(names, ["a-x", "demo"]);
}

#[test]
fn a_field_is_traced_through_let_and_loops() {
    let pack =
        format!("{HEAD}let:\n  copy: {{{{ spec.resources }}}}\nobjects:\n- template: a.yaml\n");
    let template = format!(
        "{OBJECT}data:\n  {{% for item in spec.items %}}\n  {{{{ item.name }}}}: {{{{ item.name | upper }}}}\n  {{% endfor %}}\n  cpu: {{{{ copy.limits.cpu }}}}\n  all: {{{{ copy }}}}\n  own: constant\n"
    );
    let pack = load(&[("pack.yaml", &pack), ("a.yaml", &template)]).unwrap();
    let mut trace = Trace::default();
    let thing = thing();
    pack.render_value(&thing, None, &BTreeMap::new(), Some(&mut trace)).unwrap();
    let reads = |path: &str| {
        let why = trace.explain(0, &FieldPath::of(path)).unwrap();
        why.reads.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(reads("data.b"), "spec.items[1].name");
    assert_eq!(reads("data.cpu"), "spec.resources.limits.cpu");
    assert_eq!(reads("data.all.limits.cpu"), "spec.resources.limits.cpu");
    assert_eq!(reads("metadata.name"), "metadata.name");
    assert_eq!(reads("data.own"), "");
    assert!(trace.explain(0, &FieldPath::of("data.own")).unwrap().is_constant);
    assert!(trace.explain(0, &FieldPath::of("data.none")).is_none());
}

#[test]
fn a_template_of_a_built_in_pack_is_replaced() {
    let pack =
        load(&[("pack.yaml", "name: mine\nextends: hermes\n"), ("service.yaml", OBJECT)]).unwrap();
    assert_eq!(show_template(&pack, "service.yaml"), Some(OBJECT));
    assert!(pack.renders("hermes.agent/v1", "HermesInstance"));
}

#[test]
fn values_of_files_come_in_the_order_of_the_list() {
    let pack = format!("{HEAD}let: [one.yaml, two.yaml]\nobjects:\n- template: a.yaml\n");
    let a = OBJECT.replace("{{ name }}", "{{ whole }}");
    let one = "# a comment\nhalf: {{ name }}-half\n";
    let pack = load(&[
        ("pack.yaml", &pack),
        ("one.yaml", one),
        ("two.yaml", "whole: {{ half }}-whole\n"),
        ("a.yaml", &a),
    ]);
    let pack = pack.unwrap();
    assert_eq!(pack.lint(), []);
    let thing = thing();
    let objects = pack.render_value(&thing, None, &BTreeMap::new(), None).unwrap();
    assert_eq!(objects[0].value["metadata"]["name"], "demo-half-whole");
}

#[test]
fn values_of_a_built_in_pack_are_replaced_by_file_and_by_name() {
    let hermes = Pack::builtin("hermes").unwrap().unwrap();
    let head = "name: mine\nextends: hermes\nlet:\n  liveness: {tcpSocket: {port: 1}}\n";
    let old = show_template(&hermes, "let-probes.yaml").unwrap();
    let probes =
        format!("slow: 7\n{}", old.replace("periodSeconds: 10", "periodSeconds: {{ slow }}"));
    let mine = load(&[("pack.yaml", head), ("let-probes.yaml", &probes)]).unwrap();
    let names = |pack: &Pack| pack.lets().map(|rule| rule.name.clone()).collect::<Vec<_>>();
    let mut expected = names(&hermes);
    let at = expected.iter().position(|name| name == "startup").unwrap();
    expected.insert(at, "slow".to_owned());
    assert_eq!(names(&mine), expected);
    let liveness = mine.lets().find(|rule| rule.name == "liveness").unwrap();
    assert_eq!(liveness.source.name, "pack/pack.yaml");
    let readiness = mine.lets().find(|rule| rule.name == "readiness").unwrap();
    assert_eq!(readiness.source.name, "pack/let-probes.yaml");
}

#[test]
fn a_pack_without_defaults_keeps_those_that_it_extends() {
    let hermes = Pack::builtin("hermes").unwrap().unwrap();
    let mine = load(&[("pack.yaml", "name: mine\nextends: hermes\n")]).unwrap();
    assert_eq!(mine.defaults, hermes.defaults);
    let other = "name: mine\nextends: hermes\ndefaults: {spec: {profile: s6}}\n";
    let other = load(&[("pack.yaml", other)]).unwrap();
    assert_eq!(other.defaults["spec"]["profile"], "s6");
    assert_eq!(other.defaults["spec"]["storage"], hermes.defaults["spec"]["storage"]);
}

#[test]
fn all_problems_of_a_pack_are_reported() {
    let head = format!("{HEAD}objects:\n- template: a.yaml\n- template: b.yaml\n  when: nmae\n");
    let a = format!("{OBJECT}data:\n  a: {{{{ spec.x | uper }}}}\n  b: {{{{ file(\"c\") }}}}\n");
    check_error(
        &[("pack.yaml", &head), ("a.yaml", &a), ("b.yaml", "a: {{ ( }}\n")],
        &[
            "P4009 there is no filter `uper`",
            "P4008 the pack has no file `c`",
            "P4001 this expression has no end on its line",
            "P4009 nothing is named `nmae`",
        ],
    );
}

#[test]
fn pack_yaml_is_checked() {
    check_error(&[], &["P4015 pack has no file pack.yaml"]);
    check_error(
        &[("pack.yaml", "name: a\nkind: []\nobjects: [{template: a.yaml, wehn: b}]\n")],
        &[
            "P4012 unknown field `kind`",
            "P4012 pack.yaml has no `kinds`",
            "P4012 unknown field `wehn`",
        ],
    );
    check_error(
        &[("pack.yaml", "name: a\nextends: hermse\n")],
        &["P4012 there is no built-in pack `hermse`"],
    );
    let missing = format!("{HEAD}objects:\n- template: a.yaml\n");
    check_error(&[("pack.yaml", &missing)], &["P4008 the pack has no file `a.yaml`"]);
    let head = format!("{HEAD}let: [b.yaml, c.yaml, {{}}]\nobjects:\n- template: a.yaml\n");
    check_error(&[("pack.yaml", &head), ("a.yaml", OBJECT)], &["P4012 this is not a plain text"]);
    let head = head.replace(", {}", "");
    check_error(
        &[("pack.yaml", &head), ("a.yaml", OBJECT), ("b.yaml", "a-b: 1\nc: {{ ( }}\n")],
        &["P4008 the pack has no file `c.yaml`", "P4001 this expression has no end on its line"],
    );
    check_error(
        &[("pack.yaml", &head), ("a.yaml", OBJECT), ("b.yaml", "a-b: 1\n"), ("c.yaml", "- a\n")],
        &["P4012 `a-b` is not a name that an expression can use", "P4012 this is not a map"],
    );
}

#[test]
fn paths_are_checked_through_let_and_loops() {
    let head =
        format!("{HEAD}let:\n  res: {{{{ spec.resources }}}}\nobjects:\n- template: a.yaml\n");
    let template = format!(
        "{OBJECT}  {{% for item in spec.items %}}\n  a{{{{ item.nmae }}}}: {{{{ res.limts | upper }}}}\n  {{% endfor %}}\n"
    );
    let pack = load(&[("pack.yaml", &head), ("a.yaml", &template)]).unwrap();
    let known = ["spec.resources", "spec.items", "spec.items[0].name"];
    let errors = pack.check_paths(&|path| {
        let is_known = known.contains(&path.to_string().as_str());
        if is_known { PathKind::Exists } else { PathKind::Missing { nearest: None } }
    });
    let found: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    assert_eq!(
        found,
        [
            "the kind has no field `spec.items[0].nmae`",
            "the kind has no field `spec.resources.limts`",
        ]
    );
}

#[test]
fn an_object_needs_a_kind_and_a_name() {
    let head = format!("{HEAD}objects:\n- template: a.yaml\n");
    for template in
        ["a: b\n", "- a\n", "{{ spec.missing }}\n", "apiVersion: v1\nkind: A\nmetadata: {}\n"]
    {
        let pack = load(&[("pack.yaml", &head), ("a.yaml", template)]).unwrap();
        let errors = pack.render_value(&thing(), None, &BTreeMap::new(), None).unwrap_err();
        assert_eq!(errors[0].code.id, "P4011");
    }
}

#[test]
fn an_instance_has_a_bounded_number_of_objects() {
    let head = format!("{HEAD}objects:\n- template: a.yaml\n  for: number in range(5000)\n");
    let pack = load(&[("pack.yaml", &head), ("a.yaml", OBJECT)]).unwrap();
    let errors = pack.render_value(&thing(), None, &BTreeMap::new(), None).unwrap_err();
    assert_eq!(errors[0].code.id, "P4006");
}
