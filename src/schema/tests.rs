//! Laws and edge cases of the walk, each against the verdict of an API server.

use serde_json::json;

use super::*;

fn schema(value: &Value) -> Schema {
    Schema::from_value(&json!({"type": "object", "properties": {"spec": value}})).unwrap()
}

/// The codes and paths of all problems of an object with this `spec`.
#[track_caller]
fn check(spec_schema: &Value, spec: &Value, expected: &[&str]) {
    let object = json!({"metadata": {"name": "demo"}, "spec": spec});
    assert_eq!(found(&object, &schema(spec_schema)), expected, "{spec}");
}

fn found(object: &Value, schema: &Schema) -> Vec<String> {
    let mut found = Vec::new();
    problems(object, schema, &mut |problem| {
        found.push(format!("{} {}", problem.code.id, problem.path));
    });
    found
}

#[track_caller]
fn message(spec_schema: &Value, spec: &Value, expected: &str) {
    let object = json!({"metadata": {"name": "demo"}, "spec": spec});
    let mut text = String::new();
    problems(&object, &schema(spec_schema), &mut |problem| {
        text.push_str(&problem.message);
        for more in problem.label.iter().chain(&problem.help) {
            text.push_str("; ");
            text.push_str(more);
        }
    });
    assert_eq!(text, expected);
}

#[test]
fn every_type_refuses_every_other() {
    let values = [json!({}), json!([]), json!("a"), json!(1), json!(1.5), json!(true)];
    let accepted = [
        ("object", vec![0]),
        ("array", vec![1]),
        ("string", vec![2]),
        ("integer", vec![3]),
        ("number", vec![3, 4]),
        ("boolean", vec![5]),
    ];
    for (kind, good) in accepted {
        for (index, value) in values.iter().enumerate() {
            let expected: &[&str] = if good.contains(&index) { &[] } else { &["P2002 spec"] };
            check(&json!({"type": kind}), value, expected);
        }
    }
}

#[test]
fn an_integer_may_be_written_with_a_dot_but_not_with_a_fraction() {
    let integer = json!({"type": "integer"});
    check(&integer, &json!(3.0), &[]);
    check(&integer, &json!(-0.0), &[]);
    check(&integer, &json!(3.5), &["P2002 spec"]);
    check(&integer, &json!(1e300), &["P2002 spec"]);
    check(&integer, &json!(u64::MAX), &["P2002 spec"]);
    check(&integer, &json!(i64::MIN), &[]);
}

#[test]
fn int32_has_bounds_and_int64_has_those_of_the_type() {
    let int32 = json!({"type": "integer", "format": "int32"});
    check(&int32, &json!(2_147_483_647), &[]);
    check(&int32, &json!(2_147_483_648_i64), &["P2006 spec"]);
    check(&int32, &json!(-2_147_483_649_i64), &["P2006 spec"]);
    check(&json!({"type": "integer", "format": "int64"}), &json!(i64::MAX), &[]);
}

#[test]
fn int_or_string_takes_both_and_nothing_else() {
    let port = json!({
        "x-kubernetes-int-or-string": true,
        "anyOf": [{"type": "integer"}, {"type": "string"}],
        "pattern": "^[0-9]+$",
    });
    check(&port, &json!(80), &[]);
    check(&port, &json!("80"), &[]);
    check(&port, &json!("http"), &["P2005 spec"]);
    check(&port, &json!(1.5), &["P2002 spec"]);
    check(&port, &json!(true), &["P2002 spec"]);
    check(&port, &json!([]), &["P2002 spec"]);
}

#[test]
fn null_is_not_set_unless_the_field_is_nullable() {
    let both = json!({
        "type": "object",
        "required": ["a"],
        "properties": {
            "a": {"type": "string"},
            "b": {"type": "string", "nullable": true, "enum": ["x"]},
        },
    });
    check(&both, &json!({"a": null}), &["P2003 spec.a"]);
    check(&both, &json!({"a": "", "b": "x"}), &[]);
    check(&both, &json!({"a": "", "b": null}), &["P2004 spec.b"]);
    check(
        &json!({"type": "array", "items": {"type": "string"}}),
        &json!([null]),
        &["P2002 spec[0]"],
    );
    let map =
        json!({"type": "object", "additionalProperties": {"type": "string"}, "maxProperties": 1});
    check(&map, &json!({"a": null, "b": "x"}), &[]);
}

#[test]
fn a_required_field_with_a_default_may_be_absent() {
    let defaulted = json!({
        "type": "object",
        "required": ["a", "b"],
        "properties": {"a": {"type": "string", "default": "x"}, "b": {"type": "string"}},
    });
    check(&defaulted, &json!({}), &["P2003 spec.b"]);
}

#[test]
fn an_unknown_field_is_found_at_every_depth_but_not_where_anything_goes() {
    let nested = json!({
        "type": "object",
        "properties": {
            "list": {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}},
            "map": {"type": "object", "additionalProperties": {"type": "object"}},
            "raw": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
        },
    });
    check(
        &nested,
        &json!({"x": 1, "list": [{"b": null}], "map": {"k": {"y": 1}}, "raw": {"z": {"deep": [1]}}}),
        &["P2001 spec.x", "P2001 spec.list[0].b", "P2001 spec.map.k.y"],
    );
}

#[test]
fn fields_that_are_known_are_checked_where_anything_goes() {
    let raw = json!({
        "type": "object",
        "x-kubernetes-preserve-unknown-fields": true,
        "properties": {"known": {"type": "object", "properties": {"a": {"type": "string"}}}},
    });
    check(
        &raw,
        &json!({"other": 1, "known": {"a": 1, "b": 1}}),
        &["P2002 spec.known.a", "P2001 spec.known.b"],
    );
}

#[test]
fn an_unknown_field_names_what_was_meant() {
    let spec = json!({
        "type": "object",
        "properties": {
            "replicas": {"type": "integer"},
            "image": {"type": "object", "properties": {"tag": {"type": "string"}}},
        },
    });
    message(&spec, &json!({"relicas": 1}), "unknown field `relicas`; did you mean `replicas`?");
    message(&spec, &json!({"tag": "v1"}), "unknown field `tag`; did you mean `spec.image.tag`?");
    message(
        &spec,
        &json!({"image": {"replicas": 1}}),
        "unknown field `replicas`; a field of this name is at `spec.replicas`",
    );
    message(
        &spec,
        &json!({"banana": 1}),
        "unknown field `banana`; the fields here are `image`, `replicas`",
    );
}

#[test]
fn choices_are_compared_letter_by_letter_and_numbers_by_amount() {
    let policy = json!({"type": "string", "enum": ["Always", "Never"]});
    check(&policy, &json!("Never"), &[]);
    message(
        &policy,
        &json!("always"),
        "\"always\" is not one of the values of this field; did you mean `Always`?; \
         use one of `Always`, `Never`",
    );
    check(&json!({"type": "number", "enum": [1, 2.5]}), &json!(1.0), &[]);
}

#[test]
fn bounds_may_exclude_their_ends() {
    let open = json!({
        "type": "number", "minimum": 0, "exclusiveMinimum": true,
        "maximum": 10, "exclusiveMaximum": true, "multipleOf": 0.5,
    });
    check(&open, &json!(0.5), &[]);
    check(&open, &json!(0), &["P2006 spec"]);
    check(&open, &json!(10), &["P2006 spec"]);
    check(&open, &json!(0.7), &["P2006 spec"]);
    check(&json!({"type": "integer", "minimum": 1}), &json!(1), &[]);
    message(
        &json!({"type": "integer", "minimum": 1}),
        &json!(0),
        "0 is too small: must be at least 1",
    );
}

#[test]
fn lengths_are_counted_in_characters_items_and_fields() {
    check(&json!({"type": "string", "maxLength": 2}), &json!("äö"), &[]);
    check(&json!({"type": "string", "maxLength": 2}), &json!("abc"), &["P2007 spec"]);
    check(&json!({"type": "string", "minLength": 1}), &json!(""), &["P2007 spec"]);
    let list = json!({"type": "array", "minItems": 1, "maxItems": 2, "items": {"type": "integer"}});
    check(&list, &json!([]), &["P2007 spec"]);
    check(&list, &json!([1, 2, 3]), &["P2007 spec"]);
    let map = json!({
        "type": "object", "minProperties": 1, "maxProperties": 1,
        "additionalProperties": {"type": "integer"},
    });
    check(&map, &json!({}), &["P2007 spec"]);
    check(&map, &json!({"a": 1, "b": 2}), &["P2007 spec"]);
    message(
        &map,
        &json!({}),
        "too short: 0 fields, at least 1 needed; fill it, or leave the field out",
    );
}

#[test]
fn a_set_reports_each_repeated_item_once() {
    let set =
        json!({"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}});
    check(&set, &json!(["a", "b"]), &[]);
    check(&set, &json!(["a", "b", "a", "a", "b"]), &["P2009 spec[2]", "P2009 spec[4]"]);
    let long: Vec<String> = (0..200).map(|index| (index % 150).to_string()).collect();
    let object = json!({"metadata": {"name": "a"}, "spec": long});
    assert_eq!(found(&object, &schema(&set)).len(), 50);
}

#[test]
fn a_list_map_compares_all_its_keys() {
    let ports = json!({
        "type": "array",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["port", "protocol"],
        "items": {"type": "object", "properties": {
            "port": {"type": "integer"}, "protocol": {"type": "string"},
        }},
    });
    check(&ports, &json!([{"port": 1}, {"port": 1, "protocol": "UDP"}]), &[]);
    check(&ports, &json!([{"port": 1}, {"port": 1, "protocol": null}]), &["P2009 spec[1]"]);
    check(&ports, &json!([{}, {}]), &["P2009 spec[1]"]);
    let mut defaulted = ports.clone();
    defaulted["items"]["properties"]["protocol"]["default"] = json!("TCP");
    check(&defaulted, &json!([{"port": 1}, {"port": 1, "protocol": "TCP"}]), &["P2009 spec[1]"]);
    message(
        &ports,
        &json!([{"port": 1}, {"port": 1}]),
        "two items of the list have `port` 1 and no `protocol`; \
         change or remove one; item 0 (counted from 0) has it already",
    );
}

#[test]
fn forms_are_counted() {
    let one = json!({
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
    });
    check(&one, &json!({"a": ""}), &[]);
    check(&one, &json!({"a": "", "b": ""}), &["P2012 spec"]);
    check(&one, &json!({}), &["P2012 spec"]);
    check(&json!({"type": "string", "not": {"enum": ["a"]}}), &json!("a"), &["P2012 spec"]);
    check(
        &json!({"type": "string", "allOf": [{"minLength": 2}, {"pattern": "^a"}]}),
        &json!("b"),
        &["P2007 spec", "P2005 spec"],
    );
    check(
        &json!({"type": "string", "anyOf": [{"maxLength": 1}, {"pattern": "^a"}]}),
        &json!("abc"),
        &[],
    );
}

#[test]
fn only_the_names_of_status_are_checked() {
    let schema = Schema::from_value(&json!({
        "type": "object",
        "properties": {"status": {
            "type": "object",
            "required": ["phase"],
            "properties": {"phase": {"enum": ["Ready"], "type": "string"}},
        }},
    }))
    .unwrap();
    let object = json!({"metadata": {"name": "a"}, "status": {"phase": 3, "fase": 1}});
    assert_eq!(found(&object, &schema), ["P2001 status.fase"]);
}

#[test]
fn a_schema_that_mentions_metadata_may_limit_its_values_but_not_its_names() {
    let schema = Schema::from_value(&json!({
        "type": "object",
        "properties": {"metadata": {
            "type": "object",
            "properties": {"name": {"type": "string", "maxLength": 3}},
        }},
    }))
    .unwrap();
    let object = json!({"metadata": {"name": "demo", "labels": {"a": "b"}, "nmae": ""}});
    assert_eq!(found(&object, &schema), ["P2001 metadata.nmae", "P2007 metadata.name"]);
}

#[test]
fn messages_give_advice_for_the_usual_slips() {
    message(
        &json!({"type": "string"}),
        &json!(8080),
        "expected a string, found the number 8080; put it into quotes",
    );
    message(
        &json!({"type": "integer"}),
        &json!("3"),
        "expected a whole number, found the string \"3\"; remove the quotes: 3",
    );
    message(
        &json!({"type": "boolean"}),
        &json!("yes"),
        "expected true or false, found the string \"yes\"; write true, without quotes",
    );
    message(
        &json!({"type": "array"}),
        &json!("a"),
        "expected a list, found the string \"a\"; put each item on a line that starts with `- `",
    );
}

#[test]
fn a_path_is_known_exactly_where_a_document_may_have_it() {
    let schema = schema(&json!({
        "type": "object",
        "properties": {
            "list": {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}},
            "map": {"type": "object", "additionalProperties": {"type": "integer"}},
            "raw": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
        },
    }));
    let kind = |path: FieldPath| schema.field(&path).map(|schema| schema.kind);
    assert_eq!(kind(FieldPath::of("spec.list").index(7).key("a")), Some(Kind::String));
    assert_eq!(kind(FieldPath::of("spec.map.any")), Some(Kind::Integer));
    assert_eq!(kind(FieldPath::of("spec.raw.any.thing").index(0)), Some(Kind::Any));
    assert_eq!(kind(FieldPath::of("spec.raw").index(0)), None);
    assert_eq!(kind(FieldPath::of("spec.list.a")), None);
    assert_eq!(kind(FieldPath::of("spec.other")), None);
    assert_eq!(kind(FieldPath::of("spec.map.any.deeper")), None);
}

#[test]
fn a_bad_pattern_or_rule_is_found_when_a_schema_is_loaded() {
    let at = |inner: Value| {
        let list = json!({"type": "array", "items": inner});
        Schema::from_value(&json!({"properties": {"a": list}})).unwrap_err().to_string()
    };
    assert_eq!(at(json!({"pattern": "("})), "the pattern of a[0] does not compile");
    let rule = at(json!({"x-kubernetes-validations": [{"rule": "self ==="}]}));
    assert!(rule.starts_with("the rule of a[0] does not compile"), "{rule}");
    assert!(Schema::from_value(&json!({"type": "banana"})).is_err());
    assert!(Schema::from_value(&json!([])).is_err());
}
