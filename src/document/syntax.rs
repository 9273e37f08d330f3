//! What the parser's errors mean, in words of a person who writes manifests.

use granit_parser::{ErrorKind, ScanError};

use crate::{
    diagnostic::{
        Diagnostic, Span,
        catalogue::reading::{NESTING, SYNTAX, TAB},
    },
    document::{MAX_DEPTH, encoding, problems::Problems},
};

/// A message, and what to do.
type Words = (&'static str, &'static str);

/// The problem of a syntax error. `end` is where the last good token ended, `open` where the outermost open bracket is.
pub(super) fn explain(
    error: &ScanError,
    text: &str,
    end: u32,
    open: Option<u32>,
    problems: &Problems,
) -> (Span, Diagnostic) {
    let at = floor(text, error.marker().byte_offset().unwrap_or(text.len()));
    if let Some(indent) = tab_indent(text, at) {
        return (indent, tab());
    }
    let place = mark(text, at);
    if let Some(problem) = unclosed(error.kind(), text, at, end, open, problems) {
        return problem;
    }
    if *error.kind() == ErrorKind::RecursionLimitExceeded {
        return (place, too_deep());
    }
    if let Some((message, help)) = other_text(text, at) {
        return (place, Diagnostic::new(&SYNTAX, message).help(help));
    }
    let problem = match words(error.kind()) {
        Some((message, help)) => Diagnostic::new(&SYNTAX, message).help(help),
        None => Diagnostic::new(&SYNTAX, error.kind().to_string()),
    };
    (place, problem)
}

/// The problem of a value with too many others around it.
pub(super) fn too_deep() -> Diagnostic {
    let message = format!("values are nested more than {MAX_DEPTH} levels deep");
    Diagnostic::new(&NESTING, message)
        .help("no Kubernetes object is that deep; look for brackets that do not close")
}

/// The problem of a tab as indentation.
pub(super) fn tab() -> Diagnostic {
    Diagnostic::new(&TAB, "a tab stands where YAML needs spaces")
        .label("tab in the indentation")
        .help("replace each tab by spaces")
}

/// Quotes and brackets that do not close are found far behind; the place that matters is where they open.
fn unclosed(
    kind: &ErrorKind,
    text: &str,
    at: usize,
    end: u32,
    open: Option<u32>,
    problems: &Problems,
) -> Option<(Span, Diagnostic)> {
    use ErrorKind as Kind;
    match kind {
        Kind::UnclosedQuotedScalar
        | Kind::InvalidQuotedScalarIndent
        | Kind::DocumentIndicatorInQuotedScalar => {
            let from = floor(text, end as usize).min(at);
            let quote = text[from..at].find(['"', '\'']).map_or(at, |quote| from + quote);
            let problem = Diagnostic::new(&SYNTAX, "a quoted text does not end")
                .label("the quote opens here")
                .help("close the quote; lines that continue a quoted text are indented");
            Some((mark(text, quote), problem))
        }
        Kind::UnexpectedEofFlowSequence
        | Kind::UnexpectedEofFlowMapping
        | Kind::UnexpectedEofImplicitFlowMapping
        | Kind::UnclosedFlowCollection { .. } => {
            let start = floor(text, open.map_or(at, |open| open as usize));
            let bracket = text[start..].chars().next().unwrap_or('[');
            let problem = Diagnostic::new(&SYNTAX, format!("`{bracket}` does not close"))
                .label("opened here")
                .help("close the bracket behind its last entry");
            Some((mark(text, start), problem))
        }
        Kind::ExpectedFlowMappingSeparator
        | Kind::ExpectedFlowSequenceSeparator
        | Kind::InvalidColonPlacement
        | Kind::InvalidFlowScalarIndent
        | Kind::BlockEntryInFlowCollection => {
            let line = problems.line(open.unwrap_or_default());
            let message = format!(
                "a comma or a closing bracket is missing: the bracket of line {line} is still open"
            );
            let problem = Diagnostic::new(&SYNTAX, message)
                .label("missing before this")
                .help("close the bracket, or put a comma between its entries");
            Some((mark(text, at), problem))
        }
        Kind::MismatchedFlowCollectionEnd { open, close } => {
            let message = format!("`{open}` is closed by `{close}`");
            let problem = Diagnostic::new(&SYNTAX, message)
                .label("opened here")
                .help("close the brackets in the order in which they open, the last one first");
            Some((mark(text, at), problem))
        }
        _ => None,
    }
}

/// What a line is that was never meant as YAML.
fn other_text(text: &str, at: usize) -> Option<Words> {
    let line = text[line_start(text, at)..].lines().next().unwrap_or_default();
    if ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark)) {
        return Some(("a merge conflict is not resolved", "keep one side, and remove the marks"));
    }
    line.contains("{{").then_some((
        "this is a template, not YAML",
        "render the template first, or quote the value: \"{{ … }}\"",
    ))
}

fn words(kind: &ErrorKind) -> Option<Words> {
    use ErrorKind as Kind;
    Some(match kind {
        Kind::MappingValueNotAllowed => (
            "a second `: ` stands in a value, or the line is indented too far",
            "quote the value if it contains `: `; else indent the line like the keys beside it",
        ),
        Kind::ExpectedBlockMappingKey | Kind::InvalidIndentation | Kind::InvalidSimpleKey => (
            "the indentation fits no line above",
            "indent the line exactly like the keys or items that it belongs to",
        ),
        Kind::ExpectedBlockSequenceEntry => (
            "a list goes on with a line that does not begin with `- `",
            "begin the line with `- `, or indent it as part of the item above",
        ),
        Kind::SimpleKeyExpected => (
            "a key has no colon behind it, or no space behind the colon",
            "write `key: value`; a list item begins with `- `",
        ),
        Kind::BlockSequenceEntryNotAllowed => (
            "a list cannot begin here",
            "begin the list on a line of its own; quote a text that begins with `- `",
        ),
        Kind::InvalidBlockEntryWhitespace => {
            ("a list item needs a space behind its dash", "write `- item`")
        }
        Kind::MappingKeyNotAllowed | Kind::FlowMappingValueAdjacentCollection => {
            ("a key cannot stand here", "begin it on a line of its own")
        }
        Kind::InvalidMappingValueWhitespace => {
            ("a colon needs a space behind it", "write `key: value`")
        }
        Kind::MisplacedFlowCollectionEnd => {
            ("a bracket closes that none has opened", "remove it, or quote the text")
        }
        Kind::UnexpectedCharacter { character: '@' | '`' | '%' } => {
            ("a text cannot begin with `@`, `` ` ``, or `%`", "quote the text")
        }
        Kind::InvalidTrailingSingleQuotedScalar => (
            "something follows a text in single quotes",
            "write a single quote within the text twice: 'it''s'",
        ),
        Kind::InvalidTrailingDoubleQuotedScalar => (
            "something follows a text in double quotes",
            "put a backslash before a double quote within the text: \\\"",
        ),
        Kind::UnknownQuotedScalarEscape
        | Kind::InvalidQuotedScalarHexEscape
        | Kind::InvalidUnicodeEscape => (
            "a text in double quotes has a backslash that means nothing",
            "write `\\\\` for a backslash, or use single quotes",
        ),
        Kind::InvalidLowSurrogateHexEscape
        | Kind::InvalidLowSurrogate
        | Kind::MissingLowSurrogate
        | Kind::UnpairedLowSurrogate => (
            "half of a surrogate pair stands alone",
            "write the character itself, or both halves as JSON does",
        ),
        Kind::InvalidBlockScalarIndent | Kind::TabAtBlockScalarStart => (
            "the lines of a block text are not indented alike",
            "indent each line at least like the first, with spaces",
        ),
        Kind::InvalidBlockScalarHeader | Kind::ZeroBlockScalarIndent => (
            "nothing but `-`, `+`, a digit from 1, or a comment may follow `|` and `>`",
            "begin the text on the next line",
        ),
        Kind::CommentNotSeparated => {
            ("a comment needs a space before its `#`", "quote the text if `#` belongs to it")
        }
        Kind::CommentInterceptedScalar => {
            ("a comment cuts a text in two", "quote the text, or move the comment to another line")
        }
        Kind::PlainScalarStartsWithDashFlowIndicator => {
            ("a text cannot begin with `-` and a bracket or comma", "quote the text")
        }
        Kind::InvalidDocumentEnd
        | Kind::MissingDocumentEndBeforeDirective
        | Kind::ExpectedDocumentStart => {
            ("a document goes on behind its end", "begin the next document with a line `---`")
        }
        Kind::UndeclaredTagHandle => (
            "the tag belongs to no namespace that the document declares",
            "remove the tag; quote a text that begins with `!`",
        ),
        Kind::BomInsideDocument => (
            "a byte order mark stands inside the text",
            "remove the invisible character U+FEFF; it often comes from joining files",
        ),
        _ => return None,
    })
}

/// The blanks that a line begins with, if a tab is among them and the place is in or right behind them.
fn tab_indent(text: &str, at: usize) -> Option<Span> {
    let start = line_start(text, at);
    let line = &text[start..];
    let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
    (line[..indent].contains('\t') && at <= start + indent)
        .then(|| encoding::span(start, start + indent))
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind(['\n', '\r']).map_or(0, |newline| newline + 1)
}

/// One character at a place; at the end of a line or of the text, the last character before that is not blank.
fn mark(text: &str, at: usize) -> Span {
    let visible = |character: &char| !character.is_whitespace();
    if let Some(character) = text[at..].chars().next().filter(visible) {
        return encoding::span(at, at + character.len_utf8());
    }
    let before = text[..at].trim_end();
    let width = before.chars().next_back().map_or(0, char::len_utf8);
    encoding::span(before.len() - width, before.len())
}

/// The nearest offset at or before another that is the start of a character.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
