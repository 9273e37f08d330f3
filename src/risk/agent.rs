//! What the agent is and may do: its model, who it is told to be, its skills, and what it must ask for.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value;

use crate::{
    diagnostic::{
        Code, Source,
        catalogue::change::{APPROVAL, MODEL, PERSONA, SKILLS},
    },
    diff::{Edit, Happened, Step, values},
    document, field,
    risk::{Risk, Sides, name, pod},
};

/// What a place of the agent's configuration decides.
const CONFIGURATION: &[(&str, &Code)] = &[
    ("model", &MODEL),
    ("fallback_model", &MODEL),
    ("fallback_providers", &MODEL),
    ("providers", &MODEL),
    ("custom_providers", &MODEL),
    ("auxiliary", &MODEL),
    ("agent.system_prompt", &PERSONA),
    ("agent.personalities", &PERSONA),
    ("personalities", &PERSONA),
    ("display.personality", &PERSONA),
    ("skills", &SKILLS),
    ("plugins", &SKILLS),
    ("mcp_servers", &SKILLS),
    ("agent.disabled_toolsets", &SKILLS),
    ("toolsets", &SKILLS),
    ("platform_toolsets", &SKILLS),
    ("approvals", &APPROVAL),
    ("command_allowlist", &APPROVAL),
    ("hooks", &APPROVAL),
    ("hooks_auto_accept", &APPROVAL),
    ("security", &APPROVAL),
];

/// Fields of a model or a provider whose values are told. Others may be keys, or hold some: that they differ is enough.
const TOLD: &[&str] = &["base_url", "default", "model", "provider"];

/// What a variable of the agent's container decides.
const VARIABLES: &[(&str, &Code)] = &[
    ("HERMES_INFERENCE_MODEL", &MODEL),
    ("HERMES_INFERENCE_PROVIDER", &MODEL),
    ("HERMES_MODEL", &MODEL),
    ("HERMES_YOLO_MODE", &APPROVAL),
];

/// Files that tell the agent who it is.
const PERSONA_FILES: &[&str] = &["AGENTS.md", "CLAUDE.md", "IDENTITY.md", "SOUL.md", "USER.md"];

pub(super) fn find(sides: &Sides<'_>, risks: &mut Vec<Risk>) {
    if sides.happened() != Happened::Changed {
        return;
    }
    if sides.is("", &["ConfigMap"]) {
        let data = (&sides.old["data"], &sides.new["data"]);
        configuration(data, risks);
        files(data, risks);
    }
    variables(sides, risks);
}

/// The fields of `config.yaml` that differ.
fn configuration((old, new): (&Value, &Value), risks: &mut Vec<Risk>) {
    let (before, after) = (field::text(old, "config.yaml"), field::text(new, "config.yaml"));
    if before == after {
        return;
    }
    let (Some(before), Some(after)) = (parsed(before), parsed(after)) else { return };
    let edits = values("", &before, &after);
    for (place, code) in CONFIGURATION {
        let here: Vec<&Edit> = edits.iter().filter(|edit| edit.path.starts_with(place)).collect();
        let Some(first) = here.first() else { continue };
        let told = here.iter().find_map(|edit| told(edit)).filter(|_| *code == &MODEL);
        let differs = || format!("{} of the agent's configuration differs", first.path);
        let message = told.unwrap_or_else(differs);
        risks.push(Risk::new(code, message).at("data[\"config.yaml\"]"));
    }
}

/// A difference with its values, where they say which model it is or where, and nothing else.
fn told(edit: &Edit) -> Option<String> {
    let Some(Step::Key(leaf)) = edit.path.0.last() else { return None };
    if !TOLD.contains(&leaf.as_str()) {
        return None;
    }
    let side = |value: Option<&Value>| {
        let text = value?.as_str()?;
        if leaf == "base_url" { address(text) } else { Some(text.to_owned()) }
    };
    let (before, after) = (side(edit.delta.before())?, side(edit.delta.after())?);
    (before != after).then(|| format!("{} goes from {before} to {after}", edit.path))
}

/// An address without what may be a key in it: the user, and all behind the path. None where it cannot be told which is which.
fn address(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    let rest = rest
        .rsplit_once('@')
        .map_or(rest, |(user, host)| if user.contains(['?', '#']) { "" } else { host });
    let rest = rest.split(['?', '#']).next().filter(|rest| !rest.is_empty())?;
    Some(if scheme.is_empty() { rest.to_owned() } else { format!("{scheme}://{rest}") })
}

/// A configuration as a value. One that cannot be read says nothing here; its lines are shown.
fn parsed(text: &str) -> Option<Value> {
    let source = Arc::new(Source { name: "config.yaml".to_owned(), text: text.to_owned() });
    let mut problems = Vec::new();
    let documents = document::read(&source, &mut problems);
    match documents.into_iter().next() {
        Some(document) if problems.is_empty() => Some(document.value),
        None if problems.is_empty() => Some(Value::Null),
        _ => None,
    }
}

/// Files of the workspace that say who the agent is or what it can do.
fn files((old, new): (&Value, &Value), risks: &mut Vec<Risk>) {
    let mut names: BTreeMap<&str, &'static Code> = BTreeMap::new();
    for side in [old, new] {
        for (key, _) in side.as_object().into_iter().flatten() {
            let file = key.rsplit(['/', '_']).next().unwrap_or(key);
            if PERSONA_FILES.contains(&file)
                || PERSONA_FILES.iter().any(|known| key.ends_with(known))
            {
                names.insert(key, &PERSONA);
            } else if key.ends_with("SKILL.md") || key.contains("skills") {
                names.insert(key, &SKILLS);
            }
        }
    }
    for (key, code) in names {
        if old.get(key) != new.get(key) {
            let what = match (old.get(key), new.get(key)) {
                (None, _) => "is new",
                (_, None) => "is gone",
                _ => "differs",
            };
            risks.push(Risk::new(code, format!("{key} {what}")).at(format!("data[{key:?}]")));
        }
    }
}

fn variables(sides: &Sides<'_>, risks: &mut Vec<Risk>) {
    let value = |spec: &Value, variable: &str| {
        let of_all = pod::containers(spec).flat_map(|container| field::list(container, "env"));
        let mut named = of_all.filter(|one| name(one) == variable);
        named.next().map(|one| one.get("value").cloned().unwrap_or_else(|| one.clone()))
    };
    let before = pod::spec(sides.group, sides.kind, sides.old);
    let after = pod::spec(sides.group, sides.kind, sides.new);
    for (variable, code) in VARIABLES {
        if value(before, variable) != value(after, variable) {
            risks.push(Risk::new(code, format!("the variable {variable} differs")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_address_is_told_without_its_user_and_its_query() {
        for (text, told) in [
            ("https://user:key@x.example/v1?key=a#b", "https://x.example/v1"),
            ("https://user:k/e@y@x.example/v1", "https://x.example/v1"),
            ("user:key@x.example", "x.example"),
            ("http://ollama:11434/v1", "http://ollama:11434/v1"),
        ] {
            assert_eq!(address(text).as_deref(), Some(told));
        }
        assert_eq!(address("https://user:k?y@x.example"), None);
        assert_eq!(address("https://x.example?key=k@y"), None);
    }
}
