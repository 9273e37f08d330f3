//! What the chat platforms of an instance are to the agent: variables that it reads, ports that it listens on, and
//! places that it has to reach. [`table`] says it for each platform.

pub mod table;

use serde_json::Value;

pub use self::table::{PLATFORMS, Platform};
use self::table::{Reach, Source, When};
use crate::field::text;

/// One variable of the agent's environment.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: Setting,
}

/// Where the value of a variable is.
#[derive(Debug, Clone, PartialEq)]
pub enum Setting {
    /// Here.
    Plain(String),
    /// In a Secret: a name and a key.
    Secret(Value),
}

/// A port on which a platform calls the agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// What it is called in the container and in the Service.
    pub name: &'static str,
    /// Its number.
    pub port: u16,
    /// The path that is called.
    pub path: String,
}

/// A place outside that a platform needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A URL.
    Url(String),
    /// A port of any host.
    Port(u16),
}

/// The platforms of `spec.gateways` that are on, each with its block.
pub fn enabled(gateways: &Value) -> impl Iterator<Item = (&'static Platform, &Value)> {
    PLATFORMS.iter().filter_map(|platform| {
        let block = gateways.get(platform.block)?;
        let is_on = block.get("enabled").and_then(Value::as_bool) == Some(true);
        (is_on && holds(platform.when, block)).then_some((platform, block))
    })
}

/// The variables of all platforms that are on.
pub fn variables(gateways: &Value) -> Vec<Variable> {
    let mut variables: Vec<Variable> = Vec::new();
    for (platform, block) in enabled(gateways) {
        for variable in platform.variables {
            if let Some(value) =
                holds(variable.when, block).then(|| setting(variable.source, block)).flatten()
            {
                variables.push(Variable { name: variable.name, value });
            }
        }
    }
    variables
}

/// The fields of a block whose value stands in a variable as it is: field, variable, and value.
pub fn plain_fields(
    platform: &'static Platform,
    block: &Value,
) -> impl Iterator<Item = (&'static str, &'static str, String)> {
    platform.variables.iter().filter(|row| holds(row.when, block)).filter_map(|row| {
        let Source::Field(field) = row.source else { return None };
        let Some(Setting::Plain(value)) = setting(row.source, block) else { return None };
        Some((field, row.name, value))
    })
}

/// A value as the agent's reader of `.env` files takes it literally, or none where it has no way to: it puts variables in
/// even between single quotes, and a second reader takes the file line by line.
pub fn quote(text: &str) -> Option<String> {
    let is_literal = !text.contains("${") && !text.contains(char::is_control);
    is_literal.then(|| format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'")))
}

/// The ports of all platforms that are on.
pub fn listeners(gateways: &Value) -> Vec<Listener> {
    let listening = enabled(gateways).filter_map(|(platform, block)| {
        let listener = platform.listener.as_ref()?;
        holds(listener.when, block).then(|| Listener {
            name: listener.name,
            port: listener.port,
            path: listener
                .path_of
                .and_then(|field| path_of(text(block, field)))
                .unwrap_or(listener.path)
                .to_owned(),
        })
    });
    listening.collect()
}

/// The places that the platforms need, beside port 443.
pub fn places(gateways: &Value) -> Vec<Place> {
    let needed = enabled(gateways).flat_map(|(platform, block)| {
        platform.reaches.iter().filter_map(move |reach| match *reach {
            Reach::Url(field) => Some(text(block, field))
                .filter(|url| !url.is_empty())
                .map(|url| Place::Url(url.to_owned())),
            Reach::Port(field, usual) => {
                let given = block.get(field).and_then(Value::as_u64);
                Some(Place::Port(given.and_then(|port| u16::try_from(port).ok()).unwrap_or(usual)))
            }
        })
    });
    needed.collect()
}

/// A field of a block, written with dots.
pub fn field<'v>(block: &'v Value, dotted: &str) -> Option<&'v Value> {
    dotted.split('.').try_fold(block, |value, key| value.get(key)).filter(|value| is_set(value))
}

fn holds(when: When, block: &Value) -> bool {
    match when {
        When::Always => true,
        When::With(name) => field(block, name).is_some(),
        When::Without(name) => field(block, name).is_none(),
        When::Webhook => {
            field(block, "webhookSecretRef").is_some()
                && webhook_fault(text(block, "webhookURL")).is_none()
        }
    }
}

fn is_set(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => true,
    }
}

fn setting(source: Source, block: &Value) -> Option<Setting> {
    let value = match source {
        Source::Literal(text) => return Some(Setting::Plain(text.to_owned())),
        Source::Field(name) => field(block, name)?,
    };
    if value.is_object() {
        return Some(Setting::Secret(value.clone()));
    }
    Some(Setting::Plain(match value {
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        value => plain(value),
    }))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Why Telegram could not call the agent at an address. The agent has the whole address registered and listens at its
/// path: at `/telegram` where there is none, which nobody calls, and `/` is where its API is.
pub fn webhook_fault(url: &str) -> Option<&'static str> {
    // What Flux or Kubernetes put in is not known here.
    if url.contains('$') {
        None
    } else if !url.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://")) {
        Some("Telegram calls only addresses that begin with `https://`")
    } else if path_of(url).is_none() {
        Some("the agent listens at a path, and this address has none")
    } else {
        None
    }
}

/// The path of a URL, where it has one beside `/`.
pub fn path_of(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1.split(['?', '#']).next()?;
    Some(&rest[rest.find('/')?..]).filter(|path| path.len() > 1)
}

/// Names of variables that the platforms of an instance set, those of platforms that are off not among them.
pub fn names(gateways: &Value) -> Vec<&'static str> {
    variables(gateways).into_iter().map(|variable| variable.name).collect()
}

/// Names of all variables by which the platforms that are on let somebody in, set or not.
pub fn doors(gateways: &Value) -> Vec<&'static str> {
    let mut names: Vec<_> = enabled(gateways)
        .flat_map(|(platform, _)| {
            let rows = platform.variables.iter().map(|row| row.name);
            rows.filter(|name| name.contains("_ALLOW")).chain(platform.doors.iter().copied())
        })
        .collect();
    if enabled(gateways).next().is_some() {
        names.extend(["GATEWAY_ALLOWED_USERS", "GATEWAY_ALLOW_ALL_USERS"]);
    }
    names
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "a case reads better without `&`")]
    fn check(gateways: Value, expected: &[(&str, &str)]) {
        let found = variables(&gateways);
        let found: Vec<_> = found
            .iter()
            .map(|variable| match &variable.value {
                Setting::Plain(text) => (variable.name, text.as_str()),
                Setting::Secret(reference) => (variable.name, text(reference, "name")),
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_value_cannot_end_its_line() {
        assert_eq!(quote("a'b\\c").as_deref(), Some(r"'a\'b\\c'"));
        assert_eq!(quote("a\nB=1"), None);
        assert_eq!(quote("${HOME}"), None);
    }

    #[test]
    fn a_platform_that_is_off_sets_nothing() {
        let token = json!({"name": "s", "key": "k"});
        check(json!({"discord": {"enabled": false, "botTokenSecretRef": token}}), &[]);
        check(json!({"discord": {"botTokenSecretRef": token}}), &[]);
        check(Value::Null, &[]);
    }

    #[test]
    fn every_sort_of_value_becomes_text() {
        let telegram = json!({
            "enabled": true, "botTokenSecretRef": {"name": "s", "key": "k"}, "allowedUserIDs": [7, 8],
            "allowedChats": [], "homeChannel": "-100", "requireMention": false,
        });
        check(
            json!({ "telegram": telegram }),
            &[
                ("TELEGRAM_BOT_TOKEN", "s"),
                ("TELEGRAM_ALLOWED_USERS", "7,8"),
                ("TELEGRAM_HOME_CHANNEL", "-100"),
                ("TELEGRAM_REQUIRE_MENTION", "false"),
            ],
        );
    }

    #[test]
    fn a_webhook_without_a_secret_is_none() {
        let telegram = json!({"enabled": true, "webhookURL": "https://a.example/bot"});
        check(json!({ "telegram": telegram }), &[]);
        assert_eq!(listeners(&json!({ "telegram": telegram })), []);
    }

    #[test]
    fn a_secret_without_a_webhook_opens_no_port() {
        let secret = json!({"name": "s", "key": "k"});
        let telegram = json!({"enabled": true, "webhookSecretRef": secret});
        check(json!({ "telegram": telegram }), &[]);
        assert_eq!(listeners(&json!({ "telegram": telegram })), []);
    }

    #[test]
    fn the_path_is_that_of_the_address() {
        let path = |url: &str| {
            let secret = json!({"name": "s", "key": "k"});
            let block = json!({"enabled": true, "webhookURL": url, "webhookSecretRef": secret});
            listeners(&json!({ "telegram": block })).remove(0).path
        };
        assert_eq!(path("https://a.example/bot/7?x=1"), "/bot/7");
        assert_eq!(path("https://a.example/bot/"), "/bot/");
        assert_eq!(path("https://${HOST}/bot"), "/bot");
        assert_eq!(path("${WEBHOOK}"), "/telegram");
    }

    #[test]
    fn a_webhook_that_telegram_cannot_call_is_none() {
        for url in [
            "https://a.example",
            "https://a.example/",
            "https://a.example?x=/bot",
            "http://a.example/bot",
            "/bot",
        ] {
            let secret = json!({"name": "s", "key": "k"});
            let telegram = json!({"enabled": true, "webhookURL": url, "webhookSecretRef": secret});
            check(json!({ "telegram": telegram }), &[]);
            assert_eq!(listeners(&json!({ "telegram": telegram })), [], "{url}");
        }
    }

    #[test]
    fn a_paired_phone_and_the_api_for_businesses_are_two_platforms() {
        check(
            json!({"whatsapp": {"enabled": true, "mode": "self-chat", "allowedUsers": ["1"]}}),
            &[
                ("WHATSAPP_ENABLED", "true"),
                ("WHATSAPP_MODE", "self-chat"),
                ("WHATSAPP_ALLOWED_USERS", "1"),
            ],
        );
        let cloud = json!({"enabled": true, "cloud": {"phoneNumberID": "2"}});
        let names = names(&json!({ "whatsapp": cloud }));
        assert!(!names.contains(&"WHATSAPP_ENABLED"), "{names:?}");
        assert!(names.contains(&"WHATSAPP_CLOUD_PHONE_NUMBER_ID"), "{names:?}");
    }

    #[test]
    fn every_door_of_a_platform_that_is_on_is_known() {
        assert_eq!(doors(&json!({"discord": {"enabled": false}})), [""; 0]);
        assert_eq!(
            doors(&json!({"slack": {"enabled": true, "allowedUsers": ["1"]}})),
            [
                "SLACK_ALLOWED_USERS",
                "SLACK_ALLOWED_CHANNELS",
                "SLACK_ALLOW_ALL_USERS",
                "SLACK_ALLOW_BOTS",
                "GATEWAY_ALLOWED_USERS",
                "GATEWAY_ALLOW_ALL_USERS",
            ]
        );
        let all = PLATFORMS.iter().filter(|platform| platform.needed != ["secretRef"]);
        for platform in all.filter(|platform| platform.block != "homeAssistant") {
            let opens = |row: &table::Row| row.name.ends_with("_ALLOW_ALL_USERS");
            assert!(platform.variables.iter().any(opens), "{platform:?}");
        }
    }

    #[test]
    fn mail_needs_both_servers() {
        let email = json!({"enabled": true, "imapPort": 143});
        assert_eq!(places(&json!({ "email": email })), [Place::Port(143), Place::Port(587)]);
    }

    #[test]
    fn no_two_platforms_listen_on_one_port() {
        let mut ports: Vec<_> = PLATFORMS
            .iter()
            .filter_map(|platform| Some(platform.listener.as_ref()?.port))
            .collect();
        let count = ports.len();
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), count);
    }
}
