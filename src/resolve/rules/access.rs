//! What the agent may ask of the API server: only what is listed by name, and nothing by which it could give itself more.

use serde_json::Value;

use crate::{
    diagnostic::{
        Code, Diagnostic,
        catalogue::rules::{
            ACCESS_ACCOUNT, ACCESS_ESCALATION, ACCESS_NAMESPACE, ACCESS_POWER, ACCESS_RULE,
            ACCESS_SCOPE, ACCESS_SECRETS, ACCESS_WILDCARD,
        },
    },
    field::list,
    field_path::FieldPath,
    resolve::{
        Instance,
        rules::{at, is_asked, powers},
    },
};

const RBAC: &str = "spec.security.rbac";

/// Verbs by which an account gets rights that it was not given.
const ESCALATION: &[&str] = &["bind", "escalate", "impersonate"];

/// Resources of the cluster: a Role cannot grant them. (`namespaces` it can, for its own.)
const OF_THE_CLUSTER: &[&str] = &[
    "apiservices",
    "certificatesigningrequests",
    "clusterissuers",
    "clusterrolebindings",
    "clusterroles",
    "csidrivers",
    "csinodes",
    "customresourcedefinitions",
    "hermesclusterdefaults",
    "ingressclasses",
    "mutatingwebhookconfigurations",
    "nodes",
    "persistentvolumes",
    "priorityclasses",
    "runtimeclasses",
    "storageclasses",
    "validatingwebhookconfigurations",
    "volumeattachments",
];

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    let mut granted = None;
    for (field, of_the_cluster) in [("rules", false), ("clusterRules", true)] {
        let path = at(RBAC).key(field);
        let rules = instance.list(&format!("{RBAC}.{field}"));
        for (index, rule) in rules.iter().enumerate() {
            let path = path.clone().index(index);
            Checked { instance, found, path, rule }.check(of_the_cluster);
        }
        granted = granted.or((!rules.is_empty()).then_some(path));
    }
    if instance.is_on("spec.selfConfigure.enabled") {
        granted = granted.or(Some(at("spec.selfConfigure.enabled")));
    }
    if let Some(path) = granted {
        grantee(instance, found, &path);
    }
}

/// A binding names an account and its namespace.
fn grantee(instance: &Instance, found: &mut Vec<Diagnostic>, granted: &FieldPath) {
    if instance.namespace.is_none() {
        let message = "a binding of rights names the account's namespace, and there is none";
        found.push(
            instance
                .problem(&ACCESS_NAMESPACE, granted, message)
                .help("set `metadata.namespace`, or give `--namespace`"),
        );
    }
    let creates =
        instance.get(&format!("{RBAC}.createServiceAccount")) != Some(&Value::Bool(false));
    if !creates && !is_asked(instance.get(&format!("{RBAC}.serviceAccountName"))) {
        let message = "every Pod of the namespace that names no account would get these rights";
        found.push(
            instance
                .problem(&ACCESS_ACCOUNT, granted, message)
                .help("name an account in `serviceAccountName`, or let one be made"),
        );
    }
}

/// One rule and where it stands.
struct Checked<'a> {
    instance: &'a Instance,
    found: &'a mut Vec<Diagnostic>,
    path: FieldPath,
    rule: &'a Value,
}

impl<'a> Checked<'a> {
    fn check(&mut self, of_the_cluster: bool) {
        self.shape(of_the_cluster);
        self.wildcards();
        self.escalation();
        self.secrets(of_the_cluster);
        self.powers(of_the_cluster);
        if !of_the_cluster {
            self.scope();
        }
    }

    /// What the API server refuses.
    fn shape(&mut self, of_the_cluster: bool) {
        let [verbs, groups, resources, urls] =
            ["verbs", "apiGroups", "resources", "nonResourceURLs"].map(|key| list(self.rule, key));
        let fault = if verbs.is_empty() {
            "a rule without verbs"
        } else if !urls.is_empty() && !of_the_cluster {
            "paths that are no resources belong to no namespace"
        } else if !urls.is_empty() && (!groups.is_empty() || !resources.is_empty()) {
            "a rule is about resources or about other paths, not both"
        } else if urls.is_empty() && (groups.is_empty() || resources.is_empty()) {
            "a rule about resources needs both `apiGroups` and `resources`"
        } else {
            return;
        };
        let message = format!("the API server refuses this: {fault}");
        let help = "write `apiGroups` (the core group is `\"\"`), `resources`, and `verbs`";
        let path = self.path.clone();
        self.report(&ACCESS_RULE, &path, message, help);
    }

    fn wildcards(&mut self) {
        for key in ["apiGroups", "resources", "verbs", "nonResourceURLs"] {
            for (path, name) in self.names(key) {
                if name.contains('*') {
                    let message = format!("`{name}` in `{key}` grants what is not known yet");
                    let help = "list what the agent needs by name";
                    self.report(&ACCESS_WILDCARD, &path, message, help);
                }
            }
        }
    }

    fn escalation(&mut self) {
        for (path, verb) in self.names("verbs") {
            if ESCALATION.contains(&verb) {
                let message = format!("with `{verb}` the agent can give itself every right");
                self.report(&ACCESS_ESCALATION, &path, message, "leave it out");
            }
        }
    }

    fn secrets(&mut self, of_the_cluster: bool) {
        let is_core = self.names("apiGroups").iter().any(|(_, group)| group.is_empty());
        let is_named = !list(self.rule, "resourceNames").is_empty();
        if !is_core || (is_named && !of_the_cluster) {
            return;
        }
        for (path, resource) in self.names("resources") {
            if resource != "secrets" {
                continue;
            }
            let (message, help) = if of_the_cluster {
                (
                    "the agent could use the Secrets of every namespace",
                    "mount the Secrets that it needs, or name those of its namespace in `rules`",
                )
            } else {
                (
                    "the agent could use every Secret of its namespace",
                    "name those that it needs in `resourceNames`",
                )
            };
            self.report(&ACCESS_SECRETS, &path, message.to_owned(), help);
        }
    }

    fn powers(&mut self, of_the_cluster: bool) {
        let [groups, verbs] = ["apiGroups", "verbs"]
            .map(|key| self.names(key).into_iter().map(|(_, name)| name).collect::<Vec<_>>());
        for (path, resource) in self.names("resources") {
            // A Role that names it grants nothing, which is said.
            let is_out_of_reach = !of_the_cluster && OF_THE_CLUSTER.contains(&resource);
            if let Some(message) =
                powers::of(&groups, resource, &verbs).filter(|_| !is_out_of_reach)
            {
                let help = "leave it out unless the agent's task is exactly this";
                self.report(&ACCESS_POWER, &path, message, help);
            }
        }
    }

    fn scope(&mut self) {
        for (path, resource) in self.names("resources") {
            let whole = resource.split('/').next().unwrap_or(resource);
            if OF_THE_CLUSTER.contains(&whole) {
                let message = format!("`{resource}` is in no namespace, so a Role grants nothing");
                self.report(&ACCESS_SCOPE, &path, message, "write the rule in `clusterRules`");
            }
        }
    }

    /// The names in a list of the rule, each with its place.
    fn names(&self, key: &str) -> Vec<(FieldPath, &'a str)> {
        let path = self.path.clone().key(key);
        let rule: &'a Value = self.rule;
        let items = list(rule, key).iter().enumerate();
        items
            .filter_map(|(index, name)| Some((path.clone().index(index), name.as_str()?)))
            .collect()
    }

    fn report(&mut self, code: &'static Code, path: &FieldPath, message: String, help: &str) {
        self.found.push(self.instance.problem(code, path, message).help(help));
    }
}
