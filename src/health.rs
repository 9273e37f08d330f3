//! What a long-running command tells the cluster: whether it lives, whether it has done its work once, and figures.
//!
//! The server knows three paths and answers each request on its own connection, in a thread of its own. What it reads, how long
//! that takes, and how many it serves at the same time are bounded, so that nobody keeps a probe from its answer for long.

use std::{
    fmt::Write as _,
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// How long one exchange with a client may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many clients are served at the same time. Others are turned away.
const MOST_CLIENTS: usize = 64;
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
        let clients = Arc::new(AtomicUsize::new(0));
        thread::Builder::new().name("health".to_owned()).spawn(move || {
            for stream in listener.incoming().flatten() {
                shared.attend(stream, &clients);
            }
        })?;
        Ok(address)
    }

    /// Answers in a thread of its own. A client that is one too many is turned away.
    fn attend(&self, stream: TcpStream, clients: &Arc<AtomicUsize>) {
        let (shared, place) = (self.clone(), Place::take(clients));
        let Some(place) = place else { return };
        // A client that goes away, or asks for nothing sensible, is its own concern; without a thread, it asks again.
        let _ = thread::Builder::new().name("probe".to_owned()).spawn(move || {
            let _place = place;
            shared.answer(stream, Instant::now() + PATIENCE)
        });
    }

    fn answer(&self, mut stream: TcpStream, deadline: Instant) -> io::Result<()> {
        let mut request = Vec::new();
        let mut part = [0; 512];
        while !request.windows(4).any(|end| end == b"\r\n\r\n") && request.len() < LONGEST {
            stream.set_read_timeout(Some(left(deadline)?))?;
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
        let answer = if with_body { head + &body } else { head };
        // It is so short that the system takes it whole.
        stream.set_write_timeout(Some(left(deadline)?))?;
        stream.write_all(answer.as_bytes())
    }
}

/// How long it is until the deadline; an error when it has passed.
fn left(deadline: Instant) -> io::Result<Duration> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
}

/// One of the places that there are for clients, free again when it is dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(clients: &Arc<AtomicUsize>) -> Option<Self> {
        let place = Place(Arc::clone(clients));
        let before = clients.fetch_add(1, Ordering::Relaxed);
        (before < MOST_CLIENTS).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
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

    fn server() -> SocketAddr {
        Shared::default().serve(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap()
    }

    fn ask(address: SocketAddr) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn the_server_speaks_http() {
        let answer = ask(server());
        assert!(
            answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\nok\n"),
            "{answer}"
        );
    }

    #[test]
    fn a_client_that_says_nothing_keeps_no_other_from_its_answer() {
        let address = server();
        let silent: Vec<TcpStream> =
            (0..MOST_CLIENTS / 2).map(|_| TcpStream::connect(address).unwrap()).collect();
        let start = Instant::now();
        assert!(ask(address).ends_with("ok\n"));
        assert!(start.elapsed() < PATIENCE);
        drop(silent);
    }

    #[test]
    fn a_client_that_drips_is_cut_off_at_the_deadline() {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (served, _) = listener.accept().unwrap();
        let dripping = thread::spawn(move || {
            while client.write_all(b"x").is_ok() {
                thread::sleep(Duration::from_millis(5));
            }
        });
        let deadline = Instant::now() + Duration::from_millis(200);
        let error = Shared::default().answer(served, deadline).unwrap_err();
        assert!(matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock));
        dripping.join().unwrap();
    }

    #[test]
    fn places_are_bounded_and_free_again() {
        let clients = Arc::new(AtomicUsize::new(0));
        let places: Vec<Place> = std::iter::from_fn(|| Place::take(&clients)).collect();
        assert_eq!(places.len(), MOST_CLIENTS);
        drop(places);
        assert!(Place::take(&clients).is_some());
    }
}
