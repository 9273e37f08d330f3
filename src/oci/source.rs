//! Where an artifact comes from, as its annotation says it.

/// An address that everybody may read: a password, what stands before an address of the web, and what follows a question mark
/// are no part of it. The user of SSH is.
pub fn for_everybody(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let user = user.split(':').next().unwrap_or(user);
    if user.is_empty() || !scheme.contains("ssh") {
        format!("{scheme}://{host}{path}")
    } else {
        format!("{scheme}://{user}@{host}{path}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_of_an_artifact_holds_no_password() {
        for (given, expected) in [
            ("https://ada:lovelace@git.example.com/a.git", "https://git.example.com/a.git"),
            ("https://lovelace@git.example.com/a.git", "https://git.example.com/a.git"),
            ("https://git.example.com/a.git?token=lovelace#x", "https://git.example.com/a.git"),
            ("https://git.example.com/@team/a.git", "https://git.example.com/@team/a.git"),
            ("ssh://git:lovelace@git.example.com:22/a.git", "ssh://git@git.example.com:22/a.git"),
            ("ssh://git@git.example.com/a.git", "ssh://git@git.example.com/a.git"),
            ("git@git.example.com:team/a.git", "git@git.example.com:team/a.git"),
            ("https://git.example.com", "https://git.example.com"),
            ("./agents", "./agents"),
        ] {
            assert_eq!(for_everybody(given), expected);
        }
    }
}
