//! `petasos push`.

use std::path::PathBuf;

use camino::Utf8PathBuf;
#[cfg(feature = "oci")]
use serde_json::json;

#[cfg(feature = "oci")]
use crate::{
    cli::registry::watched,
    oci::{
        self, Client, OciError,
        archive::{self, Layer},
        directory,
        manifest::{CREATED, Consumer, Described, REVISION, SOURCE, describe},
        reference::Reference,
        source,
    },
};
use crate::{
    cli::{Failure, commit::AnswerForm, registry::Registry},
    terminal::Terminal,
};

/// Push a directory of manifests to a registry, as an artifact for Flux or Argo CD
///
/// The same files give the same artifact, digest and all, wherever and whenever it is pushed: its time is that of the commit
/// that it comes from. What the registry has already is not sent again. Credentials are those of `docker login`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Where to: `oci://HOST/REPOSITORY:TAG`
    #[arg(value_name = "ARTIFACT")]
    artifact: String,
    /// The directory, as `petasos render --output` writes it
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// Who takes the artifact
    #[arg(long = "for", value_enum, value_name = "ENGINE", default_value_t)]
    consumers: ConsumerName,
    /// The tag for Argo CD, with --for=both [default: TAG-argocd]
    #[arg(long, value_name = "TAG")]
    argocd_tag: Option<String>,
    /// Where the manifests come from [default: the remote `origin` of the repository]
    #[arg(long, value_name = "URL")]
    source: Option<String>,
    /// The revision that they come from, such as main@sha1:0123… [default: what is checked out]
    #[arg(long, value_name = "REVISION")]
    revision: Option<String>,
    /// A directory whose Git repository says where the manifests come from
    #[arg(long, value_name = "DIR", default_value = ".")]
    repository: Utf8PathBuf,
    /// An annotation of the artifact
    #[arg(long, value_name = "KEY=VALUE", value_parser = annotation)]
    annotation: Vec<(String, String)>,
    /// Sign with cosign: with this key, or as who it finds
    #[arg(long, value_name = "KEY", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    sign: Option<String>,
    /// Say what would be pushed, and ask no registry
    #[arg(long)]
    dry_run: bool,
    /// The form of the answer
    #[arg(short, long, value_enum, default_value_t)]
    output: AnswerForm,
    #[command(flatten)]
    registry: Registry,
}

/// Who takes an artifact.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum ConsumerName {
    /// Flux
    #[default]
    Flux,
    /// Argo CD
    Argocd,
    /// Each under a tag of its own; the files are there once
    Both,
}

fn annotation(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("an annotation is written as KEY=VALUE".to_owned()),
    }
}

/// Pushes.
#[cfg(not(feature = "oci"))]
pub(super) fn run(_: &Arguments, _: &mut Terminal) -> Result<(), Failure> {
    Err(Failure::without("oci"))
}

/// Pushes.
#[cfg(feature = "oci")]
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<(), Failure> {
    let reference = arguments.reference()?;
    let files = directory::read(&arguments.directory)?;
    let annotations = arguments.annotations()?;
    let layer = archive::pack(&files).map_err(OciError::Archive)?;
    let artifacts: Vec<_> = arguments
        .targets(&reference)
        .into_iter()
        .map(|(consumer, reference)| (reference, describe(consumer, &layer, &annotations)))
        .collect();
    let mut outcomes = Vec::new();
    if arguments.dry_run {
        outcomes.extend(artifacts.iter().map(|_| "planned"));
    } else {
        let client = arguments.registry.client(&reference, "pull,push")?;
        for (reference, described) in &artifacts {
            outcomes.push(push(&client, reference, &layer, described, terminal)?);
            arguments.sign(reference, described)?;
        }
    }
    let mut answers = Vec::new();
    for ((reference, described), outcome) in artifacts.iter().zip(outcomes) {
        if arguments.output == AnswerForm::Human {
            terminal
                .print(&format!("{reference}@{}\n", described.digest))
                .map_err(Failure::writing)?;
            let size = layer.bytes.len().div_ceil(1024);
            let done = format!("{outcome}: {} files, {size} KiB\n", files.len());
            terminal.tell(&done).map_err(Failure::writing)?;
        }
        answers.push(json!({
            "reference": reference.to_string(), "digest": described.digest, "outcome": outcome,
            "layer": layer.digest, "size": layer.bytes.len(), "files": files.len(),
        }));
    }
    if arguments.output == AnswerForm::Json {
        let answer = json!({"version": 1, "artifacts": answers});
        let text = crate::object::to_text(&answer, crate::object::Format::Json);
        terminal.print(&text).map_err(Failure::writing)?;
    }
    Ok(())
}

/// Brings one artifact to the registry, the manifest last: what it names is there when it is.
#[cfg(feature = "oci")]
fn push(
    client: &Client,
    reference: &Reference,
    layer: &Layer,
    described: &Described,
    terminal: &mut Terminal,
) -> Result<&'static str, Failure> {
    if client.tagged(reference.tag())?.as_deref() == Some(&described.digest) {
        return Ok("unchanged");
    }
    let size = layer.bytes.len() as u64;
    watched(terminal, size, |show| client.push(&layer.bytes, &layer.digest, show))?;
    client.push(&described.config, &described.config_digest, &|_| ())?;
    client.put_manifest(reference.tag(), &described.bytes, &described.digest)?;
    Ok("pushed")
}

#[cfg(feature = "oci")]
impl Arguments {
    fn reference(&self) -> Result<Reference, Failure> {
        let reference = Reference::parse(&self.artifact).map_err(OciError::from)?;
        let wrong = |text: &str| Err(Failure::Input(anyhow::anyhow!("{text}")));
        if reference.digest.is_some() {
            return wrong("a digest follows from what is pushed: leave it out of the address");
        }
        if self.argocd_tag.is_some() && self.consumers != ConsumerName::Both {
            return wrong("--argocd-tag is the second tag, and there is one without --for=both");
        }
        let Some(tag) = &self.argocd_tag else { return Ok(reference) };
        if reference.tag() == tag {
            return wrong(
                "the tags for Flux and Argo CD are the same, and name different artifacts",
            );
        }
        Reference::parse(&reference.tagged(tag).to_string()).map_err(OciError::from)?;
        Ok(reference)
    }

    /// The artifacts, and where each goes.
    fn targets(&self, reference: &Reference) -> Vec<(Consumer, Reference)> {
        let here = || reference.tagged(reference.tag());
        match self.consumers {
            ConsumerName::Flux => vec![(Consumer::Flux, here())],
            ConsumerName::Argocd => vec![(Consumer::ArgoCd, here())],
            ConsumerName::Both => {
                let tag = self
                    .argocd_tag
                    .clone()
                    .unwrap_or_else(|| format!("{}-argocd", reference.tag()));
                vec![(Consumer::Flux, here()), (Consumer::ArgoCd, reference.tagged(&tag))]
            }
        }
    }

    fn annotations(&self) -> Result<std::collections::BTreeMap<String, String>, Failure> {
        let Origin { created, source, revision } = self.origin()?;
        let own = [(CREATED, created), (SOURCE, source), (REVISION, revision)];
        let own = own.into_iter().map(|(key, value)| (key.to_owned(), value));
        let mut all: std::collections::BTreeMap<String, String> =
            own.chain(self.annotation.iter().cloned()).collect();
        if let Some(source) = all.get_mut(SOURCE) {
            let shown = source::for_everybody(source);
            *source = shown.map_err(|why| Failure::Input(anyhow::anyhow!("--source: {why}")))?;
        }
        Ok(all)
    }

    /// Where the manifests come from: as the arguments say, else as Git says.
    fn origin(&self) -> Result<Origin, Failure> {
        const NOBODY_KNOWS: &str = "1970-01-01T00:00:00Z";
        if let (Some(source), Some(revision)) = (&self.source, &self.revision) {
            let created = NOBODY_KNOWS.to_owned();
            return Ok(Origin { created, source: source.clone(), revision: revision.clone() });
        }
        let found = of_repository(&self.repository).map_err(|error| {
            let hint = "say where the manifests come from: --source URL --revision NAME@sha1:COMMIT, or --repository DIR";
            Failure::Input(error.context(hint))
        })?;
        Ok(Origin {
            source: self.source.clone().unwrap_or(found.source),
            revision: self.revision.clone().unwrap_or(found.revision),
            created: found.created,
        })
    }

    fn sign(&self, reference: &Reference, described: &Described) -> Result<(), Failure> {
        let Some(key) = &self.sign else { return Ok(()) };
        let mut options = Vec::new();
        if let Some(path) = &self.registry.ca_file {
            options.push(format!("--registry-cacert={}", path.display()));
        }
        if self.registry.plain_http {
            options.push("--allow-http-registry".to_owned());
        }
        let key = Some(key.as_str()).filter(|key| !key.is_empty());
        Ok(oci::sign(&reference.by_digest(&described.digest), key, &options)?)
    }
}

/// Where manifests come from.
#[cfg(feature = "oci")]
struct Origin {
    created: String,
    source: String,
    revision: String,
}

#[cfg(all(feature = "oci", feature = "git"))]
fn of_repository(directory: &camino::Utf8Path) -> anyhow::Result<Origin> {
    let repository = crate::git::Repository::open(directory)?;
    let commit = repository.resolve("HEAD")?.commit;
    let address =
        repository.address("origin").map(|address| address.for_others()).unwrap_or_default();
    let dry = repository.dry_commit(commit, &address)?;
    let revision = match repository.head_branch() {
        Some(branch) => format!("{branch}@sha1:{}", dry.sha),
        None => format!("sha1:{}", dry.sha),
    };
    Ok(Origin { created: dry.date, source: dry.repository, revision })
}

#[cfg(all(feature = "oci", not(feature = "git")))]
fn of_repository(_: &camino::Utf8Path) -> anyhow::Result<Origin> {
    Err(anyhow::anyhow!("this program was built without its feature `git`"))
}
