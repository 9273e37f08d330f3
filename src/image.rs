//! References of images: `repository:tag@digest`.

/// Tags that name another image tomorrow.
const FLOATING: &[&str] = &[
    "latest", "main", "master", "stable", "unstable", "nightly", "edge", "dev", "develop",
    "canary", "head", "beta", "rc", "next", "current", "release",
];

/// The parts of a reference. What is not there is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reference<'a> {
    pub(crate) repository: &'a str,
    pub(crate) tag: &'a str,
    pub(crate) digest: &'a str,
}

impl<'a> Reference<'a> {
    pub(crate) fn of(image: &'a str) -> Self {
        let (image, digest) = image.split_once('@').unwrap_or((image, ""));
        // A colon before a slash is that of a registry's port.
        let (repository, tag) = match image.rsplit_once(':') {
            Some((repository, tag)) if !tag.contains('/') => (repository, tag),
            _ => (image, ""),
        };
        Reference { repository, tag, digest }
    }

    /// The tag that names another image tomorrow, if the reference has one: written, or meant where there is neither tag nor
    /// digest.
    pub(crate) fn floating_tag(&self) -> Option<&'a str> {
        let tag = if self.tag.is_empty() { "latest" } else { self.tag };
        (self.digest.is_empty() && is_floating(tag)).then_some(tag)
    }

    /// The numbers of a tag that is a version: major, minor, patch.
    pub(crate) fn version(&self) -> Option<[u64; 3]> {
        let tag = self.tag.strip_prefix('v').unwrap_or(self.tag);
        let numbers = tag.split(['-', '+']).next().unwrap_or_default();
        let mut version = [0; 3];
        for (index, part) in numbers.split('.').enumerate() {
            // What follows the patch counts as one.
            *version.get_mut(index.min(2))? = part.parse().ok()?;
        }
        Some(version)
    }
}

/// Whether a tag names another image tomorrow.
pub(crate) fn is_floating(tag: &str) -> bool {
    FLOATING.iter().any(|floating| tag.eq_ignore_ascii_case(floating))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_of_a_registry_is_no_tag() {
        let image = Reference::of("host:5000/a");
        assert_eq!((image.repository, image.tag), ("host:5000/a", ""));
        assert_eq!(Reference::of("host:5000/a:1").tag, "1");
    }

    #[test]
    fn a_reference_without_tag_and_digest_floats() {
        assert_eq!(Reference::of("host:5000/a").floating_tag(), Some("latest"));
        assert_eq!(Reference::of("a:Nightly").floating_tag(), Some("Nightly"));
        assert_eq!(Reference::of("a:latest@sha256:00").floating_tag(), None);
        assert_eq!(Reference::of("a@sha256:00").floating_tag(), None);
        assert_eq!(Reference::of("a:1.2").floating_tag(), None);
    }
}
