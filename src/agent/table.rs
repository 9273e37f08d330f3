//! The table of releases that differ, read from the file beside it.

use std::{fmt::Write as _, sync::LazyLock};

use serde::Deserialize;

use crate::{
    agent::{Version, is_calendar, parse},
    document,
};

/// The table.
static TABLE: LazyLock<Table> = LazyLock::new(|| {
    read(include_str!("versions.yaml")).expect("the file is part of the program, and tests read it")
});

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Table {
    newest: Newest,
    /// The oldest first.
    versions: Vec<Release>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Newest {
    release: Tag,
    package: Tag,
}

/// A release from which on something is different.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Release {
    /// The tag of its image.
    pub release: Tag,
    /// How the agent counts it, where that is known.
    #[serde(default)]
    pub package: Option<Tag>,
    /// The shape of the agent's `config.yaml`, where that is known.
    #[serde(default)]
    pub config_version: Option<u32>,
    /// What the image starts with.
    pub entrypoint: Entrypoint,
    /// Whether `hermes gateway run` takes `--no-supervise`.
    pub no_supervise: bool,
    /// Whether it reads managed configuration from a directory. If not, the start program merges it into the volume's.
    pub managed_scope: bool,
    /// Whether it sends metrics.
    pub metrics: bool,
    /// What talks to Honcho.
    pub honcho: Honcho,
    /// Where the image has the browser, where that is known.
    #[serde(default)]
    pub browser: Option<String>,
    /// What the row rests on.
    pub evidence: Evidence,
}

/// What an image starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Entrypoint {
    /// A script below `tini`.
    Tini,
    /// `s6`, which has to be process 1.
    S6,
    /// A script that goes around `s6` where it is not process 1.
    Dispatch,
}

/// What talks to Honcho.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Honcho {
    /// Nothing: the image lacks it, and the agent cannot add it.
    Absent,
    /// A package that the agent fetches when it first needs it.
    Fetched,
}

/// What a row rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// The package of that version.
    Read,
    /// What people who run it say.
    Told,
}

/// A version, and how it is written.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Tag {
    text: String,
    version: Version,
}

impl Tag {
    /// As it is written.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl TryFrom<String> for Tag {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let version = parse(&text).ok_or_else(|| format!("`{text}` is no version"))?;
        Ok(Self { text, version })
    }
}

impl Release {
    /// Whether a version is this release or a later one. A release whose package is not known is none for the agent's own
    /// versions.
    fn is_reached(&self, version: Version) -> bool {
        if is_calendar(version) {
            return version >= self.release.version;
        }
        self.package.as_ref().is_some_and(|package| version >= package.version)
    }
}

/// The last release that a version is not older than, if it is not older than all.
pub(super) fn find(version: Version) -> Option<&'static Release> {
    TABLE.versions.iter().rfind(|release| release.is_reached(version))
}

/// Whether a version is newer than all that is known.
pub(super) fn is_newer(version: Version) -> bool {
    let Newest { release, package } = &TABLE.newest;
    version > if is_calendar(version) { release.version } else { package.version }
}

/// The first release of the table.
pub(super) fn oldest() -> &'static Release {
    TABLE.versions.first().expect("tests find the first row")
}

/// The last release of the table.
pub(super) fn newest() -> &'static Release {
    TABLE.versions.last().expect("tests find the last row")
}

/// The page of the documentation with the table.
pub fn reference() -> String {
    let mut page = String::from(HEAD);
    for row in &TABLE.versions {
        let known = |text: Option<&str>| text.map_or_else(String::new, |text| format!("`{text}`"));
        let or_nothing = |is: bool, text: &str| if is { text.to_owned() } else { String::new() };
        let cells = [
            known(Some(&row.release.text)),
            row.package.as_ref().map(|package| package.text.clone()).unwrap_or_default(),
            row.config_version.map(|version| version.to_string()).unwrap_or_default(),
            match row.entrypoint {
                Entrypoint::Tini => "tini",
                Entrypoint::S6 => "s6, process 1 only",
                Entrypoint::Dispatch => "s6 where it is process 1",
            }
            .to_owned(),
            or_nothing(row.no_supervise, "yes"),
            if row.managed_scope { "managed directory" } else { "merged at each start" }.to_owned(),
            or_nothing(row.metrics, "yes"),
            match row.honcho {
                Honcho::Absent => "",
                Honcho::Fetched => "from PyPI, when first needed",
            }
            .to_owned(),
            known(row.browser.as_deref()),
            match row.evidence {
                Evidence::Read => "the package",
                Evidence::Told => "reports",
            }
            .to_owned(),
        ];
        let _ = writeln!(page, "| {} |", cells.join(" | "));
    }
    let Newest { release, package } = &TABLE.newest;
    let _ = write!(
        page,
        "\nThe table holds up to `{}` ({}). A newer version is taken for the last row, with a note (P3106); an older one than the first \
         is taken for the first, with a warning (P3107). An image that says no version is taken for the last row, with a \
         note (P3103).\n",
        release.text, package.text
    );
    page
}

/// The table of a text. The error says what is wrong.
fn read(text: &str) -> Result<Table, String> {
    document::read_as("versions.yaml", text)
}

const HEAD: &str = "\
# Versions of the agent

Made from `src/agent/versions.yaml`. What is rendered and checked depends on the version of the agent in the image: `spec.image.version`
says it, else the tag does, as a release (`v2026.7.20`) or as the agent counts itself (`0.19.0`). A row holds from its release
on, up to the next row.

The agent is `/opt/hermes/.venv/bin/hermes` and its volume is at `/opt/data` in all of them. What was started by the tests is in
[hermes.md](hermes.md#what-ran).

| release | package | `config.yaml` | entrypoint | `--no-supervise` | configuration | sends metrics | Honcho's package | browser | known from |
|---|---|---|---|---|---|---|---|---|---|
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_ends_before_the_newest() {
        let releases: Vec<_> = TABLE.versions.iter().map(|row| row.release.version).collect();
        assert!(releases.is_sorted_by(|one, next| one < next), "{releases:?}");
        let packages = TABLE.versions.iter().filter_map(|row| row.package.as_ref());
        let packages: Vec<_> = packages.map(|package| package.version).collect();
        assert!(packages.is_sorted_by(|one, next| one < next), "{packages:?}");
        assert!(!is_newer(newest().release.version));
        assert!(oldest().package.is_some(), "an old version finds the first row");
    }

    #[track_caller]
    fn check_error(text: &str, expected: &str) {
        let error = read(text).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn a_table_that_cannot_be_read_says_why() {
        const ROW: &str = "{release: v2026.5.7, entrypoint: tini, noSupervise: false, managedScope: false, metrics: false, honcho: absent, evidence: read}";
        let table = |row: &str| {
            format!("newest: {{release: v2026.9.24, package: 0.21.2}}\nversions: [{row}]\n")
        };
        assert_eq!(read(&table(ROW)).unwrap().versions.len(), 1);
        check_error("", "");
        check_error("versions: [", "");
        check_error(&table(&ROW.replace("v2026.5.7", "latest")), "`latest` is no version");
        check_error(&table(&ROW.replace("tini", "systemd")), "systemd");
        check_error(&table(&ROW.replace("metrics: false, ", "")), "missing field `metrics`");
        check_error(&table(&ROW.replace("honcho", "hancho")), "unknown field `hancho`");
    }
}
