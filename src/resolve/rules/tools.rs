//! Tools: sets that the agent has, servers that it starts, and no secrets in plain text.

use serde_json::Value;

use crate::{
    diagnostic::{
        Diagnostic,
        catalogue::rules::{
            ENV_SOURCE, LITERAL_SECRET, MCP_REFUSED, MCP_SERVER, NO_EFFECT, TOOLSET,
        },
    },
    field::{entries, list, text},
    field_path::FieldPath,
    nearest::nearest,
    resolve::{
        Instance,
        rules::{at, config::is_plain, is_asked},
    },
    secret,
};

/// Sets of tools that the agent has (0.19), sorted. Those that begin with `hermes-` are a platform's usual ones.
const TOOLSETS: &[&str] = &[
    "all",
    "browser",
    "clarify",
    "code_execution",
    "coding",
    "computer_use",
    "context_engine",
    "cronjob",
    "debugging",
    "delegation",
    "discord",
    "discord_admin",
    "feishu_doc",
    "feishu_drive",
    "file",
    "homeassistant",
    "image_gen",
    "kanban",
    "memory",
    "no_mcp",
    "project",
    "safe",
    "search",
    "session_search",
    "skills",
    "spotify",
    "terminal",
    "todo",
    "tts",
    "video",
    "video_gen",
    "vision",
    "web",
    "x_search",
    "yuanbao",
];

/// Programs that run what their arguments say.
const SHELLS: &[&str] = &["bash", "dash", "fish", "sh", "zsh"];
/// What the agent takes for a theft or a back door in such arguments (0.19).
const SUSPICIOUS: &[&str] = &[
    "curl",
    "wget",
    "nc",
    "ncat",
    "socat",
    "authorized_keys",
    "crontab",
    ".bashrc",
    ".profile",
    ".zshrc",
    "/dev/tcp/",
    "/etc/cron",
    "/etc/ssh",
    "/etc/sudoers",
    "/etc/systemd",
    ".ssh/",
];

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    toolsets(instance, found);
    for (index, server) in instance.list("spec.mcpServers").iter().enumerate() {
        let path = at("spec.mcpServers").index(index);
        refused(instance, found, &path, server);
        kind(instance, found, &path, server);
        for key in ["headers", "env"] {
            for (index, item) in list(server, key).iter().enumerate() {
                literal(instance, found, &path.clone().key(key).index(index), item);
            }
        }
    }
}

fn toolsets(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let mut named = Vec::new();
    let disabled = at("spec.toolsets.disabled");
    named.extend(items(&disabled, instance.list("spec.toolsets.disabled")));
    let toolsets = instance.get("spec.toolsets").unwrap_or(&Value::Null);
    for (platform, sets) in entries(toolsets, "platforms") {
        let path = at("spec.toolsets.platforms").key(platform);
        named.extend(items(&path, sets.as_array().map_or(&[], Vec::as_slice)));
    }
    for (index, job) in instance.list("spec.cron").iter().enumerate() {
        let path = at("spec.cron").index(index).key("toolsets");
        named.extend(items(&path, list(job, "toolsets")));
    }
    // Servers of a configuration that is not in the input have names too, and so have plugins.
    if is_asked(instance.get("spec.config.configMapRef"))
        || is_asked(instance.get("spec.config.raw.plugins"))
    {
        return;
    }
    let servers = instance.list("spec.mcpServers").iter().map(|server| text(server, "name"));
    let raw = instance.get("spec.config.raw").unwrap_or(&Value::Null);
    let own: Vec<&str> = servers.chain(entries(raw, "mcp_servers").map(|(name, _)| name)).collect();
    for (path, name) in named {
        if TOOLSETS.contains(&name) || own.contains(&name) || name.starts_with("hermes-") {
            continue;
        }
        let message = format!("the agent has no set of tools `{name}`");
        let help = match nearest(name, TOOLSETS.iter().copied().chain(own.iter().copied())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`hermes tools list` prints those that there are".to_owned(),
        };
        found.push(instance.problem(&TOOLSET, &path, message).help(help));
    }
}

fn items<'v>(path: &FieldPath, names: &'v [Value]) -> impl Iterator<Item = (FieldPath, &'v str)> {
    let path = path.clone();
    names
        .iter()
        .enumerate()
        .filter_map(move |(index, name)| Some((path.clone().index(index), name.as_str()?)))
}

/// A shell whose script looks like a theft is not started.
fn refused(instance: &Instance, found: &mut Vec<Diagnostic>, path: &FieldPath, server: &Value) {
    let command = text(server, "command").split_whitespace().next().unwrap_or_default();
    let program = command.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let args = list(server, "args").iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ");
    let args = args.to_ascii_lowercase();
    let is_word = |word: &&&str| {
        let mut words = args.split(|c: char| !(c.is_ascii_alphanumeric() || "_.-".contains(c)));
        if word.chars().all(char::is_alphanumeric) {
            words.any(|found| found == **word)
        } else {
            args.contains(**word)
        }
    };
    if let (true, Some(word)) =
        (SHELLS.contains(&program.as_str()), SUSPICIOUS.iter().find(is_word))
    {
        let message = format!(
            "the agent does not start `{}`: a shell that is given `{word}` looks like a theft to it",
            text(server, "name")
        );
        let path = path.clone().key("args");
        found.push(instance.problem(&MCP_REFUSED, &path, message).help(
            "name the server's own program in `command`, or mount the script and name its file",
        ));
    }
}

/// A server listens or is started, and has the fields of that.
fn kind(instance: &Instance, found: &mut Vec<Diagnostic>, path: &FieldPath, server: &Value) {
    if server.get("url").is_some() == server.get("command").is_some() {
        let message = format!(
            "the server `{}` is neither reached nor started, or both",
            text(server, "name")
        );
        let problem = instance.problem(&MCP_SERVER, path, message);
        found.push(problem.help("give either a `url` or a `command`"));
        return;
    }
    let (fields, missing): (&[&str], _) = if server.get("url").is_some() {
        (&["args", "env"], "command")
    } else {
        (&["transport", "headers", "bearerTokenSecretRef"], "url")
    };
    for field in fields.iter().filter(|field| server.get(**field).is_some()) {
        let message = format!("`{field}` has no effect on a server without a `{missing}`");
        let problem = instance.problem(&NO_EFFECT, &path.clone().key(field), message);
        found.push(problem.help("leave it out"));
    }
}

fn literal(instance: &Instance, found: &mut Vec<Diagnostic>, path: &FieldPath, item: &Value) {
    let name = text(item, "name");
    if item.get("value").is_some() == item.get("secretRef").is_some() {
        let message = format!("`{name}` has not exactly one value");
        let problem = instance.problem(&ENV_SOURCE, path, message).secret();
        found.push(problem.help("give either a `value` or a `secretRef`"));
    }
    if secret::is_key(name) && is_plain(text(item, "value")) {
        let message = format!("the value of `{name}` stands in plain text");
        found.push(
            instance
                .problem(&LITERAL_SECRET, &path.clone().key("value"), message)
                .secret()
                .help("put it into a Secret, and name it in `secretRef`"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sets_are_sorted() {
        assert!(TOOLSETS.is_sorted());
    }
}
