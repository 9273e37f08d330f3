//! The agent's version, as far as an image tag tells it.

/// How the agent takes its configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// From v2026.7.1 (0.18) on: a managed configuration wins over the agent's own.
    Managed,
    /// Before: only the file on the volume.
    Merged,
    /// The tag does not tell.
    Unknown,
}

/// Reads the version from a tag: a release by date, `v2026.7.20`, or a version, `0.19.0`.
pub(super) fn version(tag: &str) -> Version {
    let digits = tag.strip_prefix('v').unwrap_or(tag);
    let end = digits.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(digits.len());
    let mut numbers = digits[..end].split('.').map(str::parse::<u32>);
    let (Some(Ok(major)), Some(Ok(minor)), Some(Ok(patch)), None) =
        (numbers.next(), numbers.next(), numbers.next(), numbers.next())
    else {
        return Version::Unknown;
    };
    let first_managed = match major {
        0 => (0, 18, 0),
        2020.. => (2026, 7, 1),
        _ => return Version::Unknown,
    };
    if (major, minor, patch) >= first_managed { Version::Managed } else { Version::Merged }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_tell_versions() {
        for (tag, expected) in [
            ("v2026.7.1", Version::Managed),
            ("v2026.10.2", Version::Managed),
            ("2027.1.1", Version::Managed),
            ("v2026.7.20-slim", Version::Managed),
            ("0.18.0", Version::Managed),
            ("v0.16.0", Version::Merged),
            ("v2026.6.19", Version::Merged),
            ("main", Version::Unknown),
            ("v2026.7", Version::Unknown),
            ("1.4.2", Version::Unknown),
            ("v2026.7.1.2", Version::Unknown),
            ("v99999999999999.1.1", Version::Unknown),
            ("", Version::Unknown),
        ] {
            assert_eq!(version(tag), expected, "{tag}");
        }
    }
}
