use std::sync::Arc;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::{
    diagnostic::{Location, Source, Span},
    diff::{Happened, values},
    object::Identity,
};

/// What stands for a secret below; it may appear nowhere.
pub(in crate::preview) const SECRET: &str = "hunter2swordfish";

pub(in crate::preview) fn key() -> FingerprintKey {
    FingerprintKey::new(b"a key of the tests".to_vec())
}

pub(in crate::preview) fn change(old: &Value, new: &Value) -> Change {
    let kind = new["kind"].as_str().unwrap_or("ConfigMap");
    let identity = Identity {
        group: String::new(),
        kind: kind.to_owned(),
        namespace: None,
        name: "x".to_owned(),
    };
    let source = Source { name: String::new(), text: String::new() };
    Change {
        happened: Happened::Changed,
        identity,
        was: None,
        instance: None,
        location: Location { source: Arc::new(source), span: Span::default() },
        old: Some(old.clone().into()),
        new: Some(new.clone().into()),
        edits: values(kind, old, new),
    }
}

#[track_caller]
fn check_hidden(old: &Value, new: &Value) -> String {
    let change = change(old, new);
    assert!(!change.edits.is_empty());
    let shown = format!("{:?}", edits(&change, &change.edits, &key()));
    assert!(!shown.contains(SECRET), "{shown}");
    assert!(shown.contains("<hidden "), "{shown}");
    shown
}

#[track_caller]
fn check_shown(old: &Value, new: &Value) {
    let change = change(old, new);
    assert_eq!(edits(&change, &change.edits, &key()), change.edits);
}

#[test]
fn values_of_secrets_are_fingerprints_whatever_they_are_called() {
    let secret =
        |value: &str| json!({"kind": "Secret", "data": {"note": value}, "stringData": {"x": 1}});
    check_hidden(&secret("old"), &secret(SECRET));
    check_hidden(&json!({"kind": "Secret"}), &secret(SECRET));
    let annotated = |value: &str| {
        json!({"kind": "Secret", "metadata": {"annotations":
            {"kubectl.kubernetes.io/last-applied-configuration": format!("{{\"data\":\"{value}\"}}")}}})
    };
    check_hidden(&annotated("old"), &annotated(SECRET));
}

#[test]
fn variables_arguments_and_fields_with_names_of_secrets_are_hidden() {
    let env = |value: &str| {
        json!({"kind": "Pod", "spec": {"containers": [{"name": "a", "env": [
            {"name": "BOT_TOKEN", "value": value}]}]}})
    };
    check_hidden(&env("old"), &env(SECRET));
    let unkeyed = |value: &str| json!({"kind": "Other", "spec": {"env": [{"name": "BOT_TOKEN", "value": value}]}});
    check_hidden(&unkeyed("old"), &unkeyed(SECRET));
    let field = |value: &str| json!({"kind": "Other", "spec": {"clientSecret": {"inline": value}}});
    check_hidden(&field("old"), &field(SECRET));
    let pair = |value: &str| json!({"kind": "Other", "args": ["--api-key", value]});
    check_hidden(&pair("old"), &pair(SECRET));
    check_hidden(&json!({"kind": "Other"}), &pair(SECRET));
    let joined = |value: &str| json!({"kind": "Other", "args": [format!("--api-key={value}")]});
    check_hidden(&joined("old"), &joined(SECRET));
}

#[test]
fn names_of_secrets_are_known_however_they_are_spelled() {
    for name in [
        "PGPASSWORD",
        "MYSQL_PWD",
        "DB_PASS",
        "OPENAI_APIKEY",
        "PASSPHRASE",
        "CREDENTIALS",
        "GITHUB_PAT",
        "apikey",
        "passphrase",
        "passwd",
        "auth",
    ] {
        let variable =
            |value: &str| json!({"kind": "Other", "env": [{"name": name, "value": value}]});
        check_hidden(&variable("old"), &variable(SECRET));
        let field = |value: &str| json!({"kind": "Other", "spec": {name: value}});
        check_hidden(&field("old"), &field(SECRET));
        let line = |value: &str| json!({"data": {"config": format!("{name}: {value}\n")}});
        check_hidden(&line("old"), &line(SECRET));
        let json = |value: &str| json!({"data": {"config": json!({name: value}).to_string()}});
        check_hidden(&json("old"), &json(SECRET));
    }
}

#[test]
fn what_stands_under_a_heading_is_told_by_its_own_name() {
    let field = |mode: &str| json!({"kind": "Other", "spec": {"auth": {"mode": mode}}});
    check_shown(&field("one"), &field("two"));
    let text = |mode: &str| json!({"data": {"config": format!("auth:\n  mode: {mode}\n")}});
    check_shown(&text("one"), &text("two"));
    let image = |tag: &str| json!({"spec": {"image": format!("registry.example.com/auth:{tag}")}});
    check_shown(&image("1.2"), &image("1.3"));
    let inside = |value: &str| json!({"kind": "Other", "auth": {"password": value}});
    check_hidden(&inside("old"), &inside(SECRET));
    let inside = |value: &str| json!({"data": {"config": format!("auth:\n  pass: {value}\n")}});
    check_hidden(&inside("old"), &inside(SECRET));
}

#[test]
fn secrets_in_text_are_hidden() {
    for text in [
        "a: 1\napi_key: @\nb: 2\n",
        "export OPENAI_API_KEY=\"@\"\n",
        "{\"token\": \"@\", \"a\": 1}\n",
        "private_key: |\n  one\n  @\nnext: 1\n",
        "- name: BOT_TOKEN\n  value: @\n",
        "-----BEGIN PRIVATE KEY-----\n@\n-----END PRIVATE KEY-----\n",
        "url: https://user:@@example.com/x\n",
        "use sk-@-and-more here\n",
    ] {
        let config = |value: &str| json!({"data": {"config": text.replacen('@', value, 1)}});
        check_hidden(&config("old"), &config(SECRET));
    }
}

#[test]
fn what_says_where_a_secret_is_stays_readable() {
    let env = |name: &str| {
        json!({"kind": "Pod", "spec": {"containers": [{"name": "a", "env": [
            {"name": "BOT_TOKEN", "valueFrom": {"secretKeyRef": {"name": name, "key": "token"}}}]}]}})
    };
    check_shown(&env("one"), &env("two"));
}

#[test]
fn fingerprints_are_the_same_exactly_where_the_values_are() {
    let (one, other) = (key().of("a"), key().of("b"));
    assert_ne!(one, other);
    assert_eq!(one, key().of("a"));
    assert_ne!(one, FingerprintKey::new(b"another key".to_vec()).of("a"));
    assert_eq!(one.len(), key().of(&"a".repeat(100)).len());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_around_a_secret_shows_it(before in "[ a-z\"':=\\-{\n]{0,12}", after in "[ a-z\"',}\n]{0,6}") {
        let text = format!("{before}\napi_key: {SECRET}{after}\n");
        let shown = text::concealed(&text, &key());
        prop_assert!(!shown.contains(SECRET), "{shown}");
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in "\\PC*") {
        text::concealed(&text, &key());
    }
}
