//! The language of post-build substitution, parsed.
//!
//! It looks like the shell's and is not. The source of every rule is the code of `fluxcd/pkg/envsubst`, and a test in the lab
//! compares the two on a table of inputs. What surprises:
//!
//! - `$$` is one `$`, anywhere, whatever follows; a lone `$` is itself.
//! - `${x-d}`, `${x+d}` and `${x?d}` are errors; `:-`, `=`, `:=`, `:?` and `:+` all give the default.
//! - The pattern of a replacement goes on to the next `/`, over braces and lines, as far as it takes.

use std::fmt;

/// A piece of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// It stands for itself.
    Text(String),
    /// The value of a variable, changed by an operation.
    Variable {
        /// The name.
        name: String,
        /// Where its `${` begins, in bytes.
        at: usize,
        /// What happens to the value.
        operation: Operation,
    },
}

/// What happens to the value of a variable.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Operation {
    /// `${x}`
    Value,
    /// `${#x}`, in bytes
    Length,
    /// `${x:=word}` and its like: a word of several parts
    Default(Vec<Part>),
    /// `${x,}`, `${x,,}`, `${x^}`, `${x^^}`; the two mixed do nothing
    Case(Case),
    /// `${x:offset}` and `${x:offset:length}`, in bytes
    Slice(Box<Part>, Option<Box<Part>>),
    /// `${x#pattern}`, `${x##pattern}`, `${x%pattern}`, `${x%%pattern}`
    Trim {
        /// From the end instead of from the start.
        end: bool,
        /// As much as matches instead of as little.
        longest: bool,
        /// What goes.
        pattern: Box<Part>,
    },
    /// `${x/old/new}`, `${x//old/new}`, `${x/#old/new}`, `${x/%old/new}`; without a new text after the second slash, none
    Replace(Place, Box<Part>, Option<Box<Part>>),
}

/// A change of case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// The first letter becomes lower case.
    LowerFirst,
    /// All become lower case.
    Lower,
    /// The first letter becomes upper case.
    UpperFirst,
    /// All become upper case.
    Upper,
    /// Nothing changes.
    Mixed,
}

/// Where a text is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The first that is found.
    First,
    /// Each.
    All,
    /// At the start.
    Start,
    /// At the end.
    End,
}

/// Why a text is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where the `${` begins that is not understood, in bytes.
    pub at: usize,
    /// What is wrong with it.
    pub problem: &'static str,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.problem)
    }
}

/// Parses a text. Nothing after a NUL counts.
pub(super) fn parse(text: &str) -> Result<Vec<Part>, SyntaxError> {
    let text = text.split('\0').next().unwrap_or_default();
    let mut parser = Parser { text, at: 0, begin: 0, depth: 0 };
    let mut parts = Vec::new();
    while !parser.rest().is_empty() {
        parts.push(if parser.begins_variable() { parser.variable()? } else { parser.text() });
    }
    Ok(parts)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    /// Where the innermost variable begins that is being read.
    begin: usize,
    /// How many variables it is inside of.
    depth: usize,
}

/// How deep variables may stand in one another's words. Reading and evaluating recurse.
const MAX_DEPTH: usize = 100;

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn begins_variable(&self) -> bool {
        self.rest().starts_with("${")
    }

    fn error(&self, problem: &'static str) -> SyntaxError {
        SyntaxError { at: self.begin, problem }
    }

    /// Up to the next variable, with `$$` for one `$`.
    fn text(&mut self) -> Part {
        Part::Text(self.word(|_| true, Escapes::Dollar))
    }

    /// Takes characters while they are accepted and no variable begins.
    fn word(&mut self, accept: impl Fn(char) -> bool, escapes: Escapes) -> String {
        let mut word = String::new();
        while let Some(next) = self.peek() {
            if self.begins_variable() {
                break;
            }
            if let Some(escaped) = escapes.of(self.rest()) {
                word.push(escaped);
                self.at += 2;
            } else if accept(next) {
                word.push(next);
                self.at += next.len_utf8();
            } else {
                break;
            }
        }
        word
    }

    fn variable(&mut self) -> Result<Part, SyntaxError> {
        let at = self.at;
        let outer = std::mem::replace(&mut self.begin, at);
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error("variables stand in one another more than 100 deep"));
        }
        self.at += "${".len();
        let (name, operation) = if self.take('#') {
            let name = self.name("the length of what? write `${#NAME}`")?;
            self.close("`}` has to follow the name in `${#NAME}`")?;
            (name, Operation::Length)
        } else {
            let name = self.name("a name has to follow `${`, of letters, digits, and `_`")?;
            (name, self.operation()?)
        };
        self.begin = outer;
        self.depth -= 1;
        Ok(Part::Variable { name, at, operation })
    }

    fn name(&mut self, problem: &'static str) -> Result<String, SyntaxError> {
        let end = self.rest().find(|next| !is_of_name(next)).unwrap_or(self.rest().len());
        let name = self.rest()[..end].to_owned();
        self.at += end;
        if name.is_empty() { Err(self.error(problem)) } else { Ok(name) }
    }

    /// What follows a name, with the closing brace.
    fn operation(&mut self) -> Result<Operation, SyntaxError> {
        let rest = self.rest();
        match rest.as_bytes() {
            [b':', b'=' | b'-' | b'?' | b'+', ..] => {
                self.at += 2;
                self.default()
            }
            [b'=', ..] => {
                self.at += 1;
                self.default()
            }
            // The original loses its place before a character of more than one byte.
            [b':', first, ..] if !first.is_ascii() => Err(self.error("an offset is a number")),
            [b':', ..] => {
                self.at += 1;
                self.slice()
            }
            [b',' | b'^', ..] => self.case(),
            [b'#' | b'%', ..] => self.trim(),
            [b'/', ..] => self.replace(),
            [b'}', ..] => {
                self.at += 1;
                Ok(Operation::Value)
            }
            [] => Err(self.error("`}` is missing")),
            _ => Err(self.error(
                "what follows the name is no operation that Flux has: `-`, `+` and `?` need a colon before them",
            )),
        }
    }

    fn default(&mut self) -> Result<Operation, SyntaxError> {
        let mut word = Vec::new();
        while !self.take('}') {
            word.push(self.part(|next| next != '}', Escapes::None)?);
        }
        Ok(Operation::Default(word))
    }

    fn slice(&mut self) -> Result<Operation, SyntaxError> {
        let offset = self.part(|next| next != ':' && next != '}', Escapes::None)?;
        if self.take('}') {
            return Ok(Operation::Slice(Box::new(offset), None));
        }
        self.delimiter(':')?;
        let length = self.part(|next| next != '}', Escapes::None)?;
        self.close("`}` has to follow the length")?;
        Ok(Operation::Slice(Box::new(offset), Some(Box::new(length))))
    }

    fn case(&mut self) -> Result<Operation, SyntaxError> {
        let (case, length) = match self.rest().as_bytes() {
            [b',', b',', ..] => (Case::Lower, 2),
            [b'^', b'^', ..] => (Case::Upper, 2),
            [b',' | b'^', b',' | b'^', ..] => (Case::Mixed, 2),
            [b',', ..] => (Case::LowerFirst, 1),
            _ => (Case::UpperFirst, 1),
        };
        self.at += length;
        self.close("nothing may follow a change of case: a pattern has no effect")?;
        Ok(Operation::Case(case))
    }

    fn trim(&mut self) -> Result<Operation, SyntaxError> {
        let end = self.peek() == Some('%');
        let sign = if end { '%' } else { '#' };
        self.take(sign);
        let longest = self.take(sign);
        let pattern = Box::new(self.part(|next| next != '}', Escapes::None)?);
        self.close("`}` has to follow the pattern")?;
        Ok(Operation::Trim { end, longest, pattern })
    }

    fn replace(&mut self) -> Result<Operation, SyntaxError> {
        self.take('/');
        let place = match self.peek() {
            Some('/') => Place::All,
            Some('#') => Place::Start,
            Some('%') => Place::End,
            _ => Place::First,
        };
        if place != Place::First {
            self.at += 1;
        }
        let old = Box::new(self.part(|next| next != '/', Escapes::All)?);
        self.delimiter('/')?;
        if self.take('}') {
            return Ok(Operation::Replace(place, old, None));
        }
        let new = self.part(|next| next != '}', Escapes::All)?;
        self.close("`}` has to follow the new text")?;
        Ok(Operation::Replace(place, old, Some(Box::new(new))))
    }

    /// A variable, or a word that is not empty.
    fn part(
        &mut self,
        accept: impl Fn(char) -> bool,
        escapes: Escapes,
    ) -> Result<Part, SyntaxError> {
        if self.begins_variable() {
            return self.variable();
        }
        let word = self.word(accept, escapes);
        if word.is_empty() {
            return Err(self.error("something is missing before the end"));
        }
        Ok(Part::Text(word))
    }

    /// One or more of a delimiter: more than one counts as one.
    fn delimiter(&mut self, delimiter: char) -> Result<(), SyntaxError> {
        if !self.take(delimiter) {
            return Err(self.error("a part of the operation is missing"));
        }
        while self.take(delimiter) {}
        Ok(())
    }

    fn close(&mut self, problem: &'static str) -> Result<(), SyntaxError> {
        if self.take('}') { Ok(()) } else { Err(self.error(problem)) }
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }
}

/// Which pairs of characters stand for the second alone.
#[derive(Clone, Copy)]
enum Escapes {
    None,
    Dollar,
    All,
}

impl Escapes {
    fn of(self, rest: &str) -> Option<char> {
        match (self, rest.as_bytes()) {
            (Self::Dollar | Self::All, [b'$', b'$', ..]) => Some('$'),
            (Self::All, [b'\\', b'/', ..]) => Some('/'),
            (Self::All, [b'\\', b'\\', ..]) => Some('\\'),
            _ => None,
        }
    }
}

/// Letters and decimal digits of any script.
fn is_of_name(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric() || character == '_';
    }
    // What Rust calls alphabetic has marks and letter-like numbers besides.
    LETTER_OR_DIGIT.is_match(character.encode_utf8(&mut [0; 4]))
}

static LETTER_OR_DIGIT: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
    regex::Regex::new(r"^[\p{L}\p{Nd}]$").expect("the expression is constant and valid")
});
