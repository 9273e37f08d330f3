//! Honcho: a database, keys of models, and an agent that can talk to it.

use serde_json::Value;

use crate::{
    agent::{self, Honcho},
    diagnostic::{
        Diagnostic,
        catalogue::rules::{
            HONCHO_DATABASE, HONCHO_KEY, HONCHO_LAZY, HONCHO_MODELS, HONCHO_SDK, NAME_LENGTH,
            NO_EFFECT,
        },
    },
    field::{list, text},
    resolve::{
        Instance,
        rules::{at, companions::is_on, is_asked},
    },
};

const HONCHO: &str = "spec.profileStore.honcho";

/// A StatefulSet's name may have 52 characters, and the database's ends in `-honcho-db`.
const LONGEST_NAME: usize = 42;

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let Some(honcho) = instance.get(HONCHO).filter(|_| is_on(instance, HONCHO)) else { return };
    database(instance, found, honcho);
    models(instance, found, honcho);
    key(instance, found, honcho);
    sdk(instance, found);
    if is_asked(honcho.get("persistence")) {
        let message = "`profileStore.honcho.persistence` has no effect: Honcho keeps everything in its database";
        let problem = instance.problem(&NO_EFFECT, &at(HONCHO).key("persistence"), message);
        found.push(problem.help("set `database.bundled.size`"));
    }
}

fn database(instance: &Instance, found: &mut Vec<Diagnostic>, honcho: &Value) {
    let path = at(HONCHO).key("database");
    let database = honcho.get("database");
    let external = database.and_then(|database| database.get("uriSecretRef"));
    let bundled = database.and_then(|database| database.get("bundled"));
    let message = match (external, bundled) {
        (None, None) => "Honcho has no database, and does not start without one",
        (Some(_), Some(_)) => "Honcho has two databases, and uses one",
        (None, Some(bundled)) if bundled.get("passwordSecretRef").is_none() => {
            "the database has no password, and does not start without one"
        }
        _ => "",
    };
    if !message.is_empty() {
        let problem = instance.problem(&HONCHO_DATABASE, &path, message);
        found.push(problem.help("name the Secret of its address in `uriSecretRef`, or have one made by `bundled` with a `passwordSecretRef`"));
    }
    let length = instance.document.name().len();
    if bundled.is_some() && length > LONGEST_NAME {
        let message = format!(
            "with a database of its own the name may have {LONGEST_NAME} characters, not {length}"
        );
        let problem = instance.problem(&NAME_LENGTH, &at("metadata.name"), message);
        found.push(problem.help("choose a shorter name, or a database elsewhere"));
    }
}

fn models(instance: &Instance, found: &mut Vec<Diagnostic>, honcho: &Value) {
    // What an `envFrom` brings cannot be seen from here.
    if !list(honcho, "env").iter().any(|item| is_key(text(item, "name")))
        && !is_asked(honcho.get("envFrom"))
    {
        let message = "Honcho has no key of a model, and does not start without one";
        let problem = instance.problem(&HONCHO_MODELS, &at(HONCHO), message);
        found.push(problem.help("give `LLM_OPENAI_API_KEY` or the like by `env` or `envFrom`"));
    }
}

/// Whether a variable holds a key of a model, or names the one that does.
fn is_key(name: &str) -> bool {
    (name.starts_with("LLM_") || name.contains("__")) && name.contains("API_KEY")
}

/// Who checks keys needs what they are signed with, and who is checked needs a key.
fn key(instance: &Instance, found: &mut Vec<Diagnostic>, honcho: &Value) {
    let (checks, has) = (honcho.get("jwtSecretRef"), honcho.get("apiKeySecretRef"));
    let (name, message, help) = match (checks, has) {
        (Some(_), None) => (
            "jwtSecretRef",
            "Honcho asks for a key that the agent does not have",
            "name a Secret with a key of Honcho's in `apiKeySecretRef`",
        ),
        (None, Some(_)) => (
            "apiKeySecretRef",
            "Honcho checks no key, because it does not know what keys are signed with",
            "name a Secret in `jwtSecretRef`, or leave this out",
        ),
        _ => return,
    };
    let problem = instance.problem(&HONCHO_KEY, &at(HONCHO).key(name), message);
    found.push(problem.help(help));
}

/// The package by which the agent talks to Honcho is not in its makers' image.
fn sdk(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let image = instance.get("spec.image").cloned().unwrap_or_default();
    if !agent::is_upstream(&image) {
        return;
    }
    let path = at(HONCHO).key("enabled");
    if agent::agent_version(&image).release.honcho == Honcho::Fetched {
        let message = "the agent fetches the package `honcho-ai` from PyPI when it first needs it";
        let problem = instance.problem(&HONCHO_LAZY, &path, message);
        found.push(problem.help("build an image from the agent's that holds `honcho-ai`"));
    } else {
        let message = "the image lacks the package `honcho-ai`, and the agent cannot add it";
        let problem = instance.problem(&HONCHO_SDK, &path, message);
        found.push(problem.help(
            "build an image from the agent's that holds `honcho-ai`, and name it in `spec.image`",
        ));
    }
}
