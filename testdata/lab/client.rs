//! HTTP to the API of a cluster, through its socket: one request a connection, which costs little on a socket and keeps the
//! client a page long.

use std::{
    fmt,
    io::{Read as _, Write as _},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// Longer than any answer takes: what hangs is reported as such.
const PATIENCE: Duration = Duration::from_mins(1);

/// Where requests go.
pub(crate) struct Client {
    socket: PathBuf,
}

/// What came back.
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The object, or the `Status` that says what is wrong.
    pub(crate) body: Value,
}

impl Client {
    pub(crate) fn new(directory: &Path) -> Self {
        Self { socket: directory.join("api.sock") }
    }

    /// Sends a request. Only a connection that fails is an error; what the server thinks of it is in the answer.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        content: &str,
        body: &str,
    ) -> Result<Answer> {
        let text = self.exchange(method, path, content, body);
        let text =
            text.with_context(|| format!("{method} {path} through {}", self.socket.display()))?;
        parse(&text).with_context(|| format!("{method} {path}: not an answer: {text}"))
    }

    fn exchange(
        &self,
        method: &str,
        path: &str,
        content: &str,
        body: &str,
    ) -> std::io::Result<String> {
        let mut stream = UnixStream::connect(&self.socket)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let length = body.len();
        // Version 1.0: the answer ends with the connection, in one piece.
        write!(
            stream,
            "{method} {path} HTTP/1.0\r\nHost: lab\r\nAccept: application/json\r\n\
             Content-Type: {content}\r\nContent-Length: {length}\r\n\r\n{body}",
        )?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        Ok(text)
    }

    /// Reads an object.
    pub(crate) fn get(&self, path: &str) -> Result<Value> {
        self.send("GET", path, "application/json", "")?.object()
    }
}

impl Answer {
    /// The body of a success; the server's message as an error otherwise.
    pub(crate) fn object(self) -> Result<Value> {
        if self.status >= 300 {
            bail!("{self}");
        }
        Ok(self.body)
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.body["message"].as_str().unwrap_or("without a message");
        write!(f, "{}: {message}", self.status)
    }
}

fn parse(text: &str) -> Option<Answer> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let body = serde_json::from_str(body).unwrap_or_else(|_| Value::String(body.to_owned()));
    Some(Answer { status, body })
}
