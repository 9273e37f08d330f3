//! What happens to one document.

use std::{borrow::Cow, sync::Arc};

use serde_json::Value;

use crate::{
    api,
    diagnostic::{Diagnostic, Level, SHOWN, catalogue, cut},
    digest,
    document::Document,
    field_path::FieldPath,
    kinds::Role,
    notation::names,
    object::{
        Identity, RenderedObject, one_writer, pod_security, release,
        strict::{self, Fault},
        to_text,
    },
    pack::{Pack, Rendered},
    pipeline::{Options, Part, fault, shared::Shared},
    render::Trace,
    resolve::{Instance, defaults, rules},
    schema::{self, Schema},
};

/// Renders, checks, or passes through.
pub(super) fn document(
    document: Document,
    options: &Options<'_>,
    shared: &Shared,
    part: &mut Part,
) {
    match options.kinds.role(document.api_version(), document.kind()) {
        Role::Renders(pack, schema) => {
            let before = part.report.len();
            schema::check(&document, schema, &mut part.report);
            instance(document, pack, options, shared, before, part);
        }
        Role::Defaults(schema) => {
            check(&document, schema, &mut part.report);
        }
        Role::PassesThrough(schema) => {
            if check(&document, schema, &mut part.report) {
                pass_through(&document, options, part);
            }
        }
        Role::OtherVersion(known) => part.report.push(other_version(&document, known)),
        Role::Misspelled { group, kind } => part.report.push(misspelled(&document, group, kind)),
        Role::Foreign => {
            if is_plain_secret(&document) {
                part.report.push(plain_secret(&document));
            }
            if has_usable_names(&document, &mut part.report) {
                pass_through(&document, options, part);
            }
        }
    }
}

/// Schema and CEL rules; whether the document can be used.
fn check(document: &Document, schema: &Schema, report: &mut Vec<Diagnostic>) -> bool {
    let before = report.len();
    schema::check(document, schema, report);
    !has_error(&report[before..])
}

fn has_error(report: &[Diagnostic]) -> bool {
    report.iter().any(|diagnostic| diagnostic.level() == Level::Error)
}

/// A document with its defaults, for whoever renders or explains it.
pub(super) fn resolve(
    document: Document,
    pack: &Pack,
    namespace: Option<&str>,
    shared: &Shared,
) -> Instance {
    let defaults = shared.defaults.as_ref().filter(|_| api::is_instance(&document));
    let mut instance = defaults::resolve(document, defaults, &pack.defaults, namespace);
    instance.config_maps = shared.config_maps_of(&instance);
    instance
}

/// Checks and renders an instance. `before` is the length of the report before its first problem: the rules say what they
/// know also of an instance that the schema refuses, so that one run tells everything.
fn instance(
    document: Document,
    pack: &Pack,
    options: &Options<'_>,
    shared: &Shared,
    before: usize,
    part: &mut Part,
) {
    let instance = resolve(document, pack, options.parameters.namespace.as_deref(), shared);
    part.instances += 1;
    if api::is_instance(&instance.document) {
        let of_schema = part.report.len();
        rules::check(&instance, &mut part.report);
        drop_repeated(&mut part.report, before, of_schema);
        part.claims.extend(rules::ClaimUse::of(&instance));
    }
    if has_error(&part.report[before..]) {
        return;
    }
    match pack.render(&instance, None) {
        Ok(objects) => {
            if options.parameters.include_instances {
                include(&instance, options, part);
            }
            for (index, object) in objects.iter().enumerate() {
                keep(object, index, &instance, pack, options, part);
            }
        }
        Err(mut problems) => part.report.append(&mut problems),
    }
}

/// What the schema says of a place, the rules need not say again. `from` begins the document, `rules` its rules.
fn drop_repeated(report: &mut Vec<Diagnostic>, from: usize, rules: usize) {
    if from == rules {
        return;
    }
    let mut of_rules = report.split_off(rules);
    of_rules.retain(|rule| !report[from..].iter().any(|schema| says_already(schema, rule)));
    report.append(&mut of_rules);
}

/// Whether both are about one place, and the rule about the field of the schema's problem or one inside it.
fn says_already(schema: &Diagnostic, rule: &Diagnostic) -> bool {
    let inside = |(rule, schema): (&String, &String)| rule.starts_with(schema.as_str());
    schema.location == rule.location
        && rule.field.as_ref().zip(schema.field.as_ref()).is_some_and(inside)
}

/// Checks a rendered object and keeps its text.
fn keep(
    object: &Rendered<'_>,
    index: usize,
    instance: &Instance,
    pack: &Pack,
    options: &Options<'_>,
    part: &mut Part,
) {
    let (value, faults) = match treat(&object.value, options) {
        Ok(value) => {
            let faults = faults(&value, instance, options);
            (value, faults)
        }
        Err(fault) => (Cow::Borrowed(&object.value), vec![*fault]),
    };
    if !faults.is_empty() {
        let trace = trace(pack, instance);
        let diagnostics = faults
            .into_iter()
            .map(|fault| fault::diagnostic(fault, object, index, instance, &trace));
        let before = part.report.len();
        part.report.extend(diagnostics);
        if has_error(&part.report[before..]) {
            return;
        }
    }
    let Some(identity) = Identity::of(&value) else { return };
    part.objects.push(RenderedObject {
        identity,
        instance: Some(Arc::from(instance.document.name())),
        text: to_text(&value, options.format),
        location: instance.document.location(&FieldPath::default()),
    });
}

/// What keeps an object of an instance, or a field of it, out of a cluster.
fn faults(object: &Value, instance: &Instance, options: &Options<'_>) -> Vec<Fault> {
    let mut faults = strict::check(object);
    if must_be_restricted(instance) {
        faults.extend(pod_security::check(object));
    }
    if let Some(release) = options.parameters.kubernetes {
        faults.extend(release::check(object, release));
    }
    if let Some(claim) =
        rules::ClaimUse::of(instance).filter(|_| api::is_instance(&instance.document))
    {
        faults.extend(one_writer::check(object, claim.name()));
    }
    faults
}

/// The object with what the run does about Flux's substitution.
fn treat<'a>(object: &'a Value, options: &Options<'_>) -> Result<Cow<'a, Value>, Box<Fault>> {
    options.flux.map_or(Ok(Cow::Borrowed(object)), |treatment| treatment.treat(object))
}

/// Profile `s6` starts as root, which is why it is not the default; a user's own kinds promise nothing.
fn must_be_restricted(instance: &Instance) -> bool {
    api::is_instance(&instance.document) && instance.text("spec.profile") != Some("s6")
}

/// Renders once more, to know which field of the instance a value comes from. Only problems and questions cost this.
pub(super) fn trace(pack: &Pack, instance: &Instance) -> Trace {
    let mut trace = Trace::default();
    // It rendered a moment ago, so it does again.
    let _ = pack.render(instance, Some(&mut trace));
    trace
}

/// The instance as its author wrote it, in the namespace that it is rendered for. What defaults fill in is not repeated.
fn include(instance: &Instance, options: &Options<'_>, part: &mut Part) {
    let mut value = instance.document.value.clone();
    if let (Some(namespace), Some(Value::Object(metadata))) =
        (&instance.namespace, value.get_mut("metadata"))
    {
        metadata.entry("namespace").or_insert_with(|| Value::from(namespace.as_str()));
    }
    let Some(identity) = Identity::of(&value) else { return };
    let location = instance.document.location(&FieldPath::default());
    let name = Some(Arc::from(instance.document.name()));
    let text = to_text(&value, options.format);
    part.objects.push(RenderedObject { identity, instance: name, text, location });
}

fn pass_through(document: &Document, options: &Options<'_>, part: &mut Part) {
    let value = match treat(&document.value, options) {
        Ok(value) => value,
        Err(fault) => {
            part.report.push(document.problem(fault.code, &fault.path, fault.message));
            return;
        }
    };
    let text = to_text(&value, options.format);
    let identity = Identity::of(&value).or_else(|| generated(&value, &text));
    let Some(identity) = identity else { return };
    let location = document.location(&FieldPath::default());
    part.objects.push(RenderedObject { identity, instance: None, text, location });
}

/// What stands for the identity of an object that the API server will name: its prefix, and something of its own.
fn generated(object: &Value, text: &str) -> Option<Identity> {
    let prefix = object.pointer("/metadata/generateName")?.as_str()?;
    let mut named = object.clone();
    named["metadata"]["name"] = format!("{prefix}{:.5}", digest::sha256(text)).into();
    Identity::of(&named)
}

/// Checks what every kind has in common: names are parts of paths, of files as well as of the API.
fn has_usable_names(document: &Document, report: &mut Vec<Diagnostic>) -> bool {
    let before = report.len();
    let mut check = |field, rule: fn(&str) -> Result<(), &'static str>| {
        let path = FieldPath::of(field);
        if let Some(name) = document.get(&path).and_then(Value::as_str)
            && let Err(problem) = rule(name)
        {
            let message = format!("{:?} {problem}", cut(name, SHOWN));
            report.push(document.problem(&catalogue::schema::NAME, &path, message));
        }
    };
    check("metadata.name", names::path_segment);
    check("metadata.namespace", names::label);
    report.len() == before
}

fn other_version(document: &Document, known: &str) -> Diagnostic {
    let path = FieldPath::of("apiVersion");
    let message = format!("{} is not known in version {}", document.kind(), document.api_version());
    let (group, _) = document.api_version().split_once('/').unwrap_or_default();
    document
        .problem(&catalogue::schema::OTHER_VERSION, &path, message)
        .help(format!("write `apiVersion: {group}/{known}`, the version that this program renders"))
}

/// Passed through as a foreign object, it would render nothing, and nobody would be told.
fn misspelled(document: &Document, group: &str, kind: Option<&str>) -> Diagnostic {
    let (given, _) = document.api_version().split_once('/').unwrap_or_default();
    let (field, message, help) = match kind {
        _ if given != group => (
            "apiVersion",
            format!("the group `{given}` is not known, and {} is of another", document.kind()),
            format!("did you mean `{group}`?"),
        ),
        near => (
            "kind",
            format!("the group {group} has no kind `{}`", document.kind()),
            near.map_or_else(
                || "`petasos crds` lists the kinds".to_owned(),
                |near| format!("did you mean `{near}`?"),
            ),
        ),
    };
    document.problem(&catalogue::schema::OTHER_VERSION, &FieldPath::of(field), message).help(help)
}

/// A Secret with values that anyone who reads the file can read. What SOPS encrypted says so in each value, or, where it
/// was told to leave some as they are, has a code over all of them.
fn is_plain_secret(document: &Document) -> bool {
    let maps = ["data", "stringData"].map(|key| document.value.get(key).and_then(Value::as_object));
    let mut values = maps.into_iter().flatten().flat_map(serde_json::Map::values);
    let is_encrypted = |value: &Value| value.as_str().is_some_and(|text| text.starts_with("ENC["));
    let sealed = FieldPath::of("sops.mac").value(&document.value).and_then(Value::as_str);
    document.kind() == "Secret"
        && document.api_version() == "v1"
        && sealed.is_none_or(str::is_empty)
        && !values.all(is_encrypted)
}

fn plain_secret(document: &Document) -> Diagnostic {
    document
        .problem(&catalogue::output::PLAIN_SECRET, &FieldPath::of("kind"), "this Secret is not encrypted")
        .help("keep it out of Git, or encrypt it with SOPS, or let an operator make it from your secret store")
}
