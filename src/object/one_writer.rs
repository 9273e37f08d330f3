//! One writer a volume: the agent's databases do not survive a second.

use serde_json::Value;

use crate::{
    diagnostic::catalogue::output as codes,
    field::{list, text},
    field_path::FieldPath,
    object::strict::{Fault, template},
};

/// Where the agent keeps its data.
const DATA: &str = "/opt/data";

/// Whether a workload runs more than one Pod that writes the claim of an agent's data. `claim` is the one that the
/// instance names; a claim that is mounted where the agent keeps its data is another.
pub fn check(object: &Value, claim: &str) -> Option<Fault> {
    let count = object["spec"]["replicas"].as_u64().filter(|count| *count > 1)?;
    let (template, _) = template(object)?;
    let pod = &template["spec"];
    let shared = list(pod, "volumes").iter().find_map(|volume| {
        let source = &volume["persistentVolumeClaim"];
        let name = text(source, "claimName");
        let is_data = name == claim || is_mounted_as_data(pod, text(volume, "name"));
        (!name.is_empty() && source["readOnly"] != true && is_data).then_some(name)
    })?;
    Some(Fault {
        code: &codes::MANY_WRITERS,
        path: FieldPath::of("spec.replicas"),
        message: format!("{count} pods would write the agent's data, the one claim {shared:?}"),
    })
}

fn is_mounted_as_data(pod: &Value, volume: &str) -> bool {
    let containers = ["initContainers", "containers"].map(|field| list(pod, field)).concat();
    containers.iter().flat_map(|container| list(container, "volumeMounts")).any(|mount| {
        text(mount, "name") == volume && text(mount, "mountPath").trim_end_matches('/') == DATA
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check_with(kind: &str, replicas: u64, volume: &Value, place: &str, refused: bool) {
        let object = json!({"kind": kind, "spec": {"replicas": replicas, "template": {"spec": {
            "containers": [{"volumeMounts": [{"name": "v", "mountPath": place}]}],
            "volumes": [volume],
        }}}});
        let path = check(&object, "demo-data").map(|fault| fault.path.to_string());
        assert_eq!(path.as_deref(), refused.then_some("spec.replicas"), "{object}");
    }

    #[test]
    fn several_pods_with_one_claim_of_data_are_refused() {
        let claim = |name: &str| json!({"name": "v", "persistentVolumeClaim": {"claimName": name}});
        for kind in ["StatefulSet", "Deployment", "ReplicaSet"] {
            check_with(kind, 2, &claim("demo-data"), "/data", true);
            check_with(kind, 2, &claim("other"), "/opt/data/", true);
            check_with(kind, 1, &claim("demo-data"), "/opt/data", false);
            check_with(kind, 2, &claim("models"), "/models", false);
        }
        let reader = json!({"name": "v", "persistentVolumeClaim": {"claimName": "demo-data", "readOnly": true}});
        check_with("Deployment", 2, &reader, "/opt/data", false);
        check_with("Deployment", 2, &json!({"name": "v", "emptyDir": {}}), "/opt/data", false);
    }
}
