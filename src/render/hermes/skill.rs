//! Skills of an instance: what is mounted for them, and what the start program is told.

use serde_json::{Value, json};

use crate::{field::text, skill::Source};

/// What the templates need of `spec.skills`: `tasks` of the start program, `maps` and `images` to mount, and the
/// `directories` that the agent has to look into.
///
/// # Errors
/// A source that skills cannot be had from.
pub fn skills(given: &Value) -> Result<Value, String> {
    let (mut tasks, mut maps, mut images) = (Vec::new(), Vec::new(), Vec::new());
    for skill in given.as_array().into_iter().flatten() {
        let (source, version) = (text(skill, "source"), text(skill, "version"));
        let parsed = Source::parse(source, version)
            .map_err(|refusal| format!("the source of a skill {}", refusal.message))?;
        let name = parsed.name();
        match parsed {
            Source::ConfigMap(map) => {
                let at = format!("/etc/petasos-skills/{}", maps.len());
                tasks.push(json!({"name": name, "from": at}));
                maps.push(json!({"volume": format!("petasos-skill-{}", maps.len()), "at": at, "name": map}));
            }
            Source::Image(reference) => {
                let at = format!("/opt/petasos-skills/{}", images.len());
                images.push(json!({"volume": format!("petasos-skills-{}", images.len()), "at": at, "reference": reference}));
            }
            Source::Git { repository, revision, directory } => tasks.push(json!({
                "name": name, "repository": repository, "revision": revision, "directory": directory,
            })),
            Source::Hub(identifier) => tasks.push(json!({ "hub": identifier })),
        }
    }
    let mut directories = Vec::new();
    if tasks.iter().any(|task| task.get("hub").is_none()) {
        directories.push("/opt/data/.petasos/skills");
    }
    if !images.is_empty() {
        directories.push("/opt/petasos-skills");
    }
    Ok(json!({"tasks": tasks, "maps": maps, "images": images, "directories": directories}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_source_has_its_way() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        let found = skills(&json!([
            {"source": "configmap:notes"},
            {"source": "oci://r.example.com/skills", "version": "1"},
            {"source": "git+https://h/a/tools.git", "version": commit},
            {"source": "official/productivity/plan"},
        ]))
        .unwrap();
        assert_eq!(found["maps"][0]["name"], "notes");
        assert_eq!(found["images"][0]["reference"], "r.example.com/skills:1");
        assert_eq!(found["tasks"][1]["name"], "tools");
        assert_eq!(found["tasks"][2], json!({"hub": "official/productivity/plan"}));
        assert_eq!(found["directories"].as_array().map(Vec::len), Some(2));
    }

    #[test]
    fn no_skills_need_nothing_and_a_package_is_refused() {
        assert_eq!(skills(&Value::Null).unwrap()["directories"], json!([]));
        assert!(
            skills(&json!([{"source": "pandas-skill"}])).unwrap_err().contains("Python package")
        );
    }
}
