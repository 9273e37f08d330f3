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

/// The steps that bring this version of petasos to a runner that does not have it.
macro_rules! install {
    () => {
        concat!(
            "    - uses: actions/cache@v4
      with:
        path: ~/.cargo/bin/petasos
        key: petasos-",
            env!("CARGO_PKG_VERSION"),
            "-${{ runner.os }}-${{ runner.arch }}
    - name: Install petasos where it is missing
      run: command -v petasos || cargo install --locked --tag v",
            env!("CARGO_PKG_VERSION"),
            " --git \"${PETASOS_REPOSITORY:?is to be set as a variable of the repository}\" petasos
"
        )
    };
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

const VARIABLE: &str = "\
# Needs the variable PETASOS_REPOSITORY: the address of the Git repository of petasos, from which it is compiled once. Set it in
# the settings of this repository, under Actions, Variables. The runner needs cargo for that, or petasos on its path.
";

const WORKFLOW: &str = concat!(
    "\
name: petasos
on:
  pull_request:
  push:
    branches: [main]
env:
  PETASOS_REPOSITORY: ${{ vars.PETASOS_REPOSITORY }}
jobs:
  validate:
    runs-on: ubuntu-latest
    steps:
    - uses: actions/checkout@v5
",
    install!(),
    "    - run: petasos validate --target production --output github
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
",
    install!(),
    "    - run: petasos commit --push --create-branch
"
);

const PIPELINE: &str = "\
# Needs two CI/CD variables of the project: PETASOS_IMAGE, an image that has petasos and a shell, and PETASOS_TOKEN_FILE, of the
# type File, with a project access token that may write to the repository.
.petasos:
  image:
    name: $PETASOS_IMAGE
    entrypoint: [\"\"]

petasos-validate:
  extends: .petasos
  script:
  - petasos validate --target production

petasos-commit:
  extends: .petasos
  needs: [petasos-validate]
  rules:
  - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  variables:
    GIT_DEPTH: \"0\"
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

    /// The file that it runs.
    pub fn path(self) -> &'static str {
        match self {
            Forge::GitHub => ".github/workflows/petasos.yaml",
            Forge::Gitea => ".gitea/workflows/petasos.yaml",
            Forge::GitLab => ".gitlab-ci.yml",
        }
    }

    /// The variables that have to be set there before it runs.
    pub fn variables(self) -> &'static [&'static str] {
        match self {
            Forge::GitHub | Forge::Gitea => &["PETASOS_REPOSITORY"],
            Forge::GitLab => &["PETASOS_IMAGE", "PETASOS_TOKEN_FILE"],
        }
    }

    fn text(self) -> String {
        match self {
            Forge::GitHub | Forge::Gitea => format!("{VARIABLE}{WORKFLOW}"),
            Forge::GitLab => PIPELINE.to_owned(),
        }
    }
}

/// The files to begin with. `found` are the documents of a repository that is moved from; without any, there is a demo.
pub fn files(forge: Option<Forge>, found: &[Document]) -> Files {
    let mut files = Files::from([(FILE.to_owned(), PROJECT.into())]);
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
        files
            .entry(path)
            .and_modify(|all| *all = format!("{all}---\n{text}").into())
            .or_insert_with(|| text.as_str().into());
    }
    if files.len() == 1 {
        files.insert("agents/demo.yaml".to_owned(), INSTANCE.into());
    }
    files.extend(forge.map(|forge| (forge.path().to_owned(), forge.text().into())));
    files
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::diagnostic::{Diagnostic, Level, Source};

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

    /// What the forge reads of what it runs.
    fn read(forge: Forge) -> serde_json::Value {
        let text = files(Some(forge), &[])[forge.path()].to_string();
        let (comment, rest): (Vec<&str>, Vec<&str>) =
            text.lines().partition(|line| line.starts_with('#'));
        for variable in forge.variables() {
            let names = |line: &&str| line.contains(variable);
            assert!(comment.iter().any(names) && rest.iter().any(names), "{text}");
        }
        let source = std::sync::Arc::new(Source { name: String::new(), text });
        let mut report = Vec::new();
        let documents = crate::document::read(&source, &mut report);
        // YAML 1.1 reads the key `on` as true, which forges know.
        let is_error = |one: &Diagnostic| one.level() == Level::Error;
        assert!(!report.iter().any(is_error), "{report:?}");
        documents[0].value.clone()
    }

    #[test]
    fn each_job_has_petasos_before_it_calls_it() {
        for forge in [Forge::GitHub, Forge::Gitea] {
            let workflow = read(forge);
            for job in ["validate", "commit"] {
                let steps = workflow["jobs"][job]["steps"].as_array().unwrap();
                let runs: Vec<&str> =
                    steps.iter().filter_map(|step| step.get("run")?.as_str()).collect();
                assert!(runs[0].contains("cargo install --locked --tag v"), "{runs:?}");
                assert!(runs[1].starts_with("petasos "), "{runs:?}");
            }
        }
        let pipeline = read(Forge::GitLab);
        for job in ["petasos-validate", "petasos-commit"] {
            assert_eq!(pipeline[job]["extends"], ".petasos");
        }
        assert_eq!(pipeline[".petasos"]["image"]["name"], "$PETASOS_IMAGE");
    }

    #[test]
    fn the_project_file_can_be_read() {
        let text = files(None, &[])[FILE].to_string();
        let source = std::sync::Arc::new(Source { name: FILE.to_owned(), text });
        let mut report = Vec::new();
        assert!(crate::project::Project::read(&source, &mut report).is_some(), "{report:?}");
        assert_eq!(report, []);
    }
}
