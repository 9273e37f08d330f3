//! The files in `argocd/` agree with each other and with the program.

use std::{fs, path::Path};

use libtest_mimic::{Failed, Trial};
use serde_json::Value;

use crate::case::run;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("cmp/the commands of the plugin are there", commands_are_there),
        Trial::test("cmp/kustomize and Helm install the same sidecar", the_same_sidecar),
    ]
}

fn read(name: &str) -> Result<Value, Failed> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("argocd").join(name);
    Ok(serde_saphyr::from_str(&fs::read_to_string(path)?)?)
}

fn commands_are_there() -> Result<(), Failed> {
    let spec = &read("plugin.yaml")?["spec"];
    for place in ["/discover/find/command", "/generate/command", "/parameters/dynamic/command"] {
        let command = spec.pointer(place).and_then(Value::as_array).ok_or("no command")?;
        let words: Vec<&str> = command.iter().filter_map(Value::as_str).collect();
        let Some(("petasos", arguments)) = words.split_first().map(|(first, rest)| (*first, rest))
        else {
            return Err(format!("{place} does not call petasos").into());
        };
        let help = [arguments, &["--help"]].concat();
        let output = run(Path::new("/"), &help, "")?;
        if !output.status.success() {
            return Err(format!("petasos {} is no command", arguments.join(" ")).into());
        }
    }
    Ok(())
}

fn the_same_sidecar() -> Result<(), Failed> {
    const HEALTH: &str = "resource.customizations.health.hermes.agent_HermesInstance";
    let (values, patch) = (read("values.yaml")?, read("sidecar.yaml")?);
    let plugin = read("plugin.yaml")?["spec"].take();
    if values["configs"]["cmp"]["plugins"]["petasos"] != plugin {
        return Err("values.yaml has another plugin than plugin.yaml".into());
    }
    let mut of_values = values["repoServer"]["extraContainers"][0].clone();
    let mut of_patch = patch["spec"]["template"]["spec"]["containers"][0].clone();
    // The chart names the ConfigMap itself.
    for container in [&mut of_values, &mut of_patch] {
        let mounts = container["volumeMounts"].as_array_mut().ok_or("no mounts")?;
        let is_configuration =
            |mount: &Value| mount["mountPath"] == "/home/argocd/cmp-server/config/plugin.yaml";
        if !mounts.iter().any(is_configuration) {
            return Err("the plugin is not mounted".into());
        }
        mounts.retain(|mount| !is_configuration(mount));
    }
    let health = read("argocd-cm.yaml")?["data"][HEALTH].take();
    if !health.is_string() || values["configs"]["cm"][HEALTH] != health {
        return Err("values.yaml tells health in another way than argocd-cm.yaml".into());
    }
    if of_values != of_patch {
        return Err(format!("other containers:\n{of_values:#}\n{of_patch:#}").into());
    }
    Ok(())
}
