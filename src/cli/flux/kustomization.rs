//! `petasos flux kustomization`.

use anyhow::anyhow;

use crate::{
    cli::{Failure, delivery},
    delivery::{Branch, Flux, FluxSource, SCHEMES_OF_FLUX, kustomization},
    notation::duration,
    terminal::Terminal,
};

/// Print a source and a Kustomization for each target of `petasos.yaml`
///
/// A target is applied from its branch, as `petasos commit` writes it, or from an artifact of a registry. Flux makes no namespace:
/// the target's has to be there, or stand beside the instances.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Kustomization {
    #[command(flatten)]
    delivered: delivery::Arguments,
    #[command(flatten)]
    artifact: delivery::Artifact,
    /// The namespace of Flux's objects
    #[arg(long, value_name = "NAMESPACE", default_value = "flux-system", value_parser = delivery::name)]
    flux_namespace: String,
    /// How often Flux looks
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = interval)]
    interval: String,
    /// The Secret with the credentials of the source
    #[arg(long, value_name = "SECRET", value_parser = delivery::object)]
    secret: Option<String>,
    /// The Secret with the public keys that the source is signed with: commits by `OpenPGP`, artifacts by cosign
    #[arg(long, value_name = "SECRET", value_parser = delivery::object)]
    verify: Option<String>,
    /// The account that applies [default: Flux's own]
    #[arg(long, value_name = "NAME", value_parser = delivery::object)]
    service_account: Option<String>,
}

/// A duration as Flux takes it: numbers, each with `ms`, `s`, `m`, or `h`, and digits on both sides of a point.
fn interval(text: &str) -> Result<String, String> {
    let is_digit = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let is_written_so = text.bytes().enumerate().all(|(at, byte)| match byte {
        b'.' => at > 0 && is_digit(at - 1) && is_digit(at + 1),
        byte => byte.is_ascii_digit() || b"hms".contains(&byte),
    });
    if is_written_so && duration::parse(text).is_some_and(|length| !length.is_zero()) {
        Ok(text.to_owned())
    } else {
        Err("write a duration such as 30s, 10m, or 1h30m".to_owned())
    }
}

/// Prints them.
pub(super) fn run(arguments: &Kustomization, terminal: &mut Terminal) -> Result<(), Failure> {
    let delivered = arguments.delivered.find()?;
    let targets = delivered.targets()?;
    // An artifact is found without the repository that it was made of.
    let repository = match &arguments.artifact.oci {
        Some(address) => address.clone(),
        None => delivered.repository(SCHEMES_OF_FLUX)?,
    };
    let flux = Flux {
        namespace: &arguments.flux_namespace,
        interval: &arguments.interval,
        secret: arguments.secret.as_deref(),
        verify: arguments.verify.as_deref(),
        account: arguments.service_account.as_deref(),
    };
    let mut all = Vec::new();
    for target in targets {
        let source = match (&arguments.artifact.oci, &target.branch) {
            (Some(address), _) => FluxSource::Artifact { address, tag: &arguments.artifact.tag },
            (None, Some(name)) => {
                FluxSource::Branch(Branch { repository: &repository, name, path: &target.path })
            }
            (None, None) => {
                return Err(Failure::Input(anyhow!(
                    "the target {} has no branch, and Flux renders nothing itself: give it a `branch` for `petasos commit`, or use --oci",
                    target.name
                )));
            }
        };
        let name = delivered.name(target, &repository)?;
        all.extend(kustomization(&name, &source, &flux));
    }
    delivery::print(&all, terminal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_one_that_flux_takes() {
        for text in ["30s", "10m", "1h30m", "1.5h", "250ms", "1h1h"] {
            assert!(interval(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "10",
            "0",
            "0s",
            "10m5",
            ".5s",
            "1.s",
            ".s",
            "1.2.3s",
            "+5m",
            "-5m",
            "5us",
            "1d",
            "1h 30m",
            "99999999999999999999h",
        ] {
            assert!(interval(text).is_err(), "{text}");
        }
    }
}
