//! Skills: from places that the agent, or the start program, can bring them from.

use std::collections::BTreeMap;

use crate::{
    diagnostic::{
        Diagnostic,
        catalogue::rules::{NO_EFFECT, SKILL_NAME, SKILL_SOURCE},
    },
    field::text,
    resolve::{Instance, rules::at},
    skill::Source,
};

pub(super) fn check(instance: &Instance, found: &mut Vec<Diagnostic>) {
    const FIELD: &str = "spec.skills";
    let mut names = BTreeMap::new();
    for (index, skill) in instance.list(FIELD).iter().enumerate() {
        let path = at(FIELD).index(index);
        let (source, version) = (text(skill, "source"), text(skill, "version"));
        let parsed = match Source::parse(source, version) {
            Ok(parsed) => parsed,
            Err(refusal) => {
                let message = format!("the source {}", refusal.message);
                let problem = instance.problem(&SKILL_SOURCE, &path.key("source"), message);
                let problem = problem.help(refusal.help);
                // It may hold a password.
                found.push(if source.contains('@') { problem.secret() } else { problem });
                continue;
            }
        };
        if !version.is_empty() && !parsed.has_versions() {
            let message = format!("`{source}` is brought as it is, and not at version `{version}`");
            let problem = instance.problem(&NO_EFFECT, &path.clone().key("version"), message);
            found.push(problem.help(
                "leave it out, or name a commit of a repository with `git+https://…@COMMIT`",
            ));
        }
        let Some(name) = parsed.name() else { continue };
        if let Some(other) = names.insert(name.clone(), source) {
            let message = format!("`{source}` and `{other}` both become the skill `{name}`");
            let path = path.key("source");
            found.push(
                instance
                    .problem(&SKILL_NAME, &path, message)
                    .help("keep one of them, or rename the ConfigMap or the directory"),
            );
        }
    }
}
