//! Signatures of commits, made by the user's own `gpg` or `ssh-keygen`. Keys are named, never read.

use std::{
    io::{self, Read, Write},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::git::{GitError, Repository};

/// How long a program may take, a person's answer to a question included.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often it is looked whether the program has ended.
const PAUSE: Duration = Duration::from_millis(10);

/// Where Git's configuration has the key.
const KEY: &str = "user.signingkey";

/// The forms of signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `OpenPGP`, by `gpg`.
    OpenPgp,
    /// SSH, by `ssh-keygen`.
    Ssh,
}

/// What signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    form: Form,
    key: String,
}

impl Signer {
    /// Signs with a key: an identity that `gpg` knows, or a file that `ssh-keygen` reads.
    pub fn new(form: Form, key: &str) -> Result<Self, GitError> {
        if key.is_empty() || key.starts_with('-') || key.contains(char::is_control) {
            let why = "the name of a key is needed, and it does not begin with a dash".to_owned();
            return Err(GitError::Signing { program: form.program(), why });
        }
        Ok(Signer { form, key: key.to_owned() })
    }

    /// The signature of a text.
    pub(super) fn sign(&self, text: &[u8]) -> Result<String, GitError> {
        let program = self.form.program();
        let failed = |why: String| GitError::Signing { program, why };
        let arguments: &[&str] = match self.form {
            Form::OpenPgp => &["--status-fd=2", "--detach-sign", "--armor", "--local-user"],
            Form::Ssh => &["-Y", "sign", "-n", "git", "-f"],
        };
        let mut command = Command::new(program);
        command.args(arguments).arg(&self.key);
        let (succeeded, stdout, stderr) =
            run(command, text).map_err(|error| failed(error.to_string()))?;
        let is_signature = stdout.trim_start().starts_with("-----BEGIN");
        if succeeded && is_signature { Ok(stdout) } else { Err(failed(reason(&stderr))) }
    }
}

impl Form {
    fn program(self) -> &'static str {
        match self {
            Form::OpenPgp => "gpg",
            Form::Ssh => "ssh-keygen",
        }
    }
}

impl Repository {
    /// How Git is configured to sign, where no form is given, and with which key.
    pub fn signing(&self, given: Option<Form>) -> Result<(Form, Option<String>), GitError> {
        let config = self.git.config().and_then(|mut config| config.snapshot());
        let config = config.map_err(GitError::git("read Git's configuration"))?;
        let form = match (given, config.get_str("gpg.format").ok()) {
            (Some(form), _) => form,
            (None, None | Some("openpgp")) => Form::OpenPgp,
            (None, Some("ssh")) => Form::Ssh,
            (None, Some(other)) => return Err(GitError::SigningForm(other.to_owned())),
        };
        let key = match form {
            Form::OpenPgp => config.get_str(KEY).ok().map(str::to_owned),
            // Git lets it begin with `~/`.
            Form::Ssh => config.get_path(KEY).ok().map(|path| path.to_string_lossy().into_owned()),
        };
        Ok((form, key))
    }
}

/// The last lines that say something, without the control codes that a terminal would obey.
fn reason(stderr: &str) -> String {
    let lines = stderr.lines().filter(|line| !line.starts_with("[GNUPG:]") && !line.is_empty());
    let shown: Vec<String> = lines.map(crate::diagnostic::printable).collect();
    let last = shown.len().saturating_sub(3);
    if shown.is_empty() { "it gave no signature".to_owned() } else { shown[last..].join("; ") }
}

/// Whether a program succeeded, and what it wrote. It is killed when it takes too long.
fn run(mut command: Command, input: &[u8]) -> io::Result<(bool, String, String)> {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that ends without reading says why on its own.
        let _ = stdin.write_all(input);
    }
    let read = |stream: Option<Box<dyn Read + Send>>| {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            if let Some(mut stream) = stream {
                let _ = stream.by_ref().take(1 << 20).read_to_end(&mut bytes);
            }
            String::from_utf8_lossy(&bytes).into_owned()
        })
    };
    let stdout = read(child.stdout.take().map(|stream| Box::new(stream) as Box<dyn Read + Send>));
    let stderr = read(child.stderr.take().map(|stream| Box::new(stream) as Box<dyn Read + Send>));
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if start.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            return Err(io::Error::new(io::ErrorKind::TimedOut, "it takes too long"));
        }
        thread::sleep(PAUSE);
    };
    let text = |thread: thread::JoinHandle<String>| thread.join().unwrap_or_default();
    Ok((status.success(), text(stdout), text(stderr)))
}
