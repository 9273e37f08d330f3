//! Fields that the upstream image and its agent do nothing with.

use crate::{
    diagnostic::{Diagnostic, catalogue::rules::NO_EFFECT},
    resolve::{
        Instance, Origin,
        rules::{at, is_asked},
    },
};

/// Each field, and why it has no effect.
const FIELDS: &[(&str, &str)] = &[
    ("spec.gateways.discord.applicationID", "the bot's token says which application it is"),
    ("spec.gateways.discord.guildIDs", "use `allowedChannels` or `allowedRoles`"),
    ("spec.gateways.slack.signingSecretRef", "Socket Mode has no use for one"),
    ("spec.gateways.whatsapp.providerSecretRef", "the agent pairs with a phone, or uses `cloud`"),
    ("spec.gateways.signal.authTokenSecretRef", "signal-cli knows no token"),
    ("spec.runtime.python", "the image brings its own Python"),
    ("spec.runtime.uv.cacheVolume", "nothing is installed when the agent starts"),
    ("spec.runtime.uv.extraIndexURL", "nothing is installed when the agent starts"),
    ("spec.runtime.uv.enabled", "the image brings its own uv"),
    ("spec.runtime.ffmpeg.enabled", "the image brings its own ffmpeg"),
    ("spec.runtime.ripgrep.enabled", "the image brings its own ripgrep"),
    (
        "spec.workspace.bootstrap.enabled",
        "the start program makes what a first start needs, and the agent's own set-up asks a person",
    ),
    ("spec.observability.metrics.secure", "the agent serves no metrics"),
];

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let mut report = |field: &str, reason: &str| {
        let path = at(field);
        // What the pack fills in is not the author's to change.
        if !matches!(instance.origin(&path), Origin::Pack | Origin::Unset) {
            let name = field.trim_start_matches("spec.");
            let message = format!("`{name}` has no effect: {reason}");
            found.push(instance.problem(&NO_EFFECT, &path, message).help("leave it out"));
        }
    };
    for (field, reason) in FIELDS {
        if is_asked(instance.get(field)) {
            report(field, reason);
        }
    }
    if instance.is_on("spec.observability.metrics.enabled")
        && !instance.is_on("spec.observability.collector.enabled")
    {
        let reason = "the agent serves no metrics; `observability.collector` does for it";
        report("spec.observability.metrics.enabled", reason);
    }
    if instance.text("spec.observability.logging.format") == Some("json") {
        report("spec.observability.logging.format", "the agent writes its log as text");
    }
}
