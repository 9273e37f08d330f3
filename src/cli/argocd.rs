//! `petasos argocd`: what Argo CD is told.

use anyhow::anyhow;

use crate::{
    cli::{
        Failure,
        delivery::{self, Delivered},
    },
    delivery::{ArgoCd, ArgoCdSource, Branch, Cluster, SCHEMES_OF_ARGOCD, application},
    project::Target,
    terminal::Terminal,
};

/// What Argo CD is told
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    App(App),
}

/// Print an Application for each target of `petasos.yaml`
///
/// A target with a branch is applied from there, as `petasos commit` writes it, and needs no plugin. The others are rendered by the
/// plugin, `petasos cmp`, or come from a registry, where `petasos push --for argocd` brought them.
#[derive(Debug, clap::Args)]
pub(super) struct App {
    #[command(flatten)]
    delivered: delivery::Arguments,
    /// Have the plugin render, also where the target has a branch
    #[arg(long, conflicts_with = "oci")]
    plugin: bool,
    #[command(flatten)]
    artifact: delivery::Artifact,
    /// The revision that the plugin renders
    #[arg(long, value_name = "REVISION", default_value = "HEAD", allow_hyphen_values = true)]
    revision: String,
    /// The project of Argo CD
    #[arg(long, value_name = "NAME", default_value = "default", value_parser = delivery::object)]
    project: String,
    /// The namespace of Applications
    #[arg(long, value_name = "NAMESPACE", default_value = "argocd", value_parser = delivery::name)]
    argocd_namespace: String,
    /// The cluster, by the address of its API server
    #[arg(long, value_name = "URL", default_value = "https://kubernetes.default.svc", value_parser = server)]
    server: String,
    /// The cluster, by its name in Argo CD
    #[arg(long, value_name = "NAME", conflicts_with = "server")]
    cluster: Option<String>,
}

/// The address of an API server.
fn server(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match host.filter(|host| !host.is_empty() && !host.contains(char::is_whitespace)) {
        Some(_) => Ok(text.to_owned()),
        None => Err("an API server is https://HOST:PORT; --cluster takes a name".to_owned()),
    }
}

/// Runs `petasos argocd`.
pub(super) fn run(command: &Command, terminal: &mut Terminal) -> Result<(), Failure> {
    let Command::App(arguments) = command;
    if arguments.revision.starts_with('-') || arguments.revision.is_empty() {
        return Err(Failure::Input(anyhow!("{:?} is no revision", arguments.revision)));
    }
    let delivered = arguments.delivered.find()?;
    let targets = delivered.targets()?;
    // An artifact is found without the repository that it was made of.
    let repository = match &arguments.artifact.oci {
        Some(address) => address.clone(),
        None => delivered.repository(SCHEMES_OF_ARGOCD)?,
    };
    let of = |target: &&Target| arguments.application(&delivered, &repository, target);
    let all: Vec<_> = targets.iter().map(of).collect::<Result<_, _>>()?;
    delivery::print(&all, terminal)
}

impl App {
    fn application(
        &self,
        delivered: &Delivered<'_>,
        repository: &str,
        target: &Target,
    ) -> Result<serde_json::Value, Failure> {
        let name = delivered.name(target, repository)?;
        let branch = target.branch.as_deref().filter(|_| !self.plugin);
        let is_rendered = branch.is_some() || self.artifact.oci.is_some();
        let path = if is_rendered { target.path.clone() } else { delivered.path()? };
        let source = if let Some(address) = &self.artifact.oci {
            ArgoCdSource::Artifact { address, tag: &self.artifact.tag }
        } else if let Some(name) = branch {
            ArgoCdSource::Branch(Branch { repository, name, path: &path })
        } else {
            let (revision, target) = (&self.revision, &target.name);
            ArgoCdSource::Plugin { repository, revision, path: &path, target }
        };
        let cluster = match &self.cluster {
            Some(name) => Cluster::Name(name),
            None => Cluster::Server(&self.server),
        };
        Ok(application(&ArgoCd {
            name: &name,
            source,
            target_namespace: target.namespace.as_deref(),
            namespace: &self.argocd_namespace,
            project: &self.project,
            cluster,
        }))
    }
}
