//! The events of one YAML document to one value with its spans.

use std::{borrow::Cow, sync::Arc};

use granit_parser::{Event, Parser, ScalarStyle, ScanError, StrInput, StructureStyle, Tag};
use serde_json::{Map, Value};

use crate::{
    diagnostic::{
        Diagnostic, Source, Span,
        catalogue::reading::{ALIAS_EXPANSION, ALIAS_RECURSIVE, DUPLICATE_KEY},
    },
    document::{
        MAX_DEPTH, NodeSpan,
        alias::{self, Anchors, Refused},
        encoding,
        key::{self, Key},
        merge::{self, Merged},
        problems::Problems,
        scalar::{self, Plain},
        size, syntax,
        tag::{self, Wanted},
        token::Token,
        told,
    },
    secret,
};

/// The document cannot be read on; the reason is reported.
pub(super) struct Abandoned;

/// Reads one document after the other from one text.
pub(super) struct Reader<'a> {
    pub(super) parser: Parser<'a, StrInput<'a>>,
    pub(super) problems: Problems<'a>,
    text: &'a str,
    anchors: Anchors,
    spans: Vec<NodeSpan>,
    /// Where the last token ended: the end of a block is the end of what is in it.
    end: u32,
    /// Where each flow collection around the current value was opened.
    flow: Vec<u32>,
    /// How many keys around the current value say that it may be a secret.
    secrets: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a Arc<Source>, report: &'a mut Vec<Diagnostic>) -> Self {
        let options = granit_parser::options! {
            emit_comments: false,
            emit_unresolved_aliases: true,
            flow_nesting_limit: MAX_DEPTH + 1,
            block_nesting_limit: MAX_DEPTH + 1,
        };
        Reader {
            parser: Parser::new_from_str_with_options(&source.text, options),
            problems: Problems::new(source, report),
            text: &source.text,
            anchors: Anchors::new(),
            spans: Vec::new(),
            end: 0,
            flow: Vec::new(),
            secrets: 0,
        }
    }

    /// The value of the document that has just begun, and its spans.
    pub(super) fn document(&mut self) -> Result<(Value, Vec<NodeSpan>), Abandoned> {
        self.anchors = Anchors::new();
        self.spans = Vec::new();
        self.flow.clear();
        self.secrets = 0;
        let (event, span) = self.next()?;
        let value = self.node(event, span, None, 0)?;
        // The end of the document is read here, so that an error between it and the value belongs to this document.
        self.next()?;
        Ok((value, std::mem::take(&mut self.spans)))
    }

    fn next(&mut self) -> Result<(Event<'a>, Token), Abandoned> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => Ok((event, Token::of(&span))),
            Some(Err(error)) => {
                self.syntax_error(&error);
                Err(Abandoned)
            }
            None => Err(Abandoned),
        }
    }

    pub(super) fn syntax_error(&mut self, error: &ScanError) {
        let open = self.flow.first().copied();
        let (span, problem) = syntax::explain(error, self.text, self.end, open, &self.problems);
        self.problems.add(span, problem);
    }

    /// The value that begins with an event. Its own span comes first, then those of the values in it.
    fn node(
        &mut self,
        event: Event<'a>,
        token: Token,
        key: Option<Span>,
        depth: usize,
    ) -> Result<Value, Abandoned> {
        let node = self.spans.len();
        self.spans.push(NodeSpan { key: key.unwrap_or_default(), value: token.span });
        let (value, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.end = token.span.end;
                (self.scalar(text, style, tag.as_deref(), token), anchor)
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.enter(style, anchor, tag.as_deref(), "seq", token, depth)?;
                let items = self.items(depth)?;
                self.leave(style);
                if style == StructureStyle::Block {
                    self.begin_at_dash(node);
                }
                (Value::Array(items), anchor)
            }
            Event::MappingStart(style, anchor, tag) => {
                self.enter(style, anchor, tag.as_deref(), "map", token, depth)?;
                let map = self.entries(style, depth)?;
                self.leave(style);
                (Value::Object(map), anchor)
            }
            Event::Alias(id) => {
                self.end = token.span.end;
                (self.alias(id, token.span, depth), 0)
            }
            Event::UnresolvedAlias(name) => {
                self.end = token.span.end;
                self.problems.add(token.span, alias::unknown(&name));
                (Value::Null, 0)
            }
            // The parser yields no other event where a value begins.
            _ => (Value::Null, 0),
        };
        self.close(node, key);
        if anchor != 0 {
            self.anchors.complete(anchor, &value, &self.spans[node..]);
        }
        Ok(value)
    }

    /// The parser lets most block lists begin behind their first dash.
    fn begin_at_dash(&mut self, node: usize) {
        let span = &mut self.spans[node].value;
        let start = span.start as usize;
        let is_dash = self.text[start..].starts_with("- ") || self.text[start..].starts_with("-\n");
        let before = self.text[..start].trim_end();
        if !is_dash && before.ends_with('-') {
            span.start = encoding::span(before.len() - 1, start).start;
        }
    }

    /// The span of a value is known at its end. An empty value is shown as its key, an item or a document as itself.
    fn close(&mut self, node: usize, key: Option<Span>) {
        let end = self.end;
        let span = &mut self.spans[node];
        span.value.end = end.max(span.value.start);
        if let Some(key) = key
            && span.value.start == span.value.end
        {
            span.value = key;
        }
        span.key = key.unwrap_or(span.value);
    }

    fn scalar(
        &mut self,
        text: Cow<'a, str>,
        style: ScalarStyle,
        tag: Option<&Tag>,
        token: Token,
    ) -> Value {
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            let read = &self.text[token.span.start as usize..token.span.end as usize];
            self.end = token.span.start + encoding::span(0, read.trim_end().len()).end;
        }
        // The parser gives a value that is not there the text `~`.
        let absent = style == ScalarStyle::Plain && token.span.start == token.span.end;
        let text = if absent { Cow::Borrowed("") } else { text };
        let wanted = match tag.map(|tag| tag::of_scalar(tag, &text)) {
            None => Wanted::Usual,
            Some(Ok(wanted)) => wanted,
            Some(Err(problem)) => {
                self.problems.add(token.tag_or_value(), *problem);
                Wanted::Usual
            }
        };
        match wanted {
            Wanted::Text => Value::String(text.into_owned()),
            Wanted::Usual if style != ScalarStyle::Plain => Value::String(text.into_owned()),
            Wanted::Usual | Wanted::Meaning => self.plain(text, token.span),
        }
    }

    fn plain(&mut self, text: Cow<'a, str>, span: Span) -> Value {
        let plain = scalar::resolve(&text);
        let open = (self.secrets == 0).then_some(&*text);
        if let Some(code) = scalar::surprise(&text, &plain) {
            self.problems.add(span, told::surprise(code, open, &plain));
        }
        match plain {
            Plain::Text => Value::String(text.into_owned()),
            Plain::Null => Value::Null,
            Plain::Bool(value) => Value::Bool(value),
            Plain::Number(number) => Value::Number(number),
            Plain::Outside => {
                self.problems.add(span, told::outside(open));
                Value::Null
            }
        }
    }

    fn enter(
        &mut self,
        style: StructureStyle,
        anchor: usize,
        tag: Option<&Tag>,
        expected: &str,
        token: Token,
        depth: usize,
    ) -> Result<(), Abandoned> {
        if let Some(Err(problem)) = tag.map(|tag| tag::of_collection(tag, expected)) {
            self.problems.add(token.tag_or_value(), *problem);
        }
        if depth >= MAX_DEPTH {
            self.problems.add(token.span, syntax::too_deep());
            return Err(Abandoned);
        }
        if anchor != 0 {
            self.anchors.open(anchor);
        }
        if style == StructureStyle::Flow {
            self.flow.push(token.span.start);
        }
        self.end = token.span.end;
        Ok(())
    }

    fn leave(&mut self, style: StructureStyle) {
        if style == StructureStyle::Flow {
            self.flow.pop();
        }
    }

    fn items(&mut self, depth: usize) -> Result<Vec<Value>, Abandoned> {
        let mut items = Vec::new();
        loop {
            let (event, token) = self.next()?;
            if event == Event::SequenceEnd {
                self.end = self.end.max(token.end_of_collection());
                return Ok(items);
            }
            items.push(self.node(event, token, None, depth + 1)?);
        }
    }

    fn entries(
        &mut self,
        style: StructureStyle,
        depth: usize,
    ) -> Result<Map<String, Value>, Abandoned> {
        let map_node = self.spans.len() - 1;
        let mut map = Map::new();
        let mut merged = Merged::default();
        loop {
            let (event, token) = self.next()?;
            if event == Event::MappingEnd {
                self.end = self.end.max(token.end_of_collection());
                break;
            }
            if style == StructureStyle::Block {
                self.refuse_tab_before(token.span);
            }
            let start = self.spans.len();
            let key = self.key(event, token, depth)?;
            self.spans.truncate(start);
            let (event, value_token) = self.next()?;
            let hides = usize::from(matches!(&key, Key::Name(name) if secret::hides(name)));
            self.secrets += hides;
            let value = self.node(event, value_token, Some(token.span), depth + 1)?;
            self.secrets -= hides;
            match key {
                Key::Name(name) => self.insert(&mut map, map_node, name, value, start),
                Key::Merge => merged.push(value, self.spans.drain(start..)),
                Key::Refused => self.spans.truncate(start),
            }
        }
        merge::apply(merged, &mut map, &mut self.spans, &mut self.problems);
        Ok(map)
    }

    /// Adds an entry whose spans begin at `start`. The first of two entries with one key stays.
    fn insert(
        &mut self,
        map: &mut Map<String, Value>,
        map_node: usize,
        name: String,
        value: Value,
        start: usize,
    ) {
        if !map.contains_key(&name) {
            map.insert(name, value);
            return;
        }
        let again = self.spans[start].key;
        self.spans.truncate(start);
        if self.problems.is_full() {
            return;
        }
        let before = map.iter().take_while(|(key, _)| **key != name);
        let first = map_node + 1 + before.map(|(_, value)| size(value)).sum::<usize>();
        let first = self.spans[first].key;
        let message = format!(
            "the key `{}` stands twice in one map, first in line {}",
            key::shown(&name),
            self.problems.line(first.start)
        );
        let problem = Diagnostic::new(&DUPLICATE_KEY, message)
            .label("again here")
            .help("keep one of the two, or join their values under one key");
        self.problems.add(again, problem);
    }

    fn key(&mut self, event: Event<'a>, token: Token, depth: usize) -> Result<Key, Abandoned> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.end = token.span.end;
                let absent = style == ScalarStyle::Plain && token.span.start == token.span.end;
                let text = if absent { Cow::Borrowed("") } else { text };
                if anchor != 0 {
                    let value = Value::String(text.clone().into_owned());
                    self.anchors.complete(anchor, &value, &[NodeSpan::default()]);
                }
                let plain = style == ScalarStyle::Plain && tag.is_none();
                Ok(key::read(text, plain, token.span, &mut self.problems))
            }
            event => {
                let value = self.node(event, token, None, depth + 1)?;
                if let Value::String(text) = value {
                    let text = Cow::Owned(text);
                    return Ok(key::read(text, false, token.span, &mut self.problems));
                }
                self.problems.add(token.span, key::not_text());
                Ok(Key::Refused)
            }
        }
    }

    /// The parser lets a tab stand before the first key of a document; the Kubernetes tools do not.
    fn refuse_tab_before(&mut self, span: Span) {
        let start = span.start as usize;
        let before = &self.text[..start];
        if !before.ends_with('\t') {
            return;
        }
        let blank = before.len() - before.trim_end_matches([' ', '\t']).len();
        if before[..start - blank]
            .chars()
            .next_back()
            .is_none_or(|last| matches!(last, '\n' | '\r'))
        {
            self.problems.add(encoding::span(start - blank, start), syntax::tab());
        }
    }

    fn alias(&mut self, id: usize, span: Span, depth: usize) -> Value {
        match self.anchors.copy(id) {
            Ok(copied) if depth + copied.height > MAX_DEPTH + 1 => {
                self.problems.add(span, syntax::too_deep());
            }
            Ok(copied) => {
                self.spans.extend_from_slice(&copied.spans[1..]);
                return copied.value;
            }
            Err(Refused::Recursive) => {
                let problem =
                    Diagnostic::new(&ALIAS_RECURSIVE, "the alias stands inside its own value")
                        .help("write out what the alias stands for");
                self.problems.add(span, problem);
            }
            Err(Refused::TooLarge { again: true }) => {}
            Err(Refused::TooLarge { again: false }) => {
                let problem = Diagnostic::new(
                    &ALIAS_EXPANSION,
                    "the aliases of this document expand to too much",
                )
                .help("write out the values instead of aliases of aliases");
                self.problems.add(span, problem);
            }
        }
        Value::Null
    }
}
