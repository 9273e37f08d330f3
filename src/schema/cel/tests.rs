//! Rules against values, with the verdict of an API server.

use regex::Regex;
use serde_json::json;

use super::*;
use crate::schema;

/// The codes, paths, and messages for a `spec` whose schema has one rule.
fn found(spec: &Value, rule: &Value, value: &Value) -> Vec<String> {
    let mut spec = spec.clone();
    spec["x-kubernetes-validations"] = json!([rule]);
    let schema = json!({"type": "object", "properties": {"spec": spec}});
    let schema = Schema::from_value(&schema).unwrap();
    let mut found = Vec::new();
    let object = json!({"metadata": {"name": "a"}, "spec": value});
    schema::problems(&object, &schema, &mut |problem| {
        found.push(format!("{} {}: {}", problem.code.id, problem.path, problem.message));
    });
    found
}

fn open() -> Value {
    json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true})
}

#[track_caller]
fn holds(rule: &str, value: &Value) {
    assert_eq!(found(&open(), &json!({"rule": rule}), value), [""; 0], "{rule}");
}

#[track_caller]
fn fails(rule: &str, value: &Value) {
    let found = found(&open(), &json!({"rule": rule}), value);
    assert!(matches!(&*found, [one] if one.starts_with("P2013 ")), "{rule}: {found:?}");
}

#[track_caller]
fn undecided(rule: &str, value: &Value) {
    let found = found(&open(), &json!({"rule": rule}), value);
    assert!(matches!(&*found, [one] if one.starts_with("P2014 ")), "{rule}: {found:?}");
}

#[test]
fn the_image_rule_of_an_agent() {
    let image = json!({"type": "object", "properties": {
        "tag": {"type": "string"}, "digest": {"type": "string"},
    }});
    let rule = json!({
        "rule": "(has(self.tag) && size(self.tag) > 0 && self.tag != 'latest') \
                 || (has(self.digest) && size(self.digest) > 0)",
        "message": "pin a tag or a digest",
    });
    for good in [json!({"tag": "v1"}), json!({"tag": "latest", "digest": "sha256:1"})] {
        assert_eq!(found(&image, &rule, &good), [""; 0], "{good}");
    }
    for bad in [json!({}), json!({"tag": "latest"}), json!({"tag": null, "digest": ""})] {
        assert_eq!(found(&image, &rule, &bad), ["P2013 spec: pin a tag or a digest"], "{bad}");
    }
}

#[test]
fn whole_numbers_are_signed_and_floats_are_floats() {
    let number = json!({"type": "object", "properties": {
        "whole": {"type": "integer"}, "float": {"type": "number"},
    }});
    let rule = json!({"rule": "self.whole + 1 == 4 && self.whole > -1 && self.float / 2.0 == 1.5"});
    assert_eq!(found(&number, &rule, &json!({"whole": 3.0, "float": 3})), [""; 0]);
}

#[test]
fn names_of_fields_are_escaped_and_keys_of_maps_are_not() {
    let named = json!({"type": "object", "properties": {
        "my-key": {"type": "string"}, "namespace": {"type": "string"}, "a__b": {"type": "string"},
        "map": {"type": "object", "additionalProperties": {"type": "string"}},
    }});
    let rule = json!({"rule": "self.my__dash__key == 'a' && self.__namespace__ == 'b' \
                               && self.a__underscores__b == 'c' && self.map['x-y'] == 'd'"});
    let value = json!({"my-key": "a", "namespace": "b", "a__b": "c", "map": {"x-y": "d"}});
    assert_eq!(found(&named, &rule, &value), [""; 0]);
}

#[test]
fn times_and_durations_have_their_types() {
    let times = json!({"type": "object", "properties": {
        "at": {"type": "string", "format": "date-time"},
        "day": {"type": "string", "format": "date"},
        "every": {"type": "string", "format": "duration"},
    }});
    let rule = json!({"rule": "self.at > self.day && self.every <= duration('1h')"});
    let value = json!({"at": "2026-01-31T08:00:00Z", "day": "2026-01-31", "every": "30m"});
    assert_eq!(found(&times, &rule, &value), [""; 0]);
}

#[test]
fn an_evaluation_error_is_a_failed_rule() {
    fails("self.absent == 1", &json!({}));
    fails("self.list[3] == 1", &json!({"list": []}));
    fails("1 / self.zero == 1", &json!({"zero": 0}));
    fails("self.text", &json!({"text": "a"}));
    fails("quantity(self.size).sign() == 1", &json!({"size": "10GB"}));
    fails("self.number > 1", &json!({"number": "a"}));
}

#[test]
fn what_only_the_api_server_knows_is_said_and_not_passed() {
    undecided("semver('1.2.3').major() == 1", &json!({}));
    undecided("true || unheard(self)", &json!({}));
}

#[test]
fn a_transition_rule_says_nothing_about_a_new_object() {
    holds("self.size == oldSelf.size", &json!({"size": 1}));
    let optional = json!({"rule": "oldSelf.hasValue()", "optionalOldSelf": true});
    assert_eq!(found(&open(), &optional, &json!({})).len(), 1);
    let optional = json!({"rule": "!oldSelf.hasValue() || false", "optionalOldSelf": true});
    assert_eq!(found(&open(), &optional, &json!({})), [""; 0]);
}

#[test]
fn the_functions_of_kubernetes() {
    let value = json!({"l": [1, 2, 3], "s": ["b", "a", "b"], "t": "ab12cd3"});
    holds("self.l.isSorted() && !self.s.isSorted() && self.l.sum() == 6", &value);
    holds("self.l.min() == 1 && self.s.max() == 'b'", &value);
    holds("self.s.indexOf('b') == 0 && self.s.lastIndexOf('b') == 2", &value);
    holds("self.s.indexOf('z') == -1 && 'abc'.indexOf('c') == 2", &value);
    holds("self.t.find('[0-9]+') == '12' && self.t.find('z') == ''", &value);
    holds("self.t.findAll('[0-9]+') == ['12', '3'] && self.t.findAll('[0-9]', 1) == ['1']", &value);
    holds("self.t.split('1') == ['ab', '2cd3'] && self.t.matches('^ab')", &value);
    holds("sets.contains([1, 2], [1]) && !sets.intersects([1], [2])", &value);
    holds("sets.equivalent([1, 1], [1])", &value);
    holds("isURL('https://a/b') && !isURL('a b') && isIP('::1') && !isIP('1.2')", &value);
    holds("isCIDR('10.0.0.0/8') && !isCIDR('10.0.0.0')", &value);
    holds(
        "quantity('1Gi') == quantity('1024Mi') && quantity('1').isLessThan(quantity('2'))",
        &value,
    );
    holds("quantity('1').add(quantity('500m')).compareTo(quantity('1.5')) == 0", &value);
    holds("isQuantity('1Gi') && !isQuantity('1GB') && quantity('2k').asInteger() == 2000", &value);
    fails("[].min() == 1", &value);
    fails("self.t.find('(') == ''", &value);
}

#[test]
fn addresses_and_networks_are_read_as_the_api_server_reads_them() {
    let nothing = json!({});
    holds("ip('10.0.0.1').family() == 4 && ip('::1').isLoopback() && isIP('fe80::1')", &nothing);
    holds("!isIP('10.0.0.01') && !isIP('::ffff:10.0.0.1') && !isIP('fe80::1%eth0')", &nothing);
    holds("ip.isCanonical('2001:db8::1') && !ip.isCanonical('2001:DB8::1')", &nothing);
    holds("cidr('10.1.0.0/16').masked() == cidr('10.1.0.0/16')", &nothing);
    holds("cidr('10.1.2.3/16').masked().ip() == ip('10.1.0.0')", &nothing);
    holds(
        "cidr('0.0.0.0/0').containsIP('10.0.0.1') && !cidr('::/0').containsIP('1.2.3.4')",
        &nothing,
    );
    holds("cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')", &nothing);
    holds("!cidr('10.1.0.0/16').containsCIDR(cidr('10.0.0.0/8'))", &nothing);
    fails("ip('a').family() == 4", &nothing);
    fails("cidr('10.0.0.0/33').prefixLength() == 33", &nothing);
}

#[test]
fn an_address_of_the_web_is_read_as_go_reads_it() {
    let value = json!({"u": "HTTPS://user@A.example:8443/b c/%41?d=e&d=f&g#h"});
    holds(
        "url(self.u).getScheme() == 'https' && url(self.u).getHost() == 'A.example:8443'",
        &value,
    );
    holds("url(self.u).getHostname() == 'A.example' && url(self.u).getPort() == '8443'", &value);
    holds("url(self.u).getEscapedPath() == '/b%20c/%41'", &value);
    holds("url(self.u).getQuery() == {'d': ['e', 'f'], 'g': ['']}", &value);
    holds("url('http://[::1%25eth0]/').getHost() == '[::1%eth0]'", &value);
    holds("url('mailto:a@b').getScheme() == 'mailto' && url('//a/b').getHost() == 'a'", &value);
    holds(
        "!isURL('a/b') && !isURL(':a') && !isURL('http://a:b/') && !isURL('http://a/%zz')",
        &value,
    );
    fails("url('').getHost() == ''", &value);
}

#[test]
fn the_message_may_be_computed_and_the_field_chosen() {
    let rule = json!({
        "rule": "self.min <= self.max",
        "messageExpression": "'min is ' + string(self.min)",
        "message": "fixed",
        "fieldPath": ".min",
    });
    assert_eq!(found(&open(), &rule, &json!({"min": 2, "max": 1})), ["P2013 spec.min: min is 2"]);
    let broken = json!({"rule": "false", "messageExpression": "self.absent", "message": "fixed"});
    assert_eq!(found(&open(), &broken, &json!({})), ["P2013 spec: fixed"]);
    assert_eq!(
        found(&open(), &json!({"rule": "1 > 2"}), &json!({})),
        ["P2013 spec: the rule `1 > 2` does not hold"]
    );
}

#[test]
fn rules_stand_at_lists_maps_and_scalars_too() {
    let list = json!({"type": "array", "items": {"type": "string"}});
    assert_eq!(found(&list, &json!({"rule": "self.all(x, x != '')"}), &json!(["a", ""])).len(), 1);
    let text = json!({"type": "string"});
    assert_eq!(found(&text, &json!({"rule": "self.startsWith('a')"}), &json!("b")).len(), 1);
}

#[test]
fn a_rule_is_silent_where_the_schema_complains() {
    let typed = json!({"type": "object", "properties": {"a": {"type": "integer"}}});
    let found = found(&typed, &json!({"rule": "self.a > 1"}), &json!({"a": "x"}));
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("P2002"), "{found:?}");
}

#[test]
fn both_parsers_read_rules_alike() {
    let kinds = crate::api::kinds().iter();
    let ours = kinds.flat_map(|kind| rules(&crate::api::compact_schema(kind.kind).unwrap()));
    let hard = [
        "a || b && !c == d < 1 + 2 * -3 % 4",
        "a ? b : c ? d : e",
        "self.all(x, x.y in ['a', \"b\", r'\\d'])",
        "self.items.filter(i, has(i.name)).map(i, i.name).exists_one(n, n == 'a')",
        "self.?spec[?0].orValue(optional.none())",
        "{'a': 1u, 'b': 0x1F, 'c': 1.5e3}['a'] == b'x\\x41' || null == true",
        "quantity(self.size).isGreaterThan(quantity('1Gi')) && self.name.matches('^[a-z]+$')",
        "-1 - -2 == !true ? [1, 2,][0] : -9223372036854775808",
        "self.__namespace__ == '\\u00e9\\n' && oldSelf.hasValue()",
    ];
    let mut count = 0;
    for rule in ours.chain(hard.map(str::to_owned)) {
        let other = ENVIRONMENT.parser().parse(&rule).unwrap();
        assert_eq!(shape(&parse(&rule).unwrap()), shape(&other), "{rule}");
        count += 1;
    }
    assert_eq!(count, 5 + hard.len());
    for wrong in [
        "a +",
        "(a",
        "a b",
        "'a",
        "self.all(1, true)",
        "has(a)",
        "1 ? 2",
        "",
        "a..b",
        "[1",
        "999999999999999999999",
    ] {
        assert!(parse(wrong).is_err() && ENVIRONMENT.parser().parse(wrong).is_err(), "{wrong}");
    }
}

/// An expression without the numbers of its nodes, which tell nothing about its meaning.
fn shape(expression: &Expression) -> String {
    let number = Regex::new("id: [0-9]+, ").unwrap();
    number.replace_all(&format!("{expression:?}"), "").into_owned()
}

fn rules(schema: &Value) -> Vec<String> {
    let own = schema.get("x-kubernetes-validations").and_then(Value::as_array);
    let own =
        own.into_iter().flatten().filter_map(|rule| Some(rule.get("rule")?.as_str()?.to_owned()));
    let below: Vec<&Value> = match schema {
        Value::Object(map) => map.values().collect(),
        Value::Array(list) => list.iter().collect(),
        _ => Vec::new(),
    };
    own.chain(below.into_iter().flat_map(rules)).collect()
}
