//! The dashboard: whoever is in it can do what the agent can, so it has a login, and the way to it is encrypted.

use std::net::IpAddr;

use serde_json::Value;

use crate::{
    diagnostic::{
        Diagnostic,
        catalogue::rules::{
            DASHBOARD_ADDRESS, DASHBOARD_LOGIN, DASHBOARD_OPEN, DASHBOARD_PLAIN, DASHBOARD_PROXY,
            DASHBOARD_SESSIONS,
        },
    },
    field::{list, text},
    resolve::{
        Instance,
        rules::{at, companions::is_on, is_asked},
    },
};

const DASHBOARD: &str = "spec.dashboard";

/// Each login and what it cannot do without.
const LOGINS: &[(&str, &[&str])] =
    &[("basicAuth", &["username"]), ("oidc", &["issuer", "clientID"]), ("oauth", &["clientID"])];

/// Where the password, or its digest, comes from.
const PASSWORDS: [&str; 2] = ["passwordSecretRef", "passwordHashSecretRef"];

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let Some(dashboard) = instance.get(DASHBOARD).filter(|_| is_on(instance, DASHBOARD)) else {
        return;
    };
    logins(instance, found, dashboard);
    proxies(instance, found, dashboard);
    address(instance, found, dashboard);
    ingress(instance, found, dashboard);
}

fn logins(instance: &Instance, found: &mut Vec<Diagnostic>, dashboard: &Value) {
    let mut given = LOGINS.iter().filter(|(login, _)| dashboard.get(login).is_some()).peekable();
    if given.peek().is_none() {
        let message = "the dashboard has no login, and does not start without one";
        found.push(
            instance
                .problem(&DASHBOARD_OPEN, &at(DASHBOARD).key("enabled"), message)
                .help("add `basicAuth`, `oidc`, or `oauth`"),
        );
    }
    for (login, needed) in given {
        for key in *needed {
            if text(&dashboard[login], key).is_empty() {
                let message = format!("the login `{login}` has no `{key}`, so there is none");
                let problem =
                    instance.problem(&DASHBOARD_LOGIN, &at(DASHBOARD).key(login).key(key), message);
                found.push(problem.help(format!("set `{key}`, or leave `{login}` out")));
            }
        }
    }
    if let Some(login) = dashboard.get("basicAuth") {
        basic(instance, found, login);
    }
    let issuer = dashboard.get("oidc").map_or("", |login| text(login, "issuer"));
    if !issuer.is_empty() && !issuer.starts_with("https://") {
        let message = "the provider's address is not encrypted, and the agent refuses it";
        let path = at(DASHBOARD).key("oidc").key("issuer");
        let problem = instance.problem(&DASHBOARD_LOGIN, &path, message);
        found.push(problem.help("write an address that begins with `https://`"));
    }
}

fn basic(instance: &Instance, found: &mut Vec<Diagnostic>, login: &Value) {
    let path = at(DASHBOARD).key("basicAuth");
    let named = PASSWORDS.map(|key| is_asked(login.get(key)));
    let message = match named {
        [false, false] => "the login has no password, so there is none",
        [true, true] => "the login has a password and a digest of one; one of them is not used",
        _ => "",
    };
    if !message.is_empty() {
        let problem = instance.problem(&DASHBOARD_LOGIN, &path, message);
        found.push(problem.help("name one Secret: `passwordSecretRef` or `passwordHashSecretRef`"));
    }
    if login.get("sessionSecretRef").is_none() {
        let message = "each start of the Pod ends all sessions of the dashboard";
        let problem = instance.problem(&DASHBOARD_SESSIONS, &path, message);
        found.push(problem.help("name a Secret of 32 bytes or more in `sessionSecretRef`"));
    }
}

fn proxies(instance: &Instance, found: &mut Vec<Diagnostic>, dashboard: &Value) {
    for (index, proxy) in list(dashboard, "trustedProxies").iter().enumerate() {
        let proxy = proxy.as_str().unwrap_or_default();
        let (address, length) = proxy.split_once('/').unwrap_or((proxy, "32"));
        let fault = match (address.parse::<IpAddr>(), length.parse::<u8>()) {
            (Ok(_), Ok(0)) => "every caller could say who it is and that its way is encrypted",
            (Ok(_), Ok(1..=128)) => continue,
            _ if proxy == "*" => "every caller could say who it is and that its way is encrypted",
            _ => "this is neither an address nor a range",
        };
        let path = at(DASHBOARD).key("trustedProxies").index(index);
        let problem = instance.problem(&DASHBOARD_PROXY, &path, fault);
        found.push(problem.help("write the range of the Ingress controller's Pods"));
    }
}

/// Who logs in elsewhere has to come back.
fn address(instance: &Instance, found: &mut Vec<Diagnostic>, dashboard: &Value) {
    let elsewhere = ["oidc", "oauth"].into_iter().find(|login| dashboard.get(login).is_some());
    if let Some(login) = elsewhere
        && !is_asked(dashboard.get("publicURL"))
    {
        let message = "the login leads back to an address that the dashboard guesses";
        let problem = instance.problem(&DASHBOARD_ADDRESS, &at(DASHBOARD).key(login), message);
        found.push(problem.help("write the address that people use in `publicURL`"));
    }
    let host = dashboard.get("ingress").map_or("", |ingress| text(ingress, "host"));
    let public = text(dashboard, "publicURL");
    if !host.is_empty() && !public.is_empty() && host_of(public) != host {
        let message = format!("`publicURL` is not the address of the Ingress, `{host}`");
        let problem =
            instance.problem(&DASHBOARD_ADDRESS, &at(DASHBOARD).key("publicURL"), message);
        found.push(problem.help(format!("write `https://{host}`, or another host of the Ingress")));
    }
}

fn ingress(instance: &Instance, found: &mut Vec<Diagnostic>, dashboard: &Value) {
    let Some(ingress) = dashboard
        .get("ingress")
        .filter(|ingress| ingress.get("enabled").and_then(Value::as_bool) == Some(true))
    else {
        return;
    };
    let path = at(DASHBOARD).key("ingress");
    if list(ingress, "tls").is_empty() {
        let message = "the Ingress has no certificate, so passwords and sessions go unencrypted";
        let problem = instance.problem(&DASHBOARD_PLAIN, &path, message);
        found.push(problem.help("name the certificate's Secret in `tls`"));
    }
    if text(ingress, "host").is_empty() {
        let message = "the Ingress has no host, so the dashboard answers for every name";
        let problem = instance.problem(&DASHBOARD_ADDRESS, &path.key("host"), message);
        found.push(problem.help("write the host name of the dashboard"));
    }
}

/// The host of an address, without a user and a port.
pub(super) fn host_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    host.rsplit_once(':').map_or(host, |(host, _)| host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_an_address() {
        for address in [
            "https://a.example",
            "http://a.example:8443/x",
            "https://a.example/x?y:z",
            "https://u:p@a.example:443",
        ] {
            assert_eq!(host_of(address), "a.example", "{address}");
        }
    }
}
