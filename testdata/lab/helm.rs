//! A chart of instances in a real cluster, by the real Helm, 3 and 4: installed, upgraded, uninstalled.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use anyhow::{Context as _, Result, ensure};

use crate::{
    case::PROGRAM,
    lab::{Lab, Test, cluster::Cluster, golden::root, namespace::Namespace},
};

pub(crate) const TESTS: &[Test] = &[
    ("helm::helm_3_installs_and_keeps_the_volume", |lab| lives(lab, "helm3")),
    ("helm::helm_4_installs_and_keeps_the_volume", |lab| lives(lab, "helm4")),
];

/// A chart, and a home of Helm.
struct Chart<'a> {
    directory: tempfile::TempDir,
    helm: String,
    cluster: &'a Cluster,
    namespace: &'a Namespace<'a>,
}

impl<'a> Chart<'a> {
    fn new(
        lab: &Lab,
        helm: &str,
        cluster: &'a Cluster,
        namespace: &'a Namespace<'a>,
    ) -> Result<Self> {
        let directory = tempfile::tempdir()?;
        let here = directory.path();
        fs::create_dir_all(here.join("chart/templates"))?;
        fs::write(here.join("chart/Chart.yaml"), "apiVersion: v2\nname: agents\nversion: 0.1.0\n")?;
        let instance = fs::read_to_string(root().join("examples/quickstart/instance.yaml"))?;
        let instance = instance
            .replace("namespace: agents", "namespace: {{ .Release.Namespace }}")
            .replace("name: anthropic/claude-opus-4.6", "name: {{ .Values.model }}");
        fs::write(here.join("chart/templates/instance.yaml"), instance)?;
        // The same script is what Helm 3 runs and what the plugin of Helm 4 does.
        let script = here.join("petasos-post-renderer");
        fs::write(&script, format!("#!/bin/sh\nexec {PROGRAM} helm-post-renderer \"$@\"\n"))?;
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755))?;
        fs::create_dir_all(here.join("data/plugins/petasos"))?;
        let plugin = format!(
            "apiVersion: v1\ntype: postrenderer/v1\nname: petasos\nversion: 0.1.0\nruntime: subprocess\n\
             runtimeConfig:\n  platformCommand:\n  - command: {}\n",
            script.display()
        );
        if helm == "helm4" {
            fs::write(here.join("data/plugins/petasos/plugin.yaml"), plugin)?;
        }
        let helm = lab.parts.join("engines/bin").join(helm).to_string_lossy().into_owned();
        Ok(Chart { directory, helm, cluster, namespace })
    }

    fn path(&self, name: &str) -> String {
        self.directory.path().join(name).to_string_lossy().into_owned()
    }

    fn run(&self, arguments: &[&str]) -> Result<String> {
        let homes = ["DATA", "CACHE", "CONFIG"]
            .map(|home| format!("HELM_{home}_HOME={}", self.path(&home.to_lowercase())));
        let kubeconfig = self.cluster.directory.join("kubeconfig");
        let kubeconfig = format!("KUBECONFIG={}", kubeconfig.display());
        let mut command = vec!["env", &kubeconfig];
        command.extend(homes.iter().map(String::as_str));
        command.extend([&self.helm, "--namespace", &self.namespace.name]);
        command.extend(arguments);
        let output = self.cluster.run(&command, "")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "helm {arguments:?}: {said}");
        Ok(String::from_utf8(output.stdout)?)
    }

    fn upgrade(&self, model: &str) -> Result<()> {
        let post_renderer = if Path::new(&self.helm).ends_with("helm4") {
            "petasos".to_owned()
        } else {
            self.path("petasos-post-renderer")
        };
        let model = format!("model={model}");
        let chart = self.path("chart");
        let arguments = [
            "upgrade",
            "--install",
            "demo",
            &chart,
            "--post-renderer",
            &post_renderer,
            "--set",
            &model,
        ];
        self.run(&arguments).map(drop)
    }
}

fn lives(lab: &Lab, helm: &str) -> Result<()> {
    let [cluster, _] = lab.apis()?;
    let namespace = cluster.namespace(helm)?;
    let chart = Chart::new(lab, helm, cluster, &namespace)?;
    let configuration = || -> Result<String> {
        let found = namespace.get("v1", "ConfigMap", "demo-config")?;
        Ok(found["data"].to_string())
    };

    chart.upgrade("first")?;
    let first = namespace.get("apps/v1", "StatefulSet", "demo")?;
    let annotations = &first["metadata"]["annotations"];
    ensure!(annotations["meta.helm.sh/release-name"] == "demo", "{annotations}");
    ensure!(configuration()?.contains("first"));

    chart.upgrade("second")?;
    ensure!(configuration()?.contains("second"));
    let second = namespace.get("apps/v1", "StatefulSet", "demo")?;
    ensure!(second["metadata"]["uid"] == first["metadata"]["uid"], "it was made anew");

    // The same again changes nothing of what it does not have to change.
    chart.upgrade("second")?;
    let again = namespace.get("apps/v1", "StatefulSet", "demo")?;
    ensure!(again["metadata"]["generation"] == second["metadata"]["generation"]);

    chart.run(&["uninstall", "demo"])?;
    let left =
        namespace.kubectl(&["get", "statefulsets,configmaps,services,pvc", "--output=name"])?;
    let left: Vec<_> = left.lines().filter(|line| !line.contains("kube-root-ca")).collect();
    assert_eq!(left, ["persistentvolumeclaim/demo-data"]);
    chart.upgrade("third").context("the volume is taken up again")?;
    Ok(())
}
