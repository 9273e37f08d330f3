//! Blobs on their way: in pieces to the registry, and back; what breaks goes on where it was.

use ureq::http::{Method, StatusCode};

use crate::{
    http,
    oci::{
        Client, OciError,
        archive::digest,
        client::{Answer, Question, header},
    },
};

/// The bytes of one piece.
const PIECE: usize = 16 << 20;

/// Says how many bytes are through.
pub(super) type Progress<'p> = &'p dyn Fn(u64);

impl Client {
    /// Whether the registry has a blob.
    pub fn has(&self, digest: &str) -> Result<bool, OciError> {
        let url = self.url(&format!("blobs/{digest}"));
        let question = Question {
            doing: "look for the layer",
            method: Method::HEAD,
            url,
            headers: Vec::new(),
            body: &[],
        };
        Ok(self.ask(&question, &[200, 404])?.status == StatusCode::OK)
    }

    /// Brings a blob to the registry, unless it has it.
    pub fn push(&self, bytes: &[u8], digest: &str, progress: Progress<'_>) -> Result<(), OciError> {
        const DOING: &str = "push the layer";
        if self.has(digest)? {
            return Ok(());
        }
        let mut failures = 0;
        let mut upload = self.begin(DOING)?;
        while upload.done < bytes.len() {
            let end = bytes.len().min(upload.done + PIECE);
            let question = Question {
                doing: DOING,
                method: Method::PATCH,
                url: upload.url.clone(),
                headers: vec![
                    ("content-type", "application/octet-stream".to_owned()),
                    ("content-range", format!("{}-{}", upload.done, end - 1)),
                ],
                body: &bytes[upload.done..end],
            };
            failures += 1;
            let is_last = failures >= http::TRIES;
            let asked = match self.once(&question)? {
                Ok(response) => {
                    let answer = Answer::of(response);
                    if answer.status == StatusCode::ACCEPTED {
                        let before = upload.done;
                        upload.url = self.location(DOING, &answer.url, &answer.headers)?;
                        upload.done = taken(&answer).filter(|taken| *taken <= end).unwrap_or(end);
                        progress(upload.done as u64);
                        // A registry that takes nothing shall not be asked for ever.
                        if upload.done > before {
                            failures = 0;
                        } else if is_last {
                            return Err(self.broken(DOING, before as u64, bytes.len() as u64));
                        }
                        continue;
                    }
                    // 416: the registry has something else than was meant to be there.
                    if is_last || !(http::is_busy(answer.status) || answer.status == 416) {
                        return Err(self.refused(&question, &answer));
                    }
                    http::retry_after(&answer.headers)
                }
                Err(error) if !http::is_passing(&error) => {
                    return Err(self.unreachable(DOING, error));
                }
                Err(_) if is_last => {
                    return Err(self.broken(DOING, upload.done as u64, bytes.len() as u64));
                }
                Err(_) => None,
            };
            http::wait(failures, asked);
            upload = self.resume(DOING, &upload)?;
        }
        self.finish(DOING, &upload.url, digest)
    }

    fn begin(&self, doing: &'static str) -> Result<Upload, OciError> {
        let url = self.url("blobs/uploads/");
        let question =
            Question { doing, method: Method::POST, url, headers: Vec::new(), body: &[] };
        let answer = self.ask(&question, &[202])?;
        Ok(Upload { url: self.location(doing, &answer.url, &answer.headers)?, done: 0 })
    }

    /// How far the registry got; from the beginning where it does not know.
    fn resume(&self, doing: &'static str, upload: &Upload) -> Result<Upload, OciError> {
        let url = upload.url.clone();
        let question = Question { doing, method: Method::GET, url, headers: Vec::new(), body: &[] };
        let answer = self.ask(&question, &[202, 204, 400, 404, 405])?;
        match (answer.status.as_u16(), taken(&answer)) {
            (202 | 204, Some(done)) => {
                let url = self.location(doing, &answer.url, &answer.headers);
                Ok(Upload { url: url.unwrap_or_else(|_| upload.url.clone()), done })
            }
            _ => self.begin(doing),
        }
    }

    fn finish(&self, doing: &'static str, url: &str, digest: &str) -> Result<(), OciError> {
        let separator = if url.contains('?') { '&' } else { '?' };
        let url = format!("{url}{separator}digest={}", http::escaped(digest, false));
        let question = Question { doing, method: Method::PUT, url, headers: Vec::new(), body: &[] };
        // An answer that was lost makes a second try fail although the first did it.
        let answer = self.ask(&question, &[201, 204, 404])?;
        if answer.status == 404 && !self.has(digest)? {
            return Err(self.refused(&question, &answer));
        }
        self.confirm(doing, &answer, digest)
    }

    /// Fetches a blob of so many bytes.
    pub fn pull(
        &self,
        expected: &str,
        size: u64,
        progress: Progress<'_>,
    ) -> Result<Vec<u8>, OciError> {
        const DOING: &str = "pull the layer";
        let mut bytes: Vec<u8> = Vec::new();
        let mut failures = 0;
        loop {
            let url = self.url(&format!("blobs/{expected}"));
            let range = (!bytes.is_empty()).then(|| ("range", format!("bytes={}-", bytes.len())));
            let headers = range.into_iter().collect();
            let question = Question { doing: DOING, method: Method::GET, url, headers, body: &[] };
            let before = bytes.len();
            let is_last = failures + 1 >= http::TRIES;
            let asked = match self.once(&question)? {
                Ok(response) if matches!(response.status().as_u16(), 200 | 206) => {
                    if response.status() == StatusCode::OK {
                        bytes.clear();
                    }
                    read(response.into_body().into_reader(), &mut bytes, size, progress);
                    None
                }
                Ok(response) => {
                    let answer = Answer::of(response);
                    if is_last || !http::is_busy(answer.status) {
                        return Err(self.refused(&question, &answer));
                    }
                    http::retry_after(&answer.headers)
                }
                Err(error) if is_last || !http::is_passing(&error) => {
                    return Err(self.unreachable(DOING, error));
                }
                Err(_) => None,
            };
            if bytes.len() as u64 >= size {
                break;
            }
            // What moves is no failure.
            failures = if bytes.len() > before { 1 } else { failures + 1 };
            if failures >= http::TRIES {
                return Err(self.broken(DOING, bytes.len() as u64, size));
            }
            http::wait(failures, asked);
        }
        let found = digest(&bytes);
        if bytes.len() as u64 != size || found != expected {
            return Err(self.other_digest(DOING, expected, &found));
        }
        Ok(bytes)
    }

    fn broken(&self, doing: &'static str, done: u64, total: u64) -> OciError {
        OciError::Broken { doing, host: self.host(), done, total, tries: http::TRIES }
    }
}

/// An upload under way.
struct Upload {
    /// Where the next piece goes.
    url: String,
    /// How many bytes the registry has.
    done: usize,
}

/// How many bytes of an upload a registry has: `Range: 0-9` says ten, and `0-0` none.
fn taken(answer: &Answer) -> Option<usize> {
    let range = header(&answer.headers, "range")?;
    let last: usize = range.trim_start_matches("bytes=").split_once('-')?.1.parse().ok()?;
    Some(if last == 0 { 0 } else { last + 1 })
}

/// Reads as much as there is, and a little more than may be, so that too much is seen.
fn read(mut body: impl std::io::Read, bytes: &mut Vec<u8>, size: u64, progress: Progress<'_>) {
    let mut buffer = vec![0; 1 << 16];
    while (bytes.len() as u64) <= size {
        match body.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
        }
        progress(bytes.len() as u64);
    }
}
