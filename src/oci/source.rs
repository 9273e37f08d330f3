//! Where an artifact comes from, as its annotation says it.

use crate::secret::{AMBIGUOUS, authority, is_ambiguous};

/// An address that everybody may read: a password, what stands before an address of the web, and what follows a question mark
/// are no part of it. The user of SSH is. An error says why it cannot be told what is a password.
pub fn for_everybody(address: &str) -> Result<String, &'static str> {
    if is_ambiguous(address) {
        return Err(AMBIGUOUS);
    }
    let Some((scheme, rest)) = address.split_once("://") else { return Ok(address.to_owned()) };
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (authority, path) = rest.split_at(authority(rest).len());
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let user = user.split(':').next().unwrap_or(user);
    if user.is_empty() || !scheme.contains("ssh") {
        Ok(format!("{scheme}://{host}{path}"))
    } else {
        Ok(format!("{scheme}://{user}@{host}{path}"))
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
            ("https://git.example.com/%40team/a.git", "https://git.example.com/%40team/a.git"),
            ("ssh://git:lovelace@git.example.com:22/a.git", "ssh://git@git.example.com:22/a.git"),
            ("ssh://git@git.example.com/a.git", "ssh://git@git.example.com/a.git"),
            ("git@git.example.com:team/a.git", "git@git.example.com:team/a.git"),
            ("https://git.example.com", "https://git.example.com"),
            ("./agents", "./agents"),
        ] {
            assert_eq!(for_everybody(given).as_deref(), Ok(expected));
        }
        for given in
            ["https://ada:love/lace@git.example.com/a.git", "ada:lovelace@git.example.com/a"]
        {
            assert_eq!(for_everybody(given), Err(AMBIGUOUS), "{given}");
        }
    }
}
