//! The agent's configuration: keys that it reads, and no secrets in it.

use serde_json::Value;

use crate::{
    agent::{Evidence, agent_version},
    diagnostic::{
        Diagnostic,
        catalogue::rules::{CONFIG_KEY, CONFIG_OVERLAP, LITERAL_CONFIG_SECRET},
    },
    field_path::FieldPath,
    nearest::nearest,
    resolve::{
        Instance,
        rules::{at, is_asked},
    },
    secret, settings,
};

/// Top-level keys that the agent reads: those of 0.19, and those that came later.
const KEYS: &[&str] = &[
    "_config_version",
    "agent",
    "always_log_local",
    "approvals",
    "auxiliary",
    "bedrock",
    "browser",
    "checkpoints",
    "code_execution",
    "command_allowlist",
    "compression",
    "computer_use",
    "context",
    "context_file_max_chars",
    "credential_pool_strategies",
    "cron",
    "curator",
    "custom_providers",
    "dashboard",
    "database",
    "delegation",
    "desktop",
    "discord",
    "display",
    "fallback_model",
    "fallback_providers",
    "file_read_max_chars",
    "filter_silence_narration",
    "gateway",
    "goals",
    "group_sessions_per_user",
    "honcho",
    "hooks",
    "hooks_auto_accept",
    "human_delay",
    "image_gen",
    "kanban",
    "known_plugin_toolsets",
    "logging",
    "lsp",
    "matrix",
    "mattermost",
    "max_concurrent_sessions",
    "max_live_sessions",
    "mcp",
    "mcp_discovery_timeout",
    "mcp_servers",
    "memory",
    "moa",
    "model",
    "model_catalog",
    "monitoring",
    "multiplex_profiles",
    "network",
    "onboarding",
    "openrouter",
    "paste_collapse_char_threshold",
    "paste_collapse_threshold",
    "paste_collapse_threshold_fallback",
    "personalities",
    "platform_hints",
    "platform_toolsets",
    "platforms",
    "plugins",
    "prefill_messages_file",
    "privacy",
    "profile_routes",
    "prompt_caching",
    "providers",
    "quick_commands",
    "require_mention",
    "reset_triggers",
    "runtime",
    "secrets",
    "security",
    "session_reset",
    "sessions",
    "signal",
    "skills",
    "slack",
    "smart_model_routing",
    "streaming",
    "stt",
    "stt_echo_transcripts",
    "telegram",
    "terminal",
    "thread_sessions_per_user",
    "timezone",
    "tool_loop_guardrails",
    "tool_output",
    "tools",
    "toolsets",
    "tts",
    "unauthorized_dm_behavior",
    "updates",
    "vertex",
    "video_gen",
    "voice",
    "web",
    "whatsapp",
    "x_search",
];

/// Keys of other operators, and where the same is written.
const ELSEWHERE: &[(&str, &str)] = &[
    (
        "gateways",
        "configure platforms in `platforms` and by variables such as `TELEGRAM_BOT_TOKEN`",
    ),
    ("schedules", "write the jobs in `spec.cron`"),
    ("base_url", "write it in `model.base_url`"),
    ("api_key", "write the name of a variable in `providers.<name>.key_env`"),
    ("provider", "write it in `model.provider`"),
];

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    overlap(instance, found);
    let Some(raw) = instance.get("spec.config.raw") else { return };
    keys(instance, found, raw);
    secrets(instance, found, &at("spec.config.raw"), raw);
}

fn overlap(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let both = is_asked(instance.get("spec.config.raw"))
        && is_asked(instance.get("spec.config.configMapRef"));
    if both && !instance.is_own(&at("spec.config.mergeMode")) {
        let message = "`config.raw` replaces the configuration of `config.configMapRef` whole";
        found.push(
            instance
                .problem(&CONFIG_OVERLAP, &at("spec.config.raw"), message)
                .help("write `mergeMode: merge` or `mergeMode: replace`"),
        );
    }
}

fn keys(instance: &Instance, found: &mut Vec<Diagnostic>, raw: &Value) {
    let known = KEYS.iter().copied();
    for key in unknown(raw, known.clone()) {
        let problem = ignored(instance, &at("spec.config.raw").key(key), key);
        let elsewhere = ELSEWHERE.iter().find(|(known, _)| *known == key);
        found.push(match elsewhere {
            Some((_, help)) => problem.help(*help),
            None => guess(problem, key, known.clone()),
        });
    }
    // Keys of versions that nobody has read are not known.
    let image = instance.get("spec.image").unwrap_or(&Value::Null);
    if agent_version(image).release.evidence == Evidence::Read {
        blocks(instance, found, raw);
    }
}

/// The same one level deeper, in blocks whose keys are known.
fn blocks(instance: &Instance, found: &mut Vec<Diagnostic>, raw: &Value) {
    for (block, known) in settings::keys::blocks() {
        for key in at(block).value(raw).into_iter().flat_map(|value| unknown(value, known.clone()))
        {
            let path = at(&format!("spec.config.raw.{block}")).key(key);
            let problem = ignored(instance, &path, &format!("{block}.{key}"));
            found.push(guess(problem, key, known.clone()));
        }
    }
}

/// The keys of a map that are none of those that are known.
fn unknown(
    map: &Value,
    known: impl Iterator<Item = &'static str> + Clone,
) -> impl Iterator<Item = &str> {
    let keys = map.as_object().into_iter().flat_map(|map| map.keys());
    keys.map(String::as_str).filter(move |key| known.clone().all(|known| known != *key))
}

fn ignored(instance: &Instance, path: &FieldPath, key: &str) -> Diagnostic {
    let message = format!("the agent ignores `{key}`, which is no key of its configuration");
    Diagnostic {
        location: Some(instance.document.key_location(path)),
        ..instance.problem(&CONFIG_KEY, path, message)
    }
}

fn guess(problem: Diagnostic, key: &str, known: impl Iterator<Item = &'static str>) -> Diagnostic {
    match nearest(key, known) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("leave it out"),
    }
}

/// Walks the configuration for secrets in plain text. A reference such as `${TOKEN}` is not one.
fn secrets(instance: &Instance, found: &mut Vec<Diagnostic>, path: &FieldPath, value: &Value) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                let path = path.clone().key(key);
                match inner {
                    Value::String(text) if secret::is_key(key) && is_plain(text) => {
                        literal(instance, found, &path, format!("`{key}` stands in plain text"));
                    }
                    _ => secrets(instance, found, &path, inner),
                }
            }
        }
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                secrets(instance, found, &path.clone().index(index), inner);
            }
        }
        Value::String(text) if secret::is_in_address(text) => {
            literal(instance, found, path, "this address holds a password".to_owned());
        }
        _ => {}
    }
}

fn literal(instance: &Instance, found: &mut Vec<Diagnostic>, path: &FieldPath, message: String) {
    found.push(
        instance
            .problem(&LITERAL_CONFIG_SECRET, path, message)
            .secret()
            .help("set a variable from a Secret and write `${VARIABLE}` here"),
    );
}

pub(super) fn is_plain(text: &str) -> bool {
    !text.is_empty() && !text.contains("${")
}
