//! What the config of the function says.

use serde_json::Value;

use crate::{
    diagnostic::{Diagnostic, catalogue::output::RESOURCE_LIST},
    kinds::Kinds,
    krm::{ResourceList, renders, source},
    nearest::nearest,
    notation::names,
    project::{Project, Target},
};

/// What the function is asked to do besides rendering.
#[derive(Debug, Default)]
pub struct Config {
    /// The namespace of instances that name none.
    pub namespace: Option<String>,
    /// What stands for a project file.
    pub project: Option<Project>,
    /// The target of the project.
    pub target: Option<Target>,
}

/// Reads the config: none, an instance, a `ConfigMap` with settings, or a project with a target. None if anything in it is wrong,
/// and the report says what.
///
/// The `ConfigMap` may have `namespace`. A project is what `petasos.yaml` holds, as `spec` of a `Project`; its target is the one
/// named like the config, or the only one.
pub fn of(list: &ResourceList, kinds: &Kinds, report: &mut Vec<Diagnostic>) -> Option<Config> {
    let Some(config) = list.function_config.as_ref().filter(|config| !renders(config, kinds))
    else {
        return Some(Config::default());
    };
    let text = |field: &str| config[field].as_str().unwrap_or_default();
    match (text("apiVersion"), text("kind")) {
        ("v1", "ConfigMap") => of_config_map(config, report),
        (_, "Project") => of_project(config, report),
        (_, kind) => refuse(
            "functionConfig.kind",
            format!("the function config is a {kind:?}"),
            "give an instance, a ConfigMap with `namespace`, or a Project whose `spec` is what petasos.yaml holds",
            report,
        ),
    }
}

fn of_config_map(config: &Value, report: &mut Vec<Diagnostic>) -> Option<Config> {
    let mut read = Config::default();
    for (name, value) in config["data"].as_object().into_iter().flatten() {
        if let ("namespace", Some(namespace)) = (name.as_str(), value.as_str()) {
            if let Err(why) = names::label(namespace) {
                let message = format!("{namespace:?} is no namespace: it {why}");
                let help = "write the name of a namespace, such as `agents`";
                return refuse("functionConfig.data.namespace", message, help, report);
            }
            read.namespace = Some(namespace.to_owned());
            continue;
        }
        let near = nearest(name, std::iter::once("namespace"));
        let message = format!("the function config has no setting {name:?}");
        let help = near.map_or_else(
            || "the only one is `namespace`, a text".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        return refuse(&format!("functionConfig.data.{name}"), message, help, report);
    }
    Some(read)
}

fn of_project(config: &Value, report: &mut Vec<Diagnostic>) -> Option<Config> {
    let spec = &config["spec"];
    if let Some(field) =
        ["sources", "packs", "ignore"].iter().find(|field| spec.get(**field).is_some())
    {
        let message = format!("`{field}` has no meaning here: the engine says what is read");
        let help = "leave it out; `--pack DIR` adds a pack";
        return refuse(&format!("functionConfig.spec.{field}"), message, help, report);
    }
    let project = Project::read(&source(spec, "functionConfig.spec".to_owned()), report)?;
    let own = config["metadata"]["name"].as_str().unwrap_or_default();
    let target = match project.settings.targets.as_slice() {
        [] => None,
        [only] => Some(only.clone()),
        _ => match project.target(own) {
            Ok(target) => Some(target.clone()),
            Err(names) => {
                let names = names.join(", ");
                let message =
                    format!("the project has the targets {names}, and none is named {own:?}");
                let help = "name the function config like the target that it renders";
                return refuse("functionConfig.metadata.name", message, help, report);
            }
        },
    };
    let namespace = target.as_ref().and_then(|target| target.namespace.clone());
    Some(Config { namespace, project: Some(project), target })
}

fn refuse<T>(
    field: &str,
    message: String,
    help: impl Into<String>,
    report: &mut Vec<Diagnostic>,
) -> Option<T> {
    report.push(Diagnostic::new(&RESOURCE_LIST, message).field(field).help(help));
    None
}
