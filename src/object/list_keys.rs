//! By which keys Kubernetes tells the items of a list apart. A list that is not in the table is compared as a whole.

/// One list whose items have keys.
struct Row {
    /// The kind that the list belongs to, where its place alone does not say it.
    kind: Option<&'static str>,
    /// The field that holds the list's owner, or several with dots: the end of the way to it.
    place: &'static str,
    list: &'static str,
    keys: &'static [&'static str],
}

const fn row(place: &'static str, list: &'static str, keys: &'static [&'static str]) -> Row {
    Row { kind: None, place, list, keys }
}

const ROWS: &[Row] = &[
    row("containers", "env", &["name"]),
    row("containers", "ports", &["containerPort", "protocol"]),
    row("containers", "volumeDevices", &["devicePath"]),
    row("containers", "volumeMounts", &["mountPath"]),
    row("resources", "claims", &["name"]),
    row("template.spec", "containers", &["name"]),
    row("template.spec", "ephemeralContainers", &["name"]),
    row("template.spec", "hostAliases", &["ip"]),
    row("template.spec", "imagePullSecrets", &["name"]),
    row("template.spec", "initContainers", &["name"]),
    row("template.spec", "resourceClaims", &["name"]),
    row("template.spec", "schedulingGates", &["name"]),
    row("template.spec", "topologySpreadConstraints", &["topologyKey", "whenUnsatisfiable"]),
    row("template.spec", "volumes", &["name"]),
    row("metadata", "ownerReferences", &["uid"]),
    row("status", "conditions", &["type"]),
    Row { kind: Some("Service"), ..row("spec", "ports", &["port", "protocol"]) },
    Row { kind: Some("ServiceAccount"), ..row("", "secrets", &["name"]) },
    Row { kind: Some("PrometheusRule"), ..row("spec", "groups", &["name"]) },
];

/// The keys of the items of a list in an object of a kind. The path holds the names of the fields from the
/// object to the list, without the positions in lists on the way: `spec template spec containers env`.
pub fn of(kind: &str, path: &[&str]) -> Option<&'static [&'static str]> {
    let (list, way) = path.split_last()?;
    let pod = kind == "Pod" && way == ["spec"];
    ROWS.iter()
        .find(|row| {
            row.list == *list
                && row.kind.is_none_or(|wanted| wanted == kind)
                && (ends_with(way, row.place) || (pod && row.place == "template.spec"))
        })
        .map(|row| row.keys)
}

/// Whether a way ends with a place. Containers of every sort stand for `containers`.
fn ends_with(way: &[&str], place: &str) -> bool {
    if place.is_empty() {
        return way.is_empty();
    }
    let mut rest = way.iter().rev();
    place.rsplit('.').all(|wanted| {
        rest.next().is_some_and(|step| {
            *step == wanted
                || (wanted == "containers"
                    && matches!(*step, "initContainers" | "ephemeralContainers"))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn containers_of_every_sort_have_the_same_keys() {
        for sort in ["containers", "initContainers", "ephemeralContainers"] {
            let path = ["spec", "template", "spec", sort, "ports"];
            assert_eq!(of("StatefulSet", &path), Some(&["containerPort", "protocol"][..]));
        }
    }

    #[test]
    fn a_pod_has_no_template() {
        assert_eq!(of("Pod", &["spec", "volumes"]), Some(&["name"][..]));
        assert_eq!(of("PersistentVolume", &["spec", "volumes"]), None);
        let job = ["spec", "jobTemplate", "spec", "template", "spec", "containers"];
        assert_eq!(of("CronJob", &job), Some(&["name"][..]));
    }

    #[test]
    fn the_kind_decides_where_the_place_does_not() {
        assert_eq!(of("Service", &["spec", "ports"]), Some(&["port", "protocol"][..]));
        assert_eq!(of("EndpointSlice", &["spec", "ports"]), None);
        assert_eq!(of("ServiceAccount", &["secrets"]), Some(&["name"][..]));
    }

    #[test]
    fn other_lists_are_compared_as_a_whole() {
        assert_eq!(of("Ingress", &["spec", "rules"]), None);
        assert_eq!(of("StatefulSet", &["spec", "template", "spec", "containers", "args"]), None);
        assert_eq!(of("ConfigMap", &[]), None);
    }
}
