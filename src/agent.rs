//! Which agent an image holds, and what that version can do.

mod table;

use serde_json::Value;

pub use self::table::{Entrypoint, Evidence, Honcho, Release, Tag, reference};

/// Where the agent's images are published.
const REPOSITORY: &str = "docker.io/nousresearch/hermes-agent";

/// The newest version that this program was tried with.
const NEWEST: &str = "v2026.7.20";

type Version = (u32, u32, u32);

/// What is known about the agent of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agent {
    /// The row of the table that it is taken for.
    pub release: &'static Release,
    /// Whether it is one of those that the table is about.
    pub told: Told,
}

/// What an image says of its version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// One that the table is about.
    Known,
    /// One that is newer than all that are known. It is taken for the newest.
    Newer,
    /// One that is older than all that are known. It is taken for the oldest.
    Older,
    /// Nothing. It is taken for the newest.
    Nothing,
}

/// What is known about the agent of `spec.image`: its `version` counts, else its `tag`, and an image with neither
/// tag nor digest is the newest that was tried.
pub fn agent_version(image: &Value) -> Agent {
    let Some(version) = version(image) else {
        return Agent { release: table::newest(), told: Told::Nothing };
    };
    match table::find(version) {
        None => Agent { release: table::oldest(), told: Told::Older },
        Some(release) if table::is_newer(version) => Agent { release, told: Told::Newer },
        Some(release) => Agent { release, told: Told::Known },
    }
}

/// Whether an image is the one that the agent's makers publish.
pub fn is_upstream(image: &Value) -> bool {
    let repository = image.get("repository").and_then(Value::as_str).unwrap_or(REPOSITORY);
    [REPOSITORY, REPOSITORY.trim_start_matches("docker.io/"), ""].contains(&repository)
}

/// The image of `spec.image` as a container names it. A digest beats the tag, which is then kept for the reader.
pub fn image_reference(image: &Value) -> String {
    let text = |key| image.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let repository = text("repository").unwrap_or(REPOSITORY);
    match (text("tag"), text("digest")) {
        (None, None) => format!("{repository}:{NEWEST}"),
        (Some(tag), None) => format!("{repository}:{tag}"),
        (None, Some(digest)) => format!("{repository}@{digest}"),
        (Some(tag), Some(digest)) => format!("{repository}:{tag}@{digest}"),
    }
}

/// The image that an instance runs if it names none.
pub fn default_image() -> String {
    format!("{REPOSITORY}:{NEWEST}")
}

/// The version that an image says it holds.
fn version(image: &Value) -> Option<Version> {
    let text = |key| image.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let default = text("digest").is_none().then_some(NEWEST);
    text("version").or(text("tag")).or(default).and_then(parse)
}

/// `v2026.7.20`, `0.18.0`, `v0.18`, each with anything after a `-`, `+`, `_`, or a fourth number.
fn parse(text: &str) -> Option<Version> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let core = text.split(['-', '+', '_']).next()?;
    let mut numbers = core.split('.').map(|part| part.parse::<u32>().ok());
    let (major, minor) = (numbers.next()??, numbers.next()??);
    let patch = numbers.next().unwrap_or(Some(0))?;
    let version = (major, minor, patch);
    (numbers.all(|number| number.is_some()) && (major == 0 || is_calendar(version)))
        .then_some(version)
}

/// The agent's own versions start with 0 for years to come.
fn is_calendar(version: Version) -> bool {
    version.0 >= 2000
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "a case reads better without `&`")]
    fn check(image: Value, release: &str, told: Told) {
        let agent = agent_version(&image);
        assert_eq!((agent.release.release.text(), agent.told), (release, told), "{image}");
    }

    #[test]
    fn tags_of_both_kinds_find_their_row() {
        for (tag, release) in [
            ("v2026.5.7", "v2026.5.7"),
            ("0.14.0", "v2026.5.7"),
            ("v2026.5.27", "v2026.5.7"),
            ("v2026.5.28", "v2026.5.28"),
            ("0.15.2", "v2026.5.28"),
            ("v0.16.0", "v2026.6.5"),
            ("v2026.6.19", "v2026.6.19"),
            ("0.17.9", "v2026.6.19"),
            ("2026.7.1", "v2026.7.1"),
            ("v0.18", "v2026.7.1"),
            ("0.18.2", "v2026.7.7"),
            ("v2026.7.20", "v2026.7.7"),
            ("v2026.7.30", "v2026.7.30"),
            ("0.20.0", "v2026.8.3"),
            ("v2026.9.24", "v2026.8.31"),
            ("v0.21.2", "v2026.8.31"),
        ] {
            check(json!({ "tag": tag }), release, Told::Known);
        }
    }

    #[test]
    fn a_suffix_changes_nothing() {
        for tag in
            ["v2026.7.20-slim", "0.19.0-rc.1", "v2026.7.20.1", "v2026.7.20_arm64", "0.19.0+build"]
        {
            check(json!({ "tag": tag }), "v2026.7.7", Told::Known);
        }
        check(json!({"tag": "v2026.6.19-slim"}), "v2026.6.19", Told::Known);
    }

    #[test]
    fn what_is_newer_than_all_is_taken_for_the_newest() {
        for tag in ["v2026.9.25", "v2027.1.1", "0.21.3", "0.99"] {
            check(json!({ "tag": tag }), "v2026.8.31", Told::Newer);
        }
    }

    #[test]
    fn what_is_older_than_all_is_taken_for_the_oldest() {
        for tag in ["v2026.5.6", "v2025.12.31", "0.12.9", "v0.1"] {
            check(json!({ "tag": tag }), "v2026.5.7", Told::Older);
        }
    }

    #[test]
    fn what_says_no_version_is_taken_for_the_newest() {
        for tag in [
            "latest",
            "main",
            "stable",
            "v1",
            "vv1.2",
            "1.2.x",
            "1.4.2",
            "2026.7.1.x",
            "a.b.c",
            "99999999999.1.1",
        ] {
            check(json!({ "tag": tag }), "v2026.8.31", Told::Nothing);
        }
        check(json!({"digest": "sha256:00"}), "v2026.8.31", Told::Nothing);
    }

    #[test]
    fn the_version_beats_the_tag() {
        check(json!({"tag": "v2026.7.20", "version": "v0.16.0"}), "v2026.6.5", Told::Known);
        check(json!({"digest": "sha256:00", "version": "v2026.6.19"}), "v2026.6.19", Told::Known);
        check(json!({"tag": "ours-42", "version": "0.19.0"}), "v2026.7.7", Told::Known);
    }

    #[test]
    fn nothing_is_the_newest_that_was_tried() {
        check(json!({}), "v2026.7.7", Told::Known);
        check(Value::Null, "v2026.7.7", Told::Known);
        check(json!({"tag": ""}), "v2026.7.7", Told::Known);
        assert_eq!(image_reference(&json!({})), default_image());
    }

    #[test]
    fn a_digest_pins_whatever_the_tag_says() {
        let image = |image| image_reference(&image);
        assert_eq!(image(json!({"repository": "r", "tag": "1"})), "r:1");
        assert_eq!(image(json!({"repository": "r", "digest": "sha256:0"})), "r@sha256:0");
        assert_eq!(
            image(json!({"repository": "r", "tag": "1", "digest": "sha256:0"})),
            "r:1@sha256:0"
        );
    }
}
