//! What the Hermes templates cannot say in a line: filters over parts of a `HermesInstance`.

use minijinja::{Environment, Error, ErrorKind, State, value::Value as Dynamic};
use serde_json::json;

use crate::{
    agent::{self, Told},
    render::filters::{Refused, dynamic, value},
    settings,
};

pub mod cron;
pub mod endpoint;
pub mod gateway;
pub mod port;
pub mod probe;
pub mod seed;
pub mod skill;

type Result = std::result::Result<Dynamic, Error>;

/// Adds the filters of the Hermes pack.
pub fn register(environment: &mut Environment<'_>) {
    environment.add_filter(
        "agent_version",
        |state: &mut State<'_, '_>, image: &Dynamic| -> Result {
            let known = agent::agent_version(&value(state, image)?);
            Ok(dynamic(json!({
                "release": known.release.release.text(),
                "known": known.told == Told::Known,
                "managedScope": known.release.managed_scope,
                "noSupervise": known.release.no_supervise,
            })))
        },
    );
    environment.add_filter(
        "image_reference",
        |state: &mut State<'_, '_>, image: &Dynamic| -> Result {
            Ok(Dynamic::from(agent::image_reference(&value(state, image)?)))
        },
    );
    environment.add_filter(
        "service_ports",
        |state: &mut State<'_, '_>, service: &Dynamic, listeners: &Dynamic| -> Result {
            let (service, listeners) = (value(state, service)?, value(state, listeners)?);
            Ok(dynamic(port::service_ports(&service, &listeners)))
        },
    );
    environment.add_filter(
        "service_port",
        |state: &mut State<'_, '_>, ports: &Dynamic, name: Option<&str>| -> Result {
            let ports = value(state, ports)?;
            port::service_port(&ports, name).cloned().map(dynamic).map_err(refuse)
        },
    );
    environment.add_filter(
        "probe",
        |state: &mut State<'_, '_>, probe: &Dynamic, default: &Dynamic| -> Result {
            let (probe, default) = (value(state, probe)?, value(state, default)?);
            Ok(dynamic(probe::probe(probe, default)))
        },
    );
    environment.add_filter("seed_path", |path: &str| seed::path(path).map_err(refuse));
    environment.add_filter("seed_key", |path: &str| {
        seed::path(path).map(|path| seed::key(&path)).map_err(refuse)
    });
    environment.add_filter(
        "cron_jobs",
        |state: &mut State<'_, '_>, given: &Dynamic, instance: &str| -> Result {
            cron::jobs(instance, &value(state, given)?).map(dynamic).map_err(refuse)
        },
    );
    environment.add_filter("skills", |state: &mut State<'_, '_>, given: &Dynamic| -> Result {
        skill::skills(&value(state, given)?).map(dynamic).map_err(refuse)
    });
    environment.add_filter("model", |state: &mut State<'_, '_>, given: &Dynamic| -> Result {
        Ok(dynamic(settings::model::model(&value(state, given)?)))
    });
    environment.add_filter(
        "agent_tools",
        |state: &mut State<'_, '_>,
         servers: &Dynamic,
         toolsets: &Dynamic,
         approvals: &Dynamic|
         -> Result {
            let (servers, toolsets) = (value(state, servers)?, value(state, toolsets)?);
            Ok(dynamic(settings::tools::tools(&servers, &toolsets, &value(state, approvals)?)))
        },
    );
    environment.add_filter(
        "endpoints",
        |state: &mut State<'_, '_>,
         config: &Dynamic,
         gateways: &Dynamic,
         store: Option<&str>|
         -> Result {
            let (config, gateways) = (value(state, config)?, value(state, gateways)?);
            let endpoints = endpoint::endpoints(&config, &gateways, store);
            Ok(dynamic(endpoints.iter().map(endpoint::Endpoint::to_json).collect()))
        },
    );
    environment.add_filter(
        "gateways",
        |state: &mut State<'_, '_>, gateways: &Dynamic, env: &Dynamic| -> Result {
            let (gateways, env) = (value(state, gateways)?, value(state, env)?);
            Ok(dynamic(gateway::gateways(&gateways, &env)))
        },
    );
}

/// An error for the author of the instance, not of the template.
fn refuse(message: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, message.clone()).with_source(Refused(message))
}

#[cfg(test)]
mod tests {
    use minijinja::value::Serde;
    use serde_json::Value;

    use super::*;

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "a case reads better without `&`")]
    fn check(expression: &str, spec: Value, expected: Value) {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(minijinja::UndefinedBehavior::Chainable);
        register(&mut environment);
        let context = json!({ "spec": spec });
        let value =
            environment.compile_expression(expression).unwrap().eval(Serde(context)).unwrap();
        assert_eq!(serde_json::to_value(&value).unwrap(), expected, "{expression}");
    }

    #[test]
    fn every_filter_takes_a_field_that_is_not_set() {
        check("spec.image | image_reference", json!({}), json!(agent::default_image()));
        check("(spec.image | agent_version).managedScope", json!({}), json!(true));
        check("(spec.networking.service | service_ports(spec.x))[0].port", json!({}), json!(8642));
        check(
            "(spec.networking.service | service_ports([]) | service_port(spec.x.y)).port",
            json!({}),
            json!(8642),
        );
        check("spec.probes.liveness | probe({'a': 1})", json!({}), json!({"a": 1}));
        check("{} | endpoints(spec.gateways)", json!({}), json!([]));
        check("(spec.gateways | gateways(spec.env)).env", json!({}), json!([]));
        check("(spec.model | model).env", json!({}), json!([]));
        check("(spec.a | agent_tools(spec.b, spec.c)).env", json!({}), json!([]));
        check("(spec.skills | skills).tasks", json!({}), json!([]));
        check("spec.cron | cron_jobs('a')", json!({}), json!([]));
    }

    #[test]
    fn a_refusal_says_what_is_wrong() {
        let mut environment = Environment::new();
        register(&mut environment);
        let error = environment
            .compile_expression("path | seed_path")
            .unwrap()
            .eval(minijinja::context! { path => "../x" })
            .unwrap_err();
        assert_eq!(error.detail(), Some("`../x` leads out of the agent's directory"));
    }
}
