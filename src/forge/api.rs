//! Where each forge keeps the comments of a pull request, and how it is asked.

use serde_json::Value;
use ureq::http::Method;

use crate::{
    forge::{Comment, PullRequest},
    http::escaped,
    preview::Forge,
};

/// How many comments are asked for at once.
pub(super) const AT_ONCE: usize = 100;

impl PullRequest {
    /// All comments of the pull request.
    pub(super) fn comments(&self) -> String {
        let PullRequest { forge, api, project, number } = self;
        let api = api.trim_end_matches('/');
        match forge {
            Forge::GitLab => {
                format!("{api}/projects/{}/merge_requests/{number}/notes", escaped(project, false))
            }
            Forge::GitHub | Forge::Gitea | Forge::Bitbucket => {
                format!("{api}/repos/{}/issues/{number}/comments", escaped(project, true))
            }
        }
    }

    /// A page of them, counted from 1, the oldest first.
    pub(super) fn list(&self, page: usize) -> String {
        let order = if self.forge == Forge::GitLab { "&sort=asc&order_by=created_at" } else { "" };
        let size = if self.forge == Forge::Gitea { "limit" } else { "per_page" };
        format!("{}?{size}={AT_ONCE}&page={page}{order}", self.comments())
    }

    /// Who asks.
    pub(super) fn user(&self) -> String {
        format!("{}/user", self.api.trim_end_matches('/'))
    }

    /// One comment.
    pub(super) fn comment(&self, id: u64) -> String {
        match self.forge {
            Forge::GitLab => format!("{}/{id}", self.comments()),
            Forge::GitHub | Forge::Gitea | Forge::Bitbucket => {
                let api = self.api.trim_end_matches('/');
                format!("{api}/repos/{}/issues/comments/{id}", escaped(&self.project, true))
            }
        }
    }

    /// How a comment is changed.
    pub(super) fn change(&self) -> Method {
        if self.forge == Forge::GitLab { Method::PUT } else { Method::PATCH }
    }

    /// The header that carries the token.
    pub(super) fn authorization(&self, token: &str) -> (&'static str, String) {
        match self.forge {
            Forge::GitLab => ("PRIVATE-TOKEN", token.to_owned()),
            Forge::Gitea => ("Authorization", format!("token {token}")),
            Forge::GitHub | Forge::Bitbucket => ("Authorization", format!("Bearer {token}")),
        }
    }
}

/// A comment, as every forge gives it.
pub(super) fn comment(value: &Value) -> Option<Comment> {
    let author = value.get("user").or_else(|| value.get("author"));
    Some(Comment {
        id: value.get("id")?.as_u64()?,
        author: author.and_then(user),
        body: value.get("body")?.as_str()?.to_owned(),
    })
}

/// The number of a user, as every forge gives it.
pub(super) fn user(value: &Value) -> Option<u64> {
    value.get("id")?.as_u64()
}
