//! Template text to a tree.

use std::{collections::BTreeSet, sync::Arc};

use granit_parser::{Event, Parser, ScalarStyle, ScanError, StructureStyle};
use serde_json::Value;

use crate::{
    diagnostic::{Code, Diagnostic, Location, Source, Span, catalogue::pack},
    render::{
        blocks::Blocks,
        leaf,
        mask::{self, Mark, Masked, Slot, Word},
        node::{Item, Key, Leaf, Line, Node, Pair, Part, Template},
        scalar, shipped,
    },
};

/// How deep maps and lists may lie in each other.
const DEEPEST: usize = 64;

/// Compiles a template. The error holds every problem that can be told apart.
pub fn template(source: &Arc<Source>) -> Result<Template, Vec<Diagnostic>> {
    match shipped::find(&source.text) {
        Some(root) => Ok(Template { source: Arc::clone(source), root }),
        None => from_text(source),
    }
}

/// Compiles a template from its text.
pub(super) fn from_text(source: &Arc<Source>) -> Result<Template, Vec<Diagnostic>> {
    let masked = mask::mask_template(source)?;
    let mut compiler = Compiler {
        source,
        masked: &masked,
        line_starts: line_starts(&source.text),
        is_ascii: source.text.is_ascii(),
        events: Parser::new_from_str(&masked.text),
        errors: Vec::new(),
    };
    let root = compiler.document();
    let errors = compiler.errors;
    match root {
        Some(root) if errors.is_empty() => Ok(Template { source: Arc::clone(source), root }),
        _ => Err(errors),
    }
}

type Events<'a> = Parser<'a, granit_parser::StrInput<'a>>;

struct Compiler<'a> {
    source: &'a Arc<Source>,
    masked: &'a Masked,
    line_starts: Vec<usize>,
    is_ascii: bool,
    events: Events<'a>,
    errors: Vec<Diagnostic>,
}

/// Where a value stands, and what it stands in.
#[derive(Clone, Copy)]
struct Place {
    depth: usize,
    in_flow: bool,
}

impl<'a> Compiler<'a> {
    fn document(&mut self) -> Option<Node> {
        loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(..), _) => {}
                (Event::StreamEnd, span) => {
                    self.error(span, "the file is empty", "write the object that it renders");
                    return None;
                }
                (event, span) => {
                    let root = self.node(event, span, Place { depth: 0, in_flow: false })?;
                    self.end()?;
                    return Some(root);
                }
            }
        }
    }

    fn end(&mut self) -> Option<()> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Some(()),
                (Event::DocumentStart(..), span) => {
                    let help = "put each object into a template of its own";
                    self.error(span, "a second document begins here", help);
                    return None;
                }
                _ => {}
            }
        }
    }

    /// The next event that is no comment. None after an error, which is then noted.
    fn next(&mut self) -> Option<(Event<'a>, Span)> {
        loop {
            match self.events.next()? {
                Ok((Event::Comment(..), _)) => {}
                Ok((event, span)) => {
                    return Some((event, self.span(span)));
                }
                Err(error) => {
                    self.syntax(&error);
                    return None;
                }
            }
        }
    }

    /// Notes that the text is not YAML, unless an earlier problem may be the reason.
    fn syntax(&mut self, error: &ScanError) {
        if !self.errors.is_empty() {
            return;
        }
        let start = self.offset(error.marker().line(), error.marker().col());
        let message = format!("this is not YAML: {}", error.info());
        let help = "a template is YAML with `{{ }}` for values and `{% %}` lines around entries";
        self.error(mask::span(start, 1), &message, help);
    }

    fn error(&mut self, span: Span, message: &str, help: &str) {
        self.problem(&pack::TEMPLATE_SYNTAX, span, message, help);
    }

    fn problem(&mut self, code: &'static Code, span: Span, message: &str, help: &str) {
        let location = Location { source: Arc::clone(self.source), span };
        self.errors.push(Diagnostic::new(code, message).at(location).help(help));
    }

    fn node(&mut self, event: Event<'a>, span: Span, place: Place) -> Option<Node> {
        if place.depth > DEEPEST {
            self.error(
                span,
                "maps and lists lie too deep in each other",
                "name the inner part under `let`",
            );
            return None;
        }
        let inside = |style| Place {
            depth: place.depth + 1,
            in_flow: place.in_flow || style == StructureStyle::Flow,
        };
        match event {
            Event::Scalar(_, _, anchor, _)
            | Event::SequenceStart(_, anchor, _)
            | Event::MappingStart(_, anchor, _)
                if anchor != 0 =>
            {
                self.error(
                    span,
                    "anchors are not available",
                    "name the value under `let` in pack.yaml",
                );
                None
            }
            Event::Scalar(_, _, _, Some(_))
            | Event::SequenceStart(_, _, Some(_))
            | Event::MappingStart(_, _, Some(_)) => {
                self.error(span, "tags are not available", "remove it");
                None
            }
            Event::Scalar(text, style, ..) => Some(self.scalar(&text, style, span, place)),
            Event::SequenceStart(style, ..) => self.list(inside(style)),
            Event::MappingStart(style, ..) => self.map(inside(style)),
            _ => {
                self.error(
                    span,
                    "aliases are not available",
                    "name the value under `let` in pack.yaml",
                );
                None
            }
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, span: Span, place: Place) -> Node {
        let Some(mut parts) = self.parts(text, span, place) else {
            let is_plain = style == ScalarStyle::Plain;
            return Node::Constant(if is_plain { scalar::plain(text) } else { Value::from(text) });
        };
        match parts.pop() {
            Some(Part::Leaf(leaf)) if parts.is_empty() && style == ScalarStyle::Plain => {
                Node::Leaf(leaf)
            }
            last => {
                parts.extend(last);
                Node::Text(parts)
            }
        }
    }

    /// The parts of a text with expressions; none for a text without.
    fn parts(&mut self, text: &str, span: Span, place: Place) -> Option<Vec<Part>> {
        let first = text.find(|character| mask::mark(character).is_some())?;
        if place.in_flow {
            let help = "write the map or list in block style, one entry a line";
            self.problem(
                &pack::EXPRESSION,
                span,
                "an expression cannot stand inside `{ }` or `[ ]`",
                help,
            );
            return Some(Vec::new());
        }
        let mut parts = Vec::new();
        let (mut literal, mut rest) = text.split_at(first);
        loop {
            if !literal.is_empty() {
                parts.push(Part::Literal(literal.to_owned()));
            }
            let Some(found) = rest.chars().next() else { break };
            rest = self.masked.after(rest);
            match mask::mark(found) {
                Some(Mark::Expression(number)) => {
                    let slot = &self.masked.expressions[number];
                    parts.extend(self.leaf(slot).map(Part::Leaf));
                }
                Some(Mark::Control(number)) => {
                    let help = "put the text into a file of the pack and use `text(\"name\")`";
                    let span = self.masked.controls[number].span;
                    self.error(span, "`{% %}` stands inside a text", help);
                }
                None => {}
            }
            let next = rest.find(|character| mask::mark(character).is_some()).unwrap_or(rest.len());
            (literal, rest) = rest.split_at(next);
        }
        Some(parts)
    }

    fn leaf(&mut self, slot: &Slot) -> Option<Leaf> {
        leaf::leaf(self.source, slot).map_err(|error| self.errors.push(*error)).ok()
    }

    fn list(&mut self, place: Place) -> Option<Node> {
        let mut blocks = Blocks::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, span) => return Some(Node::List(self.finish(blocks, span))),
                (Event::Scalar(text, ..), span) if control(&text).is_some() => {
                    self.control(&text, span, &mut blocks);
                }
                (event, span) => {
                    let value = self.node(event, span, place)?;
                    blocks.push(Item { value, span });
                }
            }
        }
    }

    fn map(&mut self, place: Place) -> Option<Node> {
        let mut blocks = Blocks::new();
        // Keys that are always there, and those since the last `{% %}` line. The rest shows when it is evaluated.
        let (mut always, mut here) = (BTreeSet::new(), BTreeSet::new());
        loop {
            match self.next()? {
                (Event::MappingEnd, span) => return Some(Node::Map(self.finish(blocks, span))),
                (Event::Scalar(text, ..), span) if control(&text).is_some() => {
                    self.next()?;
                    self.control(&text, span, &mut blocks);
                    here.clear();
                }
                (Event::Scalar(text, _, 0, None), key_span) => {
                    let key = if let Some(parts) = self.parts(&text, key_span, place) {
                        Key::Text(parts)
                    } else {
                        let keys = if blocks.is_open() { &mut here } else { &mut always };
                        if !keys.insert(text.to_string()) {
                            let message = format!("the key `{text}` is here twice");
                            self.problem(
                                &pack::DUPLICATE_KEY,
                                key_span,
                                &message,
                                "remove one of them",
                            );
                        }
                        Key::Constant(text.into_owned())
                    };
                    let (event, span) = self.next()?;
                    let value = self.node(event, span, place)?;
                    blocks.push(Pair { key, key_span, value, span });
                }
                (_, span) => {
                    self.error(span, "a key is not plain text", "write `key: value`");
                    return None;
                }
            }
        }
    }

    fn control<T>(&mut self, text: &str, span: Span, blocks: &mut Blocks<T>) {
        let Some(number) = control(text) else { return };
        let control = &self.masked.controls[number];
        let done = match &control.word {
            Word::If(slot) => self.leaf(slot).map(|leaf| {
                blocks.open_if(leaf);
                Ok(())
            }),
            Word::ElseIf(slot) => self.leaf(slot).map(|leaf| blocks.other(Some(leaf))),
            Word::Else => Some(blocks.other(None)),
            Word::EndIf => Some(blocks.close(false)),
            Word::For(names, slot) => self.leaf(slot).map(|leaf| {
                blocks.open_for(names.clone(), leaf);
                Ok(())
            }),
            Word::EndFor => Some(blocks.close(true)),
        };
        // A condition that does not compile leaves its block out; what follows from that is not worth a message.
        if let Some(Err(_)) = done
            && self.errors.is_empty()
        {
            self.error(
                span,
                "this line does not fit the entries around it",
                "indent the block as one",
            );
        }
    }

    fn finish<T>(&mut self, blocks: Blocks<T>, span: Span) -> Vec<Line<T>> {
        let lines = blocks.finish().ok();
        if lines.is_none() && self.errors.is_empty() {
            self.error(
                span,
                "a block ends outside of the entries it begins in",
                "indent the block as one",
            );
        }
        lines.unwrap_or_default()
    }

    fn span(&self, span: granit_parser::Span) -> Span {
        let start = self.offset(span.start.line(), span.start.col());
        let end = self.offset(span.end.line(), span.end.col());
        mask::span(start, end.saturating_sub(start))
    }

    /// The byte in the template at a line counted from 1 and a column in characters counted from 0.
    fn offset(&self, line: usize, column: usize) -> usize {
        let text = &self.source.text;
        let Some(&start) = self.line_starts.get(line.saturating_sub(1)) else { return text.len() };
        if self.is_ascii {
            return text.len().min(start + column);
        }
        text[start..].char_indices().nth(column).map_or(text.len(), |(index, _)| start + index)
    }
}

/// The number of the control that a scalar stands for.
fn control(text: &str) -> Option<usize> {
    let mut characters = text.chars();
    match (mask::mark(characters.next()?), characters.next()) {
        (Some(Mark::Control(number)), None) => Some(number),
        _ => None,
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    let after_newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
    std::iter::once(0).chain(after_newlines.map(|(index, _)| index + 1)).collect()
}
