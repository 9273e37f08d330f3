//! Says who asks, in the way that a registry wants to know it.

use std::io;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use ureq::{
    Body,
    http::{HeaderMap, Method, Request, Response},
};

use crate::{
    http,
    oci::{
        Client, Credentials, OciError, challenge::Challenge, client::LARGEST, reference::is_local,
    },
};

/// What became of a login.
pub(super) enum Login {
    /// It is this header from now on.
    Done(String),
    /// Nobody is known, or not by what is known here.
    Refused,
    /// It broke on the way; another try may do it.
    Broken(ureq::Error),
}

impl Client {
    /// Logs in as the headers of an answer ask for.
    pub(super) fn log_in(
        &self,
        doing: &'static str,
        headers: &HeaderMap,
    ) -> Result<Login, OciError> {
        let mut asked = headers.get_all("www-authenticate").iter();
        let challenge = asked.find_map(|one| Challenge::read(one.to_str().ok()?));
        // A challenge that others can change may name any server, also one of theirs with TLS.
        if challenge.is_some() && self.credentials.is_some() {
            self.must_be_safe(&self.origin)?;
        }
        match (challenge, &self.credentials) {
            (Some(Challenge::Basic), Some(Credentials::Password { user, password })) => {
                Ok(Login::Done(basic(user, password)))
            }
            (Some(Challenge::Bearer { realm, service, scope }), _) => {
                if self.credentials.is_some() {
                    self.must_be_safe(&realm)?;
                }
                let scope = scope
                    .unwrap_or_else(|| format!("repository:{}:{}", self.repository, self.actions));
                let mut query = format!("scope={}", http::escaped(&scope, false));
                if let Some(service) = service {
                    query.extend(["&service=", &http::escaped(&service, false)]);
                }
                match self.ask_for_token(&realm, &query) {
                    Ok(response) => self.token(doing, &realm, response),
                    Err(error) => Ok(Login::Broken(error)),
                }
            }
            _ => Ok(Login::Refused),
        }
    }

    /// Asks another server for a token.
    fn ask_for_token(&self, realm: &str, query: &str) -> Result<Response<Body>, ureq::Error> {
        let request = Request::builder();
        if let Some(Credentials::Refresh(token)) = &self.credentials {
            let token = http::escaped(token, false);
            let body =
                format!("grant_type=refresh_token&client_id=petasos&{query}&refresh_token={token}");
            let request = request.method(Method::POST).uri(realm);
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            return self.agent.run(request.body(body)?);
        }
        let separator = if realm.contains('?') { '&' } else { '?' };
        let mut request = request.method(Method::GET).uri(format!("{realm}{separator}{query}"));
        if let Some(Credentials::Password { user, password }) = &self.credentials {
            request = request.header("authorization", basic(user, password));
        }
        self.agent.run(request.body(())?)
    }

    /// The token of an answer.
    fn token(
        &self,
        doing: &'static str,
        realm: &str,
        mut response: Response<Body>,
    ) -> Result<Login, OciError> {
        if http::is_busy(response.status()) {
            let error = io::Error::other(format!("{realm} answers {}", response.status()));
            return Ok(Login::Broken(ureq::Error::Io(error)));
        }
        if !response.status().is_success() {
            return Ok(Login::Refused);
        }
        let body = match response.body_mut().with_config().limit(LARGEST).read_to_vec() {
            Ok(body) => body,
            Err(error) => return Ok(Login::Broken(error)),
        };
        let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
        let token = answer["token"].as_str().or_else(|| answer["access_token"].as_str());
        let is_usable =
            |token: &&str| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        match token.filter(is_usable) {
            Some(token) => Ok(Login::Done(format!("Bearer {token}"))),
            None => Err(self.strange(doing, "about who asks holds no token")),
        }
    }

    /// Refuses to send a password where others can read it.
    fn must_be_safe(&self, url: &str) -> Result<(), OciError> {
        let host = url.strip_prefix("http://").map(|rest| rest.split('/').next().unwrap_or(rest));
        match host {
            Some(host) if !is_local(host) => Err(OciError::Insecure(host.to_owned())),
            None if !url.starts_with("https://") => {
                Err(self.strange("log in", "names no address for tokens"))
            }
            _ => Ok(()),
        }
    }
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}
