//! Variables in which the agent looks for the key of a model provider.

/// Each provider with a key, and the variable that the agent asks first (0.19).
const KEYS: &[(&str, &str)] = &[
    ("alibaba", "DASHSCOPE_API_KEY"),
    ("alibaba-coding-plan", "ALIBABA_CODING_PLAN_API_KEY"),
    ("anthropic", "ANTHROPIC_API_KEY"),
    ("arcee", "ARCEEAI_API_KEY"),
    ("azure-foundry", "AZURE_FOUNDRY_API_KEY"),
    ("copilot", "COPILOT_GITHUB_TOKEN"),
    ("deepseek", "DEEPSEEK_API_KEY"),
    ("gemini", "GOOGLE_API_KEY"),
    ("gmi", "GMI_API_KEY"),
    ("huggingface", "HF_TOKEN"),
    ("kilocode", "KILOCODE_API_KEY"),
    ("kimi-coding", "KIMI_API_KEY"),
    ("kimi-coding-cn", "KIMI_CN_API_KEY"),
    ("lmstudio", "LM_API_KEY"),
    ("minimax", "MINIMAX_API_KEY"),
    ("minimax-cn", "MINIMAX_CN_API_KEY"),
    ("novita", "NOVITA_API_KEY"),
    ("nvidia", "NVIDIA_API_KEY"),
    ("ollama-cloud", "OLLAMA_API_KEY"),
    ("openai-api", "OPENAI_API_KEY"),
    ("opencode-go", "OPENCODE_GO_API_KEY"),
    ("opencode-zen", "OPENCODE_ZEN_API_KEY"),
    ("openrouter", "OPENROUTER_API_KEY"),
    ("stepfun", "STEPFUN_API_KEY"),
    ("tencent-tokenhub", "TOKENHUB_API_KEY"),
    ("xai", "XAI_API_KEY"),
    ("xiaomi", "XIAOMI_API_KEY"),
    ("zai", "GLM_API_KEY"),
];

/// The variable for the key of a provider, or none where the provider has none that is known.
pub fn key_variable(provider: &str) -> Option<String> {
    match provider.strip_prefix("custom") {
        Some("") => Some(endpoint_variable("")),
        Some(name) if name.starts_with(':') => Some(endpoint_variable(&name[1..])),
        _ => {
            let known = KEYS.iter().find(|(name, _)| *name == provider);
            known.map(|(_, variable)| (*variable).to_owned())
        }
    }
}

/// The variable for the key of an endpoint of the user's. The agent keeps names of this form from the commands that it
/// runs, and reads none of them by itself.
pub fn endpoint_variable(endpoint: &str) -> String {
    let between = if endpoint.is_empty() { "" } else { "_" };
    route_variable(&format!("ENDPOINT{between}{endpoint}"))
}

/// A variable of the same form for another way to a model or to a tool.
pub fn route_variable(route: &str) -> String {
    let upper = |letter: char| {
        if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' }
    };
    let name: String = route.chars().map(upper).collect();
    format!("AUXILIARY_{name}_API_KEY")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sort_of_provider_has_its_variable() {
        assert_eq!(key_variable("openai-api").as_deref(), Some("OPENAI_API_KEY"));
        assert_eq!(key_variable("custom").as_deref(), Some("AUXILIARY_ENDPOINT_API_KEY"));
        assert_eq!(
            key_variable("custom:lite.llm-2").as_deref(),
            Some("AUXILIARY_ENDPOINT_LITE_LLM_2_API_KEY")
        );
        assert_eq!(key_variable("bedrock"), None);
        assert_eq!(key_variable("customary"), None);
    }
}
