use std::collections::BTreeMap;

use super::*;

fn environment(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[track_caller]
fn call(pairs: &[(&str, &str)]) -> Call {
    Call::read(&environment(pairs)).unwrap()
}

#[track_caller]
fn refused(pairs: &[(&str, &str)], expected: &str) {
    let problem = Call::read(&environment(pairs)).unwrap_err();
    assert!(problem.contains(expected), "{problem}");
}

#[test]
fn a_parameter_wins_over_the_variables() {
    let target = |pairs: &[(&str, &str)]| call(pairs).target;
    let sidecar = ("PETASOS_TARGET", "sidecar");
    let application = ("ARGOCD_ENV_PETASOS_TARGET", "application");
    let parameter = (PARAMETERS, r#"[{"name":"target","string":"parameter"}]"#);
    assert_eq!(target(&[]), None);
    assert_eq!(target(&[sidecar]).as_deref(), Some("sidecar"));
    assert_eq!(target(&[sidecar, application]).as_deref(), Some("application"));
    assert_eq!(target(&[sidecar, application, parameter]).as_deref(), Some("parameter"));
}

#[test]
fn a_namespace_that_is_none_is_refused_by_its_name() {
    let parameter = r#"[{"name":"namespace","string":"Foo Bar"}]"#;
    for given in [
        (PARAMETERS, parameter),
        ("ARGOCD_ENV_PETASOS_NAMESPACE", "Foo Bar"),
        ("PETASOS_NAMESPACE", "Foo Bar"),
    ] {
        refused(&[given], "namespace is \"Foo Bar\": it must be lower-case letters");
    }
}

#[test]
fn what_is_empty_is_not_set() {
    let empty = r#"[{"name":"target","string":""},{"name":"packs","array":[]},{"name":"strict"}]"#;
    let found = call(&[
        (PARAMETERS, empty),
        ("ARGOCD_ENV_PETASOS_TARGET", ""),
        ("PETASOS_TARGET", "sidecar"),
        ("ARGOCD_APP_NAMESPACE", ""),
    ]);
    assert_eq!(found.target.as_deref(), Some("sidecar"));
    assert_eq!(found.app_namespace, None);
    assert!(!found.strict);
    assert_eq!(call(&[(PARAMETERS, "null")]), Call::default());
    assert_eq!(call(&[(PARAMETERS, "[]")]), Call::default());
}

#[test]
fn lists_come_as_arrays_or_with_commas() {
    let array = r#"[{"array":["a","b"],"name":"packs"}]"#;
    assert_eq!(call(&[(PARAMETERS, array)]).packs, ["a", "b"]);
    assert_eq!(call(&[("ARGOCD_ENV_PETASOS_PACKS", " a, b ,")]).packs, ["a", "b"]);
}

/// `allow-empty` and `allow_empty` both become `PARAM_ALLOW_EMPTY`.
#[test]
fn variables_that_collide_are_not_read() {
    let found = call(&[("PARAM_TARGET", "other"), ("PARAM_ALLOW_EMPTY", "true")]);
    assert_eq!(found, Call::default());
}

#[test]
fn a_flag_is_true_or_false() {
    assert!(call(&[("PETASOS_STRICT", "true")]).strict);
    assert!(call(&[(PARAMETERS, r#"[{"name":"allow-empty","string":"true"}]"#)]).allow_empty);
    refused(&[("PETASOS_STRICT", "yes")], "strict is \"yes\": write \"true\" or \"false\"");
}

#[test]
fn parameters_that_cannot_be_understood_are_refused() {
    let parameters = |text| [(PARAMETERS, text)];
    refused(&parameters("{"), "ARGOCD_APP_PARAMETERS is not what Argo CD writes");
    refused(&parameters("\"target\""), "ARGOCD_APP_PARAMETERS is not what Argo CD writes");
    refused(&parameters(r#"[{"name":"tarjet","string":"x"}]"#), "did you mean target?");
    refused(&parameters(r#"[{"name":"x","string":"x"}]"#), "there are target, namespace");
    refused(&parameters(r#"[{"name":"target","array":["x"]}]"#), "write `string: ...`");
    refused(&parameters(r#"[{"name":"packs","string":"x"}]"#), "write `array: [...]`");
    refused(&parameters(r#"[{"name":"packs","map":{"a":"b"}}]"#), "write `array: [...]`");
    refused(
        &parameters(r#"[{"name":"target","string":"a"},{"name":"target","string":"b"}]"#),
        "there twice",
    );
}

#[test]
fn targets_are_announced() {
    let announced = announcements(&["prod", "staging"]);
    assert_eq!(announced[0]["name"], "target");
    assert!(announced[0]["tooltip"].as_str().unwrap().ends_with(": prod, staging"));
    assert_eq!(announced[2]["collectionType"], "array");
}
