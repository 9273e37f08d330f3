//! Where a skill comes from, as `spec.skills[].source` says it.

/// A source that can be had when the agent starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A ConfigMap of the namespace, by its name: the files of one skill.
    ConfigMap(String),
    /// An image that holds skills as files.
    Image(String),
    /// One commit of a Git repository.
    Git {
        /// The address, without the commit.
        repository: String,
        /// The commit, 40 hexadecimal digits.
        revision: String,
        /// The directory in it; empty for all of it.
        directory: String,
    },
    /// What the agent's own installer takes.
    Hub(String),
}

/// Why a source cannot be had, and what to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub message: String,
    /// What to write.
    pub help: String,
}

/// Every form that there is.
const FORMS: &str = "write `configmap:NAME`, `oci://IMAGE`, `git+https://HOST/PATH@COMMIT`, `official/CATEGORY/NAME`, `OWNER/REPOSITORY/PATH`, or the address of a SKILL.md";

/// Registries of the agent's installer, which stand before the name of a skill there.
const REGISTRIES: &[&str] = &["browse-sh", "clawhub", "lobehub", "official", "skills-sh"];

impl Source {
    /// Reads a source and the version beside it. A version that the source has no use for is left to the caller.
    ///
    /// # Errors
    /// The agent cannot get a skill from there.
    pub fn parse(source: &str, version: &str) -> Result<Self, Refusal> {
        if source.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
            return Err(refusal("has blanks in it", FORMS));
        }
        if let Some(name) = source.strip_prefix("configmap:") {
            return config_map(name);
        }
        if let Some(image) = source.strip_prefix("oci://") {
            return self::image(image, version);
        }
        if let Some(address) = source.strip_prefix("git+") {
            return git(address, version);
        }
        hub(source)
    }

    /// What the directory of the skill is called, for a source that the start program copies.
    pub fn name(&self) -> Option<String> {
        match self {
            Source::ConfigMap(name) => Some(name.clone()),
            Source::Git { repository, directory, .. } => {
                let path = if directory.is_empty() { repository } else { directory };
                let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
                Some(last.trim_end_matches(".git").to_owned())
            }
            Source::Image(_) | Source::Hub(_) => None,
        }
    }

    /// Whether a version beside the source says what to get.
    pub fn has_versions(&self) -> bool {
        matches!(self, Source::Image(_) | Source::Git { .. })
    }
}

fn refusal(message: &str, help: impl Into<String>) -> Refusal {
    Refusal { message: message.to_owned(), help: help.into() }
}

fn config_map(name: &str) -> Result<Source, Refusal> {
    let is_name = !name.is_empty()
        && name.len() <= 253
        && name.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.')
        });
    if is_name {
        Ok(Source::ConfigMap(name.to_owned()))
    } else {
        Err(refusal("names no ConfigMap", "write the name of one after `configmap:`"))
    }
}

fn image(image: &str, version: &str) -> Result<Source, Refusal> {
    let last = image.rsplit('/').next().unwrap_or_default();
    let is_tagged = image.contains('@') || last.contains(':');
    match (is_tagged, version) {
        _ if image.is_empty() || image.ends_with([':', '@', '/']) => {
            Err(refusal("names no image", "write the image and its tag after `oci://`"))
        }
        (true, _) => Ok(Source::Image(image.to_owned())),
        (false, "") => Err(refusal(
            "says no version",
            format!("write the digest, `oci://{image}@sha256:…`, or a tag"),
        )),
        (false, digest) if digest.starts_with("sha256:") => {
            Ok(Source::Image(format!("{image}@{digest}")))
        }
        (false, tag) => Ok(Source::Image(format!("{image}:{tag}"))),
    }
}

/// The form of Python's installer: `https://host/path@commit#subdirectory=path`.
fn git(address: &str, version: &str) -> Result<Source, Refusal> {
    if !address.starts_with("https://") {
        return Err(refusal(
            "is reached with a key, which the agent does not have when it starts",
            "write `git+https://…`, or put the skill into a ConfigMap or an image",
        ));
    }
    let (address, fragment) = address.split_once('#').unwrap_or((address, ""));
    let directory = match fragment.strip_prefix("subdirectory=") {
        Some(directory) => directory,
        None if fragment.is_empty() => "",
        None => {
            return Err(refusal("has a `#` that says no directory", "write `#subdirectory=PATH`"));
        }
    };
    let path_begins = "https://".len();
    let at = address[path_begins..].rfind('@').map(|at| at + path_begins);
    let (repository, revision) = match at.filter(|at| address[path_begins..*at].contains('/')) {
        Some(at) => (&address[..at], &address[at + 1..]),
        None => (address, version),
    };
    if address[path_begins..].split('/').next().is_some_and(|host| host.contains('@')) {
        return Err(refusal(
            "holds a user or a password",
            "put a skill of a private repository into a ConfigMap or an image",
        ));
    }
    if repository.trim_end_matches('/').rsplit('/').next().is_none_or(str::is_empty)
        || !repository["https://".len()..].trim_end_matches('/').contains('/')
    {
        return Err(refusal("names no repository", "write `git+https://HOST/PATH@COMMIT`"));
    }
    let is_commit = revision.len() == 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_commit {
        return Err(refusal(
            "says no commit, so each start could bring another skill",
            format!("write `git+{repository}@` and the 40 digits of a commit"),
        ));
    }
    let is_inside = !directory.starts_with('/') && directory.split('/').all(|part| part != "..");
    if !is_inside {
        return Err(refusal("leads out of the repository", "write a path inside of it"));
    }
    Ok(Source::Git {
        repository: repository.to_owned(),
        revision: revision.to_ascii_lowercase(),
        directory: directory.trim_matches('/').to_owned(),
    })
}

/// What the agent's installer takes: the address of a file, or the parts of a path.
fn hub(source: &str) -> Result<Source, Refusal> {
    let found = || Ok(Source::Hub(source.to_owned()));
    if source.starts_with("https://") || source.starts_with("http://") {
        let path = source.split(['?', '#']).next().unwrap_or_default();
        let is_file = path.to_ascii_lowercase().ends_with(".md");
        return if is_file || path.contains("/.well-known/skills/") {
            found()
        } else {
            let help = "write the address of the SKILL.md itself, or `git+https://…@COMMIT`";
            Err(refusal("is no address of a SKILL.md", help))
        };
    }
    if source.strip_prefix("well-known:").is_some_and(|address| address.contains("://")) {
        return found();
    }
    if source.starts_with(['/', '.', '~']) {
        let help = "mount the directory with `spec.extraVolumes`, and name the one above it in `config.raw.skills.external_dirs`";
        return Err(refusal("is a path, and nothing is installed from there", help));
    }
    let parts: Vec<_> = source.split('/').collect();
    let is_part = |part: &&str| {
        !part.is_empty()
            && **part != *".."
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    let enough = if REGISTRIES.contains(&parts[0]) && parts[0] != "official" { 2 } else { 3 };
    match parts.iter().all(is_part) {
        true if parts.len() >= enough => found(),
        true if parts.len() == 2 => Err(refusal(
            "is a repository, and not a skill in it",
            format!("write `{source}/` and the path of the directory that holds its SKILL.md"),
        )),
        _ => Err(refusal("is a Python package or unknown to the agent's installer", FORMS)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    #[track_caller]
    fn refused(source: &str, version: &str, part: &str) {
        let refusal = Source::parse(source, version).unwrap_err();
        assert!(refusal.message.contains(part), "{source}: {refusal:?}");
    }

    #[test]
    fn sources_that_can_be_had() {
        for hub in [
            "official/productivity/notes",
            "anthropics/skills/skills/pdf",
            "skills-sh/some-skill",
            "clawhub/some-skill",
            "https://example.com/notes/SKILL.md",
            "https://example.com/.well-known/skills/notes",
            "well-known:https://example.com/notes",
        ] {
            assert_eq!(Source::parse(hub, ""), Ok(Source::Hub(hub.to_owned())));
        }
        let image = Source::Image("r.example.com:5000/skills:1".to_owned());
        assert_eq!(Source::parse("oci://r.example.com:5000/skills:1", ""), Ok(image.clone()));
        assert_eq!(Source::parse("oci://r.example.com:5000/skills", "1"), Ok(image));
        assert_eq!(
            Source::parse("configmap:notes.v2", ""),
            Ok(Source::ConfigMap("notes.v2".to_owned()))
        );
    }

    #[test]
    fn a_commit_stands_in_the_source_or_beside_it() {
        let source = |directory: &str| Source::Git {
            repository: "https://git.example.com/a/b.git".to_owned(),
            revision: COMMIT.to_owned(),
            directory: directory.to_owned(),
        };
        let address = "git+https://git.example.com/a/b.git";
        assert_eq!(Source::parse(&format!("{address}@{COMMIT}"), ""), Ok(source("")));
        assert_eq!(Source::parse(address, COMMIT), Ok(source("")));
        let inside = format!("{address}@{COMMIT}#subdirectory=x/y/");
        assert_eq!(Source::parse(&inside, ""), Ok(source("x/y")));
    }

    #[test]
    fn sources_that_cannot_be_had_say_why() {
        refused("pandas-skill", "", "Python package");
        refused("notes==1.2", "", "Python package");
        refused("notes[extra]>=1", "", "Python package");
        refused("a b", "", "blanks");
        refused("owner/repository", "", "not a skill in it");
        refused("official/notes", "", "not a skill in it");
        refused("owner/../x", "", "unknown");
        refused("owner//x", "", "unknown");
        refused("https://example.com/skills", "", "no address of a SKILL.md");
        refused("/opt/skills/notes", "", "is a path");
        refused("./notes", "", "is a path");
        refused("git+ssh://git@example.com/a/b", COMMIT, "with a key");
        refused("git+https://git.example.com/a/b", "", "no commit");
        refused("git+https://git.example.com/a/b@main", "", "no commit");
        refused("git+https://user:word@git.example.com/a/b", COMMIT, "password");
        refused("git+https://token@git.example.com/a/b", COMMIT, "password");
        let away = format!("git+https://h/a@{COMMIT}#subdirectory=../x");
        refused(&away, "", "leads out");
        refused(&format!("git+https://h/a@{COMMIT}#egg=x"), "", "says no directory");
        refused("git+https://example.com", COMMIT, "no repository");
        refused("git+https:///", COMMIT, "no repository");
        refused("oci://example.com/skills", "", "no version");
        refused("oci://", "1", "no image");
        refused("oci://example.com/skills:", "", "no image");
        refused("configmap:", "", "names no ConfigMap");
        refused("configmap:Team/Notes", "", "names no ConfigMap");
    }
}
