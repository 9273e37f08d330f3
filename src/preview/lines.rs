//! A difference as lines with a sign, as every form for people shows it.

use serde_json::{Value, json};
use similar::{ChangeTag, TextDiff};

use crate::{
    diff::{Delta, Edit, Path, Step},
    object::yaml,
    preview::json_of,
};

/// How many lines around a difference are shown.
const AROUND: usize = 3;

/// Texts with more lines than this together are not compared line by line: the time grows with their product.
const MOST_LINES: usize = 20_000;

/// What a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// It is on both sides.
    Same,
    /// It is only on the old side.
    Removed,
    /// It is only on the new side.
    Added,
    /// Lines are left out here.
    Gap,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// What it says.
    pub sign: Sign,
    /// Its text, without the end of the line.
    pub text: String,
}

/// Lines under one place of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    /// The place, empty for the object itself.
    pub place: String,
    /// The lines.
    pub lines: Vec<Line>,
}

/// Differences as blocks. Neighbors under one place share a block.
pub(super) fn blocks(edits: &[Edit]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for edit in edits {
        let (place, mut lines) = block(edit);
        match blocks.last_mut().filter(|last| last.place == place) {
            Some(last) => last.lines.append(&mut lines),
            None => blocks.push(Block { place, lines }),
        }
    }
    blocks
}

fn block(edit: &Edit) -> (String, Vec<Line>) {
    match &edit.delta {
        Delta::Added(after) => within(&edit.path, after, Sign::Added),
        Delta::Removed(before) => within(&edit.path, before, Sign::Removed),
        Delta::Changed(before, after) => (edit.path.to_string(), changed(before, after)),
        Delta::Reordered(order) => {
            let mut old: Vec<_> = order.iter().collect();
            old.sort_by_key(|item| item.old);
            let names = |items: Vec<&crate::diff::Item>| {
                items.iter().map(|item| item.name.as_str()).collect::<Vec<_>>().join(", ")
            };
            let line = |sign, text| Line { sign, text: format!("order: {text}") };
            let lines = vec![
                line(Sign::Removed, names(old)),
                line(Sign::Added, names(order.iter().collect())),
            ];
            (edit.path.to_string(), lines)
        }
    }
}

/// What came or went, as it stands in the map or the list around it.
fn within(path: &Path, value: &Value, sign: Sign) -> (String, Vec<Line>) {
    let mut outer = path.clone();
    let shown = match outer.0.pop() {
        None => value.clone(),
        Some(Step::Key(key)) => json!({key: value}),
        Some(Step::Item(_)) => json!([value]),
    };
    (outer.to_string(), signed(&text(&shown), sign))
}

fn changed(before: &Value, after: &Value) -> Vec<Line> {
    match (before, after) {
        (Value::String(before), Value::String(after))
            if let Some((before, after)) = spelled(before, after) =>
        {
            compared(&before, &after)
        }
        (Value::String(before), Value::String(after))
            if before.contains('\n') || after.contains('\n') =>
        {
            compared(before, after)
        }
        _ => {
            let mut lines = signed(&text(before), Sign::Removed);
            lines.extend(signed(&text(after), Sign::Added));
            lines
        }
    }
}

/// Two texts of JSON as YAML, which has a line for each value, and prompts with their own lines; unless they differ in
/// their form alone.
fn spelled(before: &str, after: &str) -> Option<(String, String)> {
    let (before, after) = (json_of(before)?, json_of(after)?);
    (before != after).then(|| (text(&before), text(&after)))
}

fn text(value: &Value) -> String {
    let mut text = String::new();
    yaml::emit(&mut text, value);
    text
}

fn signed(text: &str, sign: Sign) -> Vec<Line> {
    text.lines().map(|line| Line { sign, text: line.to_owned() }).collect()
}

/// Two texts by line.
fn compared(before: &str, after: &str) -> Vec<Line> {
    if before.lines().count() + after.lines().count() > MOST_LINES {
        let mut lines = signed(before, Sign::Removed);
        lines.extend(signed(after, Sign::Added));
        return lines;
    }
    let differences = TextDiff::from_lines(before, after);
    let mut lines = Vec::new();
    let mut end = 0;
    for group in differences.grouped_ops(AROUND) {
        let start = group.first().map_or(0, |op| op.old_range().start);
        if start > end {
            let left_out = start - end;
            let text =
                format!("{left_out} {} the same", if left_out == 1 { "line" } else { "lines" });
            lines.push(Line { sign: Sign::Gap, text });
        }
        end = group.last().map_or(end, |op| op.old_range().end);
        for change in group.iter().flat_map(|op| differences.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Equal => Sign::Same,
                ChangeTag::Delete => Sign::Removed,
                ChangeTag::Insert => Sign::Added,
            };
            let value = change.value();
            let text = value.strip_suffix('\n').unwrap_or(value);
            let is_last = !value.ends_with('\n') && sign != Sign::Same;
            let note = if is_last { " (no line feed at the end)" } else { "" };
            lines.push(Line { sign, text: format!("{text}{note}") });
        }
    }
    lines
}

/// Lines as rows of two columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row<'a> {
    /// Lines are left out here.
    Gap(&'a Line),
    /// The old side and the new side.
    Sides(Option<&'a Line>, Option<&'a Line>),
}

/// Lines with what is gone beside what came in its place.
pub(super) fn rows(lines: &[Line]) -> Vec<Row<'_>> {
    let mut rows = Vec::with_capacity(lines.len());
    let mut rest = lines;
    while let Some((first, behind)) = rest.split_first() {
        match first.sign {
            Sign::Gap => rows.push(Row::Gap(first)),
            Sign::Same => rows.push(Row::Sides(Some(first), Some(first))),
            Sign::Removed | Sign::Added => {
                let count =
                    |from: &[Line], sign| from.iter().take_while(|line| line.sign == sign).count();
                let (left, behind) = rest.split_at(count(rest, Sign::Removed));
                let (right, behind) = behind.split_at(count(behind, Sign::Added));
                let height = left.len().max(right.len());
                rows.extend((0..height).map(|index| Row::Sides(left.get(index), right.get(index))));
                rest = behind;
                continue;
            }
        }
        rest = behind;
    }
    rows
}
