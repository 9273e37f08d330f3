//! What a project file must say beyond its schema: names and paths that can be used, places that differ.

use serde_json::Value;

use crate::{
    diagnostic::{Diagnostic, catalogue::git as codes},
    field_path::FieldPath,
    layout,
    notation::names,
    object::release::Release,
    project::{Ignore, Project, Target},
};

/// Reports every value that cannot be used.
pub(super) fn check(project: &Project, report: &mut Vec<Diagnostic>) {
    let settings = &project.settings;
    let root = FieldPath::default();
    paths(project, &root.clone().key("sources"), &settings.sources, inside, report);
    paths(project, &root.clone().key("packs"), &settings.packs, inside, report);
    paths(project, &root.clone().key("ignore"), &settings.ignore, pattern, report);
    for (index, target) in settings.targets.iter().enumerate() {
        let place = FieldPath::of("targets").index(index);
        self::target(project, target, &place, report);
        let before = &settings.targets[..index];
        if let Some(problem) = before.iter().find_map(|other| collision(other, target)) {
            report.push(told(project, &codes::TARGET_TWICE, &place, problem));
        }
    }
}

/// What is wrong with a text, if anything is.
type Rule = fn(&str) -> Option<&'static str>;

fn paths(
    project: &Project,
    place: &FieldPath,
    texts: &[String],
    rule: Rule,
    report: &mut Vec<Diagnostic>,
) {
    for (index, text) in texts.iter().enumerate() {
        say(project, &place.clone().index(index), text, rule, report);
    }
}

fn target(project: &Project, target: &Target, place: &FieldPath, report: &mut Vec<Diagnostic>) {
    let at = |key: &str| place.clone().key(key);
    say(project, &at("name"), &target.name, name, report);
    if let Some(sources) = &target.sources {
        paths(project, &at("sources"), sources, inside, report);
    }
    if let Some(text) = &target.branch {
        say(project, &at("branch"), text, branch, report);
    }
    if !target.path.is_empty() {
        say(project, &at("path"), &target.path, below_root, report);
    }
    if let Some(text) = &target.namespace {
        let rule = |text: &str| names::label(text).err();
        say(project, &at("namespace"), text, rule, report);
    }
    if let Some(text) = &target.kubernetes_version
        && let Err(why) = text.parse::<Release>()
    {
        let message = format!("{} {why}", Value::from(text.as_str()));
        report.push(told(project, &codes::PROJECT_VALUE, &at("kubernetesVersion"), message));
    }
    paths(project, &at("remove"), &target.remove, instance, report);
    for (index, overlay) in target.overlays.iter().enumerate() {
        let place = at("overlays").index(index);
        if overlay.merge.is_none() && overlay.patch.is_empty() {
            let message = "the overlay has neither `merge` nor `patch`".to_owned();
            report.push(told(project, &codes::PROJECT_VALUE, &place, message));
        }
    }
}

fn say(project: &Project, place: &FieldPath, text: &str, rule: Rule, report: &mut Vec<Diagnostic>) {
    if let Some(why) = rule(text) {
        let message = format!("{} {why}", Value::from(text));
        report.push(told(project, &codes::PROJECT_VALUE, place, message));
    }
}

fn told(
    project: &Project,
    code: &'static crate::diagnostic::Code,
    place: &FieldPath,
    message: String,
) -> Diagnostic {
    Diagnostic::new(code, message).at(project.document.location(place)).field(place)
}

/// Why two targets cannot both be.
fn collision(one: &Target, other: &Target) -> Option<String> {
    if one.name == other.name {
        return Some(format!("there is a target {} already", one.name));
    }
    let is_within = |inner: &str, outer: &str| {
        outer.is_empty() || inner == outer || inner.starts_with(&format!("{outer}/"))
    };
    let meets = one.branch.is_some()
        && one.branch == other.branch
        && one.promoter == other.promoter
        && (is_within(&one.path, &other.path) || is_within(&other.path, &one.path));
    meets.then(|| format!("targets {} and {} write to the same place", one.name, other.name))
}

fn name(text: &str) -> Option<&'static str> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    let is_name = !text.is_empty() && text.chars().all(is_plain) && !text.starts_with(['-', '.']);
    (!is_name).then_some("is no name: use letters, digits, dots, dashes, and underscores")
}

/// A path that stays where it starts. `.` is the start itself.
fn inside(text: &str) -> Option<&'static str> {
    if text == "." { None } else { below_root(text) }
}

pub(super) fn below_root(text: &str) -> Option<&'static str> {
    let is_part = |part: &str| !matches!(part, "" | "." | ".." | ".git");
    if text.contains(|letter: char| letter == '\\' || letter.is_control()) {
        return Some("has a character that no path may have");
    }
    (!text.split('/').all(is_part)).then_some("is no relative path without `.`, `..`, and `.git`")
}

fn pattern(text: &str) -> Option<&'static str> {
    Ignore::new(&[text.to_owned()]).is_none().then_some("is no pattern of paths")
}

fn instance(text: &str) -> Option<&'static str> {
    // What has no namespace stands in a directory of its own, and is named by it.
    let is_place = |text: &str| names::label(text).is_ok() || layout::is_without_namespace(text);
    let is_one = text
        .split_once('/')
        .is_some_and(|(namespace, name)| is_place(namespace) && names::path_segment(name).is_ok());
    (!is_one).then_some("is no instance: write namespace/name")
}

/// Why Git does not take a text as the name of a branch; none if it does.
pub fn branch(text: &str) -> Option<&'static str> {
    const NO: &str = "is no name of a branch";
    let is_bad =
        |letter: char| letter.is_control() || letter.is_whitespace() || "~^:?*[\\".contains(letter);
    let is_part = |part: &str| {
        let ends = part.strip_suffix(".lock").is_some() || part.ends_with('.');
        !part.is_empty() && !part.starts_with('.') && !ends
    };
    let is_branch = !text.starts_with('-')
        && text != "HEAD"
        && text != "@"
        && !text.contains(is_bad)
        && !text.contains("..")
        && !text.contains("@{")
        && text.split('/').all(is_part);
    (!is_branch).then_some(NO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_is_what_git_takes() {
        for text in ["main", "env/production", "a.b", "x@y"] {
            assert_eq!(branch(text), None, "{text}");
        }
        for text in [
            "", "-f", "a..b", "a b", "a~1", "a^", "a:b", "a/", "/a", "a//b", ".a", "a/.b",
            "a.lock", "@", "HEAD", "a\\b", "a@{1}", "a.", "a\nb", "a*", "a?", "a[",
        ] {
            assert!(branch(text).is_some(), "{text:?}");
        }
    }

    #[test]
    fn a_path_stays_inside() {
        for text in ["a", "a/b", "a.b/c-d", "..a"] {
            assert_eq!(below_root(text), None, "{text}");
        }
        for text in ["", "/a", "a/", "..", "a/../b", "./a", ".", ".git", "a/.git/b", "a\\b", "a\0"]
        {
            assert!(below_root(text).is_some(), "{text:?}");
        }
    }
}
