//! Objects whose name carries a hash of their content: with other content they have another name, and are the same.

use std::collections::{BTreeMap, BTreeSet};

use crate::object::Identity;

/// The fewest letters that a hash has.
const SHORTEST: usize = 5;

/// The name without the hash at its end, if it has one: `demo-config-7h5f2k9mtb` is `demo-config`.
fn stem(name: &str) -> Option<&str> {
    let (stem, end) = name.rsplit_once(['-', '.'])?;
    let is_hex = end.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    // The letters and digits that Kubernetes and kustomize make hashes of: none that could spell a word.
    let is_safe = end.bytes().all(|byte| b"bcdfghjklmnpqrstvwxz2456789".contains(&byte));
    let has_digit = end.bytes().any(|byte| byte.is_ascii_digit());
    let has_letter = end.bytes().any(|byte| byte.is_ascii_lowercase());
    let is_hash = (is_hex && end.len() >= 6 || is_safe && end.len() >= SHORTEST)
        && has_digit
        && has_letter
        && end.len() <= 64;
    (is_hash && !stem.is_empty()).then_some(stem)
}

/// The pairs of what is gone and what came that are the same object under another name. Where several have one stem, it
/// is not known which became which, and none is paired.
pub(super) fn find<'a>(
    removed: &[&'a Identity],
    added: &[&'a Identity],
) -> Vec<(&'a Identity, &'a Identity)> {
    let removed = by_stem(removed);
    let added = by_stem(added);
    let pairs = removed.into_iter().filter_map(|(stem, old)| {
        let new = added.get(&stem)?;
        match (old.as_slice(), new.as_slice()) {
            ([old], [new]) => Some((*old, *new)),
            _ => None,
        }
    });
    pairs.collect()
}

/// What makes two objects the same but for the hash: group, kind, namespace, and the stem of the name.
type Stem<'a> = (&'a str, &'a str, Option<&'a str>, &'a str);

fn by_stem<'a>(identities: &[&'a Identity]) -> BTreeMap<Stem<'a>, Vec<&'a Identity>> {
    let mut stems: BTreeMap<Stem<'a>, Vec<&'a Identity>> = BTreeMap::new();
    let unique: BTreeSet<&Identity> = identities.iter().copied().collect();
    for identity in unique {
        if let Some(stem) = stem(&identity.name) {
            let namespace = identity.namespace.as_deref();
            stems
                .entry((&identity.group, &identity.kind, namespace, stem))
                .or_default()
                .push(identity);
        }
    }
    stems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_at_the_end_is_told_from_a_word() {
        for name in
            ["demo-config-7h5f2k9mtb", "demo-config-748ea7e4", "app-6b8d4f7c9d", "a-b.3fa9c1"]
        {
            assert!(stem(name).is_some(), "{name}");
        }
        for name in
            ["demo-config", "demo-0", "agent-00012", "demo-v2", "facade-decade", "x", "-7h5f2k9mtb"]
        {
            assert_eq!(stem(name), None, "{name}");
        }
    }

    #[test]
    fn several_of_one_stem_are_not_paired() {
        let identity = |name: &str| Identity {
            group: String::new(),
            kind: "ConfigMap".to_owned(),
            namespace: None,
            name: name.to_owned(),
        };
        let (one, two) = (identity("c-748ea7e4"), identity("c-848ea7e4"));
        let new = identity("c-948ea7e4");
        assert_eq!(find(&[&one], &[&new]), [(&one, &new)]);
        assert_eq!(find(&[&one, &two], &[&new]), []);
    }
}
