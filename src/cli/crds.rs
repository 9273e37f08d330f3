//! `petasos crds`.

use std::path::PathBuf;

use anyhow::anyhow;
use serde_json::Value;

use crate::{
    api,
    changeset::{Files, Others, Writer},
    cli::{Failure, render},
    object::{Format, to_text},
    output_directory,
    terminal::Terminal,
};

/// Print the custom resource definitions, or write them to a directory
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Only this one: its name (hermesinstances), kind, or short name
    name: Option<String>,
    /// Write one file a definition into this directory
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Print the cluster roles that add our kinds to the cluster's own roles view, edit, and admin
    #[arg(long, conflicts_with_all = ["name", "output"])]
    roles: bool,
}

/// Prints or writes.
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<(), Failure> {
    if arguments.roles {
        return print(&api::roles(), terminal);
    }
    let definitions = chosen(arguments.name.as_deref())?;
    let name = |definition: &Value| {
        definition["metadata"]["name"].as_str().unwrap_or_default().replace('.', "-")
    };
    let Some(directory) = &arguments.output else { return print(&definitions, terminal) };
    let files: Files = definitions
        .iter()
        .map(|definition| {
            (format!("{}.yaml", name(definition)), to_text(definition, Format::Yaml).into())
        })
        .collect();
    let others = if arguments.name.is_some() { Others::Keep } else { Others::Remove };
    let plan = output_directory::plan(directory, files, Writer::Crds, others)?;
    output_directory::act(directory, &plan)?;
    render::written(directory, &plan, terminal)
}

fn print(objects: &[Value], terminal: &mut Terminal) -> Result<(), Failure> {
    let texts: Vec<_> = objects.iter().map(|object| to_text(object, Format::Yaml)).collect();
    terminal.print(&texts.join("---\n")).map_err(Failure::writing)
}

/// All definitions, or the one that the user names.
fn chosen(name: Option<&str>) -> Result<Vec<Value>, Failure> {
    let mut definitions = api::crds();
    let Some(wanted) = name else { return Ok(definitions) };
    let known: Vec<String> = definitions.iter().filter_map(plural).collect();
    definitions
        .retain(|definition| names(definition).any(|name| name.eq_ignore_ascii_case(wanted)));
    if definitions.is_empty() {
        Err(Failure::Input(anyhow!(
            "there is no definition {wanted:?}; there are {}",
            known.join(", ")
        )))
    } else {
        Ok(definitions)
    }
}

fn plural(definition: &Value) -> Option<String> {
    definition["spec"]["names"]["plural"].as_str().map(str::to_owned)
}

/// Everything that a user may call a definition.
fn names(definition: &Value) -> impl Iterator<Item = &str> {
    let names = &definition["spec"]["names"];
    let single = ["plural", "singular", "kind"].into_iter().filter_map(|key| names[key].as_str());
    let short = names["shortNames"].as_array().into_iter().flatten().filter_map(Value::as_str);
    single.chain(short).chain(definition["metadata"]["name"].as_str())
}
