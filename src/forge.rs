//! Comments of pull requests on GitHub, GitLab, and Gitea: one preview, in as many comments as it has pages, which are
//! written again rather than added to.

use crate::preview::Forge;

mod api;
mod client;
mod limit;
mod plan;

pub use client::Client;
pub use plan::{Comment, Step, plan};

/// A pull request, or a merge request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequest {
    /// Who keeps it. Bitbucket is not written to.
    pub forge: Forge,
    /// Where the API is, such as `https://api.github.com` or `https://gitlab.example.com/api/v4`.
    pub api: String,
    /// `owner/name`, or the number of a project of GitLab.
    pub project: String,
    /// Its number.
    pub number: u64,
}

/// What the API is asked as. Never shown.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A token as it stands in a file or in the environment: blank ends are not part of it. None if nothing is left, or if
    /// it holds what no header can.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_usable = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_usable.then(|| Token(text.to_owned()))
    }
}

/// Why comments are not as they should be.
#[derive(Debug, thiserror::Error)]
pub enum ForgeError {
    /// A token would be sent where others can read it.
    #[error("{0} is not https: a token is not sent there")]
    Insecure(String),
    /// There is no API to write to.
    #[error(
        "comments on {0} are not supported; write the Markdown to a file and post it another way"
    )]
    Unsupported(&'static str),
    /// The certificates cannot be used.
    #[error("the certificates cannot be read")]
    Certificates(#[source] Box<ureq::Error>),
    /// No answer came.
    #[error("cannot {doing}: no answer from {api}")]
    Unreachable {
        /// What was tried.
        doing: &'static str,
        /// Where.
        api: String,
        /// What went wrong.
        #[source]
        source: Box<ureq::Error>,
    },
    /// The answer was no.
    #[error("cannot {doing}: {api} answers {status}{hint}")]
    Refused {
        /// What was tried.
        doing: &'static str,
        /// Where.
        api: String,
        /// The status of the answer.
        status: u16,
        /// What to do about it.
        hint: &'static str,
    },
    /// It answers so often and no more.
    #[error("cannot {doing}: {api} limits how often it answers{until}")]
    Limited {
        /// What was tried.
        doing: &'static str,
        /// Where.
        api: String,
        /// When it answers again, where it says so.
        until: String,
    },
    /// The answer is not what such an API says.
    #[error("cannot {doing}: the answer of {api} is none of this API")]
    Answer {
        /// What was tried.
        doing: &'static str,
        /// Where.
        api: String,
    },
}

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Posted {
    /// New comments.
    pub created: usize,
    /// Comments that say something else now.
    pub updated: usize,
    /// Comments that went.
    pub deleted: usize,
}

/// Makes the comments of a pull request say these pages, each of which begins with its marker. Without differences there
/// is one page, and it is written only where an earlier preview said something else.
///
/// Anybody can write the marker. Comments of others are left alone where the API says who asks; tokens that are no user's,
/// such as those of GitHub Actions, go by the marker alone.
pub fn post(
    client: &Client,
    pages: &[String],
    prefix: &str,
    is_empty: bool,
) -> Result<Posted, ForgeError> {
    let mut comments = client.comments()?;
    if plan::has_marked(&comments, prefix)
        && let Some(user) = client.user()?
    {
        comments.retain(|comment| comment.author == Some(user));
    }
    let mut posted = Posted::default();
    for step in plan(&comments, pages, prefix, is_empty) {
        match step {
            Step::Create(page) => {
                client.create(&pages[page])?;
                posted.created += 1;
            }
            Step::Update { id, page } => {
                client.update(id, &pages[page])?;
                posted.updated += 1;
            }
            Step::Delete(id) => {
                client.delete(id)?;
                posted.deleted += 1;
            }
        }
    }
    Ok(posted)
}
