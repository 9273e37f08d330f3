//! What all who ask servers of the web do alike: whom they trust, when they ask again, and what they show of an address.

use std::{io::ErrorKind, sync::Arc, thread, time::Duration};

use ureq::{
    http::{HeaderMap, StatusCode},
    tls::{Certificate, PemItem, RootCerts, parse_pem},
};

/// How often a question is asked.
pub(crate) const TRIES: u32 = 5;

/// The longest wait between two tries, whatever the server asks for.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// What a server learns of who asks.
pub(crate) const USER_AGENT: &str = concat!("petasos/", env!("CARGO_PKG_VERSION"));

/// The certificates of a PEM file.
pub(crate) fn certificates(pem: &[u8]) -> Result<Vec<Certificate<'static>>, ureq::Error> {
    let mut found = Vec::new();
    for item in parse_pem(pem) {
        if let PemItem::Certificate(certificate) = item? {
            found.push(certificate);
        }
    }
    Ok(found)
}

/// Authorities to trust in place of the public ones.
pub(crate) fn roots(certificates: Vec<Certificate<'static>>) -> RootCerts {
    RootCerts::Specific(Arc::new(certificates))
}

/// How long the server asks to wait, in whole seconds.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get("retry-after")?.to_str().ok()?.parse().ok().map(Duration::from_secs)
}

/// Whether the same question may have another answer soon.
pub(crate) fn is_busy(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 500 | 502 | 503 | 504)
}

/// Whether another try may reach the server. What is no TLS, or comes with a certificate of somebody else, stays so.
pub(crate) fn is_passing(error: &ureq::Error) -> bool {
    match error {
        ureq::Error::Io(error) => error.kind() != ErrorKind::InvalidData,
        ureq::Error::Timeout(_)
        | ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::Protocol(_) => true,
        _ => false,
    }
}

/// Waits as a server asks, or longer with each try.
pub(crate) fn wait(tried: u32, asked: Option<Duration>) {
    let own = Duration::from_millis(250 << tried.min(6));
    thread::sleep(asked.unwrap_or(own).min(LONGEST_WAIT));
}

/// A text as a part of an address. A slash may separate parts, or belong to one.
pub(crate) fn escaped(text: &str, with_slash: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || (with_slash && byte == b'/') {
            out.push(char::from(byte));
        } else {
            out.extend(["%", &crate::digest::hexadecimal([byte]).to_uppercase()]);
        }
    }
    out
}
