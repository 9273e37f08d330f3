//! Environment variables: names that can be used, one source each, read by the agent, and no secrets.

use serde_json::Value;

use crate::{
    agent,
    diagnostic::{
        Diagnostic,
        catalogue::rules::{
            EMPTY_VALUE, ENV_NAME, ENV_NOT_READ, ENV_OWNED, ENV_SOURCE, LITERAL_SECRET,
            WEAK_API_KEY,
        },
    },
    field::{list, text},
    field_path::FieldPath,
    gateway,
    resolve::{
        Instance,
        rules::{added_containers, at, is_asked, is_s6},
    },
    secret,
};

/// Names that occur nowhere in the agent, and what to use.
const NOT_READ: &[(&str, &str)] = &[
    (
        "TELEGRAM_ALLOWED_USER_IDS",
        "use `TELEGRAM_ALLOWED_USERS`; until then the list is not applied",
    ),
    ("TELEGRAM_TOKEN", "use `TELEGRAM_BOT_TOKEN`"),
    ("DISCORD_TOKEN", "use `DISCORD_BOT_TOKEN`"),
    ("DISCORD_APPLICATION_ID", "leave it out; the bot's token is enough"),
    ("DISCORD_GUILD_IDS", "use `DISCORD_ALLOWED_CHANNELS` or `DISCORD_ALLOWED_ROLES`"),
    ("SLACK_SIGNING_SECRET", "use `SLACK_APP_TOKEN`; the agent uses Socket Mode"),
    ("SIGNAL_PHONE_NUMBER", "use `SIGNAL_ACCOUNT`"),
    ("SIGNAL_AUTH_TOKEN", "use `SIGNAL_HTTP_URL`, the address of signal-cli"),
    ("MATRIX_HOME_CHANNEL", "use `MATRIX_HOME_ROOM`"),
    ("HERMES_LOG_LEVEL", "use `config.raw.logging.level`"),
    ("LOG_LEVEL", "use `config.raw.logging.level`"),
    ("HERMES_DATA_DIR", "leave it out; data is in `/opt/data`"),
    ("HERMES_DASHBOARD_INSECURE", "give the dashboard a login instead"),
];

/// Names that only the image's own init reads, which the default profile goes around.
const INIT_ONLY: &[&str] = &["HERMES_UID", "HERMES_GID", "PUID", "PGID", "HERMES_DASHBOARD"];

/// Names that the rendered manifests set, and the values with which they work.
const OWNED: &[(&str, &[&str])] = &[
    ("API_SERVER_ENABLED", &["true", "1", "yes", "on"]),
    ("API_SERVER_HOST", &["0.0.0.0"]),
    ("API_SERVER_PORT", &["8642"]),
    ("HERMES_GATEWAY_NO_SUPERVISE", &["1"]),
    ("HERMES_HOME", &["/opt/data"]),
    ("HERMES_MANAGED_DIR", &["/etc/hermes-managed"]),
    ("HOME", &["/opt/data"]),
];

/// Whether the manifests of an instance set a name: two belong to the default profile, one to managed configuration.
fn is_owned(instance: &Instance, name: &str) -> bool {
    match name {
        "HOME" | "HERMES_GATEWAY_NO_SUPERVISE" => !is_s6(instance),
        "HERMES_MANAGED_DIR" => {
            agent::agent_version(instance.get("spec.image").unwrap_or(&Value::Null))
                .release
                .managed_scope
        }
        _ => true,
    }
}

const HONCHO: &str = "spec.profileStore.honcho";
const API_KEY: &str = "API_SERVER_KEY";
const SHORTEST_API_KEY: usize = 16;

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    for (index, variable) in instance.list("spec.env").iter().enumerate() {
        let path = at("spec.env").index(index);
        form(instance, found, &path, variable);
        meaning(instance, found, &path, variable);
    }
    for (index, source) in instance.list("spec.envFrom").iter().enumerate() {
        many(instance, found, &at("spec.envFrom").index(index), source);
    }
    let honcho = instance.get(HONCHO).map(|honcho| (at(HONCHO), honcho));
    for (path, container) in added_containers(instance).chain(honcho) {
        for (index, variable) in list(container, "env").iter().enumerate() {
            form(instance, found, &path.clone().key("env").index(index), variable);
        }
        for (index, source) in list(container, "envFrom").iter().enumerate() {
            many(instance, found, &path.clone().key("envFrom").index(index), source);
        }
    }
}

/// What the API server says about a variable, and whether it is a secret in plain text.
fn form(instance: &Instance, found: &mut Vec<Diagnostic>, path: &FieldPath, variable: &Value) {
    let name = text(variable, "name");
    if !is_name(name) {
        let message = format!("`{}` is no name of a variable", name.escape_debug());
        found.push(
            instance
                .problem(&ENV_NAME, &path.clone().key("name"), message)
                .help("use letters, digits, and `_`"),
        );
    }
    let value = text(variable, "value");
    if let Some(source) = variable.get("valueFrom") {
        let count = source.as_object().map_or(0, serde_json::Map::len);
        let fault = match count {
            // An empty value beside a source is dropped by the API server.
            1 if value.is_empty() => None,
            1 => Some("has both a value and a source"),
            0 => Some("has an empty source"),
            _ => Some("has more than one source"),
        };
        if let Some(fault) = fault {
            let message = format!("the variable `{name}` {fault}");
            let problem = instance.problem(&ENV_SOURCE, &path.clone().key("valueFrom"), message);
            found.push(problem.help("keep `value`, or `valueFrom` with one source"));
        }
        for key in ["secretKeyRef", "configMapKeyRef"] {
            reference(instance, found, &path.clone().key("valueFrom"), source, key);
        }
    } else if is_literal_secret(name, value) && (name != API_KEY || is_strong(value)) {
        let message = format!("the value of `{name}` stands in plain text");
        found.push(
            instance
                .problem(&LITERAL_SECRET, &path.clone().key("value"), message)
                .secret()
                .help("put it into a Secret, and refer to it with `valueFrom.secretKeyRef`"),
        );
    }
}

/// A reference names its object. The schema allows an empty name, the API server does not.
fn reference(
    instance: &Instance,
    found: &mut Vec<Diagnostic>,
    path: &FieldPath,
    source: &Value,
    key: &str,
) {
    if source.get(key).is_some_and(|reference| text(reference, "name").is_empty()) {
        let path = path.clone().key(key).key("name");
        let problem = instance.problem(&EMPTY_VALUE, &path, format!("`{key}` names nothing"));
        found.push(problem.help("write the name of the object"));
    }
}

/// What the agent makes of a variable.
fn meaning(instance: &Instance, found: &mut Vec<Diagnostic>, path: &FieldPath, variable: &Value) {
    let name = text(variable, "name");
    let value = variable.get("value").and_then(Value::as_str);
    if let Some((_, help)) = NOT_READ.iter().find(|(unread, _)| *unread == name) {
        let message = format!("the agent does not read `{name}`");
        let path = path.clone().key("name");
        found.push(instance.problem(&ENV_NOT_READ, &path, message).help(*help));
    }
    if INIT_ONLY.contains(&name) && !is_s6(instance) {
        let message =
            format!("only the image's own init reads `{name}`, and this profile does without it");
        let path = path.clone().key("name");
        found.push(instance.problem(&ENV_NOT_READ, &path, message).help("leave it out"));
    }
    if let Some((_, working)) = OWNED.iter().find(|(owned, _)| *owned == name)
        && is_owned(instance, name)
        && !value.is_some_and(|value| working.iter().any(|right| value.eq_ignore_ascii_case(right)))
    {
        let message = format!("`{name}` is left out: the manifests need it as `{}`", working[0]);
        let path = path.clone().key("name");
        found.push(instance.problem(&ENV_OWNED, &path, message).help("leave it out"));
    }
    let gateways = instance.get("spec.gateways").unwrap_or(&Value::Null);
    if gateway::names(gateways).contains(&name) {
        let message = format!("`{name}` is left out: `spec.gateways` gives its value");
        let path = path.clone().key("name");
        found.push(instance.problem(&ENV_OWNED, &path, message).help("keep one of them"));
    }
    if name == API_KEY && is_asked(instance.get("spec.apiServer.keySecretRef")) {
        let message = format!("`{name}` is left out: `spec.apiServer.keySecretRef` gives the key");
        let path = path.clone().key("name");
        found.push(instance.problem(&ENV_OWNED, &path, message).help("keep one of them"));
    } else if name == API_KEY && value.is_some_and(|value| !value.is_empty() && !is_strong(value)) {
        let message = format!(
            "the key has fewer than {SHORTEST_API_KEY} characters, so the API server would not start"
        );
        let path = path.clone().key("value");
        found.push(
            instance
                .problem(&WEAK_API_KEY, &path, message)
                .secret()
                .help("refer to a longer one in a Secret, or leave it out to have one made"),
        );
    }
}

/// Many variables from one object.
fn many(instance: &Instance, found: &mut Vec<Diagnostic>, path: &FieldPath, source: &Value) {
    if source.get("configMapRef").is_some() == source.get("secretRef").is_some() {
        let problem = instance.problem(
            &ENV_SOURCE,
            path,
            "an entry of `envFrom` names one ConfigMap or one Secret",
        );
        found.push(problem.help("keep one of `configMapRef` and `secretRef`"));
    }
    for key in ["configMapRef", "secretRef"] {
        reference(instance, found, path, source, key);
    }
    let prefix = text(source, "prefix");
    if !prefix.is_empty() && !is_name(prefix) {
        let message = format!("`{}` cannot begin the name of a variable", prefix.escape_debug());
        let problem = instance.problem(&ENV_NAME, &path.clone().key("prefix"), message);
        found.push(problem.help("use letters, digits, and `_`"));
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| (b' '..=b'~').contains(&byte) && byte != b'=')
}

/// As long as the agent demands. Every placeholder that it knows is shorter.
fn is_strong(key: &str) -> bool {
    key.trim().len() >= SHORTEST_API_KEY
}

/// A value that is a path or refers to another variable is no secret itself.
fn is_literal_secret(name: &str, value: &str) -> bool {
    (secret::is_variable(name) || secret::is_in_address(value))
        && !value.is_empty()
        && !value.starts_with('/')
        && !value.contains("$(")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_references_are_no_secrets() {
        assert!(is_literal_secret("SSH_KEY", "x"));
        assert!(is_literal_secret("DATABASE_URL", "postgres://u:p@db/x"));
        assert!(!is_literal_secret("DATABASE_URL", "postgres://u:$(PASSWORD)@db/x"));
        assert!(!is_literal_secret("SSH_KEY", "/opt/data/.ssh/id"));
        assert!(!is_literal_secret("COPY_TOKEN", "$(TOKEN)"));
        assert!(!is_literal_secret("EMPTY_TOKEN", ""));
    }
}
