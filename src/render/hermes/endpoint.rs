//! Where models and chat platforms are, as far as a `NetworkPolicy` can say it.

use serde_json::{Value, json};

use crate::{
    field::{entries, list},
    gateway::{self, Place},
};

/// A place that the agent has to reach.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Endpoint {
    /// A Service of the instance's own namespace.
    SameNamespace,
    /// A Service of another namespace. Its Pods may listen on another port than the Service, so the port is not said.
    Namespace(String),
    /// Anything else, at a port.
    Port(u16),
}

impl Endpoint {
    /// The form that the template reads.
    pub fn to_json(&self) -> Value {
        match self {
            Endpoint::SameNamespace => json!({"sameNamespace": true}),
            Endpoint::Namespace(namespace) => json!({ "namespace": namespace }),
            Endpoint::Port(port) => json!({ "port": port }),
        }
    }
}

/// The places that the configuration and the chat platforms name, and a store of archives, without repetition. Port 443 is
/// open anyway.
pub fn endpoints(config: &Value, gateways: &Value, store: Option<&str>) -> Vec<Endpoint> {
    let platforms = gateway::places(gateways).into_iter().filter_map(|place| match place {
        Place::Url(url) => endpoint(&url),
        Place::Port(port) => Some(Endpoint::Port(port)),
    });
    let mut endpoints: Vec<_> = model_endpoints(config)
        .chain(tool_servers(config))
        .chain(platforms)
        .chain(metrics(config))
        .chain(store.and_then(endpoint))
        .filter(|endpoint| *endpoint != Endpoint::Port(443))
        .collect();
    endpoints.sort();
    endpoints.dedup();
    endpoints
}

/// The places of models: of conversations, of providers, of fallbacks, and of tasks.
fn model_endpoints(config: &Value) -> impl Iterator<Item = Endpoint> + '_ {
    let base_url = |value: &Value| value.get("base_url")?.as_str().and_then(endpoint);
    let values = |key| entries(config, key).map(|(_, value)| value);
    config
        .get("model")
        .into_iter()
        .chain(values("providers"))
        .chain(list(config, "fallback_providers"))
        .chain(values("auxiliary"))
        .filter_map(base_url)
}

/// The places of servers that bring tools.
fn tool_servers(config: &Value) -> impl Iterator<Item = Endpoint> + '_ {
    entries(config, "mcp_servers")
        .filter_map(|(_, server)| server.get("url")?.as_str().and_then(endpoint))
}

/// The place that metrics are sent to.
fn metrics(config: &Value) -> Option<Endpoint> {
    config.pointer("/monitoring/export/otlp/endpoint")?.as_str().and_then(endpoint)
}

/// The place of a URL, or none where it cannot be told, as with `${VARIABLE}` inside.
fn endpoint(url: &str) -> Option<Endpoint> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let address = authority.rsplit('@').next()?;
    let (host, port) = match address.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port.parse().ok()?)),
        _ => (address, None),
    };
    if host.is_empty() || host.contains(['$', '{']) {
        return None;
    }
    let labels: Vec<_> = host.trim_end_matches('.').split('.').collect();
    match labels.as_slice() {
        // The agent's own Pod.
        ["localhost"] | ["127", ..] => None,
        [_service] if !host.starts_with('[') => Some(Endpoint::SameNamespace),
        [_service, namespace, "svc", ..] => Some(Endpoint::Namespace((*namespace).to_owned())),
        _ => Some(Endpoint::Port(port.or(match scheme {
            "https" => Some(443),
            "http" => Some(80),
            _ => None,
        })?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "a case reads better without `&`")]
    fn check(url: &str, expected: Option<Endpoint>) {
        assert_eq!(endpoint(url), expected, "{url}");
    }

    #[test]
    fn services_are_known_by_their_names() {
        check("http://litellm.llm.svc:4000/v1", Some(Endpoint::Namespace("llm".to_owned())));
        check(
            "http://ollama.ai.svc.cluster.local.:11434",
            Some(Endpoint::Namespace("ai".to_owned())),
        );
        check("http://litellm:4000/v1", Some(Endpoint::SameNamespace));
    }

    #[test]
    fn the_rest_is_a_port() {
        check("https://openrouter.ai/api/v1", Some(Endpoint::Port(443)));
        check("http://models.example.com", Some(Endpoint::Port(80)));
        check("https://user:word@models.example.com:8443/v1?x=1", Some(Endpoint::Port(8443)));
        check("http://10.0.0.7:8000", Some(Endpoint::Port(8000)));
        check("http://[fd00::1]:8000/v1", Some(Endpoint::Port(8000)));
        check("http://[fd00::1]", Some(Endpoint::Port(80)));
    }

    #[test]
    fn what_cannot_be_told_is_left_out() {
        for url in [
            "",
            "no-url",
            "http://",
            "http://:80",
            "http://${HOST}:1/v1",
            "http://a.b:99999",
            "ftp://a.b",
            "http://localhost:1",
            "http://127.0.0.1:1",
            "://",
        ] {
            check(url, None);
        }
    }

    #[test]
    fn all_providers_count_once() {
        let config = json!({
            "model": {"base_url": "http://litellm.llm.svc:4000/v1"},
            "providers": {
                "same": {"base_url": "http://other.llm.svc"},
                "far": {"base_url": "https://example.com:8443"},
                "open": {"base_url": "https://example.com"},
                "odd": 7,
            },
        });
        assert_eq!(
            endpoints(&config, &Value::Null, Some("http://s3.llm.svc:9000")),
            [Endpoint::Namespace("llm".to_owned()), Endpoint::Port(8443)]
        );
        assert_eq!(endpoints(&json!({"model": "x", "providers": []}), &Value::Null, None), []);
    }

    #[test]
    fn fallbacks_tasks_and_tool_servers_count() {
        let config = json!({
            "fallback_providers": [{"base_url": "http://a.one.svc:1"}, 7],
            "auxiliary": {"vision": {"base_url": "http://a.two.svc:1"}, "transient_retries": 2},
            "mcp_servers": {"x": {"url": "http://a.three.svc:1/mcp"}, "y": {"command": "npx"}},
        });
        let expected = ["one", "three", "two"].map(|name| Endpoint::Namespace(name.to_owned()));
        assert_eq!(endpoints(&config, &Value::Null, None), expected);
    }

    #[test]
    fn chat_platforms_are_reached_too() {
        let gateways = json!({
            "signal": {"enabled": true, "httpURL": "http://signal.chat.svc:8080"},
            "email": {"enabled": true, "smtpPort": 465},
            "matrix": {"enabled": true, "homeserver": "https://matrix.example"},
            "mattermost": {"enabled": false, "url": "http://mattermost:8065"},
        });
        assert_eq!(
            endpoints(&Value::Null, &gateways, None),
            [Endpoint::Namespace("chat".to_owned()), Endpoint::Port(465), Endpoint::Port(993)]
        );
    }
}
