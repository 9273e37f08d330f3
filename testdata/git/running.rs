//! A program that runs on while the test goes on.

use std::{
    io::{BufRead, BufReader, Read},
    os::unix::process::ExitStatusExt,
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use libtest_mimic::Failed;

/// How long something may take to be said. It is only there so that a failure ends.
const PATIENCE: Duration = Duration::from_mins(1);

/// The program, and what it has said so far.
pub(super) struct Running {
    child: Child,
    results: Heard,
    messages: Heard,
}

/// What came out of one stream, and how much of it was waited for.
struct Heard {
    text: Arc<Mutex<String>>,
    thread: thread::JoinHandle<()>,
    seen: usize,
}

/// The streams of a program.
#[derive(Clone, Copy)]
pub(super) enum Stream {
    Results,
    Messages,
}

impl Running {
    pub(super) fn start(command: &mut Command) -> Result<Self, Failed> {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let results = Heard::of(child.stdout.take().ok_or("no standard output")?);
        let messages = Heard::of(child.stderr.take().ok_or("no standard error")?);
        Ok(Running { child, results, messages })
    }

    /// Waits until a stream has the text, behind what was waited for before.
    pub(super) fn wait_for(&mut self, stream: Stream, text: &str) -> Result<(), Failed> {
        let start = Instant::now();
        loop {
            let heard = match stream {
                Stream::Results => &mut self.results,
                Stream::Messages => &mut self.messages,
            };
            if heard.find(text) {
                return Ok(());
            }
            if start.elapsed() > PATIENCE || self.child.try_wait()?.is_some() {
                let (results, messages) = (self.results.text(), self.messages.text());
                return Err(format!("it does not say so\n{results}\n{messages}").into());
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// The rest of the line on which a message has the text.
    pub(super) fn rest_of_line(&mut self, text: &str) -> Result<String, Failed> {
        self.wait_for(Stream::Messages, text)?;
        let said = self.messages.text();
        Ok(said[self.messages.seen..].lines().next().unwrap_or_default().to_owned())
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it has ended. A signal that ends it counts as a shell counts it.
    pub(super) fn end(mut self) -> Result<(i32, Output), Failed> {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait()? {
                break status;
            }
            if start.elapsed() > PATIENCE {
                return Err("it does not end".into());
            }
            thread::sleep(Duration::from_millis(20));
        };
        let code = status.code().or_else(|| Some(128 + status.signal()?)).unwrap_or(-1);
        let (stdout, stderr) = (self.results.all(), self.messages.all());
        Ok((code, Output { status, stdout, stderr }))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Heard {
    fn of(stream: impl Read + Send + 'static) -> Self {
        let text = Arc::new(Mutex::new(String::new()));
        let written = Arc::clone(&text);
        let thread = thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                let mut text = written.lock().unwrap_or_else(PoisonError::into_inner);
                text.push_str(&line);
                text.push('\n');
            }
        });
        Heard { text, thread, seen: 0 }
    }

    fn text(&self) -> String {
        self.text.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn find(&mut self, wanted: &str) -> bool {
        let text = self.text();
        let found = text[self.seen..].find(wanted);
        if let Some(at) = found {
            self.seen += at + wanted.len();
        }
        found.is_some()
    }

    /// Everything, once the stream has ended.
    fn all(&mut self) -> Vec<u8> {
        let start = Instant::now();
        while !self.thread.is_finished() && start.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(5));
        }
        self.text().into_bytes()
    }
}
