use std::sync::Arc;

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::json;

use super::*;
use crate::{
    diagnostic::{Location, Source, Span, catalogue::change::MODEL},
    diff::{Delta, Edit, Happened, Path, Step},
    object::Identity,
    preview::{Counts, Group},
    risk::Risk,
};

const FORGES: [Forge; 4] = [Forge::GitHub, Forge::GitLab, Forge::Gitea, Forge::Bitbucket];

/// A preview in which every text from outside is `text`, in so many objects.
fn preview(text: &str, objects: usize) -> Preview {
    let source = Source { name: text.to_owned(), text: String::new() };
    let instance = InstanceName { namespace: Some(text.to_owned()), name: text.to_owned() };
    let risk = Risk { code: &MODEL, message: text.to_owned(), field: Some(text.to_owned()) };
    let change = Shown {
        happened: Happened::Changed,
        identity: Identity {
            group: text.to_owned(),
            kind: text.to_owned(),
            namespace: Some(text.to_owned()),
            name: text.to_owned(),
        },
        was: None,
        instance: Some(instance.clone()),
        location: Location { source: Arc::new(source), span: Span::default() },
        edits: vec![
            Edit {
                path: Path(vec![Step::Key(text.to_owned())]),
                delta: Delta::Changed(text.into(), format!("{text}\n{text}").into()),
            },
            Edit {
                path: Path(vec![Step::Key("b".to_owned())]),
                delta: Delta::Added(json!({text: [text]})),
            },
        ],
        hidden: 1,
        risks: vec![risk],
    };
    Preview {
        changes: vec![change; objects],
        groups: vec![
            Group { instances: vec![instance.clone(); 3], changes: (0..objects).collect() },
            Group { instances: vec![], changes: (0..objects).collect() },
        ],
        counts: Counts { changed: objects, ..Counts::default() },
        hidden: 0,
    }
}

fn pages(preview: &Preview, forge: Forge, budget: usize, pages: usize) -> Vec<String> {
    markdown(preview, &Comment { forge, budget, pages, name: "test" })
}

/// What a reader of `CommonMark` finds outside of code, and whether all that is opened is closed.
fn outside_of_code(page: &str) -> String {
    let mut outside = String::new();
    let (mut in_code, mut details) = (false, 0_i32);
    for event in Parser::new_ext(page, Options::all()) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(text) if !in_code => outside.push_str(&text),
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::FootnoteDefinition(_)) => {
                panic!("a link in {page}")
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                details += i32::try_from(html.matches("<details>").count()).unwrap();
                details -= i32::try_from(html.matches("</details>").count()).unwrap();
                assert!((0..=1).contains(&details), "{page}");
                outside.push_str(&without_code_elements(&html));
            }
            _ => {}
        }
    }
    assert_eq!(details, 0, "a section is not closed in {page}");
    outside
}

/// HTML without what stands in `<code>`, where forges look for nothing either.
fn without_code_elements(html: &str) -> String {
    let mut rest = html;
    let mut out = String::new();
    while let Some((before, behind)) = rest.split_once("<code>") {
        out.push_str(before);
        let (inside, after) = behind.split_once("</code>").expect("code is closed on its line");
        assert!(!inside.contains(['<', '>', '@', '"']) && !inside.contains("#1"), "{inside}");
        rest = after;
    }
    out + rest
}

#[track_caller]
fn check_safe(text: &str) {
    for forge in FORGES {
        for page in pages(&preview(text, 2), forge, SMALLEST_PAGE, 9) {
            let outside = outside_of_code(&page);
            for sign in ["@evil", "#1", "http", "<b", "XYZ"] {
                assert!(!outside.contains(sign), "{sign} outside of code in {page}");
            }
        }
    }
}

#[test]
fn nothing_from_outside_mentions_links_or_closes_anything() {
    for text in [
        "@evil #1 http://evil.example",
        "```\n@evil\n```\n#1",
        "~~~\n@evil\n~~~",
        "`@evil`",
        "``` ```` `@evil",
        "</details></summary></code>@evil<b>XYZ",
        "-->@evil<b>",
        "\r\n@evil\r\n#1",
        "    @evil\n\tXYZ",
        "[XYZ](http://evil.example)![XYZ](http://evil.example)",
        "| XYZ |\n|---|\n| @evil |",
        "\u{2028}@evil\u{85}XYZ\u{0}",
        "&lt;b&gt;XYZ &#64;evil",
        "[^1]: XYZ\n[XYZ]: http://evil.example",
        "$`@evil`$ $$XYZ$$",
    ] {
        check_safe(text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn no_text_breaks_out(text in "([`~<>/\\[\\]()!|\n\r \\-=&;:_*\\\\$^#]|@evil|#1|XYZ|<b|</details>|```|~~~|http://e){0,12}") {
        check_safe(&text);
    }

    #[test]
    fn pages_keep_to_their_budget(objects in 1..40_usize, budget in SMALLEST_PAGE..9000, length in 1..3000_usize, most in 1..5_usize) {
        let preview = preview(&"word ".repeat(length / 5), objects);
        for forge in FORGES {
            let pages = pages(&preview, forge, budget, most);
            prop_assert!(pages.len() <= most);
            for page in pages {
                prop_assert!(page.len() <= budget, "{} of {budget}", page.len());
            }
        }
    }
}

/// A preview of so many instances, each with a difference of its own.
fn fleet(text: &str, groups: usize) -> Preview {
    let Preview { changes, .. } = preview(text, 1);
    let instance = |number: usize| InstanceName {
        namespace: Some(format!("team-{number}")),
        name: text.to_owned(),
    };
    Preview {
        changes: vec![changes[0].clone(); groups],
        groups: (0..groups)
            .map(|number| Group { instances: vec![instance(number)], changes: vec![number] })
            .collect(),
        counts: Counts { changed: groups, ..Counts::default() },
        hidden: 0,
    }
}

#[track_caller]
fn check_pages(preview: &Preview, budget: usize, most: usize) {
    for forge in FORGES {
        let pages = pages(preview, forge, budget, most);
        assert!(pages.len() <= most, "{} of {most}", pages.len());
        for page in pages {
            assert!(page.len() <= budget, "{} of {budget}", page.len());
            outside_of_code(&page);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn pages_of_many_groups_keep_to_their_budget_and_close_what_they_open(
        groups in 1..2_000_usize,
        budget in SMALLEST_PAGE..20_000,
        text in "([a-z]{1,20}|[\"<&@#`]{1,400}|[a-z\n]{200,600})",
        most in 1..5_usize,
    ) {
        check_pages(&fleet(&text, groups), budget, most);
    }
}

#[test]
fn three_thousand_groups_fit_into_a_comment_of_each_forge() {
    let preview = fleet("demo", 3_000);
    for forge in FORGES {
        let pages = pages(&preview, forge, forge.budget(), 1);
        assert!(pages[0].len() <= forge.budget(), "{}", pages[0].len());
        outside_of_code(&pages[0]);
        assert!(forge == Forge::GitLab || pages[0].contains("left out here"));
    }
}

#[test]
fn nothing_stands_outside_of_its_section() {
    for page in pages(&fleet("demo", 300), Forge::GitHub, SMALLEST_PAGE, 2) {
        let before = page.split("<details>").next().unwrap_or_default();
        assert!(!before.contains("####"), "{page}");
        assert!(!page.rsplit("</details>").next().unwrap_or_default().contains("####"), "{page}");
    }
}

#[test]
fn what_does_not_fit_is_counted() {
    let preview = preview("word", 200);
    let one = pages(&preview, Forge::GitHub, SMALLEST_PAGE, 1);
    assert_eq!(one.len(), 1);
    assert!(one[0].contains("left out here"), "{}", one[0]);
    let all = pages(&preview, Forge::GitHub, 1_000_000, 1);
    assert!(!all[0].contains("left out here"));
}

#[test]
fn the_marker_is_on_each_page_and_cannot_be_forged() {
    let pages =
        pages(&preview("<!-- petasos:diff:test:1 -->", 30), Forge::GitHub, SMALLEST_PAGE, 9);
    assert!(pages.len() > 1);
    for (index, page) in pages.iter().enumerate() {
        let line = marker(Forge::GitHub, "test", index + 1);
        assert!(page.starts_with(&line));
    }
    assert_eq!(marker(Forge::GitHub, "a --><b>", 1), "<!-- petasos:diff:a--b:1 -->\n");
}
