//! Jobs that the agent takes, and answers that arrive.

use crate::{
    cron::Schedule,
    diagnostic::{
        Diagnostic,
        catalogue::rules::{CRON_DELIVERY, CRON_JOB, CRON_SCHEDULE},
    },
    field::{list, text},
    field_path::FieldPath,
    gateway,
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

/// Whether the platform is on, as far as the instance says it: variables of `envFrom` are not seen here.
fn delivery(instance: &Instance, found: &mut Vec<Diagnostic>, path: &FieldPath, deliver: &str) {
    for target in deliver.split(',') {
        let (platform, chat) = target.split_once(':').unwrap_or((target, ""));
        let platform = platform.trim();
        let Some((_, block)) = PLATFORMS.iter().find(|(name, _)| *name == platform) else {
            continue;
        };
        let value = instance.get("spec.gateways").and_then(|gateways| gateways.get(block));
        let is_on = instance.is_on(&format!("spec.gateways.{block}.enabled"));
        let prefix = format!("{}_", block.to_ascii_uppercase());
        let by_variables = is_asked(instance.get("spec.envFrom"))
            || instance.list("spec.env").iter().any(|item| text(item, "name").starts_with(&prefix));
        let has_home = value.is_some_and(|value| {
            ["homeChannel", "homeRoom", "homeAddress"]
                .iter()
                .any(|name| gateway::field(value, name).is_some())
        });
        let (message, help) = if by_variables || (is_on && (has_home || !chat.is_empty())) {
            continue;
        } else if is_on {
            (
                format!("`{platform}` has no home, so the answer goes nowhere"),
                format!(
                    "name a chat, `{platform}:` and its number, or set `gateways.{block}.homeChannel`"
                ),
            )
        } else {
            (
                format!("`{platform}` is not on, so the answer goes nowhere"),
                format!("turn on `gateways.{block}`"),
            )
        };
        found.push(instance.problem(&CRON_DELIVERY, path, message).help(help));
    }
}
