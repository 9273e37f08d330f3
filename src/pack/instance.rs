//! One instance to its objects.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value;

use crate::{
    diagnostic::{Diagnostic, Location, catalogue::pack as codes},
    field_path::FieldPath,
    pack::{Pack, Rule},
    render::{self, Evaluator, From, Named, Scope, Trace, Tracer, budget},
    resolve::Instance,
};

/// One object, and the template that gave it.
#[derive(Debug, Clone)]
pub struct Rendered<'p> {
    /// The object.
    pub value: Value,
    /// The name of the template in its pack.
    pub template: &'p str,
    /// The whole template.
    pub location: Location,
}

/// Objects, or the problems that left none.
type Objects<'p> = Result<Vec<Rendered<'p>>, Vec<Diagnostic>>;

impl Pack {
    /// The objects of an instance, in the order of pack.yaml. A trace notes where each field comes from.
    pub fn render(&self, instance: &Instance, trace: Option<&mut Trace>) -> Objects<'_> {
        let objects = self.render_value(
            &instance.value,
            instance.namespace.as_deref(),
            &instance.config_maps,
            trace,
        );
        objects.map_err(|problems| {
            problems.into_iter().map(|problem| about(instance, problem)).collect()
        })
    }

    /// The objects of an instance that is only a value.
    pub fn render_value(
        &self,
        instance: &Value,
        namespace: Option<&str>,
        config_maps: &BTreeMap<String, String>,
        mut trace: Option<&mut Trace>,
    ) -> Objects<'_> {
        let mut instance = instance.clone();
        render::canonicalize(&mut instance);
        let instance = Arc::new(instance);
        let Some(first) = self.objects.first() else { return Ok(Vec::new()) };
        let mut evaluator = Evaluator::new(&self.library, &first.source);
        let names = self.names(&instance, namespace, config_maps, &mut evaluator)?;
        let scope = Scope::instance(&instance, &names);
        let mut objects = Vec::with_capacity(self.objects.len());
        for rule in &self.objects {
            self.rule(rule, &scope, &mut evaluator, &mut objects, &mut trace)?;
        }
        Ok(objects)
    }

    /// `name`, `namespace`, `configMaps`, and the values under `let`.
    fn names<'p>(
        &'p self,
        instance: &Arc<Value>,
        namespace: Option<&str>,
        config_maps: &BTreeMap<String, String>,
        evaluator: &mut Evaluator<'p>,
    ) -> Result<Vec<Named<'p>>, Vec<Diagnostic>> {
        let name = instance.pointer("/metadata/name").cloned().unwrap_or(Value::Null);
        let mut names = vec![Named::owned("name", name, From::Field("metadata.name"))];
        if let Some(namespace) = namespace {
            let namespace = Value::from(namespace);
            names.push(Named::owned("namespace", namespace, From::Field("metadata.namespace")));
        }
        let digests =
            config_maps.iter().map(|(name, digest)| (name.clone(), digest.as_str().into()));
        names.push(Named::owned("configMaps", Value::Object(digests.collect()), From::Elsewhere));
        for rule in self.lets() {
            let value =
                evaluator.aside(&rule.source, &rule.node, &Scope::instance(instance, &names));
            let value = value.map_err(|problem| vec![*problem])?;
            names.push(Named::owned(&rule.name, value, From::Let(&rule.node)));
        }
        Ok(names)
    }

    /// The objects of one line of pack.yaml.
    fn rule<'p>(
        &'p self,
        rule: &'p Rule,
        scope: &Scope<'_>,
        evaluator: &mut Evaluator<'p>,
        objects: &mut Vec<Rendered<'p>>,
        trace: &mut Option<&mut Trace>,
    ) -> Result<(), Vec<Diagnostic>> {
        let mut problems = Vec::new();
        let mut one = |evaluator: &mut Evaluator<'p>, scope: &Scope<'_>| {
            let done = self.object(rule, scope, evaluator, objects, trace);
            done.map_err(|mut found| {
                let first = found.remove(0);
                problems = found;
                Box::new(first)
            })
        };
        let done = evaluator.inside(&rule.source, |evaluator| match &rule.each {
            Some(each) => evaluator.each(each, scope, &mut one),
            None => one(evaluator, scope),
        });
        done.map_err(|first| {
            problems.insert(0, *first);
            problems
        })
    }

    /// One object, if its condition holds. The error is never empty.
    fn object<'p>(
        &'p self,
        rule: &'p Rule,
        scope: &Scope<'_>,
        evaluator: &mut Evaluator<'p>,
        objects: &mut Vec<Rendered<'p>>,
        trace: &mut Option<&mut Trace>,
    ) -> Result<(), Vec<Diagnostic>> {
        if let Some(when) = &rule.when
            && !evaluator.truth(when, scope).map_err(|problem| vec![*problem])?
        {
            return Ok(());
        }
        let here = Location { source: Arc::clone(&rule.source), span: rule.span };
        if objects.len() >= budget::OBJECTS {
            let message = format!("an instance renders to more than {} objects", budget::OBJECTS);
            let problem = Diagnostic::new(&codes::LIMIT, message).at(here);
            return Err(vec![problem.help("loop over less, or make several instances of it")]);
        }
        let Some(file) = self.library.get(&rule.template) else {
            return Err(vec![super::missing_file(&rule.template, here)]);
        };
        let template = file.template().map_err(<[Diagnostic]>::to_vec)?;
        evaluator.tracer = trace.is_some().then(Tracer::default);
        let value = evaluator.template(template, scope).map_err(|problem| vec![*problem])?;
        if let (Some(trace), Some(tracer)) = (trace, evaluator.tracer.take()) {
            trace.objects.push(tracer.finish());
        }
        let location = Location { source: Arc::clone(&template.source), span: render::span(0, 1) };
        if let Some(missing) = missing(&value) {
            let message = format!("`{}` gives an object without {missing}", rule.template);
            let help = "every object has apiVersion, kind, and metadata.name, which are texts";
            return Err(vec![Diagnostic::new(&codes::NO_OBJECT, message).at(location).help(help)]);
        }
        objects.push(Rendered { value, template: &rule.template, location });
        Ok(())
    }
}

/// What an object lacks to be one.
fn missing(object: &Value) -> Option<&'static str> {
    let is_text =
        |value: Option<&Value>| value.and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    let name = object.get("metadata").and_then(|metadata| metadata.get("name"));
    let needed = [
        ("apiVersion", object.get("apiVersion")),
        ("kind", object.get("kind")),
        ("metadata.name", name),
    ];
    needed.into_iter().find(|(_, value)| !is_text(*value)).map(|(field, _)| field)
}

/// A problem of a template, told to the author of the instance.
fn about(instance: &Instance, mut problem: Diagnostic) -> Diagnostic {
    problem.object = Some(instance.document.title());
    let is_refusal = problem.code.id == codes::REFUSED.id;
    if is_refusal {
        let template = problem.location.take().map(|location| place(&location)).unwrap_or_default();
        problem.location = Some(instance.document.location(&FieldPath::of("spec")));
        return problem.help(format!("the pack asks for this ({template}); change the instance"));
    }
    let Some(field) = &problem.field else { return problem };
    let known = field.split('[').next().unwrap_or_default();
    let location = instance.document.location(&FieldPath::of(known));
    let help = format!("set {field} ({}), or change the template", place(&location));
    problem.help(help)
}

/// A place in one line: `file:line:column`.
fn place(location: &Location) -> String {
    let (line, column) = location.source.position(location.span.start);
    format!("{}:{line}:{column}", location.source.name)
}
