//! Asks one repository of a registry, with patience: servers are busy, tokens end, connections break.

use std::{cell::RefCell, path::PathBuf, time::Duration};

use ureq::{
    Agent, Body, ResponseExt as _,
    http::{HeaderMap, Method, Request, Response, StatusCode, Uri},
};

use crate::{
    http,
    oci::{
        Credentials, OciError,
        archive::digest,
        location::resolve,
        login::Login,
        manifest::{ACCEPTED, MANIFEST},
        reference::Reference,
        tls,
    },
};

/// The most bytes of an answer that is no blob; registries take no larger manifests.
pub(super) const LARGEST: u64 = 4 << 20;

/// How many addresses one question may be led to.
const REDIRECTS: usize = 5;

/// How a registry is reached.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The certificates to trust in place of the public ones: a PEM file.
    pub certificates: Option<PathBuf>,
    /// The certificate and the key that show who asks: PEM files.
    pub identity: Option<(PathBuf, PathBuf)>,
    /// Whether to ask without TLS.
    pub plain_http: bool,
    /// How long the registry may be silent.
    pub timeout: Duration,
}

/// Asks one repository.
pub struct Client {
    pub(super) agent: Agent,
    /// Scheme and host.
    pub(super) origin: String,
    pub(super) repository: String,
    /// What a token must allow: `pull`, or `pull,push`.
    pub(super) actions: &'static str,
    pub(super) credentials: Option<Credentials>,
    /// The header that says who asks, once the registry wants to know.
    pub(super) authorization: RefCell<Option<String>>,
}

/// What is asked.
pub(super) struct Question<'q> {
    /// What for, in the words of a message.
    pub doing: &'static str,
    pub method: Method,
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: &'q [u8],
}

/// What comes back, but for what breaks on the way.
pub(super) type Attempt = Result<Response<Body>, ureq::Error>;

/// A whole answer.
pub(super) struct Answer {
    /// Who gave it.
    pub url: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// What a response says. Its text is for a message, so the status is enough where the text is lost.
    pub(super) fn of(mut response: Response<Body>) -> Self {
        let body = response.body_mut().with_config().limit(1 << 16).read_to_vec();
        Answer::new(&response, body.unwrap_or_default())
    }

    fn new(response: &Response<Body>, body: Vec<u8>) -> Self {
        Answer {
            url: response.get_uri().to_string(),
            status: response.status(),
            headers: response.headers().clone(),
            body,
        }
    }
}

impl Client {
    /// A client that asks about the repository of a reference; `actions` is `pull`, or `pull,push`.
    pub fn new(
        reference: &Reference,
        actions: &'static str,
        credentials: Option<Credentials>,
        settings: &Settings,
    ) -> Result<Self, OciError> {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent(http::USER_AGENT)
            .timeout_connect(Some(settings.timeout))
            .timeout_per_read(Some(settings.timeout))
            .timeout_per_write(Some(settings.timeout))
            .tls_config(tls::config(settings)?);
        let scheme = if settings.plain_http { "http" } else { "https" };
        Ok(Client {
            agent: config.build().into(),
            origin: format!("{scheme}://{}", reference.host()),
            repository: reference.repository.clone(),
            actions,
            credentials,
            authorization: RefCell::default(),
        })
    }

    /// The digest of what a tag names now, if anything.
    pub fn tagged(&self, tag: &str) -> Result<Option<String>, OciError> {
        let url = self.url(&format!("manifests/{tag}"));
        let headers = vec![("accept", ACCEPTED.to_owned())];
        let question = Question {
            doing: "look for the artifact",
            method: Method::HEAD,
            url,
            headers,
            body: &[],
        };
        let answer = self.ask(&question, &[200, 404])?;
        Ok((answer.status == 200)
            .then(|| header(&answer.headers, "docker-content-digest"))
            .flatten())
    }

    /// The manifest that a tag or a digest names, with its digest.
    pub fn manifest(&self, wanted: &str) -> Result<(Vec<u8>, String), OciError> {
        const DOING: &str = "pull the artifact";
        let url = self.url(&format!("manifests/{wanted}"));
        let headers = vec![("accept", ACCEPTED.to_owned())];
        let question = Question { doing: DOING, method: Method::GET, url, headers, body: &[] };
        let answer = self.ask(&question, &[200])?;
        let found = digest(&answer.body);
        let promised = header(&answer.headers, "docker-content-digest");
        let expected =
            if wanted.starts_with("sha256:") { Some(wanted.to_owned()) } else { promised };
        match expected {
            Some(expected) if expected != found => Err(self.other_digest(DOING, &expected, &found)),
            _ => Ok((answer.body, found)),
        }
    }

    /// Gives a manifest a tag.
    pub fn put_manifest(&self, tag: &str, manifest: &[u8], expected: &str) -> Result<(), OciError> {
        const DOING: &str = "push the manifest";
        let url = self.url(&format!("manifests/{tag}"));
        let headers = vec![("content-type", MANIFEST.to_owned())];
        let question = Question { doing: DOING, method: Method::PUT, url, headers, body: manifest };
        let answer = self.ask(&question, &[200, 201])?;
        self.confirm(DOING, &answer, expected)
    }

    /// Refuses what a registry took for something else. Not each says what it took.
    pub(super) fn confirm(
        &self,
        doing: &'static str,
        answer: &Answer,
        expected: &str,
    ) -> Result<(), OciError> {
        match header(&answer.headers, "docker-content-digest") {
            Some(found) if found != expected => Err(self.other_digest(doing, expected, &found)),
            _ => Ok(()),
        }
    }

    /// An address of the repository.
    pub(super) fn url(&self, rest: &str) -> String {
        format!("{}/v2/{}/{rest}", self.origin, self.repository)
    }

    /// Asks until there is an answer that another try would not change, and reads it.
    pub(super) fn ask(
        &self,
        question: &Question<'_>,
        accepted: &[u16],
    ) -> Result<Answer, OciError> {
        let mut tried = 0;
        loop {
            tried += 1;
            let attempt = self.once(question)?.and_then(|mut response| {
                let body = response.body_mut().with_config().limit(LARGEST).read_to_vec()?;
                Ok(Answer::new(&response, body))
            });
            let asked = match attempt {
                Ok(answer) if accepted.contains(&answer.status.as_u16()) => return Ok(answer),
                Ok(answer) if http::is_busy(answer.status) && tried < http::TRIES => {
                    http::retry_after(&answer.headers)
                }
                Ok(answer) => return Err(self.refused(question, &answer)),
                Err(error) if tried >= http::TRIES || !http::is_passing(&error) => {
                    return Err(self.unreachable(question.doing, error));
                }
                Err(_) => None,
            };
            http::wait(tried, asked);
        }
    }

    /// Asks once, as who the registry wants to know, wherever it leads.
    pub(super) fn once(&self, question: &Question<'_>) -> Result<Attempt, OciError> {
        let mut url = question.url.clone();
        let mut is_new = false;
        for _ in 0..=REDIRECTS {
            let response = match self.send(question, &url) {
                Ok(response) => response,
                Err(error) => return Ok(Err(error)),
            };
            let follows = matches!(question.method, Method::GET | Method::HEAD);
            match response.status().as_u16() {
                401 if self.is_home(&url) && !is_new => {
                    match self.log_in(question.doing, response.headers())? {
                        Login::Done(authorization) => {
                            *self.authorization.borrow_mut() = Some(authorization);
                            is_new = true;
                        }
                        Login::Broken(error) => return Ok(Err(error)),
                        Login::Refused => return Ok(Ok(response)),
                    }
                }
                301 | 302 | 303 | 307 | 308 if follows => {
                    url = self.location(question.doing, &url, response.headers())?;
                }
                _ => return Ok(Ok(response)),
            }
        }
        Err(self.strange(question.doing, "leads from one address to the next without end"))
    }

    fn send(&self, question: &Question<'_>, url: &str) -> Attempt {
        let mut request = Request::builder().method(&question.method).uri(url);
        for (name, value) in &question.headers {
            request = request.header(*name, value);
        }
        // What the registry leads to on another host is told nothing about who asks.
        if let (true, Some(authorization)) = (self.is_home(url), &*self.authorization.borrow()) {
            request = request.header("Authorization", authorization);
        }
        if matches!(question.method, Method::GET | Method::HEAD) {
            self.agent.run(request.body(())?)
        } else {
            self.agent.run(request.body(question.body)?)
        }
    }

    /// Where the answer of an address leads to. Not from TLS to none.
    pub(super) fn location(
        &self,
        doing: &'static str,
        from: &str,
        headers: &HeaderMap,
    ) -> Result<String, OciError> {
        let given = header(headers, "location").unwrap_or_default();
        let url = resolve(from, &given).unwrap_or_default();
        let is_plain = url.starts_with("http://");
        if is_plain && from.starts_with("https://") {
            return Err(self.strange(doing, "leads from TLS to an address without it"));
        }
        if (is_plain || url.starts_with("https://")) && url.parse::<Uri>().is_ok() {
            Ok(url)
        } else {
            Err(self.strange(doing, "leads nowhere: its Location is no address"))
        }
    }

    /// Whether an address is one of the registry itself.
    fn is_home(&self, url: &str) -> bool {
        url.strip_prefix(&self.origin).is_some_and(|rest| rest.starts_with('/'))
    }
}

/// A header as text.
pub(super) fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}
