//! Packs: which objects an instance becomes, and the templates that say how.
//!
//! A pack is a set of files by name, one of them `pack.yaml`. Reading a directory is the edge's work; here all is text.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value;

use crate::{
    diagnostic::{Code, Diagnostic, Location, Source, Span, catalogue::pack as codes},
    render::{self, Leaf, Library, Loop, Node},
};

pub(crate) mod builtin;
mod check;
mod definition;
mod describe;
mod instance;

pub use self::{
    builtin::NAMES as BUILTIN,
    check::PathKind,
    describe::{list, show, show_template},
    instance::Rendered,
};

/// A pack, ready to render.
#[derive(Debug)]
pub struct Pack {
    /// What the pack calls itself.
    pub name: String,
    /// One line about it, or nothing.
    pub description: String,
    /// Where it comes from: `built in`, or what the user named.
    pub origin: String,
    /// The kinds that it renders.
    pub kinds: Vec<Kind>,
    /// The CRDs that come with it, with the schemas of its kinds.
    pub crds: Vec<Arc<Source>>,
    /// What unset fields get at last, in the shape of the custom resource.
    pub defaults: Value,
    lets: Vec<Let>,
    objects: Vec<Rule>,
    library: Library,
}

/// A kind that a pack renders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// The group and version.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// Where the pack says so.
    pub location: Location,
}

/// A named value.
#[derive(Debug)]
struct Let {
    name: String,
    node: Node,
    source: Arc<Source>,
}

/// When a template renders an object, and for what.
#[derive(Debug)]
struct Rule {
    template: String,
    when: Option<Leaf>,
    each: Option<Loop<()>>,
    /// pack.yaml.
    source: Arc<Source>,
    /// The name of the template there.
    span: Span,
}

impl Pack {
    /// A pack of the user's, given its files by name. `origin` is what messages put before the names.
    ///
    /// Everything is compiled, so that all problems of all files are reported at once.
    pub fn load(origin: &str, files: &BTreeMap<String, String>) -> Result<Pack, Vec<Diagnostic>> {
        let sources = files.iter().map(|(name, text)| {
            let source = Source { name: format!("{origin}/{name}"), text: text.clone() };
            (name.clone(), Arc::new(source))
        });
        let pack = Pack::assemble(origin, &sources.collect())?;
        let mut errors = check::templates(&pack);
        if errors.is_empty() {
            return Ok(pack);
        }
        errors.sort_by(Diagnostic::order);
        Err(errors)
    }

    /// A pack that comes with the program. Its templates are compiled when they are first used.
    pub fn builtin(name: &str) -> Option<Result<Pack, Vec<Diagnostic>>> {
        let files = builtin::files(name)?;
        let sources = files.iter().map(|(file, text)| {
            let source =
                Source { name: format!("templates/{name}/{file}"), text: (*text).to_owned() };
            ((*file).to_owned(), Arc::new(source))
        });
        Some(Pack::assemble("built in", &sources.collect()))
    }

    /// Whether the pack renders a kind.
    pub fn renders(&self, api_version: &str, kind: &str) -> bool {
        self.kinds.iter().any(|known| known.api_version == api_version && known.kind == kind)
    }

    /// Every path that the templates read and the kind does not have.
    pub fn check_paths(
        &self,
        kind_of: &dyn Fn(&crate::field_path::FieldPath) -> PathKind,
    ) -> Vec<Diagnostic> {
        check::paths(self, kind_of)
    }

    /// What a careful author wants to know beside errors: files that nothing uses.
    pub fn lint(&self) -> Vec<Diagnostic> {
        let mut problems = check::templates(self);
        problems.extend(check::unused_files(self));
        problems.sort_by(Diagnostic::order);
        problems
    }

    fn assemble(
        origin: &str,
        files: &BTreeMap<String, Arc<Source>>,
    ) -> Result<Pack, Vec<Diagnostic>> {
        let Some(source) = files.get("pack.yaml") else {
            let message = format!("{origin} has no file pack.yaml");
            let help = "a pack is a directory with pack.yaml and templates beside it";
            return Err(vec![Diagnostic::new(&codes::UNREADABLE, message).help(help)]);
        };
        let definition = definition::read(source)?;
        let mut pack = match &definition.extends {
            None => Pack {
                name: String::new(),
                description: String::new(),
                origin: String::new(),
                kinds: Vec::new(),
                crds: Vec::new(),
                defaults: Value::Null,
                lets: Vec::new(),
                objects: Vec::new(),
                library: Library::default(),
            },
            Some((base, location)) => Pack::builtin(base).unwrap_or_else(|| {
                let names = BUILTIN.join(", ");
                let message = format!("there is no built-in pack `{base}`");
                let help = format!("the built-in packs are: {names}");
                Err(vec![
                    Diagnostic::new(&codes::PACK_FIELD, message).at(location.clone()).help(help),
                ])
            })?,
        };
        origin.clone_into(&mut pack.origin);
        pack.extend(definition, files)?;
        Ok(pack)
    }

    /// Puts a definition and files over what is there.
    fn extend(
        &mut self,
        definition: definition::Definition,
        files: &BTreeMap<String, Arc<Source>>,
    ) -> Result<(), Vec<Diagnostic>> {
        let definition::Definition {
            name,
            description,
            extends: _,
            kinds,
            crds,
            defaults,
            lets,
            objects,
        } = definition;
        self.name = name;
        self.description = description;
        for kind in kinds {
            if !self.renders(&kind.api_version, &kind.kind) {
                self.kinds.push(kind);
            }
        }
        let mut errors = Vec::new();
        for (crd, location) in crds {
            match files.get(&crd) {
                Some(source) => self.crds.push(Arc::clone(source)),
                None => errors.push(missing_file(&crd, location)),
            }
        }
        render::merge_into(&mut self.defaults, defaults);
        for new in lets {
            match self.lets.iter_mut().find(|known| known.name == new.name) {
                Some(known) => *known = new,
                None => self.lets.push(new),
            }
        }
        for new in objects {
            match self.objects.iter_mut().find(|known| known.template == new.template) {
                Some(known) => *known = new,
                None => self.objects.push(new),
            }
        }
        for (name, source) in files {
            self.library.insert(name, Arc::clone(source));
        }
        for rule in &self.objects {
            if self.library.get(&rule.template).is_none() {
                let location = Location { source: Arc::clone(&rule.source), span: rule.span };
                errors.push(missing_file(&rule.template, location));
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// A problem for each kind that two packs of one run render.
pub fn find_twice(packs: &[Pack]) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for (index, pack) in packs.iter().enumerate() {
        for kind in &pack.kinds {
            let other =
                packs[..index].iter().find(|other| other.renders(&kind.api_version, &kind.kind));
            if let Some(other) = other {
                let message = format!(
                    "the packs `{}` and `{}` both render {} of {}",
                    other.name, pack.name, kind.kind, kind.api_version
                );
                let help = "give one of them, or have one extend the other";
                let problem =
                    Diagnostic::new(&codes::KIND_TWICE, message).at(kind.location.clone());
                problems.push(problem.help(help));
            }
        }
    }
    problems
}

fn missing_file(name: &str, location: Location) -> Diagnostic {
    problem(&codes::MISSING_FILE, location, format!("the pack has no file `{name}`"))
        .help("add it, or correct the name")
}

fn problem(code: &'static Code, location: Location, message: String) -> Diagnostic {
    Diagnostic::new(code, message).at(location)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{field_path::FieldPath, render::Trace};

    #[track_caller]
    fn load(files: &[(&str, &str)]) -> Result<Pack, Vec<Diagnostic>> {
        let files = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        Pack::load("pack", &files.collect())
    }

    #[track_caller]
    fn check_error(files: &[(&str, &str)], expected: &[&str]) {
        let errors = load(files).err().unwrap_or_default();
        let found: Vec<String> =
            errors.iter().map(|error| format!("{} {}", error.code.id, error.message)).collect();
        assert_eq!(found, expected);
    }

    const HEAD: &str = "name: own\nkinds:\n- {apiVersion: example.com/v1, kind: Thing}\n";
    const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ name }}\n";

    fn thing() -> Value {
        json!({
            "apiVersion": "example.com/v1",
            "kind": "Thing",
            "metadata": {"name": "demo"},
            "spec": {"items": [{"name": "a", "on": true}, {"name": "b"}], "resources": {"limits": {"cpu": "1"}}},
        })
    }

    #[test]
    fn built_in_packs_have_no_problem() {
        for name in BUILTIN {
            let pack = Pack::builtin(name).unwrap().unwrap();
            assert_eq!(pack.lint(), []);
        }
    }

    #[test]
    fn the_hermes_pack_renders_an_instance_the_same_each_time() {
        let pack = Pack::builtin("hermes").unwrap().unwrap();
        let mut instance = json!({
            "apiVersion": "hermes.agent/v1",
            "kind": "HermesInstance",
            "metadata": {"name": "demo", "namespace": "agents"},
            "spec": {"image": {"tag": "v2026.7.1"}, "resources": {"limits": {"cpu": "2"}}},
        });
        let defaults = pack.defaults.clone();
        render::merge_into(&mut instance, defaults);
        let mut trace = Trace::default();
        let objects = pack
            .render_value(&instance, Some("agents"), &BTreeMap::new(), Some(&mut trace))
            .unwrap();
        let again = pack.render_value(&instance, Some("agents"), &BTreeMap::new(), None).unwrap();
        let values = |objects: &[Rendered<'_>]| {
            objects.iter().map(|object| object.value.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(values(&objects), values(&again));
        let index =
            objects.iter().position(|object| object.template == "statefulset.yaml").unwrap();
        let path = FieldPath::of("spec.template.spec.containers")
            .index(0)
            .key("resources")
            .key("limits")
            .key("cpu");
        let why = trace.explain(index, &path).unwrap();
        assert_eq!(why.reads, [FieldPath::of("spec.resources.limits.cpu")]);
    }

    #[test]
    fn objects_come_in_order_with_their_conditions() {
        let pack = format!(
            "{HEAD}let:\n  suffix: -x\nobjects:\n- template: b.yaml\n  for: item in spec.items\n  when: item.on\n- template: a.yaml\n- template: c.yaml\n  when: spec.missing\n"
        );
        let b = OBJECT.replace("{{ name }}", "{{ item.name }}{{ suffix }}");
        let pack =
            load(&[("pack.yaml", &pack), ("a.yaml", OBJECT), ("b.yaml", &b), ("c.yaml", OBJECT)])
                .unwrap();
        let thing = thing();
        let objects = pack.render_value(&thing, None, &BTreeMap::new(), None).unwrap();
        let names: Vec<&Value> =
            objects.iter().map(|object| &object.value["metadata"]["name"]).collect();
        assert_eq!(names, ["a-x", "demo"]);
    }

    #[test]
    fn a_field_is_traced_through_let_and_loops() {
        let pack =
            format!("{HEAD}let:\n  copy: {{{{ spec.resources }}}}\nobjects:\n- template: a.yaml\n");
        let template = format!(
            "{OBJECT}data:\n  {{% for item in spec.items %}}\n  {{{{ item.name }}}}: {{{{ item.name | upper }}}}\n  {{% endfor %}}\n  cpu: {{{{ copy.limits.cpu }}}}\n  all: {{{{ copy }}}}\n  own: constant\n"
        );
        let pack = load(&[("pack.yaml", &pack), ("a.yaml", &template)]).unwrap();
        let mut trace = Trace::default();
        let thing = thing();
        pack.render_value(&thing, None, &BTreeMap::new(), Some(&mut trace)).unwrap();
        let reads = |path: &str| {
            let why = trace.explain(0, &FieldPath::of(path)).unwrap();
            why.reads.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(reads("data.b"), "spec.items[1].name");
        assert_eq!(reads("data.cpu"), "spec.resources.limits.cpu");
        assert_eq!(reads("data.all.limits.cpu"), "spec.resources.limits.cpu");
        assert_eq!(reads("metadata.name"), "metadata.name");
        assert_eq!(reads("data.own"), "");
        assert!(trace.explain(0, &FieldPath::of("data.own")).unwrap().is_constant);
        assert!(trace.explain(0, &FieldPath::of("data.none")).is_none());
    }

    #[test]
    fn a_template_of_a_built_in_pack_is_replaced() {
        let pack =
            load(&[("pack.yaml", "name: mine\nextends: hermes\n"), ("service.yaml", OBJECT)])
                .unwrap();
        assert_eq!(show_template(&pack, "service.yaml"), Some(OBJECT));
        assert!(pack.renders("hermes.agent/v1", "HermesInstance"));
    }

    #[test]
    fn all_problems_of_a_pack_are_reported() {
        let head =
            format!("{HEAD}objects:\n- template: a.yaml\n- template: b.yaml\n  when: nmae\n");
        let a =
            format!("{OBJECT}data:\n  a: {{{{ spec.x | uper }}}}\n  b: {{{{ file(\"c\") }}}}\n");
        check_error(
            &[("pack.yaml", &head), ("a.yaml", &a), ("b.yaml", "a: {{ ( }}\n")],
            &[
                "P4009 there is no filter `uper`",
                "P4008 the pack has no file `c`",
                "P4001 this expression has no end on its line",
                "P4009 nothing is named `nmae`",
            ],
        );
    }

    #[test]
    fn pack_yaml_is_checked() {
        check_error(&[], &["P4015 pack has no file pack.yaml"]);
        check_error(
            &[("pack.yaml", "name: a\nkind: []\nobjects: [{template: a.yaml, wehn: b}]\n")],
            &[
                "P4012 unknown field `kind`",
                "P4012 pack.yaml has no `kinds`",
                "P4012 unknown field `wehn`",
            ],
        );
        check_error(
            &[("pack.yaml", "name: a\nextends: hermse\n")],
            &["P4012 there is no built-in pack `hermse`"],
        );
        let missing = format!("{HEAD}objects:\n- template: a.yaml\n");
        check_error(&[("pack.yaml", &missing)], &["P4008 the pack has no file `a.yaml`"]);
    }

    #[test]
    fn paths_are_checked_through_let_and_loops() {
        let head =
            format!("{HEAD}let:\n  res: {{{{ spec.resources }}}}\nobjects:\n- template: a.yaml\n");
        let template = format!(
            "{OBJECT}  {{% for item in spec.items %}}\n  a{{{{ item.nmae }}}}: {{{{ res.limts | upper }}}}\n  {{% endfor %}}\n"
        );
        let pack = load(&[("pack.yaml", &head), ("a.yaml", &template)]).unwrap();
        let known = ["spec.resources", "spec.items", "spec.items[0].name"];
        let errors = pack.check_paths(&|path| {
            let is_known = known.contains(&path.to_string().as_str());
            if is_known { PathKind::Exists } else { PathKind::Missing { nearest: None } }
        });
        let found: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
        assert_eq!(
            found,
            [
                "the kind has no field `spec.items[0].nmae`",
                "the kind has no field `spec.resources.limts`",
            ]
        );
    }

    #[test]
    fn an_object_needs_a_kind_and_a_name() {
        let head = format!("{HEAD}objects:\n- template: a.yaml\n");
        for template in
            ["a: b\n", "- a\n", "{{ spec.missing }}\n", "apiVersion: v1\nkind: A\nmetadata: {}\n"]
        {
            let pack = load(&[("pack.yaml", &head), ("a.yaml", template)]).unwrap();
            let errors = pack.render_value(&thing(), None, &BTreeMap::new(), None).unwrap_err();
            assert_eq!(errors[0].code.id, "P4011");
        }
    }

    #[test]
    fn an_instance_has_a_bounded_number_of_objects() {
        let head = format!("{HEAD}objects:\n- template: a.yaml\n  for: number in range(5000)\n");
        let pack = load(&[("pack.yaml", &head), ("a.yaml", OBJECT)]).unwrap();
        let errors = pack.render_value(&thing(), None, &BTreeMap::new(), None).unwrap_err();
        assert_eq!(errors[0].code.id, "P4006");
    }
}
