use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Value, json};

use super::*;
use crate::{document::Document, resolve::defaults};

fn report(document: Value) -> Vec<Diagnostic> {
    let instance = defaults::resolve(Document::from_value(document), None, &Value::Null, None);
    let mut found = Vec::new();
    check(&instance, &mut found);
    found
}

/// What a spec gives beside a fitting image and a model.
fn codes(spec: &str) -> Vec<String> {
    let mut value: Value = serde_saphyr::from_str(spec).unwrap();
    let fields = value.as_object_mut().unwrap();
    let digest = format!("sha256:{}", "0123456789abcdef".repeat(4));
    fields.entry("image").or_insert(json!({ "tag": "v2026.7.20", "digest": digest }));
    fields.entry("model").or_insert(json!({ "provider": "anthropic", "name": "x" }));
    let document =
        json!({ "kind": "HermesInstance", "metadata": { "name": "demo" }, "spec": value });
    report(document)
        .iter()
        .map(|found| format!("{} {}", found.code.id, found.field.as_deref().unwrap_or("-")))
        .collect()
}

#[track_caller]
fn expect(spec: &str, expected: &[&str]) {
    assert_eq!(codes(spec), expected, "{spec}");
}

#[test]
fn a_case_gives_the_code_that_it_is_named_after() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/bad");
    let mut seen = BTreeSet::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if !name.starts_with("p3") || path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let found = report(serde_saphyr::from_str(&text).unwrap());
        let ids: BTreeSet<_> = found.iter().map(|found| found.code.id.to_lowercase()).collect();
        assert!(ids.contains(&name[..5]), "{name} gives {ids:?}");
        let secret = found.iter().find(|found| format!("{found:?}").contains("not-a-real-key"));
        assert_eq!(secret, None, "{name} shows a secret");
        seen.extend(ids);
    }
    assert!(seen.len() > 50, "only {} codes have a case", seen.len());
}

#[test]
fn an_instance_that_runs_has_nothing_to_report() {
    expect("{}", &[]);
    expect(
        "
storage: {persistence: {enabled: true, size: 10Gi, storageClassName: fast-ssd}}
resources: {requests: {cpu: 250m, memory: 1Gi}, limits: {cpu: '2', memory: 2Gi}}
availability: {podDisruptionBudget: {enabled: true, maxUnavailable: 1}}
networking:
  service: {type: LoadBalancer, externalTrafficPolicy: Local, ports: [{name: gateway, port: 8443, targetPort: 8443}, {name: web, port: 80, targetPort: 8642}]}
  ingress: {enabled: true, host: a.example.com, servicePortName: web, tls: [{secretName: tls, hosts: ['*.example.com']}]}
probes: {liveness: {httpGet: {path: /health, port: gateway}, periodSeconds: 10}}
security:
  networkPolicy: {allowedEgressCIDRs: [10.0.0.0/8, 'fd00::/8']}
  containerSecurityContext: {readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
env:
  - {name: TZ, value: UTC}
  - {name: API_SERVER_HOST, value: 0.0.0.0}
  - {name: OPENROUTER_API_KEY, valueFrom: {secretKeyRef: {name: agent, key: openrouter}}}
envFrom: [{secretRef: {name: agent}, prefix: AGENT_}]
sidecars: [{name: proxy, image: 'example.com/proxy:1.2.3', ports: [{name: http, containerPort: 8080}], volumeMounts: [{name: data, mountPath: /data, readOnly: true}]}]
initContainers: [{name: fetch, image: 'example.com/fetch@sha256:0', volumeMounts: [{name: data, mountPath: /opt/data}]}]
extraVolumes: [{name: skills, configMap: {name: skills}}]
extraVolumeMounts: [{name: skills, mountPath: /opt/data/skills/own, readOnly: true}]
workspace: {initialFiles: [{path: SOUL.md, content: x}, {path: notes/a.md, content: y}], initialDirs: [notes, projects/]}
config: {raw: {timezone: UTC, providers: {local: {base_url: 'https://x', api_key: '${LOCAL_KEY}'}}}}
",
        // It reads a Secret, which is never part of the input.
        &["P3953 spec.extraVolumes"],
    );
}

#[test]
fn a_block_that_is_there_and_disabled_asks_for_nothing() {
    expect(
        "
gateways: {telegram: {enabled: false}, slack: {}}
autoUpdate: {enabled: false, pollInterval: 1h}
backup: {}
skills: []
profileStore: {honcho: {enabled: false}}
tailscale: {enabled: false, mode: serve}
runtime: {uv: {enabled: false}, ffmpeg: {enabled: false}, extraPipPackages: []}
observability: {metrics: {enabled: false}, serviceMonitor: {enabled: false}, logging: {format: text}}
availability: {horizontalPodAutoscaler: {enabled: false}}
networking: {ingress: {enabled: false}, httpRoute: {enabled: false}}
selfConfigure: {enabled: false}
workspace: {bootstrap: {enabled: false}}
restoreFrom: ''
",
        &[],
    );
}

#[test]
fn a_digest_pins_whatever_the_tag_says() {
    let digest = "0123456789abcdef".repeat(4);
    expect(&format!("image: {{tag: v2026.7.20, digest: 'sha256:{digest}'}}"), &[]);
    expect(&format!("image: {{tag: main, digest: 'sha256:{digest}'}}"), &[]);
    expect(&format!("image: {{digest: 'sha256:{digest}'}}"), &["P3103 spec.image.digest"]);
    expect(&format!("image: {{digest: 'sha256:{digest}', version: 0.19.0}}"), &[]);
}

#[test]
fn a_problem_names_the_field() {
    expect("env: [{name: A, value: x}, {name: MY_TOKEN, value: x}]", &["P3506 spec.env[1].value"]);
    expect(
        "sidecars: [{name: a, image: 'x:1', env: [{name: MY_TOKEN, value: x}]}]",
        &["P3506 spec.sidecars[0].env[0].value"],
    );
    expect(
        "resources: {limits: {memory: 1Gi, nvidia.com/gpu: -1}}",
        &["P3204 spec.resources.limits[\"nvidia.com/gpu\"]"],
    );
    expect(
        "availability: {horizontalPodAutoscaler: {enabled: true}}",
        &["P3009 spec.availability.horizontalPodAutoscaler.enabled"],
    );
}

#[test]
fn a_sidecar_answers_for_its_own_port() {
    let with = |probe: &str| {
        format!(
            "sidecars: [{{name: a, image: 'x:1', ports: [{{containerPort: 9000}}]}}]\nprobes: {{readiness: {probe}}}"
        )
    };
    expect(&with("{httpGet: {port: 9000, path: /ready}}"), &[]);
    expect(&with("{grpc: {port: 9000}}"), &[]);
    expect(&with("{tcpSocket: {port: 9001}}"), &["P3801 spec.probes.readiness.tcpSocket.port"]);
    expect(
        &with("{httpGet: {port: http, path: /health}}"),
        &["P3801 spec.probes.readiness.httpGet.port"],
    );
}

#[test]
fn a_key_that_is_long_enough_is_still_a_secret() {
    expect("env: [{name: API_SERVER_KEY, value: 0123456789abcdef}]", &["P3506 spec.env[0].value"]);
    expect("env: [{name: API_SERVER_KEY, value: 0123456789abcde}]", &["P3505 spec.env[0].value"]);
}

#[test]
fn the_workspace_ends_where_a_config_map_ends() {
    let file = |size: usize| {
        format!("workspace: {{initialFiles: [{{path: a, content: {}}}]}}", "x".repeat(size))
    };
    expect(&file(1024 * 1024 - 100), &[]);
    expect(&file(1024 * 1024), &["P3903 spec.workspace.initialFiles"]);
}

#[test]
fn a_key_of_a_block_is_known() {
    let raw = "config: {raw: {agent: {max_turn: 9}, tool_loop_guardrails: {enabled: true, warn_after: {x: 1}}}}";
    expect(
        raw,
        &[
            "P3911 spec.config.raw.agent.max_turn",
            "P3911 spec.config.raw.tool_loop_guardrails.enabled",
            "P3911 spec.config.raw.tool_loop_guardrails.warn_after.x",
        ],
    );
    // What a later version reads is not known.
    let newer = format!("image: {{tag: v0.21.2, digest: 'sha256:{}'}}\n{raw}", "01".repeat(32));
    expect(&newer, &[]);
    expect(
        "config: {raw: {agent: {reasoning_effort: low}, gateway: {platforms: {discord: {x: 1}}}, tts: {mine: {x: 1}}}}",
        &[],
    );
}

#[test]
fn a_job_delivers_to_what_the_agent_knows() {
    let job = |deliver: &str| {
        format!(
            "gateways: {{discord: {{enabled: true, botTokenSecretRef: {{name: s, key: k}}, homeChannel: '1'}}}}\ncron: [{{name: a, schedule: 0 8 * * *, prompt: x, deliver: '{deliver}'}}]"
        )
    };
    for known in [
        "local",
        "all",
        "discord",
        "Discord:2:3",
        "ntfy",
        "irc:#a",
        "local, discord",
        "${PLATFORM}",
    ] {
        expect(&job(known), &[]);
    }
    for other in ["discrod", "origin", "discord,telegarm:1", "pigeon:1"] {
        expect(&job(other), &["P3924 spec.cron[0].deliver"]);
    }
}

#[test]
fn an_own_provider_is_known() {
    for provider in ["custom:local", "local", "anthropic", "Claude", "auto", "${PROVIDER}"] {
        expect(
            &format!(
                "model: {{provider: '{provider}', name: x}}\nconfig: {{raw: {{providers: {{local: {{base_url: 'https://x'}}}}}}}}"
            ),
            &[],
        );
    }
    expect("model: {provider: antropic, name: x}", &["P3913 spec.model.provider"]);
}

#[test]
fn two_instances_with_one_claim_are_reported_where_they_name_it() {
    let use_of = |name: &str, claim: Option<&str>, namespace: &str| {
        let document = Document::from_value(json!({
            "kind": "HermesInstance", "metadata": { "name": name },
            "spec": { "storage": { "persistence": { "existingClaim": claim } } },
        }));
        ClaimUse::of(&defaults::resolve(document, None, &Value::Null, Some(namespace))).unwrap()
    };
    let count = |uses: &[ClaimUse]| {
        let mut found = Vec::new();
        check_together(uses, &mut found);
        found.len()
    };
    assert_eq!(count(&[use_of("a", Some("x"), "n"), use_of("b", Some("x"), "n")]), 2);
    assert_eq!(count(&[use_of("a", Some("x"), "n"), use_of("b", Some("x"), "m")]), 0);
    assert_eq!(count(&[use_of("a", None, "n"), use_of("b", Some("a-data"), "n")]), 1);
    assert_eq!(count(&[use_of("a", None, "n"), use_of("b", None, "n")]), 0);
}

#[test]
fn wrong_types_everywhere_do_not_panic() {
    let names = [
        "image",
        "model",
        "config",
        "workspace",
        "env",
        "envFrom",
        "gateways",
        "selfConfigure",
        "migration",
        "storage",
        "resources",
        "security",
        "networking",
        "probes",
        "sidecars",
        "initContainers",
        "extraVolumes",
        "extraVolumeMounts",
        "availability",
        "runtime",
        "observability",
        "profile",
    ];
    let odd = [
        json!(null),
        json!(true),
        json!(-1),
        json!("text"),
        json!([null, 1, "x", {}, []]),
        json!({ "x": [] }),
    ];
    for name in names {
        for value in &odd {
            report(json!({ "metadata": { "name": 1 }, "spec": { name: value } }));
            for inner in [
                "persistence",
                "service",
                "ingress",
                "networkPolicy",
                "liveness",
                "raw",
                "limits",
                "initialFiles",
                "horizontalPodAutoscaler",
                "podSecurityContext",
                "telegram",
            ] {
                report(json!({ "spec": { name: { inner: value, "enabled": true } } }));
            }
        }
    }
    report(json!([]));
}

#[test]
fn every_code_has_its_own_identifier_and_a_page_with_both_examples() {
    let mut ids = BTreeSet::new();
    for code in crate::diagnostic::catalogue::rules::ALL {
        assert!(ids.insert(code.id), "{} is used twice", code.id);
        assert_eq!(code.page.matches("```yaml\n").count(), 2, "{}", code.id);
        for example in code.page.split("```yaml\n").skip(1) {
            let example = example.split("```").next().unwrap();
            let read: Result<Value, _> = serde_saphyr::from_str(example);
            assert!(read.is_ok(), "an example of {} is no YAML: {read:?}", code.id);
        }
    }
}
