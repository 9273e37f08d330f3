//! Asks the API, with patience: servers are busy, and limit how often they answer.

use std::time::Duration;

use serde_json::{Value, json};
use ureq::{
    Agent,
    http::{Method, Request, StatusCode, Uri},
    tls::TlsConfig,
};

use crate::{
    forge::{Comment, ForgeError, PullRequest, Token, api, limit::Limit},
    http::{self, TRIES},
    preview::Forge,
};

/// How long one question may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The most bytes of an answer.
const LARGEST: u64 = 32 << 20;

/// The most pages of comments that are looked at.
const PAGES: usize = 100;

/// Asks for one pull request.
pub struct Client {
    agent: Agent,
    pull_request: PullRequest,
    token: Token,
}

/// An answer: its status and its text.
type Answer = (StatusCode, String);

impl Client {
    /// A client that trusts the public authorities, or those of `certificates` in their place.
    pub fn new(
        pull_request: PullRequest,
        token: Token,
        certificates: Option<&[u8]>,
    ) -> Result<Self, ForgeError> {
        if pull_request.forge == Forge::Bitbucket {
            return Err(ForgeError::Unsupported("Bitbucket"));
        }
        if !is_safe(&pull_request.api) {
            return Err(ForgeError::Insecure(without_user(&pull_request.api)));
        }
        let mut tls = TlsConfig::builder();
        if let Some(pem) = certificates {
            let trusted = http::certificates(pem);
            let trusted = trusted.map_err(|error| ForgeError::Certificates(Box::new(error)))?;
            tls = tls.root_certs(http::roots(trusted));
        }
        let config = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent(http::USER_AGENT)
            .tls_config(tls.build());
        Ok(Client { agent: config.build().into(), pull_request, token })
    }

    /// All comments, the oldest first.
    pub(super) fn comments(&self) -> Result<Vec<Comment>, ForgeError> {
        const DOING: &str = "read the comments";
        let mut comments: Vec<Comment> = Vec::new();
        for page in 1..=PAGES {
            let (_, text) = self.ask(DOING, &Method::GET, &self.pull_request.list(page), None)?;
            let answer: Value = serde_json::from_str(&text).map_err(|_| self.strange(DOING))?;
            let items = answer.as_array().ok_or_else(|| self.strange(DOING))?;
            let before = comments.len();
            for comment in items.iter().filter_map(api::comment) {
                // A server that knows no pages gives all of them each time.
                if comments.iter().all(|known| known.id != comment.id) {
                    comments.push(comment);
                }
            }
            if items.is_empty() || comments.len() == before {
                break;
            }
        }
        comments.sort_by_key(|comment| comment.id);
        Ok(comments)
    }

    /// The number of the user whose token this is; none for a token that is no user's, or may not ask.
    pub(super) fn user(&self) -> Result<Option<u64>, ForgeError> {
        const DOING: &str = "ask whose token this is";
        match self.ask(DOING, &Method::GET, &self.pull_request.user(), None) {
            Ok((_, text)) => Ok(serde_json::from_str(&text).ok().as_ref().and_then(api::user)),
            Err(ForgeError::Refused { status: 401 | 403 | 404, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn create(&self, body: &str) -> Result<(), ForgeError> {
        let url = self.pull_request.comments();
        self.ask("write a comment", &Method::POST, &url, Some(body)).map(drop)
    }

    pub(super) fn update(&self, id: u64, body: &str) -> Result<(), ForgeError> {
        let url = self.pull_request.comment(id);
        self.ask("change a comment", &self.pull_request.change(), &url, Some(body)).map(drop)
    }

    pub(super) fn delete(&self, id: u64) -> Result<(), ForgeError> {
        let url = self.pull_request.comment(id);
        match self.ask("remove a comment", &Method::DELETE, &url, None) {
            // Another run was faster.
            Err(ForgeError::Refused { status: 404, .. }) => Ok(()),
            other => other.map(drop),
        }
    }

    /// Asks until there is an answer that another try would not change. A comment that is created twice, because an answer
    /// was lost, is removed by the next run.
    fn ask(
        &self,
        doing: &'static str,
        method: &Method,
        url: &str,
        body: Option<&str>,
    ) -> Result<Answer, ForgeError> {
        let mut tried = 0;
        loop {
            tried += 1;
            let asked = match self.once(method, url, body) {
                Ok((status, text, _)) if status.is_success() => return Ok((status, text)),
                Ok((status, _, limit)) if limit.is_busy(status) && tried < TRIES => limit.after,
                Ok((status, _, limit)) => return Err(self.refused(doing, status, limit)),
                Err(error) if tried >= TRIES || !http::is_passing(&error) => {
                    let api = without_user(&self.pull_request.api);
                    return Err(ForgeError::Unreachable { doing, api, source: Box::new(error) });
                }
                Err(_) => None,
            };
            http::wait(tried, asked);
        }
    }

    /// One question: the status, the text, and what the server says of its limit.
    fn once(
        &self,
        method: &Method,
        url: &str,
        body: Option<&str>,
    ) -> Result<(StatusCode, String, Limit), ureq::Error> {
        let (name, value) = self.pull_request.authorization(&self.token.0);
        let mut request = Request::builder()
            .method(method)
            .uri(url)
            .header(name, value)
            .header("Accept", "application/json");
        if self.pull_request.forge == Forge::GitHub {
            request = request.header("X-GitHub-Api-Version", "2022-11-28");
        }
        let mut response = match body {
            Some(body) => {
                let request = request.header("Content-Type", "application/json");
                self.agent.run(request.body(json!({"body": body}).to_string())?)?
            }
            None => self.agent.run(request.body(())?)?,
        };
        let limit = Limit::of(response.headers());
        let status = response.status();
        let text = response.body_mut().with_config().limit(LARGEST).read_to_string()?;
        Ok((status, text, limit))
    }

    fn refused(&self, doing: &'static str, status: StatusCode, limit: Limit) -> ForgeError {
        let api = without_user(&self.pull_request.api);
        if limit.is_reached(status) {
            return ForgeError::Limited { doing, api, until: limit.until() };
        }
        let hint = match status.as_u16() {
            401 => ": the token is not known there",
            403 => {
                ": the token may not write comments here; in pull requests from forks, CI gives one that only reads"
            }
            404 => ": the project or the pull request is not there, or the token may not see it",
            422 | 400 => {
                ": the comment is not accepted, perhaps because it is too long; see --max-bytes"
            }
            300..=399 => ": the API has moved; see --api-url",
            _ => "",
        };
        ForgeError::Refused { doing, api, status: status.as_u16(), hint }
    }

    fn strange(&self, doing: &'static str) -> ForgeError {
        ForgeError::Answer { doing, api: without_user(&self.pull_request.api) }
    }
}

/// Whether nobody on the way reads what is sent.
fn is_safe(api: &str) -> bool {
    let Ok(uri) = api.parse::<Uri>() else { return false };
    let is_local = matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let has_user = uri.authority().is_some_and(|authority| authority.as_str().contains('@'));
    !has_user
        && (uri.scheme_str() == Some("https") || (uri.scheme_str() == Some("http") && is_local))
}

/// An address without a user and a password in it.
fn without_user(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{host}"),
        _ => url.to_owned(),
    }
}
