//! Rights in the cluster: what a role or a binding allows now and did not before.

use serde_json::Value;

use crate::{
    diagnostic::catalogue::change::ACCESS_WIDENED,
    field,
    risk::{Risk, Sides, listed},
};

const GROUP: &str = "rbac.authorization.k8s.io";

pub(super) fn find(sides: &Sides<'_>, risks: &mut Vec<Risk>) {
    if sides.is(GROUP, &["Role", "ClusterRole"]) {
        rules(sides, risks);
    } else if sides.is(GROUP, &["RoleBinding", "ClusterRoleBinding"]) {
        subjects(sides, risks);
    }
}

/// One thing that a rule allows.
#[derive(PartialEq, Eq)]
struct Right<'a> {
    verb: &'a str,
    group: &'a str,
    /// A resource, or a path where there is no group of resources.
    resource: &'a str,
    /// The one object that it is limited to.
    name: Option<&'a str>,
}

impl Right<'_> {
    fn covers(&self, other: &Right<'_>) -> bool {
        let is = |mine: &str, theirs: &str| mine == "*" || mine == theirs;
        is(self.verb, other.verb)
            && is(self.group, other.group)
            && is(self.resource, other.resource)
            && (self.name.is_none() || self.name == other.name)
    }

    fn title(&self) -> String {
        let Right { verb, group, resource, name } = self;
        let dot = if group.is_empty() { "" } else { "." };
        let name = name.map_or_else(String::new, |name| format!("/{name}"));
        format!("{verb} {resource}{dot}{group}{name}")
    }
}

fn rules(sides: &Sides<'_>, risks: &mut Vec<Risk>) {
    let before = rights(sides.old);
    let is_new = |right: &&Right<'_>| !before.iter().any(|known| known.covers(right));
    let after = rights(sides.new);
    let mut new: Vec<String> = after.iter().filter(is_new).map(Right::title).collect();
    new.dedup();
    if !new.is_empty() {
        let message = format!("it allows {}", listed(&new));
        risks.push(Risk::new(&ACCESS_WIDENED, message).at("rules"));
    }
}

/// Every right of a role. Rules multiply, so no more are looked at than a role can be read for.
fn rights(role: &Value) -> Vec<Right<'_>> {
    const MOST: usize = 2_000;
    let rules = field::list(role, "rules").iter();
    rules.flat_map(of_rule).take(MOST).collect()
}

fn of_rule(rule: &Value) -> impl Iterator<Item = Right<'_>> {
    let texts = |key| field::list(rule, key).iter().filter_map(Value::as_str);
    let mut names: Vec<Option<&str>> = texts("resourceNames").map(Some).collect();
    if names.is_empty() {
        names.push(None);
    }
    texts("verbs").flat_map(move |verb| {
        let names = names.clone();
        let resources = texts("apiGroups").flat_map(move |group| {
            let names = names.clone();
            texts("resources").flat_map(move |resource| {
                let names = names.clone();
                names.into_iter().map(move |name| Right { verb, group, resource, name })
            })
        });
        let paths = texts("nonResourceURLs").map(move |resource| Right {
            verb,
            group: "",
            resource,
            name: None,
        });
        resources.chain(paths)
    })
}

fn subjects(sides: &Sides<'_>, risks: &mut Vec<Risk>) {
    let before = field::list(sides.old, "subjects");
    let new: Vec<String> = field::list(sides.new, "subjects")
        .iter()
        .filter(|subject| !before.contains(subject))
        .map(|subject| format!("{} {}", field::text(subject, "kind"), field::text(subject, "name")))
        .collect();
    let (was, is) = sides.texts("/roleRef/name");
    let Some(role) = is else { return };
    if was.is_some() && was != is {
        let message = format!("its subjects get the role {role}");
        risks.push(Risk::new(&ACCESS_WIDENED, message).at("roleRef.name"));
    } else if !new.is_empty() {
        let message = format!("{} gets the role {role}", listed(&new));
        risks.push(Risk::new(&ACCESS_WIDENED, message).at("subjects"));
    }
}
