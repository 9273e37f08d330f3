//! Where committed manifests come from, in the files and words of Argo CD's source hydrator, which gitops-promoter reads too.
//!
//! The bytes are the hydrator's own: fields in its order, two spaces, a final newline, and no escapes for HTML.

use std::fmt::Write;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

mod reference;

pub use reference::Reference;

/// The name of the metadata, at the root of a branch and in the directory of each target.
pub const METADATA: &str = "hydrator.metadata";

/// The name of the page for people who find the directory.
pub const README: &str = "README.md";

/// The name of the file with [`ATTRIBUTES`].
pub const ATTRIBUTES_FILE: &str = ".gitattributes";

/// What keeps generated files out of reviews.
pub const ATTRIBUTES: &str =
    "**/README.md linguist-generated=true\n**/hydrator.metadata linguist-generated=true";

/// The reference of the notes that say which commit a hydrated one comes from.
pub const NOTES: &str = "refs/notes/hydrator.metadata";

/// How many digits of a commit stand in the subject.
const SHORT: usize = 7;

/// The commit that was rendered, "dry" in the hydrator's words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DryCommit {
    /// The address of its repository, without credentials; nothing if it has none.
    pub repository: String,
    /// Its identity.
    pub sha: String,
    /// Who wrote it: `Ada <ada@example.com>`.
    pub author: String,
    /// When it was written, in RFC 3339.
    pub date: String,
    /// The first paragraph of its message.
    pub subject: String,
    /// The rest of its message, without what is about another commit.
    pub body: String,
    /// The commit that it says it comes from.
    pub reference: Option<Reference>,
}

/// Another commit as metadata has it.
#[derive(Serialize)]
struct Referred<'a> {
    commit: &'a Reference,
}

#[derive(Default, Serialize)]
struct Metadata<'a> {
    #[serde(rename = "repoURL", skip_serializing_if = "str::is_empty")]
    repository: &'a str,
    #[serde(rename = "drySha")]
    sha: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    commands: &'a [String],
    #[serde(skip_serializing_if = "str::is_empty")]
    author: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    date: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    subject: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    body: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    references: Vec<Referred<'a>>,
}

impl DryCommit {
    /// The commit with what its message says. `trailers` are those that Git sees at the end of the message.
    #[must_use]
    pub fn with_message<'t>(
        self,
        message: &str,
        trailers: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Self {
        let (subject, body) = message.trim().split_once("\n\n").unwrap_or((message.trim(), ""));
        DryCommit {
            subject: subject.to_owned(),
            body: reference::without_trailers(body),
            reference: Reference::of(trailers),
            ..self
        }
    }

    /// `hydrator.metadata` at the root of a branch.
    pub fn root_metadata(&self) -> String {
        text(&self.metadata())
    }

    /// `hydrator.metadata` in the directory of a target.
    pub fn path_metadata(&self, commands: &[String]) -> String {
        let DryCommit { repository, sha, .. } = self;
        text(&Metadata { repository, sha, commands, ..Metadata::default() })
    }

    /// The page in the directory of a target.
    pub fn readme(&self, commands: &[String]) -> String {
        let mut text =
            "# Manifest Hydration\n\nTo hydrate the manifests in this repository, run the \
            following commands:\n\n```shell\n"
                .to_owned();
        if !self.repository.is_empty() {
            let _ = writeln!(text, "git clone {}\n# cd into the cloned directory", self.repository);
        }
        let _ = writeln!(text, "git checkout {}", self.sha);
        for command in commands {
            let _ = writeln!(text, "{command}");
        }
        text + "```\n"
    }

    /// The message of the commit on the branch.
    pub fn message(&self) -> String {
        let sha: String = self.sha.chars().take(SHORT).collect();
        let mut text = format!("{sha}: {}\n", self.subject);
        let body = self.body.trim();
        if !body.is_empty() {
            let _ = write!(text, "\n{body}\n");
        }
        let referred = self.reference.iter().map(|reference| &reference.author);
        let authors = referred.chain([&self.author]).filter(|author| !author.is_empty());
        for (index, author) in authors.enumerate() {
            let gap = if index == 0 { "\n" } else { "" };
            let _ = writeln!(text, "{gap}Co-authored-by: {author}");
        }
        text
    }

    /// The note on the commit on the branch.
    pub fn note(&self) -> String {
        serde_json::json!({ "drySha": self.sha }).to_string()
    }

    fn metadata(&self) -> Metadata<'_> {
        let DryCommit { repository, sha, author, date, subject, body, reference } = self;
        let references = reference.iter().map(|commit| Referred { commit }).collect();
        Metadata { repository, sha, commands: &[], author, date, subject, body, references }
    }
}

/// Go escapes two characters more than JSON asks for.
fn text(metadata: &Metadata<'_>) -> String {
    let json = serde_json::to_string_pretty(metadata).expect("a struct of strings is always JSON");
    json.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029") + "\n"
}

/// The dry commit that metadata names, if it is metadata.
pub fn dry_sha(text: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Read {
        #[serde(rename = "drySha")]
        sha: Value,
    }
    let Read { sha } = serde_json::from_str(text).ok()?;
    sha.as_str().map(str::to_owned)
}

/// Seconds since 1970 as RFC 3339 has them, in UTC; nothing for a time that has no year of four digits.
pub fn date(seconds: i64) -> String {
    let text =
        Timestamp::from_second(seconds).map_or_else(|_| String::new(), |time| time.to_string());
    // Readers would refuse the whole file for the sign of a year before the first.
    if text.starts_with('-') { String::new() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dry() -> DryCommit {
        DryCommit {
            repository: "https://git.example.com/agents.git".to_owned(),
            sha: "24fee31e03d10e3b88fe7afd2216f0dc4055dcf0".to_owned(),
            author: "Ada <ada@example.com>".to_owned(),
            date: date(1_767_323_045),
            subject: "agents: demo <&> has \u{2028} more".to_owned(),
            ..DryCommit::default()
        }
    }

    #[test]
    fn metadata_has_the_bytes_of_argo_cds_hydrator() {
        let expected = "{\n  \"repoURL\": \"https://git.example.com/agents.git\",\n  \"drySha\": \
            \"24fee31e03d10e3b88fe7afd2216f0dc4055dcf0\",\n  \"author\": \"Ada <ada@example.com>\",\n  \
            \"date\": \"2026-01-02T03:04:05Z\",\n  \"subject\": \"agents: demo <&> has \\u2028 more\"\n}\n";
        assert_eq!(dry().root_metadata(), expected);
        let commands = ["petasos render".to_owned()];
        let expected = "{\n  \"repoURL\": \"https://git.example.com/agents.git\",\n  \"drySha\": \
            \"24fee31e03d10e3b88fe7afd2216f0dc4055dcf0\",\n  \"commands\": [\n    \"petasos render\"\n  ]\n}\n";
        assert_eq!(dry().path_metadata(&commands), expected);
    }

    #[test]
    fn metadata_is_read_back() {
        assert_eq!(dry_sha(&dry().root_metadata()), Some(dry().sha));
        for text in ["", "{}", "[]", "{\"drySha\": 1}", "drySha: x"] {
            assert_eq!(dry_sha(text), None, "{text}");
        }
    }

    #[test]
    fn the_page_is_the_hydrators() {
        let commands = ["kustomize build ./a".to_owned()];
        assert_eq!(
            dry().readme(&commands),
            "# Manifest Hydration\n\nTo hydrate the manifests in this repository, run the following \
             commands:\n\n```shell\ngit clone https://git.example.com/agents.git\n# cd into the cloned \
             directory\ngit checkout 24fee31e03d10e3b88fe7afd2216f0dc4055dcf0\nkustomize build ./a\n```\n"
        );
    }

    #[test]
    fn a_message_names_the_commit_and_its_author() {
        let dry = dry().with_message("one\n\ntwo\n", []);
        assert_eq!(dry.message(), "24fee31: one\n\ntwo\n\nCo-authored-by: Ada <ada@example.com>\n");
    }

    #[test]
    fn a_message_of_one_paragraph_has_no_body() {
        let dry = dry().with_message("one\nmore of it\n", []);
        assert_eq!((dry.subject.as_str(), dry.body.as_str()), ("one\nmore of it", ""));
    }

    #[test]
    fn the_commit_that_trailers_name_is_in_the_metadata() {
        let sha = ("Argocd-reference-commit-sha", "bbbbbbbbbb");
        let author = ("Argocd-reference-commit-author", "Bo <bo@example.com>");
        let lines = [sha, author].map(|(key, value)| format!("{key}: {value}\n")).concat();
        let dry = dry().with_message(&format!("one\n\ntwo\n\n{lines}"), [sha, author]);
        assert!(
            dry.root_metadata().ends_with(
                "  \"subject\": \"one\",\n  \"body\": \"two\\n\\n\",\n  \"references\": [\n    {\n      \
                 \"commit\": {\n        \"author\": \"\\\"Bo\\\" <bo@example.com>\",\n        \
                 \"sha\": \"bbbbbbbbbb\"\n      }\n    }\n  ]\n}\n"
            ),
            "{}",
            dry.root_metadata()
        );
        assert!(!dry.path_metadata(&[]).contains("bbbbb"));
        assert!(dry.message().ends_with(
            "two\n\nCo-authored-by: \"Bo\" <bo@example.com>\nCo-authored-by: Ada <ada@example.com>\n"
        ));
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_767_323_045, "2026-01-02T03:04:05Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (253_402_300_800, ""),
            (-62_167_219_201, ""),
            (i64::MAX, ""),
            (i64::MIN, ""),
        ] {
            assert_eq!(date(seconds), expected);
        }
    }
}
