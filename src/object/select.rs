//! Naming objects on the command line: `statefulset/demo`, `service/agents/demo`, `service`, `configmap/*`.

use crate::object::Identity;

/// Whether a pattern means this object: a kind, kind/name, or kind/namespace/name. Kinds match in any case of letters;
/// `*` matches anything.
pub fn matches(pattern: &str, identity: &Identity) -> bool {
    let (kind, rest) = pattern.split_once('/').unwrap_or((pattern, "*"));
    let (namespace, name) = rest.split_once('/').unwrap_or(("*", rest));
    let is = |part: &str, text: &str| part == "*" || part == text;
    (kind == "*" || kind.eq_ignore_ascii_case(&identity.kind))
        && is(namespace, identity.namespace.as_deref().unwrap_or_default())
        && is(name, &identity.name)
}

/// The pattern that means this object and no other of its kind.
pub fn pattern(identity: &Identity) -> String {
    let Identity { group: _, kind, namespace, name } = identity;
    let kind = kind.to_ascii_lowercase();
    match namespace {
        Some(namespace) => format!("{kind}/{namespace}/{name}"),
        None => format!("{kind}/{name}"),
    }
}

/// The object whose name is most like the pattern, if any is like it.
pub fn nearest<'a>(
    pattern: &str,
    identities: impl Iterator<Item = &'a Identity>,
) -> Option<String> {
    let pattern = pattern.to_ascii_lowercase();
    let with_namespace = pattern.matches('/').count() > 1;
    let named = identities.map(|identity| {
        if with_namespace {
            self::pattern(identity)
        } else {
            format!("{}/{}", identity.kind.to_ascii_lowercase(), identity.name)
        }
    });
    named
        .map(|name| (strsim::jaro_winkler(&pattern, &name), name))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|left, right| left.0.total_cmp(&right.0).then_with(|| right.1.cmp(&left.1)))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(kind: &str, name: &str) -> Identity {
        Identity {
            group: String::new(),
            kind: kind.to_owned(),
            namespace: None,
            name: name.to_owned(),
        }
    }

    #[test]
    fn a_pattern_names_a_kind_a_name_or_both() {
        let service = identity("Service", "demo");
        for pattern in ["service/demo", "Service/demo", "SERVICE", "*/demo", "service/*", "*"] {
            assert!(matches(pattern, &service), "{pattern}");
        }
        for pattern in ["service/Demo", "services/demo", "service/", "", "/demo", "service/demo/x"]
        {
            assert!(!matches(pattern, &service), "{pattern}");
        }
    }

    #[test]
    fn a_namespace_may_stand_before_the_name() {
        let service =
            Identity { namespace: Some("agents".to_owned()), ..identity("Service", "demo") };
        for text in ["service/demo", "service/agents/demo", "*/agents/*", "service/*/demo"] {
            assert!(matches(text, &service), "{text}");
        }
        for text in ["service/other/demo", "service//demo", "service/agents/demo/x"] {
            assert!(!matches(text, &service), "{text}");
        }
        assert_eq!(pattern(&service), "service/agents/demo");
        assert!(matches(&pattern(&service), &service));
        assert_eq!(pattern(&identity("Namespace", "agents")), "namespace/agents");
    }

    #[test]
    fn a_typo_finds_the_nearest_object() {
        let objects = [identity("StatefulSet", "demo"), identity("Service", "demo")];
        assert_eq!(
            nearest("statefulsets/demo", objects.iter()).as_deref(),
            Some("statefulset/demo")
        );
        assert_eq!(nearest("qqq", objects.iter()), None);
    }
}
