//! What can go wrong with a repository.

use camino::Utf8PathBuf;

/// Why a repository does not give what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// No repository is there, nor above.
    #[error("{0} is in no Git repository")]
    NotARepository(Utf8PathBuf),
    /// Git trusts only repositories of the user who runs it.
    #[error(
        "the Git repository of {0} belongs to another user; if you trust it: git config --global --add safe.directory {0}"
    )]
    Owner(Utf8PathBuf),
    /// The text is no revision, whatever the repository holds.
    #[error("{text:?} is no revision: {why}")]
    Spelling {
        /// What was given.
        text: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The repository has nothing under this name.
    #[error("the repository has no revision {revision}{}", .nearest.as_ref().map(|near| format!("; did you mean {near}?")).unwrap_or_default())]
    Unknown {
        /// What was given.
        revision: String,
        /// The branch or tag whose name is most like it.
        nearest: Option<String>,
    },
    /// The repository has only a part of the history, and this is not in it.
    #[error("this clone is shallow and does not hold {what}; fetch it: {command}")]
    Shallow {
        /// What is missing.
        what: String,
        /// The command that gets it.
        command: String,
    },
    /// Two revisions share no history.
    #[error("{0} and {1} have no commit in common")]
    NoMergeBase(String, String),
    /// A path is no path in the repository.
    #[error("{path}: {why}")]
    Path {
        /// As it was given.
        path: Utf8PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The revision has no such file or directory.
    #[error("cannot find {path} in {revision}")]
    NotFound {
        /// The path, from the root of the repository.
        path: Utf8PathBuf,
        /// The revision.
        revision: String,
    },
    /// A name in a tree is not UTF-8.
    #[error("{path} has a file whose name is not UTF-8: {name}")]
    Name {
        /// The directory.
        path: Utf8PathBuf,
        /// The name as far as it can be shown.
        name: String,
    },
    /// A directory is another repository, whose objects are not here.
    #[error(
        "{path} in {revision} is a submodule, whose files are not in this repository; give paths beside it"
    )]
    Submodule {
        /// The path, from the root of the repository.
        path: Utf8PathBuf,
        /// The revision.
        revision: String,
    },
    /// A symbolic link leads out of what was given.
    #[error(
        "the symbolic link {path} in {revision} leads out of {directory}; give its target as an input of its own"
    )]
    Outside {
        /// The link, from the root of the repository.
        path: Utf8PathBuf,
        /// The revision.
        revision: String,
        /// The directory that was given.
        directory: Utf8PathBuf,
    },
    /// Links lead to each other.
    #[error("the symbolic link {path} in {revision} leads to no file")]
    Dangling {
        /// The link, from the root of the repository.
        path: Utf8PathBuf,
        /// The revision.
        revision: String,
    },
    /// Something stands where a file or a directory is to be written.
    #[error(
        "{path} is {what} on the branch, and nothing is written through it; remove it, or choose another path"
    )]
    Occupied {
        /// The path, from the directory that was looked at.
        path: Utf8PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// A message is not UTF-8.
    #[error("a commit whose text is not UTF-8 cannot be signed")]
    Encoding,
    /// Git is configured to sign in another form.
    #[error("gpg.format is {0:?}, and commits are signed by openpgp or ssh: --sign-format")]
    SigningForm(String),
    /// A program that signs does not.
    #[error("{program} does not sign: {why}")]
    Signing {
        /// The program.
        program: &'static str,
        /// What it says.
        why: String,
    },
    /// The text is no address of a repository, or one that must not be used.
    #[error("{shown}: {why}")]
    Address {
        /// The address without credentials.
        shown: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// There is no remote of this name.
    #[error("the repository has no remote {0}; give its name or its address")]
    NoRemote(String),
    /// The system gives no thread.
    #[error("cannot start a thread: {0}")]
    Thread(String),
    /// The program shall end.
    #[error("stopped")]
    Stopped,
    /// A remote says nothing.
    #[error("{address} does not answer within {seconds} s; --timeout gives it longer")]
    Timeout {
        /// The remote.
        address: String,
        /// How long it was waited.
        seconds: u64,
    },
    /// A remote refuses the credentials, or wants some.
    #[error(
        "{address} wants other credentials: --password-file, --ssh-key, a credential helper, or an SSH agent"
    )]
    Unauthorized {
        /// The remote.
        address: String,
    },
    /// A remote knows who asks, and says no.
    #[error("{address} does not allow it: the credentials lack the right to write")]
    Forbidden {
        /// The remote.
        address: String,
    },
    /// A remote has too much to do.
    #[error("{address} is busy: {why}")]
    Busy {
        /// The remote.
        address: String,
        /// What it says.
        why: String,
    },
    /// A remote is not who it should be.
    #[error("{address} is not trusted: {why}")]
    Untrusted {
        /// The remote.
        address: String,
        /// Why.
        why: String,
    },
    /// A remote does not take a commit.
    #[error("{address} rejects it: {why}")]
    Rejected {
        /// The remote.
        address: String,
        /// What it says.
        why: String,
    },
    /// Something else is wrong with a remote.
    #[error("{address}: {why}")]
    Remote {
        /// The remote.
        address: String,
        /// What Git says.
        why: String,
    },
    /// Git itself failed.
    #[error("cannot {action}")]
    Git {
        /// What was being done.
        action: String,
        /// What Git says.
        source: git2::Error,
    },
}

impl GitError {
    /// What was being done when Git failed.
    pub(super) fn git(action: impl Into<String>) -> impl FnOnce(git2::Error) -> GitError {
        let action = action.into();
        move |source| GitError::Git { action, source }
    }
}
