//! The preview for people at a terminal.

use std::collections::BTreeSet;

use crate::{
    diff::{Happened, InstanceName},
    preview::{
        Preview, RiskOf, Shown,
        lines::{Block, Line, Sign, blocks},
    },
    report,
};

mod columns;

/// How before and after stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Below each other.
    Unified,
    /// Beside each other, in so many columns together.
    SideBySide(usize),
}

/// How many instances are named before they are counted.
const NAMED: usize = 5;

/// The preview as text. Without differences it is one line.
pub fn text(preview: &Preview, layout: Layout, color: bool) -> String {
    let mut page = Page { text: String::new(), layout, color };
    page.risks(preview);
    for group in &preview.groups {
        page.instances(&group.instances);
        for change in group.changes.iter().filter_map(|index| preview.changes.get(*index)) {
            page.change(change);
        }
    }
    page.text += &summary(preview);
    page.text
}

/// What differs, counted: the last line of the text, and the first of other forms.
pub(super) fn summary(preview: &Preview) -> String {
    let counts = preview.counts;
    let parts = [(counts.added, "added"), (counts.removed, "removed"), (counts.changed, "changed")];
    let total: usize = parts.iter().map(|(count, _)| count).sum();
    let parts: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let mut text = match total {
        0 => "no differences".to_owned(),
        1 => format!("1 object differs ({})", parts.join(", ")),
        _ => format!("{total} objects differ ({})", parts.join(", ")),
    };
    let instances = preview.instances();
    if instances > 0 {
        text.extend([" in ", &counted(instances, "instance")]);
    }
    if preview.hidden > 0 {
        text.extend(["; ", &preview.hidden.to_string(), " more in nothing but what --all shows"]);
    }
    text + "\n"
}

/// `1 instance`, `2 instances`.
pub(super) fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// What an instance is called: `agents/demo`.
pub(super) fn title(instance: &InstanceName) -> String {
    match &instance.namespace {
        Some(namespace) => format!("{namespace}/{}", instance.name),
        None => instance.name.clone(),
    }
}

/// A few instances by name, and how many more there are.
pub(super) fn named(instances: &[InstanceName], most: usize) -> String {
    let mut names: Vec<String> = instances.iter().take(most).map(title).collect();
    if instances.len() > most {
        names.push(format!("and {} more", instances.len() - most));
    }
    names.join(", ")
}

/// The objects that have a risk, and how many more instances.
pub(super) fn about(risk: &RiskOf<'_>) -> String {
    let objects = risk.changes.iter().take(NAMED).map(|change| change.identity.to_string());
    let mut about = objects.collect::<Vec<_>>().join(", ");
    let instances: BTreeSet<_> =
        risk.changes.iter().take(NAMED).filter_map(|change| change.instance.as_ref()).collect();
    match risk.instances.len().saturating_sub(instances.len()) {
        0 => {}
        1 => about.push_str(", and 1 more instance"),
        more => about.extend([", and ", &more.to_string(), " more instances"]),
    }
    about
}

/// The title of an object, with what it was called.
pub(super) fn object(change: &Shown) -> String {
    match &change.was {
        Some(was) => format!("{} (was {})", change.identity, was.name),
        None => change.identity.to_string(),
    }
}

const BOLD: &str = "\u{1b}[1m";
const DIM: &str = "\u{1b}[2m";
const RED: &str = "\u{1b}[31m";
const GREEN: &str = "\u{1b}[32m";
const YELLOW: &str = "\u{1b}[33m";
const CYAN: &str = "\u{1b}[36m";
const PLAIN: &str = "\u{1b}[0m";

struct Page {
    text: String,
    layout: Layout,
    color: bool,
}

impl Page {
    /// Text from outside, safe for a terminal, in a style.
    fn push(&mut self, style: &str, text: &str) {
        let text = report::clean(text);
        if self.color && !style.is_empty() {
            self.text.extend([style, &text, PLAIN]);
        } else {
            self.text.push_str(&text);
        }
    }

    fn end(&mut self) {
        self.text.push('\n');
    }

    fn risks(&mut self, preview: &Preview) {
        let risks = preview.risks();
        for risk in &risks {
            let level = risk.risk.code.level;
            let style = match level {
                crate::diagnostic::Level::Error => RED,
                crate::diagnostic::Level::Warning => YELLOW,
                crate::diagnostic::Level::Note => CYAN,
            };
            self.push(style, &format!("{level}[{}]", risk.risk.code.id));
            self.push(BOLD, &format!(": {}", risk.risk.message));
            self.end();
            self.push("", &format!("  in {}", about(risk)));
            if let Some(field) = &risk.risk.field {
                self.push("", &format!(", {field}"));
            }
            self.end();
        }
        if !risks.is_empty() {
            self.end();
        }
    }

    fn instances(&mut self, instances: &[InstanceName]) {
        let title = match instances.len() {
            0 => "objects of no instance".to_owned(),
            1 => format!("instance {}", named(instances, 1)),
            many => format!("{many} instances, the same change: {}", named(instances, NAMED)),
        };
        self.push(BOLD, &title);
        self.end();
    }

    fn change(&mut self, change: &Shown) {
        let (sign, style, what) = match change.happened {
            Happened::Added => ("+", GREEN, "added"),
            Happened::Removed => ("-", RED, "removed"),
            Happened::Changed => ("~", CYAN, "changed"),
        };
        self.push(style, &format!("  {sign} {} {what}", object(change)));
        self.push(DIM, &format!("  {}", change.place()));
        self.end();
        for block in blocks(&change.edits) {
            self.block(&block);
        }
        if change.hidden > 0 {
            let hidden = counted(change.hidden, "difference");
            self.push(DIM, &format!("      {hidden} left out, which --all shows"));
            self.end();
        }
        self.end();
    }

    fn block(&mut self, block: &Block) {
        if !block.place.is_empty() {
            self.push(BOLD, &format!("    {}", block.place));
            self.end();
        }
        match self.layout {
            Layout::Unified => block.lines.iter().for_each(|line| self.line(line)),
            Layout::SideBySide(width) => self.columns(&block.lines, width),
        }
    }

    fn line(&mut self, line: &Line) {
        let (sign, style) = match line.sign {
            Sign::Same => (" ", ""),
            Sign::Removed => ("-", RED),
            Sign::Added => ("+", GREEN),
            Sign::Gap => ("…", DIM),
        };
        self.push(style, &format!("      {sign} {}", line.text));
        self.end();
    }
}
