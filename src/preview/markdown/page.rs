//! Pages of a bounded size. What is open at the end of one is closed there and opened again on the next.

use crate::preview::{
    markdown::{Comment, SMALLEST_PAGE, cut, escaped, longest_run, marker},
    text::counted,
};

/// What the frame of a page takes at most: marker, number of the page, and what has to be closed.
const FRAME: usize = 600;

/// The most bytes of a title that would leave no room for what it is the title of.
const SHORT_TITLE: usize = 100;

/// Writes pages.
pub(super) struct Writer<'a> {
    comment: &'a Comment<'a>,
    title: String,
    budget: usize,
    done: Vec<String>,
    page: String,
    /// The title of the section that is open: its opening is written, and its closing is not.
    section: Option<String>,
    /// The heading that what follows belongs to.
    heading: String,
    /// How many lines and blocks found no place.
    left_out: usize,
    /// Whether something found no place on the last page. What follows finds none either, so that nothing stands without
    /// what it belongs to.
    is_full: bool,
}

impl<'a> Writer<'a> {
    pub(super) fn new(comment: &'a Comment<'a>, title: String) -> Self {
        let budget = comment.budget.max(SMALLEST_PAGE) - FRAME;
        Writer {
            comment,
            title,
            budget,
            done: Vec::new(),
            page: String::new(),
            section: None,
            heading: String::new(),
            left_out: 0,
            is_full: false,
        }
    }

    /// Writes something that stays whole.
    pub(super) fn block(&mut self, text: &str) {
        if self.makes_room(text.len()) {
            self.page.push_str(text);
        }
    }

    /// Opens a section that can be folded. One that finds no place is not open.
    pub(super) fn open(&mut self, title: &str) {
        // A section begins where something of it fits.
        let inside = SMALLEST_PAGE / 4;
        let fits = |title: &str| self.opening(title).len() + inside <= self.budget;
        let title = if fits(title) { title.to_owned() } else { cut(title, SHORT_TITLE) };
        let opening = self.opening(&title);
        if self.makes_room(opening.len() + inside) {
            self.page.push_str(&opening);
            self.section = Some(title);
        }
    }

    /// Closes the section.
    pub(super) fn close(&mut self) {
        self.heading.clear();
        if self.section.take().is_some() {
            self.page.push_str(self.closing());
        }
    }

    /// Says what the next code is about.
    pub(super) fn heading(&mut self, heading: &str) {
        heading.clone_into(&mut self.heading);
    }

    /// Writes lines as code, on as many pages as they take.
    pub(super) fn fenced(&mut self, lines: &[String]) {
        let fence =
            "`".repeat(lines.iter().map(|line| longest_run(line)).max().unwrap_or(0).max(2) + 1);
        let frame = 2 * fence.len() + "diff\n\n\n\n".len() + self.heading.len();
        let mut rest = lines;
        while let Some(first) = rest.first() {
            if !self.makes_room(frame + first.len() + 1) {
                self.left_out += rest.len().saturating_sub(1);
                return;
            }
            let mut size = frame;
            let fits = |line: &&String| {
                size += line.len() + 1;
                self.page.len() + size <= self.budget
            };
            let count = rest.iter().take_while(fits).count().max(1);
            let (here, others) = rest.split_at(count);
            self.page.extend([self.heading.as_str(), "\n", &fence, "diff\n"]);
            self.page.extend(here.iter().flat_map(|line| [line.as_str(), "\n"]));
            self.page.extend([fence.as_str(), "\n\n"]);
            rest = others;
        }
    }

    /// Whether something of a size can be written, on another page if need be.
    fn makes_room(&mut self, size: usize) -> bool {
        if !self.is_full && self.page.len() + size <= self.budget {
            return true;
        }
        let section = self.section.as_deref();
        let again = section.map_or_else(String::new, |section| self.opening(&goes_on(section)));
        let is_last = self.done.len() + 1 >= self.comment.pages.max(1);
        let would_fit = again.len() + size <= self.budget;
        self.is_full |= would_fit && is_last;
        if self.is_full || !would_fit {
            self.left_out += 1;
            return false;
        }
        if self.section.is_some() {
            self.page.push_str(self.closing());
        }
        self.done.push(std::mem::replace(&mut self.page, again));
        true
    }

    fn opening(&self, title: &str) -> String {
        if self.comment.forge.has_html() {
            format!("<details><summary><code>{}</code></summary>\n\n", escaped(title))
        } else {
            format!("### {}\n\n", super::code(title))
        }
    }

    fn closing(&self) -> &'static str {
        if self.comment.forge.has_html() { "</details>\n\n" } else { "\n" }
    }

    /// The pages with their frames.
    pub(super) fn finish(mut self) -> Vec<String> {
        if self.left_out > 0 {
            let left_out = counted(self.left_out, "line");
            self.page.extend([
                "**",
                &left_out,
                " more are left out here.** `petasos diff` shows them.\n",
            ]);
        }
        self.done.push(self.page);
        let total = self.done.len();
        let framed = |(index, body): (usize, String)| {
            let page = index + 1;
            let mut text = marker(self.comment.forge, self.comment.name, page);
            text.push_str(&self.title);
            if total > 1 {
                text.extend([format!("\nPage {page} of {total}.\n")]);
            }
            text + "\n" + &body
        };
        self.done.into_iter().enumerate().map(framed).collect()
    }
}

fn goes_on(title: &str) -> String {
    format!("{title} (goes on)")
}
