//! `petasos pull`.

use std::path::PathBuf;

#[cfg(feature = "oci")]
use anyhow::anyhow;
#[cfg(feature = "oci")]
use serde_json::json;

#[cfg(feature = "oci")]
use crate::{
    changeset::{self, Others, Writer},
    cli::{registry::watched, render},
    oci::{
        OciError, archive,
        manifest::{Manifest, REVISION, SOURCE},
        reference::Reference,
    },
    output_directory,
};
use crate::{
    cli::{Failure, commit::AnswerForm, registry::Registry},
    terminal::Terminal,
};

/// Pull an artifact of manifests into a directory
///
/// Takes what `petasos push` and `flux push artifact` push, for Flux or Argo CD. Nothing is written before all of it is there and
/// is what its digests say; files that were pulled before and are no longer part of it go, and others stay.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// What: `oci://HOST/REPOSITORY:TAG`, or `@sha256:DIGEST` for exactly that
    #[arg(value_name = "ARTIFACT")]
    artifact: String,
    /// The directory
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// Say what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// The most bytes that the artifact may have, packed and unpacked
    #[arg(long, value_name = "BYTES", default_value_t = 100 << 20, value_parser = clap::value_parser!(u64).range(1..))]
    max_bytes: u64,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value_t)]
    output: AnswerForm,
    #[command(flatten)]
    registry: Registry,
}

/// Pulls.
#[cfg(not(feature = "oci"))]
pub(super) fn run(_: &Arguments, _: &mut Terminal) -> Result<(), Failure> {
    Err(Failure::without("oci"))
}

/// Pulls.
#[cfg(feature = "oci")]
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<(), Failure> {
    let reference = Reference::parse(&arguments.artifact).map_err(OciError::from)?;
    let client = arguments.registry.client(&reference, "pull")?;
    let (bytes, digest) = client.manifest(reference.wanted())?;
    let name = reference.to_string();
    let manifest = Manifest::read(&bytes, &name)?;
    let layer = manifest.layer(&name)?;
    if layer.size > arguments.max_bytes {
        let what = "the layer of the artifact";
        return Err(OciError::TooLarge { what, most: arguments.max_bytes }.into());
    }
    let bytes = watched(terminal, layer.size, |show| client.pull(&layer.digest, layer.size, show))?;
    let files = texts(archive::unpack(&bytes, arguments.max_bytes)?)?;
    let directory = &arguments.directory;
    let is_empty = files.is_empty();
    let plan = output_directory::plan(directory, files, Writer::Pull, Others::Remove)?;
    if let (true, count @ 1..) = (is_empty, plan.remove.len()) {
        return Err(Failure::Refused(anyhow!(
            "{name} holds no file, and all {count} files of {} would go; remove the directory if that is meant",
            directory.display()
        )));
    }
    if !arguments.dry_run {
        output_directory::act(directory, &plan)?;
    }
    let annotation =
        |key: &str| manifest.annotations.get(key).map(|text| crate::diagnostic::printable(text));
    if arguments.output == AnswerForm::Json {
        let answer = json!({
            "version": 1, "reference": name, "digest": digest, "source": annotation(SOURCE),
            "revision": annotation(REVISION), "write": plan.write.keys().collect::<Vec<_>>(),
            "remove": plan.remove, "unchanged": plan.unchanged,
        });
        let text = crate::object::to_text(&answer, crate::object::Format::Json);
        return terminal.print(&text).map_err(Failure::writing);
    }
    if arguments.dry_run {
        return terminal.print(&render::listing(&plan)).map_err(Failure::writing);
    }
    let from = annotation(REVISION).map_or(String::new(), |revision| format!(", from {revision}"));
    terminal.tell(&format!("{name}: {digest}{from}\n")).map_err(Failure::writing)?;
    render::written(directory, &plan, terminal)
}

/// What is unpacked, as texts: manifests are, and what is none is no part of what is reviewed and applied.
#[cfg(feature = "oci")]
fn texts(files: archive::Files) -> Result<changeset::Files, OciError> {
    let text = |(path, file): (String, archive::File)| match String::from_utf8(file.content) {
        Ok(text) => Ok((path, text.into())),
        Err(_) => Err(OciError::Entry { path, why: "is no text, and manifests are" }),
    };
    // Who else rendered into the directory kept a record there; ours says what was pulled.
    files.into_iter().filter(|(path, _)| path != changeset::RECORD).map(text).collect()
}
