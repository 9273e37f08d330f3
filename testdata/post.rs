//! `petasos diff --post` against a server of the tests that speaks the endpoints of the forges, and has their moods.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Command, Output, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use libtest_mimic::{Failed, Trial};
use serde_json::{Value, json};

use crate::case::PROGRAM;

/// The token of the tests; it may appear nowhere but in a header.
const TOKEN: &str = "tests-only-0123456789";

pub(crate) fn trials() -> Vec<Trial> {
    let of_forge = ["github", "gitlab", "gitea"].into_iter().flat_map(|forge| {
        [
            Trial::test(
                format!("post/{forge}/a comment is created, changed, and left alone"),
                move || a_comment_is_written_once(forge),
            ),
            Trial::test(
                format!("post/{forge}/surplus pages go, comments of others stay"),
                move || surplus_pages_go(forge),
            ),
            Trial::test(format!("post/{forge}/comments on later pages are found"), move || {
                later_pages_are_found(forge)
            }),
        ]
    });
    let faults = [
        ("429 with Retry-After is tried again", vec![Mood::Status(429), Mood::Status(429)], 0),
        (
            "a server that fails for a moment is tried again",
            vec![Mood::Status(503), Mood::Status(500)],
            0,
        ),
        ("a connection that breaks is tried again", vec![Mood::Silent, Mood::Silent], 0),
        ("a rate limit of GitHub is waited for", vec![Mood::Limited], 0),
        ("401 is no matter of patience", vec![Mood::Status(401)], 3),
        ("403 without a limit is no matter of patience", vec![Mood::Status(403)], 3),
        ("404 says what may be wrong", vec![Mood::Status(404)], 3),
        ("a redirect is not followed with the token", vec![Mood::Status(302)], 3),
        ("an answer that is none of the API is said", vec![Mood::Garbage], 3),
        ("a server that never recovers ends the run", vec![Mood::Status(503); 9], 3),
    ];
    let faults = faults.map(|(name, moods, code)| {
        Trial::test(format!("post/{name}"), move || a_fault(&moods, code))
    });
    let refused = [
        Trial::test("post/a token is not sent over plain http", a_token_is_not_sent_in_the_open),
        Trial::test(
            "post/without a token or a pull request nothing is asked",
            nothing_is_asked_without,
        ),
        Trial::test("post/CI says which pull request it is", ci_says_which),
    ];
    of_forge.chain(faults).chain(refused).collect()
}

/// How the server treats a request.
#[derive(Debug, Clone, Copy)]
enum Mood {
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
struct Server {
    address: String,
    state: Arc<Mutex<State>>,
    stop: Arc<AtomicBool>,
}

#[derive(Default)]
struct State {
    comments: BTreeMap<u64, String>,
    moods: Vec<Mood>,
    /// Method and path of each request.
    requests: Vec<String>,
    /// Headers that carry a token.
    tokens: Vec<String>,
}

impl Server {
    fn start(moods: &[Mood]) -> Result<Self, Failed> {
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

    fn comments(&self) -> Vec<String> {
        self.state.lock().expect("no test panics").comments.values().cloned().collect()
    }

    fn add(&self, id: u64, body: &str) {
        self.state.lock().expect("no test panics").comments.insert(id, body.to_owned());
    }

    fn requests(&self) -> Vec<String> {
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
                (403, "X-RateLimit-Remaining: 0\r\nRetry-After: 0\r\n", "{}".to_owned())
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
        "GET" => {
            let number = |name: &str| {
                query.split('&').find_map(|pair| {
                    pair.strip_prefix(name)?.strip_prefix('=')?.parse::<usize>().ok()
                })
            };
            let size = number("per_page").or(number("limit")).unwrap_or(30).min(50);
            let first = (number("page").unwrap_or(1) - 1) * size;
            let comments = state.comments.iter().skip(first).take(size);
            (200, comments.map(|(id, body)| json!({"id": id, "body": body})).collect())
        }
        "POST" => {
            let id = state.comments.keys().last().copied().unwrap_or(0) + 1;
            state.comments.insert(id, text);
            (201, json!({"id": id}))
        }
        "PATCH" | "PUT" if state.comments.contains_key(&id) => {
            state.comments.insert(id, text);
            (200, json!({"id": id}))
        }
        "DELETE" if state.comments.remove(&id).is_some() => (204, Value::Null),
        _ => (404, json!({})),
    }
}

/// A directory with two sides that differ in `lines` lines.
fn sides(lines: usize) -> Result<tempfile::TempDir, Failed> {
    let directory = tempfile::tempdir()?;
    let map = |value: &str| {
        let words = "word ".repeat(20);
        let data: Vec<String> =
            (0..lines).map(|line| format!("  key-{line}: {value} {words}\n")).collect();
        let data = data.concat();
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: demo\ndata:\n  a: b\n{data}")
    };
    fs::write(directory.path().join("old.yaml"), map("old"))?;
    fs::write(directory.path().join("new.yaml"), map("new"))?;
    fs::write(directory.path().join("token"), format!("{TOKEN}\n"))?;
    Ok(directory)
}

fn petasos(
    directory: &Path,
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> Result<Output, Failed> {
    let output = Command::new(PROGRAM)
        .args(["diff", "old.yaml", "new.yaml", "-o", "json"])
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .output()?;
    for text in [&output.stdout, &output.stderr] {
        if String::from_utf8_lossy(text).contains(TOKEN) {
            return Err("the token is in the output".into());
        }
    }
    Ok(output)
}

/// Posts, and expects an exit code.
fn post(
    server: &Server,
    directory: &Path,
    forge: &str,
    more: &[&str],
    code: i32,
) -> Result<String, Failed> {
    let url = format!("http://{}/api", server.address);
    let mut arguments =
        vec!["--post", "--forge", forge, "--api-url", &url, "--project", "team/agents"];
    arguments.extend(["--pull-request", "7", "--token-file", "token"]);
    arguments.extend(more);
    let output = petasos(directory, &arguments, &[])?;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.code() == Some(code) {
        Ok(told)
    } else {
        Err(format!("{:?}: {told}", output.status).into())
    }
}

fn expect(is_so: bool, what: &str, server: &Server) -> Result<(), Failed> {
    if is_so {
        Ok(())
    } else {
        Err(format!("{what}: {:?} {:?}", server.requests(), server.comments()).into())
    }
}

fn a_comment_is_written_once(forge: &str) -> Result<(), Failed> {
    let (server, directory) = (Server::start(&[])?, sides(1)?);
    server.add(3, "hello");
    let told = post(&server, directory.path(), forge, &[], 0)?;
    expect(told.contains("1 created"), &told, &server)?;
    let comments = server.comments();
    expect(
        comments.len() == 2 && comments[1].starts_with("<!-- petasos:diff:default:1 -->"),
        "created",
        &server,
    )?;
    let told = post(&server, directory.path(), forge, &[], 0)?;
    expect(told.contains("0 created, 0 updated, 0 deleted"), &told, &server)?;
    fs::copy(directory.path().join("old.yaml"), directory.path().join("new.yaml"))?;
    let told = post(&server, directory.path(), forge, &[], 0)?;
    expect(
        told.contains("1 updated") && server.comments()[1].contains("no differences"),
        &told,
        &server,
    )?;
    let of_forge = match forge {
        "gitlab" => ("/api/projects/team%2Fagents/merge_requests/7/notes", "PUT", "PRIVATE-TOKEN"),
        _ => ("/api/repos/team/agents/issues/7/comments", "PATCH", "uthorization"),
    };
    let requests = server.requests();
    expect(
        requests.iter().any(|one| one.starts_with(&format!("POST {}", of_forge.0))),
        "path",
        &server,
    )?;
    expect(requests.iter().any(|one| one.starts_with(of_forge.1)), "method", &server)?;
    let state = server.state.lock().expect("no test panics");
    let is_sent = state.tokens.len() == state.requests.len()
        && state.tokens.iter().all(|one| {
            one.to_lowercase().contains(&of_forge.2.to_lowercase()) && one.contains(TOKEN)
        });
    if is_sent { Ok(()) } else { Err("the token is not in its header".into()) }
}

fn surplus_pages_go(forge: &str) -> Result<(), Failed> {
    let (server, directory) = (Server::start(&[])?, sides(60)?);
    server.add(1, "before <!-- petasos:diff:default:1 -->");
    server.add(2, "<!-- petasos:diff:other:1 -->\nof another run");
    post(&server, directory.path(), forge, &["--max-bytes", "4096"], 0)?;
    let pages = server.comments().len();
    expect(pages > 4, "several pages", &server)?;
    post(&server, directory.path(), forge, &[], 0)?;
    let comments = server.comments();
    expect(comments.len() == 3, "one page is left beside those of others", &server)?;
    expect(
        comments[0].starts_with("before") && comments[1].contains("of another run"),
        "others",
        &server,
    )
}

fn later_pages_are_found(forge: &str) -> Result<(), Failed> {
    let (server, directory) = (Server::start(&[])?, sides(1)?);
    for id in 1..230 {
        server.add(id, "talk");
    }
    post(&server, directory.path(), forge, &[], 0)?;
    let told = post(&server, directory.path(), forge, &[], 0)?;
    expect(told.contains("0 created, 0 updated, 0 deleted"), &told, &server)
}

fn a_fault(moods: &[Mood], code: i32) -> Result<(), Failed> {
    let (server, directory) = (Server::start(moods)?, sides(1)?);
    post(&server, directory.path(), "github", &[], code)?;
    expect((server.comments().len() == 1) == (code == 0), "comments", &server)?;
    let is_patient = server.requests().len() > 1;
    expect(is_patient == (code == 0 || moods.len() > 1), "tries", &server)
}

fn a_token_is_not_sent_in_the_open() -> Result<(), Failed> {
    let directory = sides(1)?;
    for url in
        ["http://forge.example", "http://user:secret@127.0.0.1:1", "ftp://127.0.0.1", "nothing"]
    {
        let arguments = [
            "--post",
            "--api-url",
            url,
            "--project",
            "a/b",
            "--pull-request",
            "1",
            "--token-file",
            "token",
        ];
        let output = petasos(directory.path(), &arguments, &[])?;
        let told = String::from_utf8_lossy(&output.stderr);
        if output.status.code() != Some(2) || told.contains("secret") {
            return Err(format!("{url}: {:?} {told}", output.status).into());
        }
    }
    Ok(())
}

fn nothing_is_asked_without() -> Result<(), Failed> {
    let directory = sides(1)?;
    for (arguments, wanted) in [
        (vec!["--post", "--project", "a/b", "--pull-request", "1"], "PETASOS_TOKEN"),
        (vec!["--post", "--pull-request", "1", "--token-file", "token"], "--project"),
        (vec!["--post", "--project", "a/b", "--token-file", "token"], "--pull-request"),
        (
            vec![
                "--post",
                "--forge",
                "gitea",
                "--project",
                "a/b",
                "--pull-request",
                "1",
                "--token-file",
                "token",
            ],
            "--api-url",
        ),
        (
            vec![
                "--post",
                "--forge",
                "bitbucket",
                "--project",
                "a/b",
                "--pull-request",
                "1",
                "--token-file",
                "token",
                "--api-url",
                "https://x",
            ],
            "Bitbucket",
        ),
    ] {
        let output = petasos(directory.path(), &arguments, &[])?;
        let told = String::from_utf8_lossy(&output.stderr);
        if output.status.code() != Some(2) || !told.contains(wanted) {
            return Err(format!("{arguments:?}: {:?} {told}", output.status).into());
        }
    }
    Ok(())
}

fn ci_says_which() -> Result<(), Failed> {
    let (server, directory) = (Server::start(&[])?, sides(1)?);
    let url = format!("http://{}", server.address);
    let github = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_API_URL", url.as_str()),
        ("GITHUB_REPOSITORY", "team/agents"),
        ("GITHUB_REF", "refs/pull/12/merge"),
        ("GITHUB_TOKEN", TOKEN),
    ];
    let gitlab = [
        ("GITLAB_CI", "true"),
        ("CI_API_V4_URL", url.as_str()),
        ("CI_PROJECT_ID", "34"),
        ("CI_MERGE_REQUEST_IID", "12"),
        ("GITLAB_TOKEN", TOKEN),
    ];
    for (environment, asked) in [
        (github, "POST /repos/team/agents/issues/12/comments"),
        (gitlab, "POST /projects/34/merge_requests/12/notes"),
    ] {
        server.state.lock().expect("no test panics").comments.clear();
        let output = petasos(directory.path(), &["--post"], &environment)?;
        expect(output.status.success(), &String::from_utf8_lossy(&output.stderr), &server)?;
        expect(server.requests().iter().any(|one| one.starts_with(asked)), asked, &server)?;
    }
    Ok(())
}
