//! The image: can it be pulled, is it the same tomorrow, and which agent is in it.

use serde_json::Value;

use crate::{
    agent::{self, Told},
    diagnostic::{
        Diagnostic,
        catalogue::rules::{
            EMPTY_VALUE, FLOATING_TAG, IMAGE_SYNTAX, NEWER_THAN_KNOWN, NO_DIGEST, OLD_VERSION,
            OLDER_THAN_KNOWN, REBUILT_IMAGE, UNKNOWN_VERSION,
        },
    },
    image::is_floating,
    resolve::{Instance, rules::at},
};

/// Images that other operators build, with a user, directories, and ports of their own.
const REBUILT: &[&str] = &["ghcr.io/stubbi/hermes-agent", "ghcr.io/paperclipinc/hermes-agent"];

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    repository(instance, found);
    reference(instance, found);
    agent_version(instance, found);
}

fn repository(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let path = || at("spec.image.repository");
    let Some(repository) = instance.text("spec.image.repository") else { return };
    if repository.is_empty() {
        found.push(
            instance
                .problem(&EMPTY_VALUE, &path(), "the image repository is empty")
                .help("leave it out to use `nousresearch/hermes-agent`"),
        );
    } else if let Some((reason, help)) = repository_fault(repository) {
        let message = format!("`{repository}` is no image repository: {reason}");
        found.push(instance.problem(&IMAGE_SYNTAX, &path(), message).help(help));
    } else if REBUILT.contains(&repository) {
        let message = format!("`{repository}` is another build of the agent than the upstream one");
        found.push(
            instance
                .problem(&REBUILT_IMAGE, &path(), message)
                .help("use `nousresearch/hermes-agent`, or an image that is built from it"),
        );
    }
}

/// What is wrong with the name of a repository, and what to do.
fn repository_fault(repository: &str) -> Option<(&'static str, &'static str)> {
    if repository.contains("://") {
        return Some(("it has a scheme", "leave out the scheme"));
    }
    if repository.contains('@') {
        return Some(("it holds a digest", "write the digest in `spec.image.digest`"));
    }
    let (host, path) = match repository.split_once('/') {
        Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => (host, path),
        _ => ("", repository),
    };
    if path.contains(':') {
        return Some(("it holds a tag", "write the tag in `spec.image.tag`"));
    }
    if path.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Some(("it has upper-case letters", "write it in lower case"));
    }
    let is_host = host.is_empty() || is_host(host);
    (!is_host || !path.split('/').all(is_component) || repository.len() > 255)
        .then_some(("it has characters that are not allowed", "write it as `registry/owner/name`"))
}

fn is_host(host: &str) -> bool {
    let (name, port) = host.split_once(':').unwrap_or((host, "0"));
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    !name.is_empty() && name.bytes().all(is_part) && port.parse::<u16>().is_ok()
}

/// Lower-case letters and digits, joined by `.`, `_`, `__`, or any number of `-`.
fn is_component(component: &str) -> bool {
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    component.starts_with(is_word)
        && component.ends_with(is_word)
        && component
            .split(is_word)
            .all(|joint| matches!(joint, "" | "." | "_" | "__") || joint.bytes().all(|b| b == b'-'))
}

fn reference(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let digest = instance.text("spec.image.digest").filter(|digest| !digest.is_empty());
    if let Some(digest) = digest.filter(|digest| !is_digest(digest)) {
        let message = format!("`{digest}` is no digest");
        found.push(
            instance
                .problem(&IMAGE_SYNTAX, &at("spec.image.digest"), message)
                .help("write `sha256:` and 64 hexadecimal digits in lower case"),
        );
    }
    let Some(tag) = instance.text("spec.image.tag").filter(|tag| !tag.is_empty()) else { return };
    let path = at("spec.image.tag");
    if !is_tag(tag) {
        let message = format!("`{tag}` is no image tag");
        found.push(
            instance
                .problem(&IMAGE_SYNTAX, &path, message)
                .help("a tag has up to 128 letters, digits, `_`, `.`, and `-`, and does not begin with one of the last two"),
        );
    } else if digest.is_none() && !is_floating(tag) {
        let message =
            format!("whoever may push to the registry can put another image behind `{tag}`");
        found.push(
            instance
                .problem(&NO_DIGEST, &path, message)
                .help("add `digest: sha256:…`, as the registry tells it"),
        );
    } else if digest.is_none() {
        let message = format!("the tag `{tag}` names another image tomorrow");
        found.push(
            instance
                .problem(&FLOATING_TAG, &path, message)
                .help("pin a release such as `v2026.7.20`, and better a digest"),
        );
    }
}

fn is_digest(digest: &str) -> bool {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    digest.strip_prefix("sha256:").is_some_and(|hex| hex.len() == 64 && hex.bytes().all(is_hex))
}

fn is_tag(tag: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    tag.len() <= 128
        && tag.bytes().next().is_some_and(is_word)
        && tag.bytes().all(|byte| is_word(byte) || matches!(byte, b'.' | b'-'))
}

fn agent_version(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let agent = agent::agent_version(instance.get("spec.image").unwrap_or(&Value::Null));
    let told = ["spec.image.version", "spec.image.tag"]
        .into_iter()
        .find_map(|field| Some((field, instance.text(field).filter(|text| !text.is_empty())?)));
    let taken_for = agent.release.release.text();
    match (told, agent.told) {
        (Some((field, text)), Told::Older) => {
            let message = format!(
                "`{text}` is older than every version that is known, and is taken for {taken_for}"
            );
            let problem = instance.problem(&OLDER_THAN_KNOWN, &at(field), message);
            found.push(problem.help("use a version that docs/versions.md lists"));
        }
        (Some((field, text)), Told::Newer) => {
            let message = format!(
                "`{text}` is newer than every version that is known, and is taken for {taken_for}"
            );
            let problem = instance.problem(&NEWER_THAN_KNOWN, &at(field), message);
            found.push(
                problem.help("try it before you rely on it; docs/versions.md lists what is known"),
            );
        }
        (Some((field, text)), Told::Known) if !agent.release.managed_scope => {
            let message = format!(
                "the agent of `{text}` has no managed configuration; it is merged into `config.yaml` at each start"
            );
            found.push(
                instance
                    .problem(&OLD_VERSION, &at(field), message)
                    .help("use v2026.6.19 (0.17) or later"),
            );
        }
        // A floating tag is reported as such.
        (Some((field, text)), Told::Nothing) if !is_floating(text) => {
            let message =
                format!("`{text}` does not tell the agent's version; the newest is assumed");
            found.push(
                instance
                    .problem(&UNKNOWN_VERSION, &at(field), message)
                    .help("write the release that is in the image as `spec.image.version`"),
            );
        }
        (None, Told::Nothing) => {
            let message = "a digest does not tell the agent's version; the newest is assumed";
            found.push(
                instance
                    .problem(&UNKNOWN_VERSION, &at("spec.image.digest"), message)
                    .help("write the release that is in the image as `spec.image.version`"),
            );
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_that_can_be_pulled_have_no_fault() {
        for repository in [
            "hermes-agent",
            "nousresearch/hermes-agent",
            "localhost/agent",
            "localhost:5000/agent",
            "Registry.example.com:5000/team/sub/agent__x",
            "a---b/c.d",
        ] {
            assert_eq!(repository_fault(repository), None, "{repository}");
        }
    }

    #[test]
    fn other_repositories_have_one() {
        for repository in [
            "NousResearch/hermes-agent",
            "nousresearch/hermes-agent:v1",
            "nousresearch/hermes-agent@sha256:0",
            "https://example.com/agent",
            "a b",
            "a//b",
            "/a",
            "a/",
            "-a",
            "a___b",
            "a..b",
            "example.com:port/a",
            "ä",
        ] {
            assert!(repository_fault(repository).is_some(), "{repository}");
        }
    }
}
