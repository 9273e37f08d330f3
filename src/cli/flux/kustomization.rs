//! `petasos flux kustomization`.

use anyhow::anyhow;

use crate::{
    cli::{Failure, delivery},
    delivery::{Branch, Flux, FluxSource, kustomization},
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
    #[arg(long, value_name = "NAMESPACE", default_value = "flux-system")]
    flux_namespace: String,
    /// How often Flux looks
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = interval)]
    interval: String,
    /// The Secret with the credentials of the source
    #[arg(long, value_name = "SECRET")]
    secret: Option<String>,
    /// The Secret with the public keys that the source is signed with: commits by `OpenPGP`, artifacts by cosign
    #[arg(long, value_name = "SECRET")]
    verify: Option<String>,
    /// The account that applies [default: Flux's own]
    #[arg(long, value_name = "NAME")]
    service_account: Option<String>,
}

/// A duration as Flux takes it: numbers, each with `ms`, `s`, `m`, or `h`.
fn interval(text: &str) -> Result<String, String> {
    let mut rest = text;
    while !rest.is_empty() {
        let digits =
            rest.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
        let unit = ["ms", "s", "m", "h"].into_iter().find(|unit| {
            digits
                .strip_prefix(unit)
                .is_some_and(|after| !after.starts_with(|c: char| c.is_ascii_alphabetic()))
        });
        match unit {
            Some(unit) if digits.len() < rest.len() => rest = &digits[unit.len()..],
            _ => return Err("write a duration such as 30s, 10m, or 1h30m".to_owned()),
        }
    }
    if text.is_empty() {
        Err("write a duration such as 10m".to_owned())
    } else {
        Ok(text.to_owned())
    }
}

/// Prints them.
pub(super) fn run(arguments: &Kustomization, terminal: &mut Terminal) -> Result<(), Failure> {
    let delivered = arguments.delivered.find()?;
    let targets = delivered.targets()?;
    // An artifact is found without the repository that it was made of.
    let repository = match &arguments.artifact.oci {
        Some(address) => address.clone(),
        None => delivered.repository()?,
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
