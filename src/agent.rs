//! Which agent an image holds, and what that version can do.

use serde_json::Value;

/// Where the agent's images are published.
const REPOSITORY: &str = "docker.io/nousresearch/hermes-agent";

/// The newest version that this program was tried with.
const NEWEST: &str = "v2026.7.20";

/// The versions that differ in what is rendered, newest first.
const ROWS: &[Row] = &[
    Row { name: "managed", calendar: (2026, 7, 1), semantic: (0, 18, 0), managed_scope: true },
    Row { name: "merged", calendar: (0, 0, 0), semantic: (0, 0, 0), managed_scope: false },
];

type Version = (u32, u32, u32);

/// A range of versions: from one on, up to the row before.
struct Row {
    name: &'static str,
    /// The first version as tags of images have it: year, month, day.
    calendar: Version,
    /// The same version as the agent counts itself.
    semantic: Version,
    managed_scope: bool,
}

/// What is known about the agent of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agent {
    /// The row of the version table.
    pub row: &'static str,
    /// Whether the image says its version. If not, it is taken for the newest.
    pub known: bool,
    /// Whether it reads managed configuration from a directory. If not, the start program merges it into the volume's.
    pub managed_scope: bool,
}

/// What is known about the agent of `spec.image`: its `version` counts, else its `tag`, and an image with neither
/// tag nor digest is the newest that was tried.
pub fn agent_version(image: &Value) -> Agent {
    let version = version(image);
    let row = ROWS.iter().find(|row| {
        version.is_none_or(|version| {
            version >= if is_calendar(version) { row.calendar } else { row.semantic }
        })
    });
    let row = row.expect("the last row starts at zero");
    Agent { row: row.name, known: version.is_some(), managed_scope: row.managed_scope }
}

/// Whether an image holds an older version than this one, given as its tag has it and as the agent counts itself; none if
/// the image does not say which it holds.
pub fn is_before(
    image: &Value,
    calendar: (u32, u32, u32),
    semantic: (u32, u32, u32),
) -> Option<bool> {
    let version = version(image)?;
    Some(version < if is_calendar(version) { calendar } else { semantic })
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
    fn check(image: Value, row: &str, known: bool) {
        let agent = agent_version(&image);
        assert_eq!((agent.row, agent.known), (row, known), "{image}");
    }

    #[test]
    fn tags_of_both_kinds_find_their_row() {
        for tag in
            ["v2026.7.1", "2026.7.1", "v2026.9.24", "0.18.0", "v0.18", "v0.21.2", "v2027.1.1"]
        {
            check(json!({ "tag": tag }), "managed", true);
        }
        for tag in ["v0.16.0", "v2026.6.19", "0.17.9", "v2026.5.28"] {
            check(json!({ "tag": tag }), "merged", true);
        }
    }

    #[test]
    fn a_suffix_changes_nothing() {
        for tag in
            ["v2026.7.20-slim", "0.18.0-rc.1", "v2026.7.20.1", "v2026.7.20_arm64", "0.18.0+build"]
        {
            check(json!({ "tag": tag }), "managed", true);
        }
        check(json!({"tag": "v2026.6.19-slim"}), "merged", true);
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
            check(json!({ "tag": tag }), "managed", false);
        }
        check(json!({"digest": "sha256:00"}), "managed", false);
    }

    #[test]
    fn the_version_beats_the_tag() {
        check(json!({"tag": "v2026.7.20", "version": "v0.16.0"}), "merged", true);
        check(json!({"digest": "sha256:00", "version": "v2026.6.19"}), "merged", true);
        check(json!({"tag": "ours-42", "version": "0.19.0"}), "managed", true);
    }

    #[test]
    fn nothing_is_the_newest_that_was_tried() {
        check(json!({}), "managed", true);
        check(Value::Null, "managed", true);
        check(json!({"tag": ""}), "managed", true);
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
