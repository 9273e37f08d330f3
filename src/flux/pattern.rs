//! The patterns of `${x#pattern}`: `*`, `?`, `[a-z]`, `[^a]`, and `\` before a character.
//!
//! Patterns are matched byte by byte, and what is wrong in one shows only where the match gets to it.

/// A pattern that cannot be matched.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadPattern;

/// Whether a pattern matches all of a text.
pub(super) fn matches(mut pattern: &[u8], mut text: &[u8]) -> Result<bool, BadPattern> {
    'pieces: while !pattern.is_empty() {
        let piece = Piece::first(pattern);
        pattern = piece.after;
        if piece.star && piece.chunk.is_empty() {
            return Ok(true);
        }
        let last = pattern.is_empty();
        let usable = |rest: &[u8]| rest.is_empty() || !last;
        if let Some(rest) = chunk(piece.chunk, text)?.filter(|rest| usable(rest)) {
            text = rest;
            continue;
        }
        if piece.star {
            for skipped in 1..=text.len() {
                let found = chunk(piece.chunk, &text[skipped..])?;
                if let Some(rest) = found.filter(|rest| usable(rest)) {
                    text = rest;
                    continue 'pieces;
                }
            }
        }
        return Ok(false);
    }
    Ok(text.is_empty())
}

/// A pattern up to its next star.
struct Piece<'a> {
    /// Whether a star stands before it.
    star: bool,
    chunk: &'a [u8],
    after: &'a [u8],
}

impl<'a> Piece<'a> {
    fn first(pattern: &'a [u8]) -> Self {
        let stars = pattern.iter().take_while(|byte| **byte == b'*').count();
        let rest = &pattern[stars..];
        let (mut in_class, mut end) = (false, 0);
        while end < rest.len() {
            match rest[end] {
                b'\\' if end + 1 < rest.len() => end += 1,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'*' if !in_class => break,
                _ => {}
            }
            end += 1;
        }
        Self { star: stars > 0, chunk: &rest[..end], after: &rest[end..] }
    }
}

/// Matches a piece without stars at the start of a text; what is left of the text.
fn chunk<'t>(mut chunk: &[u8], mut text: &'t [u8]) -> Result<Option<&'t [u8]>, BadPattern> {
    while let Some((&first, after)) = chunk.split_first() {
        if text.is_empty() {
            return Ok(None);
        }
        match first {
            b'[' => {
                let (found, length) = character(text);
                text = &text[length..];
                let (fits, after) = class(after, found)?;
                chunk = after;
                if !fits {
                    return Ok(None);
                }
            }
            b'?' => {
                text = &text[character(text).1..];
                chunk = after;
            }
            _ => {
                let literal = if first == b'\\' { after } else { chunk };
                let (byte, after) = literal.split_first().ok_or(BadPattern)?;
                if *byte != text[0] {
                    return Ok(None);
                }
                text = &text[1..];
                chunk = after;
            }
        }
    }
    Ok(Some(text))
}

/// Whether a character is in the class that begins after `[`, and what follows the class.
fn class(mut class: &[u8], found: char) -> Result<(bool, &[u8]), BadPattern> {
    let negated = class.first() == Some(&b'^');
    if negated {
        class = &class[1..];
    }
    let (mut inside, mut ranges) = (false, 0);
    loop {
        if ranges > 0 && class.first() == Some(&b']') {
            return Ok((inside != negated, &class[1..]));
        }
        let (low, after) = bound(class)?;
        class = after;
        let mut high = low;
        if class.first() == Some(&b'-') {
            (high, class) = bound(&class[1..])?;
        }
        inside |= (low..=high).contains(&found);
        ranges += 1;
    }
}

/// One end of a range. Something has to follow it.
fn bound(class: &[u8]) -> Result<(char, &[u8]), BadPattern> {
    let class = match class {
        [] | [b'-' | b']', ..] => return Err(BadPattern),
        [b'\\', after @ ..] => after,
        class => class,
    };
    if class.is_empty() {
        return Err(BadPattern);
    }
    let (bound, length) = character(class);
    let after = &class[length..];
    if after.is_empty() || (bound == char::REPLACEMENT_CHARACTER && length == 1) {
        return Err(BadPattern);
    }
    Ok((bound, after))
}

/// The first character and its length in bytes; of bytes that are none, the replacement character for one of them.
fn character(text: &[u8]) -> (char, usize) {
    let head = &text[..text.len().min(4)];
    let valid = match std::str::from_utf8(head) {
        Ok(valid) => valid,
        Err(error) => std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default(),
    };
    valid.chars().next().map_or((char::REPLACEMENT_CHARACTER, 1), |first| (first, first.len_utf8()))
}
