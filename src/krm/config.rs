//! What the config of the function says.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    diagnostic::{Diagnostic, Source, catalogue::output::RESOURCE_LIST},
    kinds::Kinds,
    krm::{ResourceList, renders, source},
    nearest::nearest,
};

/// What the function is asked to do besides rendering.
#[derive(Debug, Default)]
pub struct Config {
    /// The namespace of instances that name none.
    pub namespace: Option<String>,
    /// What stands for a project file.
    pub project: Option<Arc<Source>>,
    /// The target of the project.
    pub target: Option<String>,
}

/// Reads the config: none, an instance, a `ConfigMap` with settings, or a project with a target.
///
/// The `ConfigMap` may have `namespace`. A project is what `petasos.yaml` holds, as `spec` of a `Project`; its target is the one
/// named like the config, or the only one.
pub fn of(list: &ResourceList, kinds: &Kinds) -> Result<Config, Box<Diagnostic>> {
    let Some(config) = list.function_config.as_ref().filter(|config| !renders(config, kinds))
    else {
        return Ok(Config::default());
    };
    let text = |field: &str| config[field].as_str().unwrap_or_default();
    match (text("apiVersion"), text("kind")) {
        ("v1", "ConfigMap") => of_config_map(config),
        (_, "Project") => of_project(config),
        (_, kind) => Err(problem(
            "functionConfig.kind",
            format!("the function config is a {kind:?}"),
            "give an instance, a ConfigMap with `namespace`, or a Project whose `spec` is what petasos.yaml holds",
        )),
    }
}

fn of_config_map(config: &Value) -> Result<Config, Box<Diagnostic>> {
    let mut read = Config::default();
    for (name, value) in config["data"].as_object().into_iter().flatten() {
        if let ("namespace", Some(namespace)) = (name.as_str(), value.as_str()) {
            read.namespace = Some(namespace.to_owned());
            continue;
        }
        let near = nearest(name, std::iter::once("namespace"));
        let message = format!("the function config has no setting {name:?}");
        let help = near.map_or_else(
            || "the only one is `namespace`, a text".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(problem(&format!("functionConfig.data.{name}"), message, help));
    }
    Ok(read)
}

fn of_project(config: &Value) -> Result<Config, Box<Diagnostic>> {
    let spec = &config["spec"];
    if let Some(field) =
        ["sources", "packs", "ignore"].iter().find(|field| spec.get(**field).is_some())
    {
        let message = format!("`{field}` has no meaning here: the engine says what is read");
        let help = "leave it out; `--pack DIR` adds a pack";
        return Err(problem(&format!("functionConfig.spec.{field}"), message, help));
    }
    let targets = spec["targets"].as_array().map_or(&[][..], Vec::as_slice);
    let names: Vec<&str> = targets.iter().filter_map(|target| target["name"].as_str()).collect();
    let own = config["metadata"]["name"].as_str().unwrap_or_default();
    let target = match names.as_slice() {
        [only] => Some((*only).to_owned()),
        names if names.contains(&own) => Some(own.to_owned()),
        [] => None,
        names => {
            let message = format!(
                "the project has the targets {}, and none is named {own:?}",
                names.join(", ")
            );
            let help = "name the function config like the target that it renders";
            return Err(problem("functionConfig.metadata.name", message, help));
        }
    };
    let of_target = targets.iter().find(|one| one["name"].as_str() == target.as_deref());
    let namespace = of_target.and_then(|one| one["namespace"].as_str()).map(str::to_owned);
    let project = Some(source(spec, "functionConfig.spec".to_owned()));
    Ok(Config { namespace, project, target })
}

fn problem(field: &str, message: String, help: impl Into<String>) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(&RESOURCE_LIST, message).field(field).help(help))
}
