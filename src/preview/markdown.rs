//! The preview as a comment of a pull request, in pages that a forge takes.
//!
//! Whoever opens a pull request writes most of what is shown here. All of it stands in code, where no forge finds
//! mentions, issues, links, or HTML, and no text ends the code that it stands in.

use crate::{
    diagnostic::Level,
    diff::{Happened, InstanceName},
    preview::{
        Preview, RiskOf, Shown,
        lines::{Line, Sign, blocks},
        text::{about, counted, named, object, summary},
    },
    report,
};

mod page;

use page::Writer;

/// Who shows the comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forge {
    /// GitHub.
    GitHub,
    /// GitLab.
    GitLab,
    /// Gitea and Forgejo.
    Gitea,
    /// Bitbucket, which shows no HTML.
    Bitbucket,
}

impl Forge {
    /// How many bytes a comment may have.
    pub fn budget(self) -> usize {
        match self {
            Forge::GitHub | Forge::Gitea => 65_536,
            Forge::GitLab => 1_000_000,
            Forge::Bitbucket => 32_768,
        }
    }

    fn has_html(self) -> bool {
        self != Forge::Bitbucket
    }
}

/// How comments are written.
pub struct Comment<'a> {
    /// Who shows it.
    pub forge: Forge,
    /// How many bytes a page may have.
    pub budget: usize,
    /// How many pages there may be.
    pub pages: usize,
    /// What tells this preview from others in the same pull request.
    pub name: &'a str,
}

/// The fewest bytes that a page needs.
pub const SMALLEST_PAGE: usize = 2_048;

/// The most instances that a section names.
const NAMED: usize = 20;

/// The most risks that are listed.
const RISKS: usize = 50;

/// The most bytes of a line that are shown.
const LONGEST_LINE: usize = 1_000;

/// The line that a comment is found by, which nobody sees.
pub fn marker(forge: Forge, name: &str, page: usize) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./".contains(letter);
    let name: String = name.chars().filter(|letter| plain(*letter)).take(100).collect();
    if forge.has_html() {
        format!("<!-- petasos:diff:{name}:{page} -->\n")
    } else {
        format!("[//]: # (petasos:diff:{name}:{page})\n")
    }
}

/// The pages of a comment. What does not fit into all of them is counted at the end.
pub fn markdown(preview: &Preview, comment: &Comment<'_>) -> Vec<String> {
    let title = format!("## petasos: {}\n", summary(preview).trim_end());
    let mut writer = Writer::new(comment, title);
    risks(preview, &mut writer);
    for group in &preview.groups {
        let changes: Vec<&Shown> =
            group.changes.iter().filter_map(|index| preview.changes.get(*index)).collect();
        section(&group.instances, &changes, &mut writer);
    }
    writer.finish()
}

fn risks(preview: &Preview, writer: &mut Writer<'_>) {
    let risks = preview.risks();
    if risks.is_empty() {
        return;
    }
    for risk in risks.iter().take(RISKS) {
        writer.block(&risk_line(risk));
    }
    if risks.len() > RISKS {
        writer.block(&format!("- and {} more\n", counted(risks.len() - RISKS, "risk")));
    }
    writer.block("\n");
}

fn risk_line(risk: &RiskOf<'_>) -> String {
    let sign = match risk.risk.code.level {
        Level::Error => "🛑",
        Level::Warning => "⚠️",
        Level::Note => "ℹ️",
    };
    format!(
        "- {sign} **{}** {}: {} in {}\n",
        risk.risk.code.id,
        risk.risk.code.title,
        code(&risk.risk.message),
        code(&about(risk))
    )
}

fn section(instances: &[InstanceName], changes: &[&Shown], writer: &mut Writer<'_>) {
    let differ = counted(changes.len(), "object");
    let title = match instances.len() {
        0 => format!("objects of no instance: {differ}"),
        1 => format!("instance {}: {differ}", named(instances, 1)),
        many => {
            format!("{many} instances, the same change of {differ}: {}", named(instances, NAMED))
        }
    };
    writer.open(&title);
    for change in changes {
        writer.heading(&heading(change));
        let mut lines = Vec::new();
        for block in blocks(&change.edits) {
            if !block.place.is_empty() {
                lines.push(shown(&format!("@@ {} @@", block.place)));
            }
            lines.extend(block.lines.iter().map(signed));
        }
        if change.hidden > 0 {
            let hidden = counted(change.hidden, "difference");
            lines.push(format!("  {hidden} left out, which --all shows"));
        }
        writer.fenced(&lines);
    }
    writer.close();
}

fn heading(change: &Shown) -> String {
    let happened = match change.happened {
        Happened::Added => "added",
        Happened::Removed => "removed",
        Happened::Changed => "changed",
    };
    format!("#### {} {happened}\n", code(&object(change)))
}

fn signed(line: &Line) -> String {
    let sign = match line.sign {
        Sign::Same => ' ',
        Sign::Removed => '-',
        Sign::Added => '+',
        Sign::Gap => '@',
    };
    match line.sign {
        Sign::Gap => format!("@@ {} @@", shown(&line.text)),
        _ => format!("{sign} {}", shown(&line.text)),
    }
}

/// A line as far as it is shown, without what is no plain text.
fn shown(text: &str) -> String {
    cut(&report::clean(text), LONGEST_LINE)
}

/// The beginning of a text, which says so where there is more.
fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    format!("{}…", &text[..text.floor_char_boundary(most)])
}

/// Text in code: between more backticks than stand together in it.
fn code(text: &str) -> String {
    let text = shown(text);
    let text = if text.trim().is_empty() { "(empty)".to_owned() } else { text };
    let fence = "`".repeat(longest_run(&text) + 1);
    // A blank at each end is not part of the code.
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// The most backticks that stand together in a text.
fn longest_run(text: &str) -> usize {
    text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0)
}

/// Text as HTML, in which no forge finds anything.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in shown(text).chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '@' => out.push_str("&#64;"),
            '#' => out.push_str("&#35;"),
            '!' => out.push_str("&#33;"),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests;
