//! Chat platforms that are on have what they need, and let in whom their author thinks.

use serde_json::Value;

use crate::{
    diagnostic::{
        Diagnostic,
        catalogue::rules::{
            ANYONE_MAY_TALK, ENV_UNFIXED, FLOATING_TAG, GATEWAY_CREDENTIAL, PAIRING,
            PLATFORM_PACKAGE,
        },
    },
    field::text,
    field_path::FieldPath,
    gateway::{self, Platform},
    image::Reference,
    resolve::{
        Instance,
        rules::{at, is_asked, webhooks},
    },
};

/// Where the agent's image is not the upstream one, it may have what that lacks.
const UPSTREAM: &str = "nousresearch/hermes-agent";

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let Some(gateways) = instance.get("spec.gateways") else { return };
    for (platform, block) in gateway::enabled(gateways) {
        let path = at("spec.gateways").key(platform.block);
        for needed in platform.needed {
            need(instance, found, &path, platform, block, needed);
        }
        references(instance, found, &path, platform, block);
        anyone(instance, found, &path, block);
        unfixed(instance, found, &path, platform, block);
        match platform.block {
            "telegram" => webhooks::telegram(instance, found, &path, block),
            "sms" => webhooks::sms(instance, found, &path, block),
            "whatsapp" if gateway::field(block, "cloud").is_none() => {
                pairing(instance, found, &path);
            }
            "signal" => daemon(instance, found, &path, block),
            "teams" => package(instance, found, &path),
            _ => {}
        }
    }
}

/// A value that the managed `.env` cannot hold reaches the agent by its environment, which the volume's `.env` is put over.
fn unfixed(
    instance: &Instance,
    found: &mut Vec<Diagnostic>,
    path: &FieldPath,
    platform: &'static Platform,
    block: &Value,
) {
    for (field, name, value) in gateway::plain_fields(platform, block) {
        if gateway::quote(&value).is_none() {
            let path = field.split('.').fold(path.clone(), FieldPath::key);
            let message = format!(
                "what the agent writes into its own .env as `{name}` comes before this value"
            );
            found.push(
                instance
                    .problem(&ENV_UNFIXED, &path, message)
                    .help("write one line without `${`, so that it can be fixed"),
            );
        }
    }
}

/// One field of those that `needed` names is set.
fn need(
    instance: &Instance,
    found: &mut Vec<Diagnostic>,
    path: &FieldPath,
    platform: &Platform,
    block: &Value,
    needed: &str,
) {
    let fields: Vec<_> = needed.split('|').collect();
    if fields.iter().any(|name| gateway::field(block, name).is_some()) {
        return;
    }
    let name = platform.block;
    let listed: Vec<_> = fields.iter().map(|field| format!("`{field}`")).collect();
    let message = format!("`{name}` is enabled without {}", listed.join(" or "));
    let path = dotted(path, fields[0]);
    let help = match (name, needed) {
        ("slack", "appTokenSecretRef") if is_asked(block.get("signingSecretRef")) => {
            "the agent uses Socket Mode, which logs in with an app-level token (`xapp-`) and not with a signing secret"
        }
        ("signal", "httpURL|daemon") => {
            "name an image of signal-cli in `daemon.image`, or the address of one that runs in `httpURL`"
        }
        _ if fields[0].ends_with("ecretRef") => "name a Secret and the key in it",
        _ => "set it, or leave the platform out",
    };
    found.push(instance.problem(&GATEWAY_CREDENTIAL, &path, message).help(help));
}

/// Every reference that ends in a variable names its Secret and a key.
fn references(
    instance: &Instance,
    found: &mut Vec<Diagnostic>,
    path: &FieldPath,
    platform: &Platform,
    block: &Value,
) {
    for row in platform.variables {
        let gateway::table::Source::Field(field) = row.source else { continue };
        let Some(reference) = gateway::field(block, field).filter(|value| value.is_object()) else {
            continue;
        };
        let path = dotted(path, field);
        let (path, message) = if text(reference, "name").is_empty() {
            (path.key("name"), format!("`{field}` names no Secret"))
        } else if text(reference, "key").is_empty() {
            (path.key("key"), format!("`{field}` names no key of its Secret"))
        } else {
            continue;
        };
        found.push(
            instance
                .problem(&GATEWAY_CREDENTIAL, &path, message)
                .help("name a Secret and the key in it"),
        );
    }
}

fn anyone(instance: &Instance, found: &mut Vec<Diagnostic>, path: &FieldPath, block: &Value) {
    if block.get("allowAllUsers").and_then(Value::as_bool) == Some(true) {
        let path = path.clone().key("allowAllUsers");
        let message = "anyone who finds the agent may talk to it, and it acts with its own rights";
        found.push(
            instance
                .problem(&ANYONE_MAY_TALK, &path, message)
                .help("list the users who may, or leave it out: others then have to be paired"),
        );
    }
}

fn pairing(instance: &Instance, found: &mut Vec<Diagnostic>, path: &FieldPath) {
    let message = "a person has to pair the phone: until then `whatsapp` stays silent";
    let name = instance.document.name();
    found.push(instance.problem(&PAIRING, &path.clone().key("enabled"), message).help(format!(
        "run `kubectl exec --stdin --tty {name}-0 -- hermes whatsapp` once and scan the code, or use `cloud`"
    )));
}

fn daemon(instance: &Instance, found: &mut Vec<Diagnostic>, path: &FieldPath, block: &Value) {
    let image = block.get("daemon").map_or("", |daemon| text(daemon, "image"));
    if image.is_empty() {
        return;
    }
    if let Some(tag) = Reference::of(image).floating_tag() {
        let path = path.clone().key("daemon").key("image");
        let message = format!("the tag `{tag}` of `{image}` names another image tomorrow");
        found.push(
            instance.problem(&FLOATING_TAG, &path, message).help("pin a version or a digest"),
        );
    }
}

fn package(instance: &Instance, found: &mut Vec<Diagnostic>, path: &FieldPath) {
    let repository = instance.text("spec.image.repository").unwrap_or(UPSTREAM);
    if repository.ends_with(UPSTREAM) {
        let message = "the upstream image lacks the package that `teams` needs";
        let path = path.clone().key("enabled");
        found.push(
            instance
                .problem(&PLATFORM_PACKAGE, &path, message)
                .help("build an image from it with `microsoft-teams-apps`"),
        );
    }
}

fn dotted(path: &FieldPath, field: &str) -> FieldPath {
    field.split('.').fold(path.clone(), FieldPath::key)
}
