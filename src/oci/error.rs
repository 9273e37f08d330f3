//! Why an artifact is not pushed or pulled. No message holds a password, a token, or a header.

use std::{io, path::PathBuf};

use crate::{changeset::RECORD, oci::reference::ReferenceError};

/// What went wrong, with what to do about it where that is known.
#[derive(Debug, thiserror::Error)]
pub enum OciError {
    /// The address is none.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// A password would be sent where others can read it.
    #[error(
        "{0} is not asked over TLS, and a password is not sent there; leave --plain-http out, or take the registry out of Docker's configuration"
    )]
    Insecure(String),
    /// A file of certificates or keys cannot be used.
    #[error("{} holds no {what} that can be used; it is a PEM file", .path.display())]
    Certificates {
        /// The file.
        path: PathBuf,
        /// What is missing in it.
        what: &'static str,
    },
    /// What shows who asks cannot be shown.
    #[error(
        "{}: the certificate cannot be used with its key; it is of X.509 version 3, and the key is its own",
        .0.display()
    )]
    Identity(PathBuf),
    /// A file of credentials cannot be read.
    #[error("cannot read the credentials in {}: {why}", .path.display())]
    Stored {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// A program that keeps credentials does not give them.
    #[error("{program}, which Docker's configuration names for {registry}, {why}")]
    Helper {
        /// The program.
        program: String,
        /// Whose credentials were asked for.
        registry: String,
        /// What it did.
        why: String,
    },
    /// No answer came.
    #[error("cannot {doing}: no answer from {host}")]
    Unreachable {
        /// What was tried.
        doing: &'static str,
        /// Who was asked.
        host: String,
        /// What went wrong.
        #[source]
        source: Box<ureq::Error>,
    },
    /// A transfer broke again and again.
    #[error(
        "cannot {doing}: the connection to {host} broke after {done} of {total} bytes, {tries} times"
    )]
    Broken {
        /// What was tried.
        doing: &'static str,
        /// Who was asked.
        host: String,
        /// How much came through.
        done: u64,
        /// Of how much.
        total: u64,
        /// How often it was tried.
        tries: u32,
    },
    /// The answer was no.
    #[error("cannot {doing}: {host} answers {status}{}{hint}", in_parentheses(.said))]
    Refused {
        /// What was tried.
        doing: &'static str,
        /// Who was asked.
        host: String,
        /// The status of the answer.
        status: u16,
        /// What to do about it.
        hint: &'static str,
        /// What the registry says about it.
        said: String,
    },
    /// The answer is not what a registry says.
    #[error("cannot {doing}: the answer of {host} {why}")]
    Answer {
        /// What was tried.
        doing: &'static str,
        /// Who was asked.
        host: String,
        /// What is wrong with it.
        why: String,
    },
    /// It is an artifact of another type.
    #[error(
        "{reference} is {what}, and no directory of manifests; push it with `petasos push` or `flux push artifact`"
    )]
    Kind {
        /// The artifact.
        reference: String,
        /// What it is.
        what: String,
    },
    /// Something is larger than it may be.
    #[error("{what} is more than {}; --max-bytes allows more", size(*.most))]
    TooLarge {
        /// What.
        what: &'static str,
        /// The most.
        most: u64,
    },
    /// A file of the artifact is none that is unpacked.
    #[error("{path:?} in the artifact {why}: nothing is written")]
    Entry {
        /// Its path.
        path: String,
        /// Why.
        why: &'static str,
    },
    /// The layer is no archive, or it is damaged.
    #[error("the layer of the artifact is no archive of the form tar+gzip")]
    Archive(#[source] io::Error),
    /// A file cannot be a part of an artifact.
    #[error("{}: {why}", .path.display())]
    File {
        /// The file, or the directory.
        path: PathBuf,
        /// Why.
        why: &'static str,
    },
    /// The directory is not what was rendered.
    #[error(
        "{}: differs from what its record says, so it was edited, or is being written; render it again, or remove {RECORD} to push it as it is",
        .path.display()
    )]
    Edited {
        /// The file.
        path: PathBuf,
    },
    /// The directory holds more than was rendered.
    #[error(
        "{}: is not in {RECORD}, so petasos did not write it; move it away, or remove {RECORD} to push the directory as it is",
        .path.display()
    )]
    Unlisted {
        /// The file.
        path: PathBuf,
    },
    /// The file system said no.
    #[error("cannot read {}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
    /// What signs does not.
    #[error("{artifact} is pushed and not signed: {why}; `{command}` signs it alone")]
    Sign {
        /// The artifact, by its digest.
        artifact: String,
        /// What went wrong.
        why: String,
        /// What was tried.
        command: String,
    },
}

fn in_parentheses(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" ({text})") }
}

/// A size as people write it.
fn size(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..1024 => (1, "bytes"),
        1024..0x10_0000 => (1024, "KiB"),
        _ => (1 << 20, "MiB"),
    };
    format!("{} {name}", bytes / unit)
}
