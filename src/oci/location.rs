//! Where an answer leads to: its header `Location`, read as a reference (RFC 3986, section 5).

/// The address that a reference means where it was found. An address stays as it is; without one in the reference, there is none.
pub(super) fn resolve(base: &str, reference: &str) -> Option<String> {
    let reference = reference.split('#').next().filter(|rest| !rest.is_empty())?;
    if has_scheme(reference) {
        return Some(reference.to_owned());
    }
    let (scheme, rest) = base.split_once("://")?;
    if reference.starts_with("//") {
        return Some(format!("{scheme}:{reference}"));
    }
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, here) = rest.split_at(end);
    let here = here.split('?').next().unwrap_or(here);
    let (path, query) = reference.split_at(reference.find('?').unwrap_or(reference.len()));
    let path = match path {
        "" => here.to_owned(),
        path if path.starts_with('/') => without_dots(path),
        path => without_dots(&format!("{}/{path}", here.rsplit_once('/').map_or("", |(up, _)| up))),
    };
    Some(format!("{scheme}://{host}{path}{query}"))
}

/// Whether a reference is an address: `name:`, before anything else.
fn has_scheme(reference: &str) -> bool {
    reference.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

/// A path without the parts that mean this directory, or the one above.
fn without_dots(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let mut kept: Vec<&str> = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let is_last = index + 1 == parts.len();
        match *part {
            "." => {}
            ".." => {
                kept.pop();
            }
            part => {
                kept.push(part);
                continue;
            }
        }
        if is_last {
            kept.push("");
        }
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_read_where_it_was_found() {
        const BASE: &str = "http://storage.example.com:9000/a/b/c?x=1";
        for (reference, expected) in [
            ("https://other.example.com/d", "https://other.example.com/d"),
            ("//other.example.com/d?y", "http://other.example.com/d?y"),
            ("/d/e?y=2", "http://storage.example.com:9000/d/e?y=2"),
            ("d", "http://storage.example.com:9000/a/b/d"),
            ("d:e", "d:e"),
            ("./d:e", "http://storage.example.com:9000/a/b/d:e"),
            ("../d/./e", "http://storage.example.com:9000/a/d/e"),
            ("../../../d", "http://storage.example.com:9000/d"),
            ("/d/..", "http://storage.example.com:9000/"),
            ("?y=2", "http://storage.example.com:9000/a/b/c?y=2"),
            ("d#part", "http://storage.example.com:9000/a/b/d"),
        ] {
            assert_eq!(resolve(BASE, reference).as_deref(), Some(expected), "{reference}");
        }
        assert_eq!(resolve("http://a.b", "c").as_deref(), Some("http://a.b/c"));
        assert_eq!(resolve("http://a.b?c/d", "/e").as_deref(), Some("http://a.b/e"));
        for reference in ["", "#part"] {
            assert_eq!(resolve(BASE, reference), None, "{reference:?}");
        }
    }
}
