//! Signatures of artifacts, by the user's own cosign.

use std::process::{Command, Stdio};

use crate::oci::OciError;

/// Lets cosign sign an artifact, `HOST/REPOSITORY@DIGEST`: with a key, or without one by whom it finds. A password of the key is
/// in the environment, where cosign looks for it.
pub fn sign(artifact: &str, key: Option<&str>, options: &[String]) -> Result<(), OciError> {
    let mut arguments = vec!["sign".to_owned(), "--yes".to_owned()];
    if let Some(key) = key {
        arguments.extend(["--key".to_owned(), key.to_owned()]);
    }
    arguments.extend_from_slice(options);
    arguments.push(artifact.to_owned());
    // What it says is for the person who waits; results are ours.
    let status = Command::new("cosign")
        .args(&arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .status();
    let why = match status {
        Ok(status) if status.success() => return Ok(()),
        Ok(status) => format!("cosign fails ({status})"),
        Err(error) => format!("cosign does not start: {error}"),
    };
    let command = format!("cosign {}", arguments.join(" "));
    Err(OciError::Sign { artifact: artifact.to_owned(), why, command })
}
