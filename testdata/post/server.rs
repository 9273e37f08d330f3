//! A server of the tests that speaks the endpoints of the forges, and has their moods.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use libtest_mimic::Failed;
use serde_json::{Value, json};

/// The user whose token it is.
const OWN: u64 = 1;

/// How the server treats a request.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mood {
    /// This status, with a wait of no seconds where one is asked for.
    Status(u16),
    /// 403 with a used-up limit.
    Limited,
    /// No answer.
    Silent,
    /// An answer that is no JSON.
    Garbage,
}

/// A server on a free port of this machine.
pub(super) struct Server {
    pub(super) address: String,
    pub(super) state: Arc<Mutex<State>>,
    stop: Arc<AtomicBool>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) comments: BTreeMap<u64, String>,
    /// Comments of somebody else, which the token may not change.
    of_others: BTreeSet<u64>,
    /// Whether the token is no user's.
    is_of_nobody: bool,
    moods: Vec<Mood>,
    /// Method and path of each request.
    pub(super) requests: Vec<String>,
    /// Headers that carry a token.
    pub(super) tokens: Vec<String>,
}

impl Server {
    pub(super) fn start(moods: &[Mood]) -> Result<Self, Failed> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?.to_string();
        let state = Arc::new(Mutex::new(State { moods: moods.to_vec(), ..State::default() }));
        let stop = Arc::new(AtomicBool::new(false));
        let (of_thread, stopped) = (Arc::clone(&state), Arc::clone(&stop));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                if let Ok(stream) = stream {
                    // A client that goes away is its own business.
                    let _ = serve(stream, &of_thread);
                }
            }
        });
        Ok(Server { address, state, stop })
    }

    pub(super) fn comments(&self) -> Vec<String> {
        self.state.lock().expect("no test panics").comments.values().cloned().collect()
    }

    pub(super) fn add(&self, id: u64, body: &str) {
        self.state.lock().expect("no test panics").comments.insert(id, body.to_owned());
    }

    pub(super) fn add_of_another(&self, id: u64, body: &str) {
        self.add(id, body);
        self.state.lock().expect("no test panics").of_others.insert(id);
    }

    /// Lets the token be one of a job, as GitHub's are.
    pub(super) fn knows_no_user(&self) {
        self.state.lock().expect("no test panics").is_of_nobody = true;
    }

    pub(super) fn requests(&self) -> Vec<String> {
        self.state.lock().expect("no test panics").requests.clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // The thread waits for a connection, and ends with this one.
        let _ = TcpStream::connect(&self.address);
    }
}

fn serve(stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let (method, path) =
        (words.next().unwrap_or_default().to_owned(), words.next().unwrap_or_default().to_owned());
    let mut length = 0;
    let mut tokens = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let header = header.trim();
        if header.is_empty() {
            break;
        }
        let (name, value) = header.split_once(':').unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap_or(0),
            "authorization" | "private-token" => tokens.push(header.to_owned()),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut state = state.lock().expect("no test panics");
    state.requests.push(format!("{method} {path}"));
    state.tokens.append(&mut tokens);
    let (status, more, text) = if state.moods.is_empty() {
        let (status, value) = answer(&mut state, &method, &path, &body);
        (status, "", value.to_string())
    } else {
        match state.moods.remove(0) {
            Mood::Status(302) => (302, "Location: /elsewhere\r\n", String::new()),
            Mood::Status(status) => {
                (status, if status == 429 { "Retry-After: 0\r\n" } else { "" }, "{}".to_owned())
            }
            Mood::Limited => {
                let headers = "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 1767323045\r\nRetry-After: 0\r\n";
                (403, headers, "{}".to_owned())
            }
            Mood::Silent => return Ok(()),
            Mood::Garbage => (200, "", "<html>".to_owned()),
        }
    };
    drop(state);
    let mut stream = stream;
    write!(
        stream,
        "HTTP/1.1 {status} X\r\n{more}Content-Length: {}\r\nConnection: close\r\n\r\n{text}",
        text.len()
    )
}

/// What a forge answers.
fn answer(state: &mut State, method: &str, path: &str, body: &[u8]) -> (u16, Value) {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = body["body"].as_str().unwrap_or_default().to_owned();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let last = path.rsplit('/').next().unwrap_or_default();
    let id: u64 = last.parse().unwrap_or(0);
    match method {
        "GET" if last == "user" && state.is_of_nobody => (403, json!({})),
        "GET" if last == "user" => (200, json!({"id": OWN})),
        "GET" => {
            let number = |name: &str| {
                query.split('&').find_map(|pair| {
                    pair.strip_prefix(name)?.strip_prefix('=')?.parse::<usize>().ok()
                })
            };
            let size = number("per_page").or(number("limit")).unwrap_or(30).min(50);
            let first = (number("page").unwrap_or(1) - 1) * size;
            let comments = state.comments.iter().skip(first).take(size);
            let author = if path.ends_with("/notes") { "author" } else { "user" };
            let shown = |(id, body): (&u64, &String)| {
                let user = if state.of_others.contains(id) { OWN + 1 } else { OWN };
                json!({"id": id, "body": body, author: {"id": user}})
            };
            (200, comments.map(shown).collect())
        }
        "POST" => {
            let id = state.comments.keys().last().copied().unwrap_or(0) + 1;
            state.comments.insert(id, text);
            (201, json!({"id": id}))
        }
        "PATCH" | "PUT" | "DELETE" if state.of_others.contains(&id) => (403, json!({})),
        "PATCH" | "PUT" if state.comments.contains_key(&id) => {
            state.comments.insert(id, text);
            (200, json!({"id": id}))
        }
        "DELETE" if state.comments.remove(&id).is_some() => (204, Value::Null),
        _ => (404, json!({})),
    }
}
