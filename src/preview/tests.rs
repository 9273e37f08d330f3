use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::{
    preview::conceal::tests::{SECRET, change, key},
    report,
};

/// Configurations of an agent with a secret at `@`.
const CONFIGURATIONS: &[&str] = &[
    "model:\n  api_key: \"@\"\n",
    "model:\n  default: \"a\"\n  api_key: \"@\"\n",
    "model:\n  base_url: \"https://user:@@host.example/v1\"\n",
    "fallback_model:\n  api_key: \"@\"\n",
    "providers:\n  one:\n    api_key: \"@\"\n    base_url: \"https://host.example/v1\"\n",
    "custom_providers:\n- name: one\n  api_key: \"@\"\n",
    "auxiliary:\n  vision:\n    api_key: \"@\"\n",
    "mcp_servers:\n  one:\n    env:\n      BOT_TOKEN: \"@\"\n",
    "hooks:\n  one:\n    password: \"@\"\n",
    "security:\n  secret: \"@\"\n",
];

fn config_map(text: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"config.yaml": text}})
}

fn changed(old: &Value, new: &Value) -> Preview {
    preview(vec![change(old, new)], &Options { ignore: usual(), key: key() })
}

/// Everything that a run can say of a preview: each form, and the message of `--fail-on`.
fn said(preview: &Preview) -> Vec<String> {
    let mut said = vec![
        text(preview, Layout::Unified, true),
        text(preview, Layout::SideBySide(140), false),
        html(preview),
        json(preview),
        patch(preview),
        junit(preview),
        report::sarif(&preview.diagnostics()),
        report::github(&preview.diagnostics()),
    ];
    for forge in [Forge::GitHub, Forge::GitLab, Forge::Gitea, Forge::Bitbucket] {
        let comment = Comment { forge, budget: forge.budget(), pages: 5, name: "test" };
        said.extend(markdown(preview, &comment));
    }
    said.extend(preview.all_risks().map(|risk| risk.message.clone()));
    said
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_form_and_no_risk_contains_a_secret(
        index in 0..CONFIGURATIONS.len(),
        around in "[a-z0-9]{0,6}",
        is_new in any::<bool>(),
    ) {
        let with = |value: &str| config_map(&CONFIGURATIONS[index].replacen('@', value, 1));
        let (secret, other) = (with(&format!("{around}{SECRET}")), with("before"));
        let preview = if is_new { changed(&other, &secret) } else { changed(&secret, &other) };
        prop_assert!(preview.all_risks().next().is_some());
        for text in said(&preview) {
            prop_assert!(!text.contains(SECRET), "{text}");
        }
    }
}

#[test]
fn which_model_it_is_is_told_and_its_key_is_not() {
    let model = |name: &str, key: &str| {
        config_map(&format!("model:\n  api_key: {key}\n  default: {name}\n"))
    };
    let preview = changed(&model("one", "a-key"), &model("two", "b-key"));
    let messages: Vec<&str> = preview.all_risks().map(|risk| risk.message.as_str()).collect();
    assert_eq!(messages, ["model.default goes from one to two"]);
}

#[test]
fn what_looks_like_a_token_is_in_no_risk() {
    let model = |name: &str| config_map(&format!("model:\n  default: {name}\n"));
    let preview = changed(&model("one"), &model(&format!("sk-{SECRET}")));
    assert!(said(&preview).iter().all(|text| !text.contains(SECRET)));
    assert!(preview.all_risks().all(|risk| risk.message.contains("to <hidden ")));
}
