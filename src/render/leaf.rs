//! Expressions compiled: plain paths, and everything else through minijinja.

use std::sync::{Arc, OnceLock};

use crate::{
    diagnostic::{Diagnostic, Location, Source, Span, catalogue::pack},
    render::{
        environment,
        lexer::{self, Kind, Token},
        mask::{self, Slot},
        node::{Code, Compiled, FileUse, Leaf},
    },
};

/// How long an expression may be, in bytes.
const LONGEST: usize = 2_000;
/// How many texts one expression may join. With the limit of a value's size this bounds its memory.
const MOST_JOINED: usize = 32;

/// Makes a problem out of a place, a message, and what to do.
type Problem<'a> = &'a dyn Fn(Span, &str, &str) -> Box<Diagnostic>;

/// Compiles one expression.
pub(crate) fn leaf(source: &Arc<Source>, slot: &Slot) -> Result<Leaf, Box<Diagnostic>> {
    let problem = |span: Span, message: &str, help: &str| {
        let location = Location { source: Arc::clone(source), span };
        Box::new(Diagnostic::new(&pack::EXPRESSION, message).at(location).help(help))
    };
    if slot.text.is_empty() {
        return Err(problem(
            slot.span,
            "this expression is empty",
            "name a value, such as `{{ name }}`",
        ));
    }
    if slot.text.len() > LONGEST {
        return Err(problem(
            slot.span,
            &format!("this expression is longer than {LONGEST} bytes"),
            "name its parts under `let` in pack.yaml",
        ));
    }
    let compiled = compile(slot, &problem)?;
    Ok(Leaf::new(slot.text.clone(), slot.span, compiled))
}

fn compile(slot: &Slot, problem: Problem<'_>) -> Result<Compiled, Box<Diagnostic>> {
    let tokens = lexer::tokens(&slot.text);
    operators(slot, &tokens, problem)?;
    let (text, files) = file_calls(slot, &tokens, problem)?;
    let code = match plain_path(&text) {
        Some(path) => Code::Path(path),
        None => match environment::environment().compile_expression_owned(text) {
            Ok(expression) => Code::Expression(Box::new(expression)),
            Err(error) => {
                let reason = error.detail().unwrap_or("it is not an expression").to_owned();
                return Err(problem(
                    slot.span,
                    &format!("this expression cannot be read: {reason}"),
                    "see docs/packs.md for what an expression may hold",
                ));
            }
        },
    };
    Ok(Compiled { code, files, constant: OnceLock::new() })
}

/// Compiles an expression of a shipped template, which was compiled before it was shipped.
pub(crate) fn shipped(text: &str) -> Compiled {
    let problem =
        |_: Span, message: &str, _: &str| Box::new(Diagnostic::new(&pack::EXPRESSION, message));
    let slot = Slot { text: text.to_owned(), span: Span::default() };
    compile(&slot, &problem).expect("a test compiles every expression of the shipped templates")
}

/// The filters that an expression names, each with its place.
pub(crate) fn filters(leaf: &Leaf) -> Vec<(String, Span)> {
    let tokens = lexer::tokens(&leaf.text);
    let text = |token: &Token| &leaf.text[token.range.clone()];
    tokens
        .windows(2)
        .filter(|pair| text(&pair[0]) == "|" && pair[1].kind == Kind::Name)
        .map(|pair| (text(&pair[1]).to_owned(), part(leaf.span, &pair[1])))
        .collect()
}

/// Refuses what would let a small expression make a large value.
fn operators(slot: &Slot, tokens: &[Token], problem: Problem<'_>) -> Result<(), Box<Diagnostic>> {
    let symbol = |token: &&Token, symbol: &str| {
        token.kind == Kind::Symbol && &slot.text[token.range.clone()] == symbol
    };
    if let Some(star) = tokens.iter().find(|token| symbol(token, "*")) {
        let message = "`*` is not available, as it can repeat a text without bound";
        return Err(problem(
            part(slot.span, star),
            message,
            "multiply numbers with the filter `times`: `{{ a | times(b) }}`",
        ));
    }
    let joined = tokens.iter().filter(|token| symbol(token, "~") || symbol(token, "+")).count();
    if joined >= MOST_JOINED {
        return Err(problem(
            slot.span,
            &format!("this expression joins more than {MOST_JOINED} values"),
            "write text with several `{{ }}` inside, or use `join`",
        ));
    }
    Ok(())
}

/// Replaces `file("x")` and `text("x")` by variables, so that the files are known before anything is evaluated.
fn file_calls(
    slot: &Slot,
    tokens: &[Token],
    problem: Problem<'_>,
) -> Result<(String, Vec<FileUse>), Box<Diagnostic>> {
    let word = |index: usize| tokens.get(index).map_or("", |token| &slot.text[token.range.clone()]);
    let mut text = String::new();
    let mut files = Vec::new();
    let mut copied = 0;
    for (index, token) in tokens.iter().enumerate() {
        let is_call = matches!(word(index), "file" | "text")
            && word(index + 1) == "("
            && !(index > 0 && matches!(word(index - 1), "." | "|"));
        if !is_call {
            continue;
        }
        let name = lexer::unquoted(word(index + 2)).filter(|_| word(index + 3) == ")");
        let Some(name) = name else {
            let message = format!("`{}` takes the name of one file, in quotes", word(index));
            return Err(problem(
                part(slot.span, token),
                &message,
                "files are named in the template, so that they can be checked",
            ));
        };
        let variable = format!("__file_{}", files.len());
        text.push_str(&slot.text[copied..token.range.start]);
        text.push_str(&variable);
        copied = tokens[index + 3].range.end;
        files.push(FileUse { variable, file: name.to_owned(), is_template: word(index) == "text" });
    }
    text.push_str(&slot.text[copied..]);
    Ok((text, files))
}

/// The names of `a.b.c`; none for anything else.
fn plain_path(text: &str) -> Option<Vec<String>> {
    const WORDS: &[&str] =
        &["none", "None", "true", "True", "false", "False", "not", "in", "is", "if"];
    let path: Vec<String> = text.split('.').map(str::to_owned).collect();
    (path.iter().all(|name| lexer::is_name(name)) && !WORDS.contains(&path[0].as_str()))
        .then_some(path)
}

fn part(whole: Span, token: &Token) -> Span {
    mask::span(whole.start as usize + token.range.start, token.range.len())
}
