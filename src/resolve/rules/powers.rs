//! Rights that lead further than their names say: to other accounts, other Pods, or what others write.

/// Resources that do so with every verb.
const ALWAYS: &[(&str, &str)] = &[
    ("nodes/proxy", "run commands in every Pod of the nodes"),
    ("pods/attach", "read and write what runs in other Pods"),
    ("pods/ephemeralcontainers", "add containers to other Pods"),
    ("pods/exec", "run commands in other Pods, and read what is mounted there"),
    ("pods/portforward", "reach ports of other Pods past every NetworkPolicy"),
    ("pods/proxy", "reach ports of other Pods past every NetworkPolicy"),
    ("services/proxy", "reach Services past every NetworkPolicy"),
    ("serviceaccounts/token", "act as every ServiceAccount that the rule covers"),
    ("certificatesigningrequests/approval", "let others sign in as whom they like"),
];

/// Resources that do so with some verbs.
struct Power {
    group: &'static str,
    resources: &'static [&'static str],
    verbs: &'static [&'static str],
    gives: &'static str,
}

const WRITE: &[&str] = &["create", "patch", "update"];
const CHANGE: &[&str] = &["patch", "update"];
/// A Pod names the account that it acts as. Of one that is there, the image can be changed.
const RUN: &str = "decide what runs with other accounts and their Secrets";

const WITH_VERBS: &[Power] = &[
    Power { group: "", resources: &["pods", "replicationcontrollers"], verbs: WRITE, gives: RUN },
    Power {
        group: "apps",
        resources: &["daemonsets", "deployments", "replicasets", "statefulsets"],
        verbs: WRITE,
        gives: RUN,
    },
    // What a Job runs cannot be changed.
    Power { group: "batch", resources: &["jobs"], verbs: &["create"], gives: RUN },
    Power { group: "batch", resources: &["cronjobs"], verbs: WRITE, gives: RUN },
    Power {
        group: "argoproj.io",
        resources: &["applications", "applicationsets"],
        verbs: WRITE,
        gives: "have Argo CD apply what it likes",
    },
    Power {
        group: "kustomize.toolkit.fluxcd.io",
        resources: &["kustomizations"],
        verbs: WRITE,
        gives: "have Flux apply what it likes",
    },
    Power {
        group: "helm.toolkit.fluxcd.io",
        resources: &["helmreleases"],
        verbs: WRITE,
        gives: "have Flux apply what it likes",
    },
    Power {
        group: "rbac.authorization.k8s.io",
        resources: &["clusterrolebindings", "clusterroles", "rolebindings", "roles"],
        verbs: WRITE,
        gives: "pass on what it may do itself",
    },
    Power {
        group: "admissionregistration.k8s.io",
        resources: &["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
        verbs: WRITE,
        gives: "read and refuse what others write, or change it",
    },
    Power {
        group: "apiextensions.k8s.io",
        resources: &["customresourcedefinitions"],
        verbs: WRITE,
        gives: "read and change the resources of others",
    },
    Power {
        group: "apiregistration.k8s.io",
        resources: &["apiservices"],
        verbs: WRITE,
        gives: "answer in the place of the API server",
    },
    Power {
        group: "certificates.k8s.io",
        resources: &["signers"],
        verbs: &["approve", "sign"],
        gives: "let others sign in as whom they like",
    },
    Power {
        group: "",
        resources: &["namespaces"],
        verbs: CHANGE,
        gives: "lift the limits that Pod Security sets there",
    },
    Power {
        group: "",
        resources: &["persistentvolumes"],
        verbs: WRITE,
        gives: "have directories of the nodes mounted",
    },
];

/// What a resource of a rule with these groups and verbs leads to, as a message.
pub(super) fn of(groups: &[&str], resource: &str, verbs: &[&str]) -> Option<String> {
    if let Some((_, gives)) = ALWAYS.iter().find(|(name, _)| *name == resource) {
        return Some(format!("`{resource}` lets the agent {gives}"));
    }
    let powers = WITH_VERBS.iter().filter(|power| groups.contains(&power.group));
    powers.filter(|power| power.resources.contains(&resource)).find_map(|power| {
        let verb = power.verbs.iter().find(|verb| verbs.contains(verb))?;
        Some(format!("`{verb}` on `{resource}` lets the agent {}", power.gives))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_is_a_resource_of_its_group_with_one_of_its_verbs() {
        assert!(of(&["apps"], "deployments", &["get", "patch"]).is_some());
        assert!(of(&["batch"], "jobs", &["create"]).is_some());
        assert!(of(&[], "pods/exec", &[]).is_some());
        assert_eq!(of(&["apps"], "deployments", &["get", "delete"]), None);
        assert_eq!(of(&["batch"], "jobs", &["patch"]), None);
        assert_eq!(of(&["example.com"], "deployments", &["patch"]), None);
        assert_eq!(of(&[""], "configmaps", &["create"]), None);
    }
}
