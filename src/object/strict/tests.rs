use serde_json::json;

use super::*;

/// The codes and paths of all faults.
fn found(object: &Value) -> Vec<String> {
    check(object).iter().map(|fault| format!("{} {}", fault.code.id, fault.path)).collect()
}

#[track_caller]
fn expect(object: &Value, expected: &[&str]) {
    assert_eq!(found(object), expected, "{object:#}");
}

fn object(api_version: &str, kind: &str, spec: &Value) -> Value {
    json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "demo"}, "spec": spec})
}

fn workload(container: &Value, volumes: &Value) -> Value {
    object(
        "apps/v1",
        "StatefulSet",
        &json!({
            "serviceName": "demo",
            "selector": {"matchLabels": {"app": "demo"}},
            "template": {
                "metadata": {"labels": {"app": "demo"}},
                "spec": {"containers": [container], "volumes": volumes},
            },
        }),
    )
}

/// The faults of a container with these fields on top of the needed ones.
#[track_caller]
fn container(fields: &Value, expected: &[&str]) {
    let mut container = json!({"name": "agent", "image": "agent:1"});
    for (key, value) in fields.as_object().unwrap() {
        container[key] = value.clone();
    }
    let volumes = json!([{"name": "data", "emptyDir": {}}]);
    let prefix = " spec.template.spec.containers[0].";
    let found: Vec<_> = found(&workload(&container, &volumes))
        .iter()
        .map(|fault| fault.replace(prefix, " "))
        .collect();
    assert_eq!(found, expected, "{fields}");
}

#[test]
fn good_objects_have_no_faults() {
    container(
        &json!({
            "ports": [{"name": "gateway", "containerPort": 8642}],
            "env": [{"name": "A", "value": "b"}],
            "volumeMounts": [{"name": "data", "mountPath": "/data"}],
            "readinessProbe": {"httpGet": {"path": "/", "port": "gateway"}},
            "resources": {"requests": {"cpu": "100m"}, "limits": {"cpu": "1"}},
        }),
        &[],
    );
    expect(&object("v1", "Service", &json!({"ports": [{"port": 80, "targetPort": "http"}]})), &[]);
    expect(&object("example.org/v1", "Anything", &json!({"x": 1})), &[]);
    let claim =
        json!({"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}});
    expect(&object("v1", "PersistentVolumeClaim", &claim), &[]);
}

#[test]
fn unknown_fields_and_wrong_types_have_their_path() {
    container(&json!({"imagePullPolice": "Always"}), &["P5002 imagePullPolice"]);
    container(&json!({"env": [{"name": "A", "value": 1}]}), &["P5003 env[0].value"]);
    container(&json!({"stdin": "yes"}), &["P5003 stdin"]);
    let service = json!({"type": "ClusterIP", "ports": [{"port": "http"}]});
    expect(&object("v1", "Service", &service), &["P5003 spec.ports[0].port"]);
    expect(&json!([]), &["P5004 metadata"]);
    expect(&json!(null), &["P5004 metadata"]);
}

#[test]
fn every_kind_is_decoded() {
    for (api_version, kind) in [
        ("v1", "ConfigMap"),
        ("v1", "Namespace"),
        ("v1", "Secret"),
        ("v1", "ServiceAccount"),
        ("apps/v1", "Deployment"),
        ("autoscaling/v2", "HorizontalPodAutoscaler"),
        ("batch/v1", "CronJob"),
        ("batch/v1", "Job"),
        ("networking.k8s.io/v1", "Ingress"),
        ("networking.k8s.io/v1", "NetworkPolicy"),
        ("policy/v1", "PodDisruptionBudget"),
        ("rbac.authorization.k8s.io/v1", "ClusterRole"),
        ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
        ("rbac.authorization.k8s.io/v1", "Role"),
        ("rbac.authorization.k8s.io/v1", "RoleBinding"),
    ] {
        let mut object =
            json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "demo"}});
        object["invented"] = json!(1);
        assert!(found(&object).contains(&"P5002 invented".to_owned()), "{kind}");
    }
}

#[test]
fn names_follow_the_rule_of_their_kind() {
    let named = |kind: &str, name: &str| {
        found(&json!({"kind": kind, "apiVersion": "x/v1", "metadata": {"name": name}}))
    };
    assert_eq!(named("Other", "a.b"), [""; 0]);
    assert_eq!(named("Role", "a:B"), [""; 0]);
    assert_eq!(named("Other", "a:B"), ["P5004 metadata.name"]);
    assert_eq!(named("Other", ""), ["P5004 metadata.name"]);
    assert_eq!(named("Namespace", "a.b"), ["P5004 metadata.name"]);
    let labels = json!({"kind": "Other", "metadata": {
        "name": "a", "namespace": "B", "labels": {"a": "b+c"}, "annotations": {"a b": ""},
    }});
    expect(
        &labels,
        &["P5004 metadata.namespace", "P5005 metadata.labels.a", "P5005 metadata.annotations.a b"],
    );
}

#[test]
fn containers_are_consistent() {
    container(&json!({"image": ""}), &["P5007 image"]);
    container(&json!({"name": "A"}), &["P5004 name"]);
    container(&json!({"env": [{"name": "A"}, {"name": "A"}]}), &["P5008 env[1].name"]);
    container(&json!({"env": [{"name": "A=B"}]}), &["P5004 env[0].name"]);
    container(
        &json!({"volumeMounts": [{"name": "other", "mountPath": "/a"}]}),
        &["P5009 volumeMounts[0].name"],
    );
    let twice = json!([{"name": "data", "mountPath": "/a"}, {"name": "data", "mountPath": "/a"}]);
    container(&json!({"volumeMounts": twice}), &["P5008 volumeMounts[1].mountPath"]);
    let escaping = json!([{"name": "data", "mountPath": "/a", "subPath": "../b"}]);
    container(&json!({"volumeMounts": escaping}), &["P5007 volumeMounts[0].subPath"]);
}

#[test]
fn ports_and_probes_are_consistent() {
    container(&json!({"ports": [{"containerPort": 0}]}), &["P5007 ports[0].containerPort"]);
    container(&json!({"ports": [{"containerPort": 70_000}]}), &["P5007 ports[0].containerPort"]);
    container(
        &json!({"ports": [{"containerPort": 1, "name": "much-too-long-name"}]}),
        &["P5004 ports[0].name"],
    );
    container(
        &json!({"ports": [{"containerPort": 1}, {"containerPort": 1, "protocol": "TCP"}]}),
        &["P5008 ports[1].containerPort"],
    );
    container(
        &json!({"ports": [{"containerPort": 1}, {"containerPort": 1, "protocol": "UDP"}]}),
        &[],
    );
    container(&json!({"livenessProbe": {"periodSeconds": 1}}), &["P5007 livenessProbe"]);
    container(
        &json!({"livenessProbe": {"tcpSocket": {"port": "http"}}}),
        &["P5009 livenessProbe.tcpSocket.port"],
    );
    container(
        &json!({"startupProbe": {"httpGet": {"port": 0}, "exec": {}}}),
        &["P5007 startupProbe", "P5007 startupProbe.httpGet.port"],
    );
}

#[test]
fn quantities_parse_and_requests_stay_below_limits() {
    container(
        &json!({"resources": {"limits": {"memory": "1GB"}}}),
        &["P5006 resources.limits.memory"],
    );
    container(
        &json!({"resources": {"limits": {"memory": "-1"}}}),
        &["P5006 resources.limits.memory"],
    );
    container(
        &json!({"resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "1500m"}}}),
        &["P5006 resources.requests.cpu"],
    );
    let claim = |size: &str| {
        let spec =
            json!({"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}});
        found(&object("v1", "PersistentVolumeClaim", &spec))
    };
    assert_eq!(claim("0"), ["P5006 spec.resources.requests.storage"]);
    assert_eq!(claim("ten"), ["P5006 spec.resources.requests.storage"]);
    expect(
        &object("v1", "PersistentVolumeClaim", &json!({})),
        &["P5007 spec.accessModes", "P5007 spec.resources.requests.storage"],
    );
}

#[test]
fn pods_are_consistent() {
    let good = json!({"name": "agent", "image": "agent:1"});
    let twice =
        json!([{"name": "a", "emptyDir": {}}, {"name": "a", "emptyDir": {"sizeLimit": "1X"}}]);
    expect(
        &workload(&good, &twice),
        &[
            "P5008 spec.template.spec.volumes[1].name",
            "P5006 spec.template.spec.volumes[1].emptyDir.sizeLimit",
        ],
    );
    let mut sidecar = workload(&good, &json!([]));
    sidecar["spec"]["template"]["spec"]["initContainers"] = json!([good]);
    sidecar["spec"]["selector"]["matchLabels"]["app"] = json!("other");
    expect(
        &sidecar,
        &["P5008 spec.template.spec.containers[0].name", "P5009 spec.selector.matchLabels.app"],
    );
}

#[test]
fn services_config_maps_and_others() {
    let service = |ports: Value| found(&object("v1", "Service", &json!({"ports": ports})));
    assert_eq!(service(json!([])), ["P5007 spec.ports"]);
    assert_eq!(
        service(json!([{"port": 1}, {"port": 1, "name": "a"}])),
        ["P5004 spec.ports[0].name", "P5008 spec.ports[1].port",]
    );
    assert_eq!(
        service(json!([{"port": 0, "targetPort": "A"}])),
        ["P5007 spec.ports[0].port", "P5004 spec.ports[0].targetPort",]
    );
    let config = |data: Value| {
        found(
            &json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": data}),
        )
    };
    assert_eq!(config(json!({"a/b": ""})), ["P5004 data[\"a/b\"]"]);
    assert_eq!(config(json!({"a": "x".repeat(1_048_576)})), ["P5007 data"]);
    let budget = json!({"minAvailable": 1, "maxUnavailable": 1});
    expect(&object("policy/v1", "PodDisruptionBudget", &budget), &["P5007 spec.maxUnavailable"]);
}

#[test]
fn kinds_outside_of_kubernetes_have_schemas() {
    let route = object(
        "gateway.networking.k8s.io/v1",
        "HTTPRoute",
        &json!({
            "parentRefs": [{"name": "gateway"}],
            "hostnames": ["a.example.org"],
            "rules": [{"backendRefs": [{"name": "demo", "port": 80}], "backendRef": []}],
        }),
    );
    expect(&route, &["P5002 spec.rules[0].backendRef"]);
    let monitor = object(
        "monitoring.coreos.com/v1",
        "ServiceMonitor",
        &json!({
            "selector": {"matchLabels": {}}, "endpoints": [{"port": "http", "interval": "30 s"}],
        }),
    );
    expect(&monitor, &["P5003 spec.endpoints[0].interval"]);
    let rule = object(
        "monitoring.coreos.com/v1",
        "PrometheusRule",
        &json!({
            "groups": [{"name": "a", "rules": [{"alert": "A"}]}],
        }),
    );
    expect(&rule, &["P5003 spec.groups[0].rules[0].expr"]);
}
