//! Which targets are delivered, and from where: shared by `petasos argocd app` and `petasos flux kustomization`.

use std::fmt;

use anyhow::anyhow;
use camino::{Utf8Path, Utf8PathBuf};

#[cfg(feature = "git")]
use crate::git::{Address, Repository};
use crate::{
    cli::{
        Failure,
        load::{self, FoundProject, chosen, without_project},
        place::Place,
    },
    delivery,
    notation::names,
    object::yaml,
    oci::reference::Reference,
    project::{FILE, Target},
    terminal::Terminal,
};

/// What is delivered.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The directory of the project file `petasos.yaml`, or one below it
    #[arg(default_value = ".", value_name = "DIR")]
    directory: Utf8PathBuf,
    /// The target [default: all]
    #[arg(long, value_name = "NAME")]
    target: Option<String>,
    /// What the objects are called, where there is one target [default: the names of the repository and the target]
    #[arg(long, value_name = "NAME", value_parser = name)]
    name: Option<String>,
    /// The address of the repository [default: that of the remote `origin`, without credentials]
    #[arg(long, value_name = "URL")]
    url: Option<String>,
}

/// A project with the targets that were asked for.
pub(super) struct Delivered<'a> {
    arguments: &'a Arguments,
    found: FoundProject,
}

/// A name of an object that can be a label too, or of a namespace.
pub(super) fn name(text: &str) -> Result<String, String> {
    names::label(text).map(|()| text.to_owned()).map_err(str::to_owned)
}

/// A name of an object.
pub(super) fn object(text: &str) -> Result<String, String> {
    names::subdomain(text).map(|()| text.to_owned()).map_err(str::to_owned)
}

/// An artifact in a registry, in place of a repository.
#[derive(Debug, clap::Args)]
pub(super) struct Artifact {
    /// Apply this artifact, such as `oci://ghcr.io/team/agents`, instead of a branch
    #[arg(long, value_name = "ADDRESS", requires = "target", value_parser = artifact)]
    pub oci: Option<String>,
    /// The tag of the artifact
    #[arg(long, value_name = "TAG", default_value = "latest", requires = "oci")]
    pub tag: String,
}

fn artifact(text: &str) -> Result<String, String> {
    let reference = Reference::parse(text).map_err(|error| error.to_string())?;
    if reference.tag.is_some() || reference.digest.is_some() {
        return Err(
            "the tag is said by --tag, and a digest by nobody: each push has another".to_owned()
        );
    }
    Ok(text.to_owned())
}

impl Arguments {
    /// The project.
    pub(super) fn find(&self) -> Result<Delivered<'_>, Failure> {
        let found = load::project(&Place::Disk, &self.directory)?.ok_or_else(without_project)?;
        Ok(Delivered { arguments: self, found })
    }
}

impl Delivered<'_> {
    /// The targets.
    pub(super) fn targets(&self) -> Result<Vec<&Target>, Failure> {
        let project = &self.found.project;
        let all: Vec<&Target> = match &self.arguments.target {
            Some(name) => vec![chosen(project, name)?],
            None => project.settings.targets.iter().collect(),
        };
        if all.is_empty() {
            return Err(Failure::Input(anyhow!(
                "{FILE} has no target, and nothing else can be delivered"
            )));
        }
        if self.arguments.name.is_some() && all.len() > 1 {
            return Err(Failure::Input(anyhow!("--name is for one target: give --target too")));
        }
        Ok(all)
    }

    /// The address of the repository as an engine that takes these schemes reaches it.
    pub(super) fn repository(&self, schemes: &[&str]) -> Result<String, Failure> {
        let address = match &self.arguments.url {
            Some(url) => given(url),
            None => origin(here(&self.found.directory)),
        }?;
        if delivery::is_reachable(&address, schemes) {
            return Ok(address);
        }
        Err(Failure::Input(anyhow!(
            "no engine reaches the repository at {address}: give the address that others use, such as --url https://HOST/PATH or --url ssh://USER@HOST/PATH"
        )))
    }

    /// The directory of the project file in its repository; the root is empty.
    pub(super) fn path(&self) -> Result<String, Failure> {
        let here = here(&self.found.directory);
        let wrong = |why: &dyn fmt::Display| {
            Failure::Input(anyhow!(
                "the plugin has to be told where {here} is in its repository: {why}"
            ))
        };
        let real = here.canonicalize_utf8().map_err(|error| wrong(&error))?;
        let root = real.ancestors().find(|directory| directory.join(".git").exists());
        let root = root.ok_or_else(|| wrong(&"it is in none"))?;
        Ok(real.strip_prefix(root).map_err(|error| wrong(&error))?.to_string())
    }

    /// What the objects of a target are called.
    pub(super) fn name(&self, target: &Target, repository: &str) -> Result<String, Failure> {
        if let Some(name) = &self.arguments.name {
            return Ok(name.clone());
        }
        let name = delivery::name(repository, &target.name);
        match names::label(&name) {
            Ok(()) => Ok(name),
            Err(why) => Err(Failure::Input(anyhow!("{name:?} {why}; give a --name"))),
        }
    }
}

/// The address that the user gives.
#[cfg(feature = "git")]
fn given(url: &str) -> Result<String, Failure> {
    Ok(Address::given(url)?.for_others())
}

#[cfg(not(feature = "git"))]
#[expect(clippy::unnecessary_wraps, reason = "with Git it can be wrong")]
fn given(url: &str) -> Result<String, Failure> {
    Ok(url.to_owned())
}

/// The address of the repository around a directory.
#[cfg(feature = "git")]
fn origin(directory: &Utf8Path) -> Result<String, Failure> {
    let address = Repository::open(directory).and_then(|repository| repository.address("origin"));
    address.map(|address| address.for_others()).map_err(|error| {
        Failure::Input(anyhow!("the address of the repository is not known: {error}; give --url"))
    })
}

#[cfg(not(feature = "git"))]
fn origin(_: &Utf8Path) -> Result<String, Failure> {
    Err(Failure::Input(anyhow!("the address of the repository is not known: give --url")))
}

/// The current directory has no name as the beginning of paths.
fn here(directory: &Utf8Path) -> &Utf8Path {
    if directory.as_str().is_empty() { Utf8Path::new(".") } else { directory }
}

/// Prints objects as a stream.
pub(super) fn print(objects: &[serde_json::Value], terminal: &mut Terminal) -> Result<(), Failure> {
    let mut text = String::new();
    for object in objects {
        text.push_str("---\n");
        yaml::emit(&mut text, object);
    }
    terminal.print(&text).map_err(Failure::writing)
}
