//! What a person is told of an answer that is none of those that were hoped for.

use crate::{
    diagnostic::printable,
    oci::{
        Client, Credentials, OciError,
        client::{Answer, Question},
    },
};

impl Client {
    pub(super) fn host(&self) -> String {
        self.origin.split_once("://").map_or_else(String::new, |(_, host)| host.to_owned())
    }

    pub(super) fn strange(&self, doing: &'static str, why: &str) -> OciError {
        OciError::Answer { doing, host: self.host(), why: why.to_owned() }
    }

    pub(super) fn other_digest(
        &self,
        doing: &'static str,
        expected: &str,
        found: &str,
    ) -> OciError {
        let found = printable(found);
        self.strange(
            doing,
            &format!("is not what was asked for: {expected} is expected, and {found} is there"),
        )
    }

    pub(super) fn unreachable(&self, doing: &'static str, error: ureq::Error) -> OciError {
        OciError::Unreachable { doing, host: self.host(), source: Box::new(error) }
    }

    pub(super) fn refused(&self, question: &Question<'_>, answer: &Answer) -> OciError {
        let pushes = self.actions.contains("push");
        let hint = match answer.status.as_u16() {
            401 if self.credentials.is_none() => {
                ": nobody is logged in; use `docker login`, or name the file with the credentials in DOCKER_CONFIG"
            }
            401 => {
                ": the user and the password in Docker's configuration are not accepted; log in again"
            }
            403 if pushes => ": who is logged in may not push there",
            403 => ": who is logged in may not pull from there",
            404 if pushes => {
                ": there is no such repository, and this registry makes none by itself"
            }
            404 => ": there is no such artifact, or who asks may not see it",
            413 => ": it takes nothing as large",
            429 => ": it limits how often it answers; try again later",
            500..=599 => ": it is out of order; try again later",
            300..=399 => ": it leads elsewhere, where nothing is sent",
            _ => "",
        };
        OciError::Refused {
            doing: question.doing,
            host: self.host(),
            status: answer.status.as_u16(),
            hint,
            said: self.said(&answer.body),
        }
    }

    /// What a registry says about an error, without what it must not know again.
    fn said(&self, body: &[u8]) -> String {
        let answer: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
        let first = &answer["errors"][0];
        let part = |key: &str| first[key].as_str().filter(|text| !text.is_empty());
        let text =
            [part("code"), part("message")].into_iter().flatten().collect::<Vec<_>>().join(": ");
        let authorization = self.authorization.borrow();
        let header =
            authorization.as_deref().and_then(|text| text.split_once(' ')).map(|(_, value)| value);
        let secrets = [self.credentials.as_ref().map(Credentials::secret), header];
        let hides = |secret: &str| !secret.is_empty() && text.contains(secret);
        if secrets.into_iter().flatten().any(hides) { String::new() } else { printable(&text) }
    }
}
