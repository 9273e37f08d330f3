//! The comments that are there and the pages that should be, to what has to be done. Pure.

/// A comment that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// What the API calls it.
    pub id: u64,
    /// The number of the user who wrote it, where the API says it.
    pub author: Option<u64>,
    /// Its text.
    pub body: String,
}

/// One thing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Write a new comment with this page.
    Create(usize),
    /// Let a comment say this page.
    Update {
        /// The comment.
        id: u64,
        /// The page.
        page: usize,
    },
    /// Remove a comment.
    Delete(u64),
}

/// Whether one of the comments has the marker, whoever wrote it.
pub(super) fn has_marked(comments: &[Comment], prefix: &str) -> bool {
    comments.iter().any(|comment| number(&comment.body, prefix).is_some())
}

/// What makes the comments say the pages. Comments that do not begin with the prefix of the marker are nobody's business;
/// of several for one page the oldest stays.
pub fn plan(comments: &[Comment], pages: &[String], prefix: &str, is_empty: bool) -> Vec<Step> {
    let mut first: Vec<Option<&Comment>> = vec![None; pages.len()];
    let mut steps = Vec::new();
    let mut surplus = Vec::new();
    for comment in comments {
        let Some(number) = number(&comment.body, prefix) else { continue };
        match number.checked_sub(1).and_then(|page| first.get_mut(page)) {
            Some(place) if place.is_none() => *place = Some(comment),
            _ => surplus.push(Step::Delete(comment.id)),
        }
    }
    for (page, there) in first.iter().enumerate() {
        match there {
            Some(comment) if is_same(&comment.body, &pages[page]) => {}
            Some(comment) => steps.push(Step::Update { id: comment.id, page }),
            None if is_empty => {}
            None => steps.push(Step::Create(page)),
        }
    }
    steps.append(&mut surplus);
    steps
}

/// The number of the page that a comment holds.
fn number(body: &str, prefix: &str) -> Option<usize> {
    let rest = body.strip_prefix(prefix)?.strip_prefix(':')?;
    rest.split_once(|letter: char| !letter.is_ascii_digit())?.0.parse().ok()
}

/// Forges change line ends and blank ends.
fn is_same(there: &str, wanted: &str) -> bool {
    there.replace("\r\n", "\n").trim_end() == wanted.trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREFIX: &str = "<!-- petasos:diff:x";

    fn page(number: usize, text: &str) -> String {
        format!("{PREFIX}:{number} -->\n{text}\n")
    }

    #[track_caller]
    fn check(there: &[String], wanted: &[String], is_empty: bool, expected: &[Step]) {
        let comments: Vec<Comment> = there
            .iter()
            .zip(1..)
            .map(|(body, id)| Comment { id, author: None, body: body.clone() })
            .collect();
        assert_eq!(plan(&comments, wanted, PREFIX, is_empty), expected);
    }

    #[test]
    fn pages_are_created_updated_and_removed() {
        let other = "hello".to_owned();
        check(std::slice::from_ref(&other), &[page(1, "a")], false, &[Step::Create(0)]);
        check(&[page(1, "a")], &[page(1, "b")], false, &[Step::Update { id: 1, page: 0 }]);
        check(&[page(1, "a"), page(2, "b")], &[page(1, "a")], false, &[Step::Delete(2)]);
        check(
            &[other, page(2, "a")],
            &[page(1, "a"), page(2, "b")],
            false,
            &[Step::Create(0), Step::Update { id: 2, page: 1 }],
        );
    }

    #[test]
    fn what_is_there_already_is_left_alone() {
        check(&[page(1, "a").replace('\n', "\r\n")], &[page(1, "a")], false, &[]);
        check(&[page(1, "a").trim_end().to_owned()], &[page(1, "a")], false, &[]);
    }

    #[test]
    fn of_two_for_one_page_the_oldest_stays() {
        check(&[page(1, "a"), page(1, "a")], &[page(1, "a")], false, &[Step::Delete(2)]);
    }

    #[test]
    fn nothing_is_said_where_nothing_differs_and_nothing_was_said() {
        check(&[], &[page(1, "none")], true, &[]);
        check(&[page(1, "some")], &[page(1, "none")], true, &[Step::Update { id: 1, page: 0 }]);
    }

    #[test]
    fn comments_of_others_are_nobodys_business() {
        let like = [
            "<!-- petasos:diff:xy:1 -->",
            "<!-- petasos:diff:x:a -->",
            " <!-- petasos:diff:x:1 -->",
            "<!-- petasos:diff:x",
        ];
        check(&like.map(str::to_owned), &[page(1, "a")], false, &[Step::Create(0)]);
    }
}
