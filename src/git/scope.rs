//! Which addresses a section of Git's configuration is about, such as `http.https://example.com/team.extraheader`.

/// What of an address is compared. A path has no final slash.
struct Parts<'a> {
    scheme: String,
    user: Option<&'a str>,
    host: String,
    port: Option<u16>,
    path: &'a str,
}

/// How closely a section fits an address: by how much of the path, and whether by the user; none if it is about others.
///
/// Scheme, host, and port are compared as a whole and the path by segments, as Git does. A `*` stands for one label of a host.
pub(super) fn fit(section: &str, address: &str) -> Option<(usize, bool)> {
    let (section, address) = (parts(section)?, parts(address)?);
    let is_user = section.user.is_none() || section.user == address.user;
    let is_below = address
        .path
        .strip_prefix(section.path)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let is_it = section.scheme == address.scheme
        && is_host(&section.host, &address.host)
        && section.port == address.port;
    (is_it && is_user && is_below).then_some((section.path.len(), section.user.is_some()))
}

fn parts(url: &str) -> Option<Parts<'_>> {
    let (scheme, rest) = url.split_once("://")?;
    let rest = rest.split(['?', '#']).next()?;
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (user.split(':').next(), host),
        None => (None, authority),
    };
    let (host, port) = match host.rsplit_once(':') {
        // Within brackets, it is no port.
        Some((_, after)) if after.ends_with(']') => (host, None),
        Some((host, "")) => (host, None),
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (host, None),
    };
    let scheme = scheme.to_ascii_lowercase();
    let usual = match scheme.as_str() {
        "https" => Some(443),
        "http" => Some(80),
        _ => None,
    };
    let (host, port) = (host.to_ascii_lowercase(), port.or(usual));
    Some(Parts { scheme, user, host, port, path: path.trim_end_matches('/') })
}

fn is_host(pattern: &str, host: &str) -> bool {
    let (mut pattern, mut host) = (pattern.split('.'), host.split('.'));
    loop {
        match (pattern.next(), host.next()) {
            (None, None) => return true,
            (Some(expected), Some(label)) if expected == "*" || expected == label => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_about_its_host_and_what_is_below_its_path() {
        for (section, address, expected) in [
            ("https://example.com", "https://example.com/a.git", true),
            ("https://example.com/", "https://example.com/a.git", true),
            ("https://example.com", "https://example.com:443/a.git", true),
            ("HTTPS://Example.com", "https://example.COM/a.git", true),
            ("https://example.com/team", "https://example.com/team/a.git", true),
            ("https://example.com/team/", "https://example.com/team", true),
            ("https://*.example.com", "https://git.example.com/a.git", true),
            ("https://ada@example.com", "https://ada@example.com/a.git", true),
            ("https://[::1]:8443", "https://[::1]:8443/a.git", true),
            // A name or a number that only begins the same.
            ("https://example.co", "https://example.com/a.git", false),
            ("http://127.0.0.1:1876", "http://127.0.0.1:18765/a.git", false),
            ("https://example.com", "https://example.com.evil.org/a.git", false),
            ("https://example.com", "https://example.com@evil.org/a.git", false),
            ("https://example.com/team", "https://example.com/teammate/a.git", false),
            ("https://example.com/team", "https://example.com/a.git", false),
            ("https://*.example.com", "https://example.com/a.git", false),
            ("https://*.example.com", "https://a.b.example.com/a.git", false),
            ("https://ada@example.com", "https://example.com/a.git", false),
            ("http://example.com", "https://example.com/a.git", false),
            ("https://example.com:8443", "https://example.com/a.git", false),
            ("https://[::1]", "https://[::1]:8443/a.git", false),
            ("example.com", "https://example.com/a.git", false),
            ("", "https://example.com/a.git", false),
        ] {
            assert_eq!(fit(section, address).is_some(), expected, "{section} {address}");
        }
    }

    #[test]
    fn the_closer_section_counts_more() {
        let fit = |section| fit(section, "https://ada@example.com/team/a.git");
        assert!(fit("https://example.com/team") > fit("https://ada@example.com"));
        assert!(fit("https://ada@example.com/team") > fit("https://example.com/team"));
    }
}
