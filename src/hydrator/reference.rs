//! The commit that a dry commit says it comes from: trailers such as `Argocd-reference-commit-sha`, by the rules of Argo CD.
//!
//! A trailer with a value that is none stays an ordinary line of the message.

use jiff::Timestamp;
use serde::Serialize;

mod author;

/// How Argo CD writes an author that no trailer names.
const NO_AUTHOR: &str = "<@>";

/// How the trailers begin.
const TRAILER: &str = "Argocd-reference-commit-";

/// The commit of another repository, as far as the trailers tell. The fields stand in the order in which they are written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// Who wrote it, as mails name people.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub author: String,
    /// When it was written, in RFC 3339.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub date: String,
    /// The first line of its message.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// The rest of its message.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub body: String,
    /// Its identity.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sha: String,
    /// The address of its repository.
    #[serde(rename = "repoUrl", skip_serializing_if = "String::is_empty")]
    pub repository: String,
}

impl Reference {
    /// The commit that trailers name, by key and value; none if no trailer is about one. The last of two wins.
    pub fn of<'t>(trailers: impl IntoIterator<Item = (&'t str, &'t str)>) -> Option<Self> {
        let mut reference = Reference::default();
        for (key, value) in trailers {
            reference.take(key, value);
        }
        if reference == Reference::default() {
            return None;
        }
        if reference.author.is_empty() {
            NO_AUTHOR.clone_into(&mut reference.author);
        }
        Some(reference)
    }

    /// Takes what a trailer says; whether it says anything.
    fn take(&mut self, key: &str, value: &str) -> bool {
        let Some(name) = key.strip_prefix(TRAILER) else { return false };
        let (field, value) = match name {
            "author" => (&mut self.author, author::canonical(value)),
            "date" => (&mut self.date, date(value)),
            "subject" => (&mut self.subject, Some(value.to_owned())),
            "body" => (&mut self.body, serde_json::from_str(value).ok()),
            "sha" => (&mut self.sha, is_sha(value).then(|| value.to_owned())),
            "repourl" => (&mut self.repository, is_address(value).then(|| value.to_owned())),
            _ => return false,
        };
        let is_valid = value.is_some();
        if let Some(value) = value {
            *field = value;
        }
        is_valid
    }
}

/// The body of a message without the lines that are about another commit, wherever they stand. Each line that stays ends with a
/// newline.
pub(super) fn without_trailers(body: &str) -> String {
    let mut unread = Reference::default();
    let mut is_trailer =
        |line: &&str| line.split_once(": ").is_some_and(|(key, value)| unread.take(key, value));
    body.lines().filter(|line| !is_trailer(line)).flat_map(|line| [line, "\n"]).collect()
}

fn is_sha(text: &str) -> bool {
    (5..=40).contains(&text.len())
        && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether Argo CD takes a text as an address, which is nearly always so.
fn is_address(text: &str) -> bool {
    !text.contains(|letter: char| letter.is_ascii_control())
        && !text.starts_with(':')
        && text.split('%').skip(1).all(|rest| {
            rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit())
        })
}

/// A time in RFC 3339 to the second, in the zone that it has.
fn date(text: &str) -> Option<String> {
    let is_digits = |range: std::ops::Range<usize>| {
        text.get(range).is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let parts = [(0, 4), (5, 7), (8, 10), (11, 13), (14, 16), (17, 19)];
    let signs = [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")];
    let has_form = parts.iter().all(|(start, end)| is_digits(*start..*end))
        && signs.iter().all(|(at, sign)| text.get(*at..at + 1) == Some(sign));
    if !has_form || text.get(17..19) == Some("60") {
        return None;
    }
    let rest = &text[19..];
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|letter: char| letter.is_ascii_digit());
            (zone.len() < fraction.len()).then_some(zone)?
        }
        None => rest,
    };
    let is_zone = zone == "Z"
        || zone.len() == 6
            && zone.starts_with(['+', '-'])
            && zone.get(3..4) == Some(":")
            && [1, 2, 4, 5].into_iter().all(|at| zone.as_bytes()[at].is_ascii_digit());
    let seconds = &text[..19];
    // The calendar says whether there is such a day.
    let is_time = is_zone && format!("{seconds}Z").parse::<Timestamp>().is_ok();
    let zone = if matches!(zone, "+00:00" | "-00:00") { "Z" } else { zone };
    is_time.then(|| format!("{seconds}{zone}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, value: &str) -> String {
        format!("{TRAILER}{name}: {value}")
    }

    #[track_caller]
    fn check(name: &str, value: &str, expected: Option<&str>) {
        let mut reference = Reference::default();
        let is_taken = reference.take(&format!("{TRAILER}{name}"), value);
        let all = [&reference.author, &reference.date, &reference.subject, &reference.body];
        let all = all.into_iter().chain([&reference.sha, &reference.repository]);
        let found: String = all.map(String::as_str).collect();
        assert_eq!(is_taken.then_some(found.as_str()), expected, "{name}: {value}");
        // What is none stays in the message.
        let left = if expected.is_some() { String::new() } else { line(name, value) + "\n" };
        assert_eq!(without_trailers(&line(name, value)), left);
    }

    #[test]
    fn a_value_is_taken_only_if_it_is_one() {
        let long = "a".repeat(40);
        check("sha", &long, Some(&long));
        check("sha", "abcde", Some("abcde"));
        for value in ["abcd", "ABCDE", "abcdg", &"a".repeat(41), ""] {
            check("sha", value, None);
        }
        check("subject", "one: two", Some("one: two"));
        check("body", r#""one\ntwo""#, Some("one\ntwo"));
        check("body", "one", None);
        check("body", "1", None);
        check("repourl", "https://git.example.com/a.git", Some("https://git.example.com/a.git"));
        check("repourl", "git@example.com:a.git", Some("git@example.com:a.git"));
        check("repourl", ":a", None);
        check("repourl", "https://x/%zz", None);
        check("other", "x", None);
    }

    #[test]
    fn a_date_keeps_its_zone_and_loses_its_fraction() {
        for (value, expected) in [
            ("2026-01-02T03:04:05Z", Some("2026-01-02T03:04:05Z")),
            ("2026-01-02T03:04:05+02:00", Some("2026-01-02T03:04:05+02:00")),
            ("2026-01-02T03:04:05.25-07:30", Some("2026-01-02T03:04:05-07:30")),
            ("2026-01-02T03:04:05+00:00", Some("2026-01-02T03:04:05Z")),
            ("2026-02-30T03:04:05Z", None),
            ("2026-01-02T25:04:05Z", None),
            ("2026-01-02T03:04:60Z", None),
            ("2026-01-02T03:04:05", None),
            ("2026-01-02T03:04:05.Z", None),
            ("2026-01-02 03:04:05Z", None),
            ("2026-01-02", None),
            ("yesterday", None),
            ("2026-01-02T03:04:0é", None),
        ] {
            check("date", value, expected);
        }
    }

    #[test]
    fn the_last_of_two_wins_and_one_that_is_none_changes_nothing() {
        let key = format!("{TRAILER}sha");
        let reference = Reference::of([(&*key, "aaaaa"), (&*key, "bbbbb"), (&*key, "no")]).unwrap();
        assert_eq!(reference.sha, "bbbbb");
        assert_eq!(Reference::of([("Signed-off-by", "Ada <ada@example.com>")]), None);
        assert_eq!(Reference::of([(&*key, "no")]), None);
    }

    #[test]
    fn an_author_that_no_trailer_names_is_written_as_argo_cd_does() {
        let reference = Reference::of([(&*format!("{TRAILER}sha"), "abcde")]).unwrap();
        assert_eq!(reference.author, "<@>");
    }

    #[test]
    fn other_lines_of_the_message_stay() {
        let body =
            format!("one\n\n{}\nSigned-off-by: Ada\n{}", line("sha", "abcde"), line("sha", "no"));
        let expected = format!("one\n\nSigned-off-by: Ada\n{}\n", line("sha", "no"));
        assert_eq!(without_trailers(&body), expected);
        assert_eq!(without_trailers(""), "");
    }
}
