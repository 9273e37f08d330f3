//! The packs that come with the program.

/// Their names.
pub const NAMES: &[&str] = &["hermes"];

/// The files of a pack, sorted by name.
pub(crate) fn files(pack: &str) -> Option<&'static [(&'static str, &'static str)]> {
    (pack == "hermes").then_some(HERMES)
}

macro_rules! table {
    ($directory:literal: $($file:literal)*) => {
        &[$(($file, include_str!(concat!("../../templates/", $directory, "/", $file)))),*]
    };
}

const HERMES: &[(&str, &str)] = table!["hermes":
    "after.py"
    "clusterrole.yaml"
    "clusterrolebinding.yaml"
    "collector.yaml"
    "configmap.yaml"
    "dashboard-ingress.yaml"
    "dashboard-service.yaml"
    "first.py"
    "grafana.json"
    "grafana.yaml"
    "headless.yaml"
    "honcho-db-claim.yaml"
    "honcho-db-config.yaml"
    "honcho-db-networkpolicy.yaml"
    "honcho-db-service.yaml"
    "honcho-db.yaml"
    "honcho-deriver.yaml"
    "honcho-networkpolicy.yaml"
    "honcho-service.yaml"
    "honcho.yaml"
    "httproute.yaml"
    "ingress.yaml"
    "let-companions.yaml"
    "let-configuration.yaml"
    "let-container.yaml"
    "let-dashboard.yaml"
    "let-instance.yaml"
    "let-metrics.yaml"
    "let-probes.yaml"
    "let-security.yaml"
    "metrics-service.yaml"
    "networkpolicy.yaml"
    "ollama-claim.yaml"
    "ollama-networkpolicy.yaml"
    "ollama-service.yaml"
    "ollama.yaml"
    "openclaw.py"
    "pack.yaml"
    "persistentvolumeclaim.yaml"
    "poddisruptionbudget.yaml"
    "prometheusrule.yaml"
    "role.yaml"
    "rolebinding.yaml"
    "service.yaml"
    "serviceaccount.yaml"
    "servicemonitor.yaml"
    "signal.yaml"
    "skills.py"
    "start.py"
    "statefulset.yaml"
    "tailscale.yaml"
    "terminal-service.yaml"
    "workspace.yaml"
];

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn no_file_of_a_pack_is_forgotten() {
        for pack in NAMES {
            let directory = format!("{}/templates/{pack}", env!("CARGO_MANIFEST_DIR"));
            let mut found: Vec<String> = fs::read_dir(directory)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            found.sort();
            let known: Vec<&str> = files(pack).unwrap().iter().map(|(name, _)| *name).collect();
            assert_eq!(known, found);
        }
    }
}
