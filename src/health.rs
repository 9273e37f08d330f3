//! What a long-running command tells the cluster: whether it lives, whether it has done its work once, and figures.
//!
//! The server knows three paths and answers each request on its own connection. What it reads is bounded in size and time.

use std::{
    fmt::Write as _,
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

/// How long a client may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most bytes of a request that are looked at.
const LONGEST: usize = 4096;

/// How one round of work ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Round {
    /// Something was committed.
    Committed,
    /// There was nothing to do.
    Unchanged,
    /// It failed.
    Failed,
}

/// What is known about the work so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    /// Rounds by how they ended: committed, unchanged, failed.
    rounds: [u64; 3],
    /// How many rounds in a row have failed.
    failures: u64,
    /// How long the last round took, in seconds.
    duration: f64,
    /// When the last round that succeeded ended, in seconds since 1970.
    success: u64,
}

impl State {
    /// Counts a round that has ended now.
    pub fn count(&mut self, round: Round, duration: Duration, now: u64) {
        self.rounds[round as usize] += 1;
        self.duration = duration.as_secs_f64();
        if round == Round::Failed {
            self.failures += 1;
        } else {
            self.failures = 0;
            self.success = now;
        }
    }

    /// How many rounds in a row have failed.
    pub fn failures(&self) -> u64 {
        self.failures
    }

    /// Whether the work was done once, so that what depends on it can start.
    fn is_ready(&self) -> bool {
        self.success > 0
    }

    /// The figures in the text format of Prometheus.
    fn metrics(&self) -> String {
        let mut text = String::new();
        let [committed, unchanged, failed] = self.rounds;
        let _ = write!(
            text,
            "# HELP petasos_sync_rounds_total Rounds of work by how they ended.\n\
             # TYPE petasos_sync_rounds_total counter\n\
             petasos_sync_rounds_total{{outcome=\"committed\"}} {committed}\n\
             petasos_sync_rounds_total{{outcome=\"unchanged\"}} {unchanged}\n\
             petasos_sync_rounds_total{{outcome=\"failed\"}} {failed}\n\
             # HELP petasos_sync_consecutive_failures Rounds in a row that failed.\n\
             # TYPE petasos_sync_consecutive_failures gauge\n\
             petasos_sync_consecutive_failures {}\n\
             # HELP petasos_sync_last_round_duration_seconds How long the last round took.\n\
             # TYPE petasos_sync_last_round_duration_seconds gauge\n\
             petasos_sync_last_round_duration_seconds {}\n\
             # HELP petasos_sync_last_success_timestamp_seconds When the last round that succeeded ended.\n\
             # TYPE petasos_sync_last_success_timestamp_seconds gauge\n\
             petasos_sync_last_success_timestamp_seconds {}\n",
            self.failures, self.duration, self.success
        );
        text
    }
}

/// The state as the work and the server share it.
#[derive(Debug, Clone, Default)]
pub struct Shared(Arc<Mutex<State>>);

impl Shared {
    /// Changes or reads the state.
    pub fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Serves the state in threads that end with the process, and gives the address that it listens on.
    pub fn serve(&self, address: SocketAddr) -> io::Result<SocketAddr> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let shared = self.clone();
        thread::Builder::new().name("health".to_owned()).spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that goes away, or asks for nothing sensible, is its own concern.
                let _ = shared.answer(stream);
            }
        })?;
        Ok(address)
    }

    fn answer(&self, mut stream: TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let mut request = Vec::new();
        let mut part = [0; 512];
        while !request.windows(4).any(|end| end == b"\r\n\r\n") && request.len() < LONGEST {
            match stream.read(&mut part)? {
                0 => break,
                read => request.extend_from_slice(&part[..read]),
            }
        }
        let request = String::from_utf8_lossy(&request);
        let line = request.lines().next().unwrap_or_default();
        let (status, body) = self.with(|state| respond(line, state));
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        let with_body = !line.starts_with("HEAD ");
        stream.write_all(head.as_bytes())?;
        if with_body { stream.write_all(body.as_bytes()) } else { Ok(()) }
    }
}

/// Status and body for the first line of a request.
fn respond(line: &str, state: &State) -> (&'static str, String) {
    let mut words = line.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    if !matches!(method, "GET" | "HEAD") {
        return ("405 Method Not Allowed", "only GET\n".to_owned());
    }
    match target.split('?').next().unwrap_or_default() {
        "/healthz" => ("200 OK", "ok\n".to_owned()),
        "/readyz" if state.is_ready() => ("200 OK", "ok\n".to_owned()),
        "/readyz" => ("503 Service Unavailable", "no round has succeeded yet\n".to_owned()),
        "/metrics" => ("200 OK", state.metrics()),
        _ => ("404 Not Found", "try /healthz, /readyz, or /metrics\n".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, state: &State, status: &str, body: &str) {
        let (found, text) = respond(line, state);
        assert!(found.starts_with(status) && text.contains(body), "{found}: {text}");
    }

    #[test]
    fn it_is_ready_after_the_first_success() {
        let mut state = State::default();
        check("GET /healthz HTTP/1.1", &state, "200", "ok");
        check("GET /readyz HTTP/1.1", &state, "503", "no round");
        state.count(Round::Failed, Duration::from_secs(1), 7);
        check("GET /readyz HTTP/1.1", &state, "503", "no round");
        state.count(Round::Unchanged, Duration::from_secs(1), 8);
        check("GET /readyz?x=y HTTP/1.1", &state, "200", "ok");
        state.count(Round::Failed, Duration::from_secs(1), 9);
        check("GET /readyz HTTP/1.1", &state, "200", "ok");
    }

    #[test]
    fn rounds_are_counted() {
        let mut state = State::default();
        for round in [Round::Failed, Round::Failed, Round::Committed, Round::Failed] {
            state.count(round, Duration::from_millis(1500), 42);
        }
        assert_eq!(state.failures(), 1);
        check("GET /metrics HTTP/1.1", &state, "200", "rounds_total{outcome=\"failed\"} 3\n");
        check("GET /metrics HTTP/1.1", &state, "200", "rounds_total{outcome=\"committed\"} 1\n");
        check("GET /metrics HTTP/1.1", &state, "200", "duration_seconds 1.5\n");
        check("GET /metrics HTTP/1.1", &state, "200", "timestamp_seconds 42\n");
    }

    #[test]
    fn other_requests_are_answered_too() {
        let state = State::default();
        check("POST /metrics HTTP/1.1", &state, "405", "GET");
        check("GET / HTTP/1.1", &state, "404", "/healthz");
        check("", &state, "405", "GET");
    }

    #[test]
    fn the_server_speaks_http() {
        let shared = Shared::default();
        let address = shared.serve(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\nok\n"),
            "{answer}"
        );
    }
}
