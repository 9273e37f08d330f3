//! What commits to Git, asks registries, and is called by engines, held against real repositories, servers, and engines. Each block
//! of `*.cases` in `testdata/git`, `testdata/oci`, `testdata/cmp`, and `testdata/engines` is a test.
//!
//! A block begins with `== name`. Then, line by line: `$ …` runs in a shell, `petasos …` runs the program, `exit N`, `says TEXT`,
//! and `hides TEXT` look at what it did last, `server …` starts an HTTP server, whose address is `$HTTP` from then on, and
//! `sshd` one for `$SSH`; `agent` starts an SSH agent, which has no keys yet; `disk SIZE` is a file system of its own below `disk`,
//! which only the block sees; `registry …` starts a registry that fails as it is
//! told and `distribution` a real one, at `$REGISTRY`. `starts …` runs the program while the block goes on: `until TEXT` waits for a
//! message of it, `prints TEXT` for a result, and `ends SIGNAL N` sends it a signal and awaits that exit code.
//!
//! A block begins with a repository `repo`, which holds `testdata/git/source`, and a bare one, `remote.git`, its origin; one of
//! `testdata/oci` also with what it renders to, in `out`. At the end, `git fsck` must find nothing wrong in them.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use libtest_mimic::{Failed, Trial};

use crate::case::{PROGRAM, files, git_environment, sorted};

mod many;
mod page;
mod running;

use running::{Running, Stream};

/// How every block begins.
const BEGIN: &str = "git init -q -b main repo && cp -r \"$SOURCE\"/. repo && cd repo && git add -A && git commit -qm 'agents: two' \
    && git clone -q --bare . ../remote.git && git remote add origin \"$PWD/../remote.git\"";

/// How every block ends.
const END: &str =
    "for one in repo remote.git; do [ ! -d $one ] || git -C $one fsck --strict --no-dangling; done";

/// What an artifact is made of.
const RENDER: &str = "\"$PETASOS\" render repo/agents --output out 2> /dev/null";

/// A file system in memory, in a namespace of the process that is printed. Ends with its standard input.
const DISK: &str =
    "mkdir disk && mount -t tmpfs -o size=$0 tmpfs disk && echo $$ && cat > /dev/null";

/// The files that the page about engines shows.
const BLOCKS: &str = "python3 \"$DATA\"/engines/blocks.py \"$DATA\"/../docs/engines.md";

/// A directory of tables.
struct Tables {
    name: &'static str,
    /// Whether the program has what they are about.
    is_built: bool,
    /// What a block begins with besides the repositories.
    begin: &'static str,
}

const TABLES: [Tables; 4] = [
    Tables { name: "git", is_built: cfg!(feature = "git"), begin: "true" },
    Tables { name: "oci", is_built: cfg!(all(feature = "git", feature = "oci")), begin: RENDER },
    Tables { name: "cmp", is_built: cfg!(feature = "git"), begin: "true" },
    Tables { name: "engines", is_built: cfg!(feature = "git"), begin: BLOCKS },
];

pub(crate) fn trials() -> Vec<Trial> {
    let leaves_nothing = Trial::test("git/what serves SSH ends with the test", ssh_ends)
        .with_kind("needs sshd, and root")
        .with_ignored_flag(!cfg!(feature = "git") || !has_sshd());
    let of_tables = TABLES.iter().flat_map(Tables::trials);
    of_tables.chain(many::trials()).chain([page::trial(), leaves_nothing]).collect()
}

impl Tables {
    fn trials(&self) -> Vec<Trial> {
        let Tables { name, is_built, begin } = *self;
        let of_table = |path: PathBuf| {
            let text = fs::read_to_string(&path).unwrap_or_default();
            let table = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            blocks(&text)
                .into_iter()
                .map(|(block, lines)| (format!("{name}/{table}/{block}"), lines))
                .collect::<Vec<_>>()
        };
        let trial = |(name, lines): (String, Vec<(usize, String)>)| {
            let has =
                |word: &str| lines.iter().any(|(_, line)| line.split(' ').next() == Some(word));
            let (kind, can_run) = match () {
                () if has("sshd") => ("needs sshd, and root", has_sshd()),
                () if has("disk") => ("needs root", has_namespaces()),
                () if has("distribution") || name.starts_with("engines/") => {
                    ("lab: run `cargo lab`", part("").is_some())
                }
                () => ("", true),
            };
            let trial = Trial::test(name, move || run(&lines, begin)).with_kind(kind);
            trial.with_ignored_flag(!is_built || !can_run)
        };
        self.files().into_iter().flat_map(of_table).map(trial).collect()
    }

    /// The files with cases.
    fn files(&self) -> Vec<PathBuf> {
        let mut files = sorted(&root().join("testdata").join(self.name));
        files.retain(|path| path.extension().is_some_and(|extension| extension == "cases"));
        files
    }
}

/// Where a part of the lab is, if the lab is built.
fn part(path: &str) -> Option<PathBuf> {
    let parts = std::env::var_os("PETASOS_LAB").filter(|value| !value.is_empty())?;
    Some(Path::new(&parts).join(path))
}

/// Nobody listens any more soon after a test.
fn ssh_ends() -> Result<(), Failed> {
    let mut place = Place::new()?;
    place.line("sshd")?;
    let address = place.ssh.trim_start_matches("ssh://root@");
    let address = address.split('/').next().unwrap_or_default().to_owned();
    let _connected = TcpStream::connect(&address)?;
    drop(place);
    let end = Instant::now() + Duration::from_secs(10);
    while TcpStream::connect(&address).is_ok() {
        if Instant::now() > end {
            return Err(format!("somebody still listens at {address}").into());
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// The program that serves SSH. Where it is not, the tests that need it are listed as ignored.
fn sshd() -> PathBuf {
    std::env::var_os("SSHD").map_or_else(|| "/usr/sbin/sshd".into(), PathBuf::from)
}

/// It wants to be root, and namespaces of its own.
///
/// Where somebody names the program, it has to work: a test that cannot run then fails.
fn has_sshd() -> bool {
    let is_named = std::env::var_os("SSHD").is_some();
    is_named || sshd().is_file() && has_namespaces()
}

/// Whether something can be mounted that nobody else sees.
fn has_namespaces() -> bool {
    let unshare = Command::new("unshare").args(["--mount", "true"]).stderr(Stdio::null()).status();
    unshare.is_ok_and(|status| status.success())
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The names of the blocks of a table, and their lines with their numbers.
fn blocks(text: &str) -> Vec<(String, Vec<(usize, String)>)> {
    let mut blocks: Vec<(String, Vec<(usize, String)>)> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if let Some(name) = line.strip_prefix("== ") {
            blocks.push((name.to_owned(), Vec::new()));
        } else if let Some((_, lines)) = blocks.last_mut()
            && !line.is_empty()
            && !line.starts_with('#')
        {
            lines.push((number + 1, line.to_owned()));
        }
    }
    blocks
}

fn run(lines: &[(usize, String)], begin: &str) -> Result<(), Failed> {
    let mut place = Place::new()?;
    place.shell(begin)?;
    for (number, line) in lines {
        place.line(line).map_err(|failed| {
            format!("line {number}: {line}\n{}", failed.message().unwrap_or_default())
        })?;
    }
    place.shell(END)
}

/// A directory of a test with its repositories and servers.
pub(crate) struct Place {
    guard: tempfile::TempDir,
    last: Option<Output>,
    running: Option<Running>,
    agent: Option<Child>,
    /// The process whose mounts the block sees.
    mounts: Option<String>,
    servers: Vec<Child>,
    http: String,
    ssh: String,
    registry: String,
}

impl Place {
    pub(crate) fn new() -> Result<Self, Failed> {
        let guard = tempfile::tempdir()?;
        let place = Place {
            guard,
            last: None,
            running: None,
            agent: None,
            mounts: None,
            servers: Vec::new(),
            http: String::new(),
            ssh: String::new(),
            registry: String::new(),
        };
        place.shell(BEGIN)?;
        Ok(place)
    }

    pub(crate) fn path(&self) -> &Path {
        self.guard.path()
    }

    pub(crate) fn line(&mut self, line: &str) -> Result<(), Failed> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "$" => self.shell(rest),
            "petasos" => {
                self.last = Some(self.command(rest).output()?);
                Ok(())
            }
            "starts" => {
                self.running = Some(Running::start(&mut self.command(rest))?);
                Ok(())
            }
            "until" => self.running()?.wait_for(Stream::Messages, rest),
            "prints" => self.running()?.wait_for(Stream::Results, rest),
            "ends" => {
                let (signal, expected) = rest.split_once(' ').ok_or("a signal and a code")?;
                let running = self.running.take().ok_or("no program is running")?;
                self.shell(&format!("kill -{signal} {}", running.id()))?;
                let (code, output) = running.end()?;
                self.last = Some(output);
                if code == expected.parse::<i32>()? {
                    Ok(())
                } else {
                    self.unexpected("another end")
                }
            }
            "exit" => {
                let code = self.output()?.status.code();
                if code == Some(rest.parse()?) {
                    Ok(())
                } else {
                    self.unexpected("another exit code")
                }
            }
            "says" if self.said()?.contains(rest) => Ok(()),
            "hides" if !self.said()?.contains(rest) => Ok(()),
            "says" | "hides" => self.unexpected("another text"),
            "server" => {
                let mut command = Command::new("python3");
                command.arg(root().join("testdata/git/server.py")).arg(self.path());
                let port = self.start(command.args(rest.split_whitespace()))?;
                self.http = format!("http://127.0.0.1:{port}");
                Ok(())
            }
            "registry" => {
                let mut command = Command::new("python3");
                command.arg(root().join("testdata/oci/registry.py")).arg(self.path());
                let port = self.start(command.args(rest.split_whitespace()))?;
                self.registry = format!("127.0.0.1:{port}");
                Ok(())
            }
            "distribution" => {
                let program = part("registry/usr/bin/docker-registry").ok_or("no lab")?;
                let mut command = Command::new("python3");
                command.arg(root().join("testdata/oci/distribution.py"));
                command.arg(program).arg(self.path());
                let port = self.start(command.args(rest.split_whitespace()))?;
                self.registry = format!("127.0.0.1:{port}");
                Ok(())
            }
            "sshd" => {
                let mut command = Command::new("sh");
                command.arg(root().join("testdata/git/sshd")).arg(self.path());
                let port = self.start(command.env("SSHD", sshd()))?;
                self.ssh = format!("ssh://root@127.0.0.1:{port}{}", self.path().display());
                Ok(())
            }
            "disk" => {
                let mut command = Command::new("unshare");
                command.args(["--mount", "sh", "-euc", DISK, rest]).current_dir(self.path());
                self.mounts = Some(self.start(&mut command)?);
                Ok(())
            }
            "agent" => {
                // It stays in the foreground, and ends with the block.
                let mut command = Command::new("ssh-agent");
                command.arg("-D").arg("-a").arg(self.path().join("ssh/agent"));
                self.agent = Some(command.stdout(Stdio::null()).spawn()?);
                self.shell("for i in $(seq 500); do [ ! -S ssh/agent ] || exit 0; sleep 0.02; done; exit 1")
            }
            _ => Err(format!("{word} is no word of a table").into()),
        }
    }

    /// The program with the arguments of a line.
    pub(crate) fn command(&self, line: &str) -> Command {
        let text = line.replace("$HTTP", &self.http).replace("$SSH", &self.ssh);
        let text = text.replace("$REGISTRY", &self.registry);
        let text = text.replace("$HERE", &self.path().display().to_string());
        self.petasos(&text.split_whitespace().collect::<Vec<_>>())
    }

    fn running(&mut self) -> Result<&mut Running, Failed> {
        self.running.as_mut().ok_or_else(|| "no program is running".into())
    }

    fn output(&self) -> Result<&Output, Failed> {
        self.last.as_ref().ok_or_else(|| "the program has not run yet".into())
    }

    fn said(&self) -> Result<String, Failed> {
        let Output { stdout, stderr, status: _ } = self.output()?;
        Ok(format!("{}{}", String::from_utf8_lossy(stdout), String::from_utf8_lossy(stderr)))
    }

    fn unexpected(&self, what: &str) -> Result<(), Failed> {
        let status = self.output()?.status;
        Err(format!("{what}: {status}\n{}", self.said()?).into())
    }

    /// A line in a shell. What it prints is shown when it fails.
    pub(crate) fn shell(&self, line: &str) -> Result<(), Failed> {
        let mut command = self.program("sh");
        command.arg("-euc").arg(line);
        command.env("SOURCE", root().join("testdata/git/source")).env("HTTP", &self.http);
        command.env("REGISTRY", &self.registry).env("DATA", root().join("testdata"));
        command.env("FLUX", part("artifact/bin/artifact").unwrap_or_default());
        command.env("ENGINES", part("engines/bin").unwrap_or_default());
        command.env("PETASOS", PROGRAM).env("HOME", self.path());
        let mut path = Path::new(PROGRAM).parent().unwrap_or(Path::new("/")).as_os_str().to_owned();
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        command.env("PATH", path);
        let output = git_environment(&mut command).output()?;
        if output.status.success() {
            return Ok(());
        }
        let (stdout, stderr) = (output.stdout, output.stderr);
        let said = [String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)].concat();
        Err(format!("`{line}` failed\n{said}").into())
    }

    /// The program in an environment of its own.
    pub(crate) fn petasos(&self, arguments: &[&str]) -> Command {
        let mut command = self.program(PROGRAM);
        command.args(arguments).env_clear().env("HOME", self.path());
        command.env("PATH", "/usr/local/bin:/usr/bin:/bin").stdin(Stdio::null());
        if self.agent.is_some() {
            command.env("SSH_AUTH_SOCK", self.path().join("ssh/agent"));
        }
        command
    }

    /// A program in the directory of the block, with what is mounted there.
    fn program(&self, name: &str) -> Command {
        let mut command = match &self.mounts {
            None => Command::new(name),
            Some(process) => {
                let mut command = Command::new("nsenter");
                command.args(["--target", process.as_str(), "--mount"]);
                command.args(["sh", "-c", "cd \"$0\" && exec \"$@\""]);
                command.arg(self.path()).arg(name);
                command
            }
        };
        command.current_dir(self.path());
        command
    }

    /// Starts a server that prints its port first.
    fn start(&mut self, command: &mut Command) -> Result<String, Failed> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut port = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut port)?;
        self.servers.push(child);
        if port.is_empty() {
            let log = fs::read_to_string(self.path().join("ssh/log")).unwrap_or_default();
            return Err(format!("{command:?} ended before it served\n{log}").into());
        }
        Ok(port.trim().to_owned())
    }

    /// The names of the files on a branch of a bare repository.
    pub(crate) fn files_on(&self, repository: &str, branch: &str) -> Result<Vec<String>, Failed> {
        let arguments = ["-C", repository, "ls-tree", "-r", "--name-only", branch];
        let output = Command::new("git").args(arguments).current_dir(self.path()).output()?;
        Ok(String::from_utf8(output.stdout)?.lines().map(str::to_owned).collect())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(agent) = &mut self.agent {
            let _ = agent.kill();
            let _ = agent.wait();
        }
        for server in &mut self.servers {
            // A server ends with its standard input, and takes along what it has started.
            drop(server.stdin.take());
            let _ = server.wait();
        }
    }
}

/// Whether an earlier run left a file in a repository that only a run under way may have.
pub(crate) fn locks(repository: &Path) -> Vec<PathBuf> {
    files(repository, repository)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "lock"))
        .collect()
}
