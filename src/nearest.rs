//! What the author of an unknown name probably meant.

/// The candidate that a name is most likely a slip of, if one is near enough.
pub(crate) fn nearest<'c>(
    name: &str,
    candidates: impl Iterator<Item = &'c str>,
) -> Option<&'c str> {
    let lower = name.to_lowercase();
    let limit = name.chars().count().div_ceil(3).min(4);
    candidates
        .map(|candidate| {
            // A slip of case is nearer than any other: `maxreplicas` is `maxReplicas`.
            (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate)
        })
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn guess(name: &str, candidates: &[&str], expected: Option<&str>) {
        assert_eq!(nearest(name, candidates.iter().copied()), expected);
    }

    #[test]
    fn a_slip_finds_its_name() {
        guess("relicas", &["replicas", "resources"], Some("replicas"));
        guess("maxreplicas", &["maxReplicas", "minReplicas"], Some("maxReplicas"));
        guess("iamge", &["image", "name"], Some("image"));
    }

    #[test]
    fn what_is_too_far_is_not_guessed() {
        guess("banana", &["image", "name"], None);
        guess("x", &["image"], None);
        guess("", &["a"], None);
        guess("tag", &[], None);
    }
}
