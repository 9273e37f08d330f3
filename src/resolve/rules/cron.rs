//! Jobs that the agent takes, and answers that arrive.

use serde_json::Value;

use crate::{
    cron::Schedule,
    diagnostic::{
        Diagnostic,
        catalogue::rules::{CRON_DELIVERY, CRON_JOB, CRON_SCHEDULE},
    },
    field::{list, text},
    field_path::FieldPath,
    gateway,
    nearest::nearest,
    resolve::{
        Instance,
        rules::{at, is_asked},
    },
};

/// Names of platforms that `deliver` takes, and the blocks that turn them on.
const PLATFORMS: &[(&str, &str)] = &[
    ("telegram", "telegram"),
    ("discord", "discord"),
    ("slack", "slack"),
    ("whatsapp", "whatsapp"),
    ("whatsapp_cloud", "whatsapp"),
    ("signal", "signal"),
    ("matrix", "matrix"),
    ("mattermost", "mattermost"),
    ("email", "email"),
    ("sms", "sms"),
    ("teams", "teams"),
];

/// Other names that it takes. Whether their platforms are on is not looked at.
const OTHERS: &[&str] = &[
    "bluebubbles",
    "dingtalk",
    "feishu",
    "google_chat",
    "homeassistant",
    "irc",
    "line",
    "ntfy",
    "photon",
    "qqbot",
    "raft",
    "simplex",
    "webhook",
    "wecom",
    "wecom_callback",
    "weixin",
    "yuanbao",
];

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    for (index, job) in instance.list("spec.cron").iter().enumerate() {
        let path = at("spec.cron").index(index);
        if let Err(refusal) = Schedule::parse(text(job, "schedule")) {
            let path = path.clone().key("schedule");
            found.push(instance.problem(&CRON_SCHEDULE, &path, refusal.message).help(refusal.help));
        }
        let has_work = !text(job, "prompt").trim().is_empty()
            || !text(job, "script").is_empty()
            || !list(job, "skills").is_empty();
        if !has_work {
            let message = format!("the job `{}` says nothing to do", text(job, "name"));
            found.push(
                instance
                    .problem(&CRON_JOB, &path, message)
                    .help("write a `prompt`, or name a `script` or `skills`"),
            );
        }
        delivery(instance, found, &path.key("deliver"), text(job, "deliver"));
    }
}

fn delivery(instance: &Instance, found: &mut Vec<Diagnostic>, path: &FieldPath, deliver: &str) {
    // What Flux puts in is not known here.
    for target in deliver.split(',').filter(|target| !target.contains('$')) {
        let (platform, chat) = target.split_once(':').unwrap_or((target, ""));
        let platform = platform.trim().to_ascii_lowercase();
        let block = PLATFORMS.iter().find(|(name, _)| *name == platform);
        let fault = match (platform.as_str(), block) {
            ("" | "local" | "all", _) => None,
            ("origin", _) => Some(origin(instance)),
            // The agent looks for no home of this one.
            ("whatsapp_cloud", _) if chat.is_empty() => Some(homeless(&platform, None)),
            (_, Some((_, block))) => platform_fault(instance, &platform, block, chat),
            (other, None) if OTHERS.contains(&other) => None,
            (other, None) => Some(unknown(other)),
        };
        if let Some((message, help)) = fault {
            found.push(instance.problem(&CRON_DELIVERY, path, message).help(help));
        }
    }
}

/// What is wrong with a target, and what helps.
type Fault = (String, String);

/// A job that nobody asked for in a chat has none to go back to: the agent takes the first home that it finds.
fn origin(instance: &Instance) -> Fault {
    let gateways = instance.get("spec.gateways").unwrap_or(&Value::Null);
    let may_have_home = is_asked(instance.get("spec.envFrom"))
        || gateway::enabled(gateways).any(|(_, block)| has_home(block));
    let message = if may_have_home {
        "a declared job comes from no chat, so `origin` is the first platform that has a home"
    } else {
        "a declared job comes from no chat, so `origin` leads nowhere"
    };
    (message.to_owned(), "name a platform, or write `local`".to_owned())
}

fn unknown(platform: &str) -> Fault {
    let known = PLATFORMS.iter().map(|(name, _)| *name).chain(OTHERS.iter().copied());
    let help = match nearest(platform, known.chain(["local"])) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "name a platform such as `discord`, or write `local`".to_owned(),
    };
    (format!("the agent knows no platform `{platform}`, so the answer goes nowhere"), help)
}

fn homeless(platform: &str, block: Option<&str>) -> Fault {
    let or =
        block.map_or(String::new(), |block| format!(", or set `gateways.{block}.homeChannel`"));
    (
        format!("`{platform}` has no home, so the answer goes nowhere"),
        format!("name a chat, `{platform}:` and its number{or}"),
    )
}

/// Whether the platform is on, as far as the instance says it: variables of `envFrom` are not seen here.
fn platform_fault(instance: &Instance, platform: &str, block: &str, chat: &str) -> Option<Fault> {
    let value = instance.get("spec.gateways").and_then(|gateways| gateways.get(block));
    let is_on = instance.is_on(&format!("spec.gateways.{block}.enabled"));
    let prefix = format!("{}_", block.to_ascii_uppercase());
    let by_variables = is_asked(instance.get("spec.envFrom"))
        || instance.list("spec.env").iter().any(|item| text(item, "name").starts_with(&prefix));
    if by_variables || (is_on && (value.is_some_and(has_home) || !chat.is_empty())) {
        None
    } else if is_on {
        Some(homeless(platform, Some(block)))
    } else {
        Some((
            format!("`{platform}` is not on, so the answer goes nowhere"),
            format!("turn on `gateways.{block}`"),
        ))
    }
}

fn has_home(block: &Value) -> bool {
    let names = ["homeChannel", "homeRoom", "homeAddress"];
    names.iter().any(|name| gateway::field(block, name).is_some())
}
