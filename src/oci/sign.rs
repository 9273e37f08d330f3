//! Signatures of artifacts, by the user's own cosign.

use std::process::{Command, Stdio};

use crate::oci::OciError;

/// Lets cosign sign an artifact, `HOST/REPOSITORY@DIGEST`: with a key, or without one by whom it finds. A password of the key is
/// in the environment, where cosign looks for it.
pub fn sign(artifact: &str, key: Option<&str>, options: &[String]) -> Result<(), OciError> {
    let mut command = Command::new("cosign");
    command.args(["sign", "--yes"]);
    if let Some(key) = key {
        command.args(["--key", key]);
    }
    command.args(options).arg(artifact);
    // What it says is for the person who waits; results are ours.
    let output =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit()).status();
    match output {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(OciError::Sign(format!("cosign fails ({status})"))),
        Err(error) => Err(OciError::Sign(format!("cosign does not start: {error}"))),
    }
}
