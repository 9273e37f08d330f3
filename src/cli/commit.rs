//! `petasos commit`.

#[cfg(feature = "git")]
use std::fmt::Write;

use camino::Utf8PathBuf;
#[cfg(feature = "git")]
use serde_json::{Value, json};

#[cfg(feature = "git")]
use crate::git::{Form, GitError, Person, Published, Repository, Signer};
use crate::{
    cli::{Failure, input::Settings, remote, report::Deny},
    terminal::Terminal,
};

#[cfg(feature = "git")]
mod work;

#[cfg(feature = "git")]
pub(super) use work::{Order, Origin, commit};

/// Render a revision and commit the manifests to the branches of its targets
///
/// Reads a revision of a Git repository and the project file `petasos.yaml` in it, renders each target, and commits what
/// changes to the target's branch and path. Work trees are neither read nor changed. Nothing is committed when nothing
/// changes, and files that petasos did not write stay as they are. Where others push to the same branch, the new tip is
/// taken and the files are written again; history is never rewritten.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The revision to render
    #[arg(long, value_name = "REVISION", default_value = "HEAD", allow_hyphen_values = true)]
    revision: String,
    #[command(flatten)]
    work: Work,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value_t)]
    output: AnswerForm,
}

/// What is committed, and where to: the same for one commit and for many.
#[derive(Debug, clap::Args)]
pub(super) struct Work {
    /// Only this target of the project file; more than once for several
    #[arg(long = "target", value_name = "NAME")]
    pub targets: Vec<String>,
    /// The branch to commit to, where the project file names none
    #[arg(long, value_name = "BRANCH", value_parser = branch)]
    pub branch: Option<String>,
    /// The directory on the branch, where the project file has no targets
    #[arg(long, value_name = "PATH", requires = "branch")]
    pub path: Option<String>,
    /// The directory whose repository is read; the project file is searched from there upward
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub repository: Utf8PathBuf,
    #[command(flatten)]
    pub place: remote::Place,
    #[command(flatten)]
    pub safety: Safety,
    #[command(flatten)]
    pub making: Making,
    /// Say what would be committed, and commit nothing
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub settings: Settings,
    #[command(flatten)]
    pub deny: Deny,
}

/// What is allowed.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Safety {
    /// Make a branch that is not there, without history of others
    #[arg(long)]
    pub create_branch: bool,
    /// Write beside files of somebody else; they stay as they are
    #[arg(long)]
    pub adopt: bool,
    /// The share of objects, in percent, that one commit may remove
    #[arg(long, value_name = "PERCENT", default_value_t = 50, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub most_lost: u8,
    /// An instance, or a claim, whose volume may go
    #[arg(long, value_name = "NAMESPACE/NAME")]
    pub remove: Vec<String>,
    /// Replace what comes from a later commit
    #[arg(long)]
    pub older: bool,
}

/// How commits are made.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Making {
    /// Who commits, as `Name <mail>` [default: Git's user.name and user.email, else petasos]
    #[arg(long, value_name = "NAME <MAIL>", env = "PETASOS_GIT_AUTHOR")]
    author: Option<String>,
    /// Sign commits with this key, or with Git's user.signingkey
    #[arg(long, value_name = "KEY", num_args = 0..=1, default_missing_value = "")]
    sign: Option<String>,
    /// The form of signatures [default: Git's gpg.format, else openpgp]
    #[arg(long, value_enum, value_name = "FORM", requires = "sign")]
    sign_format: Option<SignForm>,
    /// Note on the commit which one it comes from, in refs/notes/hydrator.metadata
    #[arg(long)]
    pub note: bool,
    /// The address of the source in the metadata [default: that of the remote origin, or of what `sync` follows]
    #[arg(long, value_name = "URL")]
    pub source_url: Option<String>,
}

/// The forms of signatures.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum SignForm {
    /// By gpg
    Openpgp,
    /// By ssh-keygen
    Ssh,
}

/// The forms of an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum AnswerForm {
    /// For people
    #[default]
    Human,
    /// For programs
    Json,
}

/// A branch as Git takes it.
pub(super) fn branch(text: &str) -> Result<String, String> {
    match crate::project::branch_problem(text) {
        None => Ok(text.to_owned()),
        Some(why) => Err(format!("it {why}")),
    }
}

/// Commits.
#[cfg(feature = "git")]
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<(), Failure> {
    let Arguments { revision, work, output: _ } = arguments;
    let (repository, revision) = (work.repository.clone(), revision.clone());
    let origin = Origin { repository, revision, address: None, order: Order::Named };
    let outcomes = commit(work, &origin, None, terminal)?;
    let text = match arguments.output {
        AnswerForm::Human => outcomes.iter().map(human).collect(),
        AnswerForm::Json => {
            let targets: Vec<Value> = outcomes.iter().map(machine).collect();
            let answer = json!({ "version": 1, "targets": targets });
            crate::object::to_text(&answer, crate::object::Format::Json)
        }
    };
    terminal.print(&text).map_err(Failure::writing)
}

/// Commits.
#[cfg(not(feature = "git"))]
pub(super) fn run(_: &Arguments, _: &mut Terminal) -> Result<(), Failure> {
    Err(Failure::without("git"))
}

/// What became of one target.
#[cfg(feature = "git")]
pub(super) struct Outcome {
    /// The target's name; nothing where the project has none.
    pub target: String,
    /// The branch.
    pub branch: String,
    /// The directory on it.
    pub path: String,
    /// What was done.
    pub published: Published,
}

#[cfg(feature = "git")]
pub(super) fn human(outcome: &Outcome) -> String {
    let Outcome { target, branch, path, published } = outcome;
    let place = if path.is_empty() { branch.clone() } else { format!("{branch}:{path}") };
    let name = if target.is_empty() { place } else { format!("{target}: {place}") };
    match published {
        Published::Unchanged => format!("{name}: unchanged\n"),
        Published::Newer(sha) => {
            format!(
                "{name}: comes from a later commit, {}; --older replaces it\n",
                &sha[..7.min(sha.len())]
            )
        }
        Published::Planned(plan) => {
            let mut text = format!("{name}:\n");
            for path in plan.write.keys() {
                let _ = writeln!(text, "  write   {path}");
            }
            for path in &plan.remove {
                let _ = writeln!(text, "  remove  {path}");
            }
            let _ = writeln!(text, "  {} unchanged", plan.unchanged);
            text
        }
        Published::Committed(plan, commit) => format!(
            "{name}: commit {}: {} written, {} removed, {} unchanged\n",
            commit.short(),
            plan.write.len(),
            plan.remove.len(),
            plan.unchanged
        ),
    }
}

#[cfg(feature = "git")]
fn machine(outcome: &Outcome) -> Value {
    let Outcome { target, branch, path, published } = outcome;
    let (name, plan, commit) = match published {
        Published::Unchanged => ("unchanged", None, None),
        Published::Newer(sha) => ("newer", None, Some(sha.clone())),
        Published::Planned(plan) => ("planned", Some(plan), None),
        Published::Committed(plan, commit) => ("committed", Some(plan), Some(commit.to_string())),
    };
    let mut answer = json!({ "target": target, "branch": branch, "path": path, "outcome": name });
    if let Some(commit) = commit {
        answer["commit"] = commit.into();
    }
    if let Some(plan) = plan {
        answer["write"] = plan.write.keys().cloned().collect();
        answer["remove"] = plan.remove.clone().into();
        answer["unchanged"] = plan.unchanged.into();
    }
    answer
}

#[cfg(feature = "git")]
impl Making {
    /// Who commits.
    pub(super) fn person(&self, repository: &Repository) -> Result<Person, Failure> {
        let Some(text) = &self.author else {
            let nobody =
                || Person { name: "petasos".to_owned(), email: "petasos@localhost".to_owned() };
            return Ok(repository.person().unwrap_or_else(nobody));
        };
        let parts = text.strip_suffix('>').and_then(|text| text.split_once('<'));
        let person = parts.map(|(name, email)| (name.trim(), email.trim()));
        let is_plain = |text: &str| !text.is_empty() && !text.contains(['<', '>', '\n', '\0']);
        match person.filter(|(name, email)| is_plain(name) && is_plain(email)) {
            Some((name, email)) => Ok(Person { name: name.to_owned(), email: email.to_owned() }),
            None => Err(Failure::Input(anyhow::anyhow!("--author {text:?} is not `Name <mail>`"))),
        }
    }

    /// What signs, if anything.
    fn signer(&self, repository: &Repository) -> Result<Option<Signer>, GitError> {
        let Some(key) = &self.sign else { return Ok(None) };
        let given = self.sign_format.map(|form| match form {
            SignForm::Openpgp => Form::OpenPgp,
            SignForm::Ssh => Form::Ssh,
        });
        let (form, configured) = repository.signing(given)?;
        let key = if key.is_empty() { configured.unwrap_or_default() } else { key.clone() };
        Signer::new(form, &key).map(Some)
    }
}
