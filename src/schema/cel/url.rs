//! Addresses of the web in rules: `url(self.endpoint).getScheme() == 'https'`. They are read as Go reads the address of a
//! request, which is not how browsers read them.

use std::collections::HashMap;

use cel::{
    DeclarationError, Env,
    common::{
        functions::Function,
        types::{STRING_TYPE, Type},
    },
    objects::Opaque,
};

use crate::schema::cel::{
    address::{construct, held, test},
    library::{Answer, Arguments, answer, values},
};

const NAME: &str = "kubernetes.URL";

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Url {
    scheme: String,
    /// With its port.
    host: String,
    path: String,
    query: String,
}

impl Opaque for Url {
    fn runtime_type_name(&self) -> &'static str {
        NAME
    }
}

const MEMBERS: [(&str, Function); 6] = [
    ("getScheme", |arguments| part(&arguments, |url| url.scheme.into())),
    ("getHost", |arguments| part(&arguments, |url| url.host.into())),
    ("getHostname", |arguments| part(&arguments, |url| split_port(&url.host).0.into())),
    ("getPort", |arguments| part(&arguments, |url| split_port(&url.host).1.into())),
    ("getEscapedPath", |arguments| part(&arguments, |url| escaped(&url.path).into())),
    ("getQuery", |arguments| part(&arguments, |url| query(&url.query).into())),
];

pub(super) fn register(environment: &mut Env) -> Result<(), DeclarationError> {
    let text = || vec![STRING_TYPE];
    environment.add_overload("url", "string_to_url", text(), |arguments| {
        construct("url", &arguments, read)
    })?;
    environment.add_overload("isURL", "is_url_string", text(), |arguments| {
        test(&arguments, |text| Some(read(text).is_some()))
    })?;
    for (name, function) in MEMBERS {
        let target = Type::new_opaque_type(NAME);
        environment.add_member_overload(name, &format!("url.{name}"), target, vec![], function)?;
    }
    Ok(())
}

fn part<'b, 'v>(arguments: &Arguments<'b, 'v>, say: fn(Url) -> cel::Value) -> Answer<'b, 'v> {
    let [url] = values(arguments)?;
    answer(say(held(&url)?))
}

/// The parts of an address that is absolute, or a path that begins with `/`. As in the API server, whether it is one is
/// decided with its fragment, and what its parts are without.
fn read(text: &str) -> Option<Url> {
    parse(text, true)?;
    parse(text.split_once('#').map_or(text, |(address, _fragment)| address), false)
}

fn parse(text: &str, is_request: bool) -> Option<Url> {
    if text.is_empty() || text.bytes().any(|byte| byte.is_ascii_control()) {
        return None;
    }
    let (scheme, rest) = scheme(text)?;
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let url = |host: String, path: &str| Url {
        scheme: scheme.to_ascii_lowercase(),
        host,
        path: path.to_owned(),
        query: query.to_owned(),
    };
    if text == "*" {
        return Some(url(String::new(), text));
    }
    if !rest.starts_with('/') {
        // What follows a scheme without a slash is not looked into.
        return (!scheme.is_empty()).then(|| url(String::new(), ""));
    }
    let may_have_host = !scheme.is_empty() || !is_request && !rest.starts_with("///");
    let (host, path) = match rest.strip_prefix("//") {
        Some(rest) if may_have_host => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
            is_user(user).then_some(())?;
            (read_host(host)?, path)
        }
        _ => (String::new(), rest),
    };
    unescaped(path)?;
    Some(url(host, path))
}

/// The scheme and what follows; none for a colon without a scheme.
fn scheme(text: &str) -> Option<(&str, &str)> {
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if index > 0 => {}
            b':' if index > 0 => return Some((&text[..index], &text[index + 1..])),
            b':' => return None,
            _ => break,
        }
    }
    Some(("", text))
}

fn is_user(text: &str) -> bool {
    let is_fine = |c: char| c.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(c);
    text.chars().all(is_fine) && unescaped(text).is_some()
}

/// A host with its port, as it is shown.
fn read_host(text: &str) -> Option<String> {
    let port = match text.strip_prefix('[') {
        Some(inner) => {
            let (address, port) = inner.rsplit_once(']')?;
            let (address, _zone) = address.split_once(ZONE).unwrap_or((address, ""));
            address.parse::<std::net::Ipv6Addr>().ok()?;
            port
        }
        None => &text[text.rfind(':').unwrap_or(text.len())..],
    };
    let digits = port.strip_prefix(':').unwrap_or("");
    let is_port =
        (port.is_empty() || port.starts_with(':')) && digits.bytes().all(|b| b.is_ascii_digit());
    let is_fine = |c: char| {
        !c.is_ascii() || c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:[]<>\"%".contains(c)
    };
    // Only letters beyond ASCII may be escaped in a host, and the sign before a zone.
    let without_zone =
        if text.starts_with('[') { text.replacen(ZONE, "", 1) } else { text.to_owned() };
    let is_escaped = without_zone.split('%').skip(1).all(|rest| {
        rest.starts_with(|digit: char| digit.to_digit(16).is_some_and(|digit| digit >= 8))
    });
    if is_port && is_escaped && text.chars().all(is_fine) { unescaped(text) } else { None }
}

/// What divides an IPv6 address from its zone.
const ZONE: &str = "%25";

/// The host without brackets, and the port.
fn split_port(host: &str) -> (&str, &str) {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (name, port),
        _ => (host, ""),
    };
    let inner = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    (inner.unwrap_or(name), port)
}

/// A text without its escapes; none if one of them is broken.
fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (digits, tail) = tail.split_at_checked(2)?;
        let digit =
            |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        bytes.push(digit(digits[0])? * 16 + digit(digits[1])?);
        rest = tail;
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// A path in which every letter that a path cannot have is escaped.
fn escaped(path: &str) -> String {
    let is_fine =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/[]%".contains(&byte);
    let letter = |byte: u8| {
        if is_fine(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    path.bytes().map(letter).collect()
}

/// The values of each key of a query.
fn query(text: &str) -> HashMap<String, Vec<String>> {
    let mut query = HashMap::<String, Vec<String>>::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty() && !pair.contains(';')) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let plain = |text: &str| unescaped(&text.replace('+', " "));
        if let (Some(key), Some(value)) = (plain(key), plain(value)) {
            query.entry(key).or_default().push(value);
        }
    }
    query
}
