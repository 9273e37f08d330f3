//! The preview as one HTML file that needs nothing else: no script of others, no font, no network.

use crate::{
    diagnostic::Level,
    diff::Happened,
    preview::{
        Group, Preview, Shown,
        lines::{Block, Line, Row, Sign, blocks, rows},
        text::{about, counted, named, object, summary, title},
    },
    report,
};

/// How many instances the title of a section names.
const NAMED: usize = 6;

const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/filter.js");

/// The preview as a page.
pub fn html(preview: &Preview) -> String {
    let mut page = String::from(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n\
         <title>petasos diff</title>\n<style>\n",
    );
    page.extend([STYLE, "</style>\n</head>\n<body>\n<header>\n<h1>petasos diff</h1>\n"]);
    header(preview, &mut page);
    page.push_str("</header>\n<main>\n");
    risks(preview, &mut page);
    for group in &preview.groups {
        section(preview, group, &mut page);
    }
    page.extend(["</main>\n<script>\n", SCRIPT, "</script>\n</body>\n</html>\n"]);
    page
}

fn header(preview: &Preview, page: &mut String) {
    let counts = preview.counts;
    page.extend([
        "<p class=\"summary\">",
        &escaped(summary(preview).trim_end()),
        "</p>\n<ul class=\"counts\">\n",
    ]);
    let counts = [
        ("added", counts.added),
        ("removed", counts.removed),
        ("changed", counts.changed),
        ("instances", preview.instances()),
        ("risks", preview.risks().len()),
    ];
    for (name, count) in counts {
        page.extend(["<li class=\"", name, "\"><b>", &count.to_string(), "</b> ", name, "</li>\n"]);
    }
    page.push_str(
        "</ul>\n<input id=\"filter\" type=\"search\" placeholder=\"Show only objects with…\" aria-label=\"Show only objects with\">\n",
    );
}

fn risks(preview: &Preview, page: &mut String) {
    let risks = preview.risks();
    if risks.is_empty() {
        return;
    }
    page.push_str("<section class=\"risks\">\n<h2>Risks</h2>\n<ul>\n");
    for risk in &risks {
        let level = risk.risk.code.level;
        let class = match level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        };
        page.extend([
            "<li class=\"",
            class,
            "\"><span class=\"level\">",
            class,
            "</span> <abbr title=\"",
            &escaped(risk.risk.code.title),
            "\">",
            risk.risk.code.id,
            "</abbr> <span class=\"message\">",
            &escaped(&risk.risk.message),
            "</span> <span class=\"where\">",
            &escaped(&about(risk)),
            "</span></li>\n",
        ]);
    }
    page.push_str("</ul>\n</section>\n");
}

fn section(preview: &Preview, group: &Group, page: &mut String) {
    let heading = match group.instances.len() {
        0 => "Objects of no instance".to_owned(),
        1 => named(&group.instances, 1),
        many => format!("{many} instances, the same change"),
    };
    page.extend(["<section class=\"group\">\n<h2>", &escaped(&heading), "</h2>\n"]);
    if group.instances.len() > 1 {
        let all: Vec<String> = group.instances.iter().map(title).collect();
        page.extend([
            "<details class=\"all\"><summary>",
            &escaped(&named(&group.instances, NAMED)),
            "</summary><p>",
            &escaped(&all.join(", ")),
            "</p></details>\n",
        ]);
    }
    for change in group.changes.iter().filter_map(|index| preview.changes.get(*index)) {
        object_section(change, page);
    }
    page.push_str("</section>\n");
}

fn object_section(change: &Shown, page: &mut String) {
    let (class, open) = match change.happened {
        Happened::Added => ("added", ""),
        Happened::Removed => ("removed", ""),
        Happened::Changed => ("changed", " open"),
    };
    page.extend([
        "<details class=\"object ",
        class,
        "\"",
        open,
        "><summary><span class=\"sign\">",
        class,
        "</span> <span class=\"name\">",
        &escaped(&object(change)),
        "</span> <span class=\"place\">",
        &escaped(&change.place()),
        "</span></summary>\n",
    ]);
    for block in blocks(&change.edits) {
        table(&block, page);
    }
    if change.hidden > 0 {
        let hidden = counted(change.hidden, "difference");
        page.extend(["<p class=\"hidden\">", &hidden, " left out, which --all shows</p>\n"]);
    }
    page.push_str("</details>\n");
}

/// Before and after beside each other.
fn table(block: &Block, page: &mut String) {
    if !block.place.is_empty() {
        page.extend(["<h3>", &escaped(&block.place), "</h3>\n"]);
    }
    page.push_str("<table>\n");
    for line in rows(&block.lines) {
        match line {
            Row::Gap(gap) => {
                let text = escaped(&gap.text);
                page.extend(["<tr><td class=\"gap\" colspan=\"2\">", &text, "</td></tr>\n"]);
            }
            Row::Sides(left, right) => row(left, right, page),
        }
    }
    page.push_str("</table>\n");
}

fn row(left: Option<&Line>, right: Option<&Line>, page: &mut String) {
    page.push_str("<tr>");
    for line in [left, right] {
        let class = match line.map(|line| line.sign) {
            Some(Sign::Removed) => "removed",
            Some(Sign::Added) => "added",
            Some(Sign::Same | Sign::Gap) => "same",
            None => "none",
        };
        let text = line.map_or_else(String::new, |line| escaped(&line.text));
        page.extend(["<td class=\"", class, "\">", &text, "</td>"]);
    }
    page.push_str("</tr>\n");
}

/// Text as HTML, wherever it stands.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in report::clean(text).chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter => out.push(letter),
        }
    }
    out
}
