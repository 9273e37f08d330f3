//! Credentials of registries, from where `docker login` and its relatives keep them.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::oci::OciError;

/// Under this key Docker keeps what is for its own registry.
const OF_DOCKER: &str = "https://index.docker.io/v1/";

/// Who asks a registry. Never shown.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// A user and a password.
    Password {
        /// The user.
        user: String,
        /// The password, or a token in its place.
        password: String,
    },
    /// A token that others are made of (OAuth 2).
    Refresh(String),
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Credentials(…)")
    }
}

impl Credentials {
    /// What must not be in a message.
    pub(super) fn secret(&self) -> &str {
        match self {
            Credentials::Password { password, .. } => password,
            Credentials::Refresh(token) => token,
        }
    }
}

/// The credentials for a repository of a registry, if somebody logged in: from the first of these files that names it. A file that
/// is not there is passed over.
pub fn find(
    files: &[PathBuf],
    registry: &str,
    repository: &str,
) -> Result<Option<Credentials>, OciError> {
    for path in files {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => {
                return Err(OciError::Stored { path: path.clone(), why: error.to_string() });
            }
        };
        if let Some(found) = in_file(path, &text, registry, repository)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

fn in_file(
    path: &Path,
    text: &str,
    registry: &str,
    repository: &str,
) -> Result<Option<Credentials>, OciError> {
    let wrong = |why: &str| OciError::Stored { path: path.to_owned(), why: why.to_owned() };
    // What serde says of JSON may hold what is in it.
    let config: Value = serde_json::from_str(text).map_err(|error| {
        wrong(&format!("it is no JSON at line {}, column {}", error.line(), error.column()))
    })?;
    let keys = keys(registry, repository);
    let helper = keys
        .iter()
        .find_map(|key| config["credHelpers"][key].as_str())
        .or_else(|| config["credsStore"].as_str())
        .filter(|name| !name.is_empty());
    if let Some(name) = helper
        && let Some(found) = ask(name, registry, &keys)?
    {
        return Ok(Some(found));
    }
    let mut entries = keys.iter().map(|key| (key, &config["auths"][key]));
    let Some((key, entry)) = entries.find(|(_, entry)| entry.is_object()) else {
        return Ok(None);
    };
    let given = |key: &str| entry[key].as_str().filter(|text| !text.is_empty());
    if let Some(token) = given("identitytoken") {
        return Ok(Some(Credentials::Refresh(token.to_owned())));
    }
    if let (Some(user), Some(password)) = (given("username"), given("password")) {
        return Ok(Some(password_of(user, password)));
    }
    // A registry that a helper knows has an empty entry.
    let Some(auth) = given("auth") else { return Ok(None) };
    let decoded = STANDARD.decode(auth.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let parts = decoded.as_deref().and_then(|text| text.split_once(':'));
    let (user, password) = parts.ok_or_else(|| {
        wrong(&format!(
            "what stands in auths[{key:?}].auth is not USER:PASSWORD in base64; log in again"
        ))
    })?;
    Ok(Some(password_of(user, password)))
}

/// Asks the program `docker-credential-NAME`. It gets the registry by its standard input.
fn ask(name: &str, registry: &str, keys: &[String]) -> Result<Option<Credentials>, OciError> {
    let program = format!("docker-credential-{name}");
    let wrong = |why: String| OciError::Helper {
        program: program.clone(),
        registry: registry.to_owned(),
        why,
    };
    if name.contains(['/', '\\']) {
        return Err(wrong("is no name of a program".to_owned()));
    }
    let mut command = Command::new(&program);
    let asked = if keys.iter().any(|key| key == OF_DOCKER) { OF_DOCKER } else { registry };
    command.arg("get").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| wrong(format!("does not start: {error}")))?;
    if let Some(mut stdin) = child.stdin.take() {
        // It may answer without reading.
        let _ = stdin.write_all(asked.as_bytes());
    }
    let output =
        child.wait_with_output().map_err(|error| wrong(format!("does not end: {error}")))?;
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        // These words are part of the protocol of helpers.
        return if said.contains("credentials not found") {
            Ok(None)
        } else {
            Err(wrong(format!("fails ({})", output.status)))
        };
    }
    let answer: Value =
        serde_json::from_str(&said).map_err(|_| wrong("answers with no JSON".to_owned()))?;
    match (answer["Username"].as_str(), answer["Secret"].as_str()) {
        (Some("<token>"), Some(token)) => Ok(Some(Credentials::Refresh(token.to_owned()))),
        (Some(user), Some(password)) => Ok(Some(password_of(user, password))),
        _ => Err(wrong("answers without Username and Secret".to_owned())),
    }
}

fn password_of(user: &str, password: &str) -> Credentials {
    // Some tools end what they store with a zero byte.
    let password = password.trim_end_matches('\0');
    Credentials::Password { user: user.to_owned(), password: password.to_owned() }
}

/// The keys under which the credentials for a repository may stand: Podman also knows those of a part of a registry, the longest of
/// which is meant, and Docker those of a version of its protocol.
fn keys(registry: &str, repository: &str) -> Vec<String> {
    let whole = format!("{registry}/{repository}");
    let ends = whole.rmatch_indices('/').map(|(end, _)| end);
    let parts = [whole.len()].into_iter().chain(ends).map(|end| &whole[..end]);
    let mut keys: Vec<String> = parts.map(str::to_owned).collect();
    for scheme in ["https://", "http://"] {
        let versions = ["", "/", "/v1/", "/v2/", "/v1", "/v2"];
        keys.extend(versions.map(|version| format!("{scheme}{registry}{version}")));
    }
    if matches!(registry, "docker.io" | "index.docker.io" | "registry-1.docker.io") {
        keys.push(OF_DOCKER.to_owned());
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str, registry: &str) -> Result<Option<Credentials>, String> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("config.json");
        std::fs::write(&path, text).unwrap();
        super::find(&[directory.path().join("absent"), path], registry, "team/agents")
            .map_err(|error| error.to_string())
    }

    #[test]
    fn what_docker_keeps_is_found() {
        let auth = STANDARD.encode("ada:pass:word");
        let text = format!(
            r#"{{"auths": {{"a.b": {{"auth": "{auth}"}}, "https://c.d:5000": {{"username": "ada", "password": "p"}},
                "e.f": {{"identitytoken": "t"}}, "{OF_DOCKER}": {{"auth": "{auth}"}}, "g.h": {{}}}}}}"#
        );
        let password = |password: &str| Some(password_of("ada", password));
        assert_eq!(find(&text, "a.b").unwrap(), password("pass:word"));
        assert_eq!(find(&text, "c.d:5000").unwrap(), password("p"));
        assert_eq!(find(&text, "e.f").unwrap(), Some(Credentials::Refresh("t".to_owned())));
        assert_eq!(find(&text, "docker.io").unwrap(), password("pass:word"));
        assert_eq!(find(&text, "g.h").unwrap(), None);
        assert_eq!(find(&text, "a.b:5000").unwrap(), None);
        assert_eq!(find("{}", "a.b").unwrap(), None);
        assert_eq!(format!("{:?}", password("p")), "Some(Credentials(…))");
    }

    #[test]
    fn the_keys_of_podman_and_of_old_are_found() {
        let text = r#"{"auths": {
            "a.b": {"username": "ada", "password": "all"},
            "a.b/team": {"username": "ada", "password": "team"},
            "a.b/team/agents": {"username": "ada", "password": "agents"},
            "c.d/team": {"username": "ada", "password": "team"},
            "c.d/other": {"username": "ada", "password": "other"},
            "c.d/te": {"username": "ada", "password": "te"},
            "e.f/other": {"username": "ada", "password": "other"},
            "https://g.h/v1/": {"username": "ada", "password": "one"},
            "https://i.j/v2/": {"username": "ada", "password": "two"}
        }}"#;
        for (registry, expected) in [
            ("a.b", Some("agents")),
            ("c.d", Some("team")),
            ("e.f", None),
            ("g.h", Some("one")),
            ("i.j", Some("two")),
        ] {
            let expected = expected.map(|password| password_of("ada", password));
            assert!(find(text, registry).unwrap() == expected, "{registry}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_said_without_a_secret() {
        for (text, expected) in [
            ("{\"auths\": {\"a.b\": {\"auth\": \"c2VjcmV0\"}}}", "log in again"),
            ("{\"auths\": {\"a.b\": {\"auth\": \"secret\"}}}", "log in again"),
            ("{\"auths\": secret}", "it is no JSON at line 1"),
            ("{\"credHelpers\": {\"a.b\": \"../secret\"}}", "is no name of a program"),
            (
                "{\"credsStore\": \"absent\"}",
                "docker-credential-absent, which Docker's configuration names for a.b, does not start",
            ),
        ] {
            let error = find(text, "a.b").unwrap_err();
            assert!(error.contains(expected), "{error}");
            assert!(
                !error.contains("c2VjcmV0")
                    && (!error.contains("secret") || text.contains("../secret")),
                "{error}"
            );
        }
    }
}
