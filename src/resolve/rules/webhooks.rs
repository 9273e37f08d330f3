//! Addresses at which platforms call the agent: ones that they can call, and that lead to it.

use serde_json::Value;

use crate::{
    diagnostic::{
        Diagnostic,
        catalogue::rules::{NO_EFFECT, WEBHOOK_LEFT_OUT, WEBHOOK_ROUTE},
    },
    field::text,
    field_path::FieldPath,
    gateway,
    resolve::{
        Instance,
        rules::{dashboard::host_of, is_asked},
    },
    secret,
};

/// Where the agent takes calls of Twilio.
const TWILIO: &str = "/webhooks/twilio";

pub(super) fn telegram(
    instance: &Instance,
    found: &mut Vec<Diagnostic>,
    path: &FieldPath,
    block: &Value,
) {
    let address = text(block, "webhookURL");
    let has_secret = is_asked(block.get("webhookSecretRef"));
    let (message, help) = if address.is_empty() && has_secret {
        let path = path.clone().key("webhookSecretRef");
        let message = "a secret without a webhook has no effect: the agent asks Telegram itself";
        let problem = instance.problem(&NO_EFFECT, &path, message);
        found.push(
            problem.help(
                "set `webhookURL` to the public address that Telegram calls, or leave this out",
            ),
        );
        return;
    } else if address.is_empty() || secret::is_in_address(address) {
        // A password in it is another rule's.
        return;
    } else if let Some(fault) = gateway::webhook_fault(address) {
        (
            format!("{fault}; the webhook is left out"),
            "write an address such as `https://agent.example.com/telegram`, or leave `webhookURL` out: the agent then asks Telegram itself",
        )
    } else if !has_secret {
        (
            "a webhook without a secret is left out: the agent would not start it".to_owned(),
            "name a Secret in `webhookSecretRef`, or leave `webhookURL` out: the agent then asks Telegram itself",
        )
    } else {
        return route(instance, found, &path.clone().key("webhookURL"), address);
    };
    let path = path.clone().key("webhookURL");
    found.push(instance.problem(&WEBHOOK_LEFT_OUT, &path, message).help(help));
}

pub(super) fn sms(
    instance: &Instance,
    found: &mut Vec<Diagnostic>,
    path: &FieldPath,
    block: &Value,
) {
    let path = path.clone().key("webhookURL");
    let address = text(block, "webhookURL");
    if address.is_empty() || address.contains('$') || secret::is_in_address(address) {
        return;
    }
    if gateway::path_of(address) != Some(TWILIO) {
        let message = format!("the agent takes calls of Twilio at `{TWILIO}` and nowhere else");
        let problem = instance.problem(&WEBHOOK_ROUTE, &path, message);
        found.push(problem.help(format!(
            "write `https://{}{TWILIO}`, and give Twilio the same address",
            host_of(address)
        )));
    }
    route(instance, found, &path, address);
}

/// Where an instance has routes, one of them is for the host of the address. Each has the paths of all platforms.
fn route(instance: &Instance, found: &mut Vec<Diagnostic>, path: &FieldPath, address: &str) {
    let host = host_of(address);
    let patterns = patterns(instance);
    let leads = |pattern: &&str| match pattern.strip_prefix('*') {
        Some(domain) => host.ends_with(domain),
        None => pattern.is_empty() || pattern.eq_ignore_ascii_case(host),
    };
    if !host.contains('$') && !patterns.is_empty() && !patterns.iter().any(leads) {
        let message = format!("no Ingress and no HTTPRoute of the instance is for `{host}`");
        let problem = instance.problem(&WEBHOOK_ROUTE, path, message);
        found.push(problem.help(format!("write an address at `{}`", patterns[0])));
    }
}

/// The hosts of the routes that an instance has; an empty one is every host.
fn patterns(instance: &Instance) -> Vec<&str> {
    let mut patterns = Vec::new();
    if instance.is_on("spec.networking.ingress.enabled") {
        patterns.push(instance.text("spec.networking.ingress.host").unwrap_or_default());
    }
    if instance.is_on("spec.networking.httpRoute.enabled") {
        let names = instance.list("spec.networking.httpRoute.hostnames");
        patterns.extend(names.iter().filter_map(Value::as_str));
        patterns.extend(names.is_empty().then_some(""));
    }
    patterns
}
