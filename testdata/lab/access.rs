//! What an account may do: every verb on every resource is asked of the API server, and the answers are held against a table.
//!
//! A table is a file in `access/`. What it does not list must be refused.

use std::{collections::BTreeSet, fs};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

use crate::case::run;
use crate::lab::{
    Lab, Test,
    agent::instance::{Agent, render},
    cluster::Cluster,
    golden::root,
    namespace::{Apply, Namespace, soon},
    sources,
};

pub(crate) const TESTS: &[Test] = &[
    ("access::an_agent_may_do_what_its_rules_list", an_agent_may_do_what_its_rules_list),
    ("access::people_get_rights_on_our_kinds", people_get_rights_on_our_kinds),
    ("access::only_the_agents_container_has_the_token", only_the_agents_container_has_the_token),
];

/// Every verb that means something to an authorizer of Kubernetes.
const VERBS: &[&str] = &[
    "approve",
    "bind",
    "create",
    "delete",
    "deletecollection",
    "escalate",
    "get",
    "impersonate",
    "list",
    "patch",
    "update",
    "use",
    "watch",
];

/// A namespace that no rule names.
const ELSEWHERE: &str = "kube-system";

fn an_agent_may_do_what_its_rules_list(lab: &Lab) -> Result<()> {
    let case = root().join("testdata/cases/hermes-access/in.yaml");
    let instances = fs::read_to_string(case)?;
    for cluster in lab.apis()? {
        let namespace = cluster.namespace("rights")?;
        let instances = instances.replace("namespace: agents", "");
        namespace.apply(&render(&instances, &namespace.name)?, Apply::default())?;
        expect_rights(&namespace, "watcher", "watcher")?;
        expect_rights(&namespace, "guests", "guest")?;
        expect_rights(&namespace, "default", "nobody")?;
    }
    Ok(())
}

/// The cluster's own roles, each bound to a person in one namespace, with and without ours.
fn people_get_rights_on_our_kinds(lab: &Lab) -> Result<()> {
    let [cluster, _] = lab.apis()?;
    let namespace = cluster.namespace("people")?;
    for role in ["view", "edit", "admin"] {
        let binding = json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
            "metadata": {"name": role},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": role}],
        });
        namespace.apply_one(&binding, Apply::default())?.object()?;
    }
    let roles = run(&root(), &["crds", "--roles"], "")
        .map_err(|failed| anyhow::anyhow!("{}", failed.message().unwrap_or_default()))?;
    namespace.apply(&String::from_utf8(roles.stdout)?, Apply::default())?;

    let ask = |user: &str, verb: &str, resource: &str| {
        let who = Account { user: user.to_owned(), groups: Vec::new() };
        let resource = Resource { group: "hermes.agent".to_owned(), name: resource.to_owned() };
        who.may(cluster, Some(&namespace.name), &resource, verb, "")
    };
    // The controller of the cluster puts the roles together soon after, one by one.
    for (person, verb) in [("view", "get"), ("edit", "create"), ("admin", "deletecollection")] {
        soon(|| {
            ensure!(ask(person, verb, "hermesinstances")?, "the role {person} is not put together");
            Ok(())
        })?;
    }
    for (verb, least) in [
        ("get", "view"),
        ("list", "view"),
        ("watch", "view"),
        ("create", "edit"),
        ("update", "edit"),
        ("patch", "edit"),
        ("delete", "edit"),
        ("deletecollection", "admin"),
    ] {
        let people = ["view", "edit", "admin"];
        let first = people.iter().position(|person| *person == least);
        for resource in ["hermesinstances", "hermesselfconfigs"] {
            for (index, person) in people.into_iter().enumerate() {
                let expected = Some(index) >= first;
                let allowed = ask(person, verb, resource)?;
                assert_eq!(allowed, expected, "{person} {verb} {resource}");
            }
        }
    }
    Ok(())
}

/// The token works where the agent runs, and is not where a sidecar runs, nor is what else the agent has. Where an instance has
/// all containers share their processes, it is: so says P3617.
fn only_the_agents_container_has_the_token(lab: &Lab) -> Result<()> {
    let mut agent = Agent::prepare(lab, "token")?;
    agent.instance["spec"]["security"]["rbac"]["rules"] =
        json!([{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}]);
    agent.instance["spec"]["sidecars"] = json!([{
        "name": "beside", "image": "nousresearch/hermes-agent:v2026.7.20",
        "command": ["sh", "-c", "trap exit TERM; sleep infinity & wait"],
    }]);
    agent.apply()?;
    let program = fs::read_to_string(sources().join("access/ask.py"))?;
    let ask = |resource: &str| {
        let command = ["/opt/hermes/.venv/bin/python", "-c", &program, resource];
        let answer = agent.namespace.exec_in("pod/agent-0", "hermes", &command)?;
        Ok::<_, anyhow::Error>(answer.trim().to_owned())
    };
    assert_eq!(ask("pods")?, "200");
    assert_eq!(ask("secrets")?, "403");
    let listed =
        agent.namespace.exec_in("pod/agent-0", "beside", &["ls", "/var/run/secrets"]).err();
    assert!(format!("{listed:?}").contains("No such file"), "{listed:?}");
    assert_eq!(agent.seen_from("beside", "API_SERVER_KEY")?, "");
    agent.instance["spec"]["shareProcessNamespace"] = true.into();
    agent.apply()?;
    assert_eq!(agent.seen_from("beside", "API_SERVER_KEY")?, "token variable volume");
    Ok(())
}

/// Who asks.
struct Account {
    user: String,
    groups: Vec<String>,
}

/// Asks about everything, and compares with the table of this name.
pub(crate) fn expect_rights(namespace: &Namespace<'_>, account: &str, table: &str) -> Result<()> {
    let cluster = namespace.cluster;
    let who = Account {
        user: format!("system:serviceaccount:{}:{account}", namespace.name),
        groups: vec![
            "system:serviceaccounts".to_owned(),
            format!("system:serviceaccounts:{}", namespace.name),
            "system:authenticated".to_owned(),
        ],
    };
    let text = fs::read_to_string(sources().join("access").join(table))?;
    let everyone = fs::read_to_string(sources().join("access/everyone"))?;
    let grants: Vec<Grant> = [text.as_str(), &everyone]
        .into_iter()
        .flat_map(str::lines)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(Grant::parse)
        .collect::<Result<_>>()?;
    // The authorizer hears of roles and bindings a moment after they are there.
    for grant in &grants {
        let (place, verb) = ((!grant.everywhere).then_some(&*namespace.name), &grant.verbs[0]);
        soon(|| {
            let allowed = who.may(cluster, place, &grant.resource, verb, &grant.name)?;
            ensure!(allowed, "{} may not {verb} {:?}", who.user, grant.resource);
            Ok(())
        })?;
    }
    let mut resources = discovered(cluster)?;
    ensure!(resources.len() > 100, "{} resources: the others are not found", resources.len());
    resources.extend(grants.iter().map(|grant| grant.resource.clone()));

    let mut wrong = Vec::new();
    for resource in &resources {
        for verb in VERBS {
            for place in [Some(namespace.name.as_str()), Some(ELSEWHERE), None] {
                let here = place == Some(namespace.name.as_str());
                let expected = grants.iter().any(|grant| grant.covers(resource, verb, here));
                let allowed = who.may(cluster, place, resource, verb, "")?;
                if allowed != expected {
                    wrong.push(format!("{verb} {resource:?} in {place:?}: {allowed}"));
                }
            }
        }
    }
    for grant in grants.iter().filter(|grant| !grant.name.is_empty()) {
        for verb in VERBS {
            let expected = grant.verbs.iter().any(|granted| granted == verb);
            let place = Some(namespace.name.as_str());
            if who.may(cluster, place, &grant.resource, verb, &grant.name)? != expected {
                wrong.push(format!("{verb} {:?} {}: {}", grant.resource, grant.name, !expected));
            }
        }
    }
    ensure!(
        wrong.is_empty(),
        "{} is answered otherwise than {table} says:\n{}",
        who.user,
        wrong.join("\n")
    );
    Ok(())
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Resource {
    group: String,
    name: String,
}

/// A line of a table: WHERE GROUP RESOURCE VERBS [NAME].
struct Grant {
    everywhere: bool,
    resource: Resource,
    verbs: Vec<String>,
    name: String,
}

impl Grant {
    fn parse(line: &str) -> Result<Self> {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let [place, group, resource, verbs, name @ ..] = &columns[..] else {
            bail!("not a row: {line}")
        };
        let group = if *group == "core" { "" } else { group };
        Ok(Self {
            everywhere: match *place {
                "everywhere" => true,
                "here" => false,
                _ => bail!("neither here nor everywhere: {line}"),
            },
            resource: Resource { group: group.to_owned(), name: (*resource).to_owned() },
            verbs: verbs.split(',').map(str::to_owned).collect(),
            name: name.first().copied().unwrap_or_default().to_owned(),
        })
    }

    /// Whether it allows a verb on objects of every name.
    fn covers(&self, resource: &Resource, verb: &str, here: bool) -> bool {
        (self.everywhere || here)
            && self.name.is_empty()
            && self.resource == *resource
            && self.verbs.iter().any(|granted| granted == verb)
    }
}

impl Account {
    fn may(
        &self,
        cluster: &Cluster,
        namespace: Option<&str>,
        resource: &Resource,
        verb: &str,
        name: &str,
    ) -> Result<bool> {
        let (resource_name, subresource) =
            resource.name.split_once('/').unwrap_or((&resource.name, ""));
        let review = json!({
            "apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
            "spec": {"user": self.user, "groups": self.groups, "resourceAttributes": {
                "group": resource.group, "resource": resource_name, "subresource": subresource,
                "verb": verb, "namespace": namespace, "name": name,
            }},
        });
        let path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
        let answer = cluster.client.send("POST", path, "application/json", &review.to_string())?;
        answer.object()?["status"]["allowed"].as_bool().context("a review without an answer")
    }
}

/// Everything that the API serves, subresources too.
fn discovered(cluster: &Cluster) -> Result<BTreeSet<Resource>> {
    let groups = cluster.client.get("/apis")?;
    let preferred = groups["groups"].as_array().into_iter().flatten();
    let mut versions: Vec<(String, String)> = preferred
        .filter_map(|group| {
            let version = group["preferredVersion"]["groupVersion"].as_str()?;
            Some((group["name"].as_str()?.to_owned(), format!("/apis/{version}")))
        })
        .collect();
    versions.push((String::new(), "/api/v1".to_owned()));
    let mut found = BTreeSet::new();
    for (group, path) in versions {
        // Definitions that another test installs meanwhile are listed a moment before they are served.
        let list = soon(|| cluster.client.get(&path))?;
        let resources = list["resources"].as_array().into_iter().flatten();
        let names = resources.filter_map(|resource: &Value| resource["name"].as_str());
        found.extend(names.map(|name| Resource { group: group.clone(), name: name.to_owned() }));
    }
    Ok(found)
}
