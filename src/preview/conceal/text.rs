//! Secrets in text that no schema describes: configuration files, scripts, arguments. What is called like a secret, or
//! looks like one, is hidden to the end of its line.

use crate::{
    preview::conceal::FingerprintKey,
    secret::{is_heading, is_name},
};

/// How tokens of well-known services begin.
const TOKENS: &[&str] = &[
    "AIza",
    "AKIA",
    "eyJ",
    "gho_",
    "ghp_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "hf_",
    "sk-",
    "xapp-",
    "xoxb-",
    "xoxp-",
];

/// The fewest letters that such a token has.
const SHORTEST_TOKEN: usize = 16;

/// The text without what is secret in it.
pub(super) fn concealed(text: &str, key: &FingerprintKey) -> String {
    let mut out = String::with_capacity(text.len());
    let mut scan = Scan::default();
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches('\n');
        match scan.hidden_from(body) {
            Some(from) => {
                out.push_str(&body[..from]);
                out.push_str(&key.of(&body[from..]));
            }
            None => out.push_str(&without_tokens(body, key)),
        }
        out.push_str(&line[body.len()..]);
    }
    out
}

/// What the lines before say about a line.
#[derive(Default)]
struct Scan {
    /// What is further in than this belongs to a secret that began above.
    block: Option<usize>,
    /// Whether a private key in the form of PEM has begun and not ended.
    in_pem: bool,
    /// Whether the line before gives a name that is like a secret's, so that a `value` is the secret.
    named: bool,
}

impl Scan {
    /// Where the part of a line begins that is not shown.
    fn hidden_from(&mut self, line: &str) -> Option<usize> {
        let indent = line.len() - line.trim_start().len();
        if line.trim().is_empty() {
            return None;
        }
        if self.in_pem || line.contains("PRIVATE KEY-----") {
            self.in_pem = !line.contains("-----END ");
            return Some(indent);
        }
        if self.block.is_some_and(|outer| indent > outer) {
            return Some(indent);
        }
        self.block = None;
        let was_named = std::mem::take(&mut self.named);
        for (name, from) in keys(line) {
            let rest = line[from..].trim();
            self.named |= name == "name" && is_name(rest.trim_matches(['"', '\'', ' ', ',']));
            if !(is_name(name) || (was_named && name == "value")) {
                continue;
            }
            // The values are in lines of their own, under names of their own.
            if rest.is_empty() && is_heading(name) {
                continue;
            }
            if matches!(rest, "" | "|" | ">" | "|-" | ">-" | "|+" | ">+") {
                self.block = Some(indent);
                return None;
            }
            // What calls itself empty hides nothing.
            if !matches!(rest, "\"\"" | "''" | "null" | "~" | "\"\"," | "{}" | "[]") {
                return Some(from);
            }
        }
        None
    }
}

/// The names in a line that have something behind a colon or an equals sign, each with the place of that. An image
/// may be called `example.com/auth:1.2`, and hides nothing.
fn keys(line: &str) -> impl Iterator<Item = (&str, usize)> {
    line.match_indices([':', '=']).filter_map(|(at, sign)| {
        let before = line[..at].trim_end_matches([' ', '"', '\'']);
        let start = before
            .rfind(|letter: char| !(letter.is_ascii_alphanumeric() || "_-.".contains(letter)))
            .map_or(0, |end| end + before[end..].chars().next().map_or(1, char::len_utf8));
        let behind = &line[at + sign.len()..];
        let from = at + sign.len() + (behind.len() - behind.trim_start().len());
        let name = &before[start..];
        let is_image = sign == ":" && before[..start].ends_with('/') && behind.starts_with(is_word);
        (!(is_image && is_heading(name))).then_some((name, from))
    })
}

/// The line without words that are tokens by their looks, and without passwords in addresses.
pub(super) fn without_tokens(line: &str, key: &FingerprintKey) -> String {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "_-.+/=~%".contains(letter);
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find(is_part) {
        let end =
            rest[start..].find(|letter| !is_part(letter)).map_or(rest.len(), |end| start + end);
        let word = &rest[start..end];
        out.push_str(&rest[..start]);
        let is_token = TOKENS.iter().any(|token| word.starts_with(token));
        // `://user:password@`: the word behind the second colon, up to the sign.
        let is_password = rest[end..].starts_with('@') && out.ends_with(':') && {
            let user = out.trim_end_matches(':').trim_end_matches(is_user);
            user.ends_with("://") || out.ends_with("://:")
        };
        if is_password || (is_token && word.len() >= SHORTEST_TOKEN) {
            out.push_str(&key.of(word));
        } else {
            out.push_str(word);
        }
        rest = &rest[end..];
    }
    out + rest
}

fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
}

fn is_user(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "_-.+~%".contains(letter)
}
