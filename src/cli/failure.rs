//! How a command ends when it does not end well: the exit code and what is said.

use std::{fmt, io};

#[cfg(feature = "post")]
use crate::forge::ForgeError;
#[cfg(feature = "git")]
use crate::git::{GitError, PublishError};
#[cfg(feature = "oci")]
use crate::oci::OciError;
use crate::{
    diagnostic::Diagnostic, output_directory::DirectoryError, report, source::SourceError,
    terminal::Terminal,
};

/// Why a command did not do what it was asked to. The exit codes are part of the program's contract.
#[derive(Debug)]
pub enum Failure {
    /// Something differs, and the user asked to be told; with the risk that was found. Exit code 1.
    Differs(Option<anyhow::Error>),
    /// The input is wrong, and a report has said how. Exit code 2.
    Reported,
    /// What the run needs before it can begin is wrong, and no report has said so yet. Exit code 2.
    Unprepared(Vec<Diagnostic>),
    /// The input or the arguments are wrong. Exit code 2.
    Input(anyhow::Error),
    /// The surroundings failed: disk, network, Git, registry. Exit code 3.
    Surroundings(anyhow::Error),
    /// It could be done and is not, for safety. Exit code 4.
    Refused(anyhow::Error),
}

impl Failure {
    /// The exit code.
    pub(super) fn code(&self) -> u8 {
        match self {
            Failure::Differs(_) => 1,
            Failure::Reported | Failure::Unprepared(_) | Failure::Input(_) => 2,
            Failure::Surroundings(_) => 3,
            Failure::Refused(_) => 4,
        }
    }

    /// Standard output or standard error could not be written.
    pub(super) fn writing(error: io::Error) -> Self {
        Failure::Surroundings(anyhow::Error::new(error).context("cannot write the output"))
    }

    /// Says it to the person who runs the program.
    pub(super) fn tell(&self, terminal: &mut Terminal) -> io::Result<()> {
        let text = match self {
            Failure::Reported | Failure::Differs(None) => return Ok(()),
            Failure::Unprepared(problems) => {
                report::human(problems, terminal.color, terminal.width)
            }
            failure => format!("error: {failure}\n"),
        };
        terminal.tell(&text)
    }

    /// The program was built without a feature.
    #[cfg(not(all(feature = "git", feature = "oci", feature = "post", feature = "watch")))]
    pub(super) fn without(feature: &str) -> Self {
        Failure::Input(anyhow::anyhow!("this program was built without its feature `{feature}`"))
    }

    /// Whether the reader of the output has gone away, which is its right.
    pub(super) fn is_broken_pipe(&self) -> bool {
        match self {
            Failure::Surroundings(error) => error
                .downcast_ref::<io::Error>()
                .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe),
            Failure::Differs(_)
            | Failure::Reported
            | Failure::Unprepared(_)
            | Failure::Input(_)
            | Failure::Refused(_) => false,
        }
    }
}

impl From<DirectoryError> for Failure {
    fn from(error: DirectoryError) -> Self {
        match error {
            DirectoryError::NotADirectory(_) => Failure::Input(error.into()),
            DirectoryError::Io { .. } => Failure::Surroundings(error.into()),
            DirectoryError::Refused { .. } | DirectoryError::Link(_) => {
                Failure::Refused(error.into())
            }
        }
    }
}

#[cfg(feature = "post")]
impl From<ForgeError> for Failure {
    fn from(error: ForgeError) -> Self {
        match error {
            ForgeError::Insecure(_) | ForgeError::Unsupported(_) | ForgeError::Certificates(_) => {
                Failure::Input(error.into())
            }
            ForgeError::Unreachable { .. }
            | ForgeError::Refused { .. }
            | ForgeError::Limited { .. }
            | ForgeError::Answer { .. } => Failure::Surroundings(error.into()),
        }
    }
}

#[cfg(feature = "oci")]
impl From<OciError> for Failure {
    fn from(error: OciError) -> Self {
        match error {
            OciError::Reference(_)
            | OciError::Certificates { .. }
            | OciError::Identity(_)
            | OciError::Stored { .. }
            | OciError::File { .. } => Failure::Input(error.into()),
            OciError::Insecure(_)
            | OciError::Kind { .. }
            | OciError::TooLarge { .. }
            | OciError::Edited { .. }
            | OciError::Unlisted { .. }
            | OciError::Entry { .. } => Failure::Refused(error.into()),
            OciError::Helper { .. }
            | OciError::Unreachable { .. }
            | OciError::Broken { .. }
            | OciError::Refused { .. }
            | OciError::Answer { .. }
            | OciError::Archive(_)
            | OciError::Io { .. }
            | OciError::Sign { .. } => Failure::Surroundings(error.into()),
        }
    }
}

impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Self {
        match error {
            SourceError::NotFound { .. } | SourceError::Empty | SourceError::Name { .. } => {
                Failure::Input(error.into())
            }
            SourceError::File { .. } | SourceError::Directory { .. } => {
                Failure::Surroundings(error.into())
            }
            SourceError::Outside { .. } => Failure::Refused(error.into()),
        }
    }
}

#[cfg(feature = "git")]
impl From<GitError> for Failure {
    fn from(error: GitError) -> Self {
        match error {
            GitError::NotARepository(_)
            | GitError::Spelling { .. }
            | GitError::Unknown { .. }
            | GitError::NoMergeBase(..)
            | GitError::Path { .. }
            | GitError::NotFound { .. }
            | GitError::Name { .. }
            | GitError::Dangling { .. }
            | GitError::Submodule { .. }
            | GitError::Address { .. }
            | GitError::NoRemote(_) => Failure::Input(error.into()),
            GitError::Owner(_)
            | GitError::Shallow { .. }
            | GitError::Encoding
            | GitError::Signing { .. }
            | GitError::SigningForm(_)
            | GitError::Thread(_)
            | GitError::Stopped
            | GitError::Timeout { .. }
            | GitError::Unauthorized { .. }
            | GitError::Forbidden { .. }
            | GitError::Busy { .. }
            | GitError::Untrusted { .. }
            | GitError::Rejected { .. }
            | GitError::Remote { .. }
            | GitError::Git { .. } => Failure::Surroundings(error.into()),
            GitError::Outside { .. } | GitError::Occupied { .. } => Failure::Refused(error.into()),
        }
    }
}

#[cfg(feature = "git")]
impl From<PublishError> for Failure {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Git(error) => error.into(),
            PublishError::Contention { .. } => Failure::Surroundings(error.into()),
            PublishError::Refused { .. }
            | PublishError::NoBranch(_)
            | PublishError::Unclear { .. }
            | PublishError::CheckedOut(_) => Failure::Refused(error.into()),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Reported | Failure::Unprepared(_) | Failure::Differs(None) => Ok(()),
            Failure::Differs(Some(error))
            | Failure::Input(error)
            | Failure::Surroundings(error)
            | Failure::Refused(error) => {
                write!(formatter, "{error:#}")
            }
        }
    }
}
