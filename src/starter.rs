//! A repository to begin with: an instance, a project file, and what the forge runs.

use crate::{
    api,
    changeset::Files,
    document::Document,
    object::{Format, to_text},
    project::FILE,
};

/// Where the repository is at home, as far as it can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forge {
    /// GitHub, or what runs its workflows.
    GitHub,
    /// GitLab.
    GitLab,
    /// Gitea and Forgejo.
    Gitea,
}

const INSTANCE: &str = "\
apiVersion: hermes.agent/v1
kind: HermesInstance
metadata:
  name: demo
spec:
  image:
    tag: v2026.7.20
  model:
    provider: openrouter
    name: anthropic/claude-opus-4.6
  env:
  - name: OPENROUTER_API_KEY
    valueFrom:
      secretKeyRef:
        name: demo-keys
        key: OPENROUTER_API_KEY
  storage:
    persistence:
      size: 5Gi
";

const PROJECT: &str = "\
# `petasos schema --project` prints every field.
sources: [agents]
targets:
- name: production
  branch: rendered/production
  namespace: agents
";

const STEPS: &str = "\
# The runner needs `petasos` and `git` on its path.
";

const WORKFLOW: &str = "\
name: petasos
on:
  pull_request:
  push:
    branches: [main]
jobs:
  validate:
    runs-on: ubuntu-latest
    steps:
    - uses: actions/checkout@v5
    - run: petasos validate --target production --output github
  commit:
    if: github.event_name == 'push'
    needs: validate
    runs-on: ubuntu-latest
    permissions:
      contents: write
    steps:
    - uses: actions/checkout@v5
      with:
        fetch-depth: 0
    - run: petasos commit --push --create-branch
";

const PIPELINE: &str = "\
petasos-validate:
  script:
  - petasos validate --target production

petasos-commit:
  rules:
  - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  variables:
    GIT_DEPTH: \"0\"
    # A project access token that may write, in a file variable.
    PETASOS_GIT_PASSWORD_FILE: $PETASOS_TOKEN_FILE
  script:
  - petasos commit --push \"$CI_PROJECT_URL.git\" --create-branch
";

impl Forge {
    /// The forge of an address, or of what the repository holds already.
    pub fn of(address: Option<&str>, has: impl Fn(&str) -> bool) -> Option<Self> {
        let address = address.unwrap_or_default();
        if has(".gitea")
            || has(".forgejo")
            || address.contains("gitea")
            || address.contains("codeberg")
        {
            Some(Forge::Gitea)
        } else if has(".gitlab-ci.yml") || address.contains("gitlab") {
            Some(Forge::GitLab)
        } else if has(".github") || address.contains("github") {
            Some(Forge::GitHub)
        } else {
            None
        }
    }

    fn file(self) -> (&'static str, String) {
        match self {
            Forge::GitHub => (".github/workflows/petasos.yaml", format!("{STEPS}{WORKFLOW}")),
            Forge::Gitea => (".gitea/workflows/petasos.yaml", format!("{STEPS}{WORKFLOW}")),
            Forge::GitLab => (".gitlab-ci.yml", format!("{STEPS}{PIPELINE}")),
        }
    }
}

/// The files to begin with. `found` are the documents of a repository that is moved from; without any, there is a demo.
pub fn files(forge: Option<Forge>, found: &[Document]) -> Files {
    let mut files = Files::from([(FILE.to_owned(), PROJECT.to_owned())]);
    let ours = found.iter().filter(|document| api::is_ours(document));
    for document in ours {
        let name = [document.namespace(), Some(document.name())];
        let name: Vec<&str> = name.into_iter().flatten().collect();
        let kind = if api::is_instance(document) {
            String::new()
        } else {
            format!("{}-", document.kind().to_lowercase())
        };
        let stem: String = format!("{kind}{}", name.join("-"))
            .chars()
            .map(
                |letter| if letter.is_ascii_alphanumeric() || letter == '.' { letter } else { '-' },
            )
            .collect();
        let path = format!("agents/{}.yaml", stem.trim_start_matches('.'));
        let text = to_text(&document.value, Format::Yaml);
        files.entry(path).and_modify(|all| *all = format!("{all}---\n{text}")).or_insert(text);
    }
    if files.len() == 1 {
        files.insert("agents/demo.yaml".to_owned(), INSTANCE.to_owned());
    }
    files.extend(forge.map(|forge| {
        let (path, text) = forge.file();
        (path.to_owned(), text)
    }));
    files
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_forge_is_seen() {
        let nothing = |_: &str| false;
        assert_eq!(Forge::of(Some("git@github.com:a/b"), nothing), Some(Forge::GitHub));
        assert_eq!(Forge::of(Some("https://gitlab.example.com/a/b"), nothing), Some(Forge::GitLab));
        assert_eq!(Forge::of(None, |name| name == ".gitea"), Some(Forge::Gitea));
        assert_eq!(Forge::of(Some("https://git.example.com/a"), nothing), None);
    }

    #[test]
    fn what_is_moved_from_takes_the_place_of_the_demo() {
        let instance = |namespace: &str| {
            Document::from_value(json!({
                "apiVersion": "hermes.agent/v1", "kind": "HermesInstance",
                "metadata": { "name": "a", "namespace": namespace },
            }))
        };
        let other = Document::from_value(json!({ "apiVersion": "v1", "kind": "Secret" }));
        let files = files(None, &[instance("x"), instance("y"), other]);
        assert_eq!(files.keys().collect::<Vec<_>>(), ["agents/x-a.yaml", "agents/y-a.yaml", FILE]);
    }

    #[test]
    fn the_project_file_can_be_read() {
        let text = files(None, &[]).remove(FILE).unwrap_or_default();
        let source = std::sync::Arc::new(crate::diagnostic::Source { name: FILE.to_owned(), text });
        let mut report = Vec::new();
        assert!(crate::project::Project::read(&source, &mut report).is_some(), "{report:?}");
        assert_eq!(report, []);
    }
}
