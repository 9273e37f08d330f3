//! The model that answers: named, and from a provider that the agent knows.

use serde_json::Value;

use crate::{
    diagnostic::{
        Diagnostic,
        catalogue::rules::{MODEL_KEY, MODEL_PROVIDER, MODEL_UNASKED, NO_MODEL},
    },
    field::{entries, list, text},
    field_path::FieldPath,
    nearest::nearest,
    provider::key_variable,
    resolve::{
        Instance,
        rules::{at, is_asked},
    },
};

/// Providers, and other names by which the agent knows them, from its own registry (0.19).
const PROVIDERS: &[&str] = &[
    "auto",
    "custom",
    "openrouter",
    "nous",
    "openai-codex",
    "openai-api",
    "xai-oauth",
    "qwen-oauth",
    "lmstudio",
    "copilot",
    "copilot-acp",
    "gemini",
    "zai",
    "kimi-coding",
    "kimi-coding-cn",
    "stepfun",
    "arcee",
    "gmi",
    "minimax",
    "minimax-oauth",
    "anthropic",
    "alibaba",
    "alibaba-coding-plan",
    "minimax-cn",
    "deepseek",
    "xai",
    "nvidia",
    "opencode-zen",
    "opencode-go",
    "kilocode",
    "huggingface",
    "xiaomi",
    "tencent-tokenhub",
    "ollama-cloud",
    "bedrock",
    "azure-foundry",
    "vertex",
    "deepinfra",
    "fireworks",
    "novita",
    "upstage",
];
const ALIASES: &[&str] = &[
    "glm",
    "z-ai",
    "z.ai",
    "zhipu",
    "google",
    "google-gemini",
    "google-ai-studio",
    "x-ai",
    "x.ai",
    "grok",
    "x-ai-oauth",
    "grok-oauth",
    "xai-grok-oauth",
    "kimi",
    "kimi-for-coding",
    "moonshot",
    "kimi-cn",
    "moonshot-cn",
    "step",
    "stepfun-coding-plan",
    "arcee-ai",
    "arceeai",
    "gmi-cloud",
    "gmicloud",
    "minimax-china",
    "minimax_cn",
    "minimax-portal",
    "minimax-global",
    "minimax_oauth",
    "alibaba_coding",
    "alibaba-coding",
    "alibaba_coding_plan",
    "claude",
    "claude-code",
    "github",
    "github-copilot",
    "github-models",
    "github-model",
    "github-copilot-acp",
    "copilot-acp-agent",
    "opencode",
    "zen",
    "qwen-portal",
    "qwen-cli",
    "hf",
    "hugging-face",
    "huggingface-hub",
    "mimo",
    "xiaomi-mimo",
    "tencent",
    "tokenhub",
    "tencent-cloud",
    "tencentmaas",
    "aws",
    "aws-bedrock",
    "amazon-bedrock",
    "amazon",
    "go",
    "opencode-go-sub",
    "kilo",
    "kilo-code",
    "kilo-gateway",
    "lm-studio",
    "lm_studio",
    "ollama",
    "ollama_cloud",
    "vllm",
    "llamacpp",
    "llama.cpp",
    "llama-cpp",
    "google-vertex",
    "vertex-ai",
    "gcp-vertex",
    "vertexai",
    "deep-seek",
    "dashscope",
    "aliyun",
    "qwen",
    "alibaba-cloud",
    "novita-ai",
    "novitaai",
    "nim",
    "nvidia-nim",
    "build-nvidia",
    "nemotron",
    "deep-infra",
    "deepinfra-ai",
    "fireworks-ai",
    "fw",
    "solar",
];
/// Names that are near to nothing, and what is meant.
const MEANT: &[(&str, &str)] = &[
    ("openai", "openai-api"),
    ("azure", "azure-foundry"),
    ("azure-openai", "azure-foundry"),
    ("codex", "openai-codex"),
    ("litellm", "custom:litellm"),
];

/// What the agent asks a model for beside the conversation (0.19).
const TASKS: &[&str] = &[
    "approval",
    "compression",
    "curator",
    "goal_judge",
    "kanban_decomposer",
    "mcp",
    "memory_query_rewrite",
    "monitor",
    "profile_describer",
    "session_search",
    "skills_hub",
    "title_generation",
    "triage_specifier",
    "tts_audio_tags",
    "vision",
    "web_extract",
];

/// Variables that name a model by themselves.
const VARIABLES: &[&str] = &["HERMES_MODEL", "HERMES_INFERENCE_MODEL"];

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let named = is_asked(instance.get("spec.model"))
        || is_asked(instance.get("spec.config.raw.model"))
        || is_asked(instance.get("spec.config.configMapRef"))
        || instance.list("spec.env").iter().any(|item| VARIABLES.contains(&text(item, "name")));
    if !named {
        found.push(
            instance
                .problem(&NO_MODEL, &at("spec"), "the instance names no model")
                .help("name one in `spec.model`"),
        );
    }
    key(instance, found);
    for field in ["spec.model.provider", "spec.config.raw.model.provider"] {
        provider(instance, found, &at(field), instance.text(field));
    }
    for field in ["spec.model.fallbacks", "spec.model.auxiliary"] {
        for (index, model) in instance.list(field).iter().enumerate() {
            let path = at(field).index(index);
            provider(instance, found, &path.clone().key("provider"), Some(text(model, "provider")));
            unasked(instance, found, &path, model);
        }
    }
}

/// A fallback to the model that failed, and a task that there is not.
fn unasked(instance: &Instance, found: &mut Vec<Diagnostic>, path: &FieldPath, model: &Value) {
    let task = text(model, "task");
    let main = instance.get("spec.model").unwrap_or(&Value::Null);
    let same = |key| text(model, key) == text(main, key);
    let (message, help) = if task.is_empty() && same("provider") && same("name") {
        ("the fallback is the model itself, and the agent skips it".to_owned(), None)
    } else if !task.is_empty() && !TASKS.contains(&task) {
        (format!("the agent knows no task `{task}`"), nearest(task, TASKS.iter().copied()))
    } else {
        return;
    };
    let help = match help {
        Some(near) => format!("did you mean `{near}`?"),
        None => "name another, or leave it out".to_owned(),
    };
    found.push(instance.problem(&MODEL_UNASKED, path, message).help(help));
}

fn key(instance: &Instance, found: &mut Vec<Diagnostic>) {
    const FIELD: &str = "spec.model.keySecretRef";
    let provider = instance.text("spec.model.provider").unwrap_or_default();
    if instance.get(FIELD).is_some() && key_variable(provider).is_none() {
        let message = match provider {
            "" => "a key without a provider is given to nobody".to_owned(),
            provider => format!("it is not known in which variable `{provider}` has its key"),
        };
        found.push(
            instance
                .problem(&MODEL_KEY, &at(FIELD), message)
                .help("name a provider that has a key, or set its variable in `spec.env`"),
        );
    }
}

fn provider(
    instance: &Instance,
    found: &mut Vec<Diagnostic>,
    path: &FieldPath,
    given: Option<&str>,
) {
    let Some(given) = given.filter(|provider| !provider.is_empty()) else { return };
    let name = given.trim().to_ascii_lowercase();
    let own = |name: &str| {
        let raw = instance.get("spec.config.raw").unwrap_or(&Value::Null);
        entries(raw, "providers").any(|(known, _)| known == name)
            || list(raw, "custom_providers").iter().any(|item| text(item, "name") == name)
    };
    let known = name.starts_with("custom:")
        || PROVIDERS.contains(&name.as_str())
        || ALIASES.contains(&name.as_str())
        || own(given.trim());
    // A configuration that is not in the input may have the provider.
    if known || is_asked(instance.get("spec.config.configMapRef")) || given.contains("${") {
        return;
    }
    let meant = MEANT.iter().find(|(wrong, _)| *wrong == name).map(|(_, right)| *right);
    let help = match meant.or_else(|| nearest(&name, PROVIDERS.iter().copied())) {
        Some(right) => format!("did you mean `{right}`?"),
        None => format!(
            "for an endpoint of your own, add it to `config.raw.providers` and write `custom:{given}`"
        ),
    };
    let message = format!("the agent knows no model provider `{given}`");
    found.push(instance.problem(&MODEL_PROVIDER, path, message).help(help));
}
