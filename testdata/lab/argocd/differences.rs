//! Argo CD finds no difference between what petasos renders and what is in the cluster, however it applies and compares.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::lab::{
    Lab, Test,
    argocd::{
        application::{Application, Refresh},
        cluster,
        repository::Repository,
    },
    resting::examples,
};

pub(crate) const TESTS: &[Test] =
    &[("argocd::nothing_differs_for_fifty_refreshes", nothing_differs_for_fifty_refreshes)];

/// How Argo CD applies and compares: options of the sync, and of the comparison.
const WAYS: [(&str, &[&str], &str); 3] = [
    ("argocd-client-side", &[], ""),
    ("argocd-server-side", &["ServerSideApply=true"], ""),
    ("argocd-server-diff", &["ServerSideApply=true"], "ServerSideDiff=true"),
];

const REFRESHES: usize = 50;

fn nothing_differs_for_fifty_refreshes(lab: &Lab) -> Result<()> {
    let cluster = cluster(lab)?;
    let namespaces =
        WAYS.iter().map(|(name, ..)| cluster.namespace(name)).collect::<Result<Vec<_>>>()?;
    let files = examples()?;
    let files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let create = |(namespace, &(_, sync, compare))| {
        Application::create(lab, namespace, Repository::new(&files)?, |object| {
            object["spec"]["syncPolicy"]["syncOptions"] = json!(sync);
            object["metadata"]["annotations"] =
                json!({"argocd.argoproj.io/compare-options": compare});
        })
    };
    let applications =
        namespaces.iter().zip(&WAYS).map(create).collect::<Result<Vec<Application<'_>>>>()?;
    let mut before = Vec::new();
    for application in &applications {
        let found =
            application.wait_synced(&application.repository.git(&["rev-parse", "HEAD"])?)?;
        before.push((application.versions(&found)?, found));
    }
    for number in 0..REFRESHES {
        // Every fifth asks the plugin, too.
        let how = if number % 5 == 4 { Refresh::Hard } else { Refresh::Normal };
        applications.iter().try_for_each(|application| application.ask_to_refresh(how))?;
        for (application, (_, at_first)) in applications.iter().zip(&before) {
            let found = application.wait_refreshed()?;
            let sync = &found["status"]["sync"]["status"];
            ensure!(sync == "Synced", "after {number} refreshes: {:#}", found["status"]);
            assert_eq!(operation(&found), operation(at_first), "it is synced once");
        }
    }
    for (application, (versions, at_first)) in applications.iter().zip(&before) {
        assert_eq!(application.versions(at_first)?, *versions);
    }
    let objects = before.iter().map(|(versions, _)| versions.len()).sum::<usize>();
    ensure!(objects > 90, "{objects} objects: the others are not found");
    Ok(())
}

/// When the last sync ended.
fn operation(found: &Value) -> Value {
    found["status"]["operationState"]["finishedAt"].clone()
}
