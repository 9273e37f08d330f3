//! Places as the parser tells them, in bytes.

use crate::{diagnostic::Span, document::encoding};

/// Where the parser found something, in bytes.
#[derive(Clone, Copy)]
pub(super) struct Token {
    pub(super) span: Span,
    tag: Option<Span>,
}

impl Token {
    pub(super) fn of(span: &granit_parser::Span) -> Self {
        let tag = span.tag_span().map(|tag| bytes(&tag));
        Token { span: bytes(span), tag }
    }

    /// Where a problem with the tag is shown.
    pub(super) fn tag_or_value(&self) -> Span {
        self.tag.unwrap_or(self.span)
    }

    /// The end of a flow collection is its bracket; the end of a block has no text of its own.
    pub(super) fn end_of_collection(&self) -> u32 {
        if self.span.start == self.span.end { 0 } else { self.span.end }
    }
}

fn bytes(span: &granit_parser::Span) -> Span {
    encoding::span(
        span.start.byte_offset().unwrap_or_default(),
        span.end.byte_offset().unwrap_or_default(),
    )
}
