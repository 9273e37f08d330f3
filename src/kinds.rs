//! Which kinds a run knows, and what it does with the documents of each.

use std::sync::Arc;

use crate::{
    api,
    diagnostic::{Code, Diagnostic, Source, catalogue},
    document::{self, Document},
    field_path::FieldPath,
    nearest::nearest,
    pack::{self, Pack, PathKind},
    schema::Schema,
};

/// What happens with the documents of a kind.
#[derive(Clone, Copy)]
pub enum Role<'a> {
    /// They render.
    Renders(&'a Pack, &'a Schema),
    /// They fill unset fields of instances, and are not part of the output.
    Defaults(&'a Schema),
    /// Ours: checked, then passed through.
    PassesThrough(&'a Schema),
    /// Of a kind that we know, in another version than this one.
    OtherVersion(&'a str),
    /// Not ours, and nearly so: the group is near one that we know, or it is one and the kind is not known in it.
    Misspelled {
        /// The group that was probably meant.
        group: &'a str,
        /// The kind that was probably meant.
        kind: Option<&'a str>,
    },
    /// Not ours: passed through as it is.
    Foreign,
}

/// The packs of a run, and the schemas of the kinds that they render.
pub struct Kinds {
    packs: Vec<Pack>,
    known: Vec<Known>,
}

struct Known {
    group: String,
    version: String,
    kind: String,
    schema: KnownSchema,
}

/// Ours are part of the program.
enum KnownSchema {
    Ours(&'static Schema),
    Pack(Box<Schema>),
}

impl KnownSchema {
    fn get(&self) -> &Schema {
        match self {
            KnownSchema::Ours(schema) => schema,
            KnownSchema::Pack(schema) => schema,
        }
    }
}

impl Kinds {
    /// Our kinds and those of the user's packs. A pack that extends a built-in one takes its place.
    pub fn new(user_packs: Vec<Pack>) -> Result<Self, Vec<Diagnostic>> {
        let mut problems = pack::find_twice(&user_packs);
        let mut packs = Vec::new();
        for name in pack::BUILTIN {
            packs.extend(Pack::builtin(name).transpose()?);
        }
        packs.retain(|builtin| !builtin.kinds.iter().any(|kind| renders_any(&user_packs, kind)));
        packs.extend(user_packs);
        let mut known: Vec<Known> = api::kinds().iter().map(ours).collect();
        for crd in packs.iter().flat_map(|pack| &pack.crds) {
            known.extend(definitions(crd, &mut problems));
        }
        let kinds = Kinds { packs, known };
        problems.extend(kinds.without_schema());
        if problems.is_empty() { Ok(kinds) } else { Err(problems) }
    }

    /// Our kinds, none of which renders: what has been rendered is taken as it is.
    pub fn that_pass_through() -> Self {
        Kinds { packs: Vec::new(), known: Vec::new() }
    }

    /// The packs, the built-in ones first.
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// What happens with documents of this kind.
    pub fn role(&self, api_version: &str, kind: &str) -> Role<'_> {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        let mut of_kind =
            self.known.iter().filter(|known| known.group == group && known.kind == kind).peekable();
        let Some(first) = of_kind.peek() else { return self.misspelled(group, kind) };
        let other = Role::OtherVersion(&first.version);
        let Some(known) = of_kind.find(|known| known.version == version) else { return other };
        let schema = known.schema.get();
        match self.packs.iter().find(|pack| pack.renders(api_version, kind)) {
            Some(pack) => Role::Renders(pack, schema),
            None if group == api::GROUP && kind == api::DEFAULTS_KIND => Role::Defaults(schema),
            None => Role::PassesThrough(schema),
        }
    }

    /// What a kind that is not known may be meant to be.
    fn misspelled(&self, group: &str, kind: &str) -> Role<'_> {
        if let Some(known) = self.known.iter().find(|known| known.group == group) {
            let of_group = self.known.iter().filter(|known| known.group == group);
            let kind = nearest(kind, of_group.map(|known| known.kind.as_str()));
            return Role::Misspelled { group: &known.group, kind };
        }
        let of_kind = self.known.iter().filter(|known| known.kind == kind);
        match nearest(group, of_kind.map(|known| known.group.as_str())) {
            Some(group) => Role::Misspelled { group, kind: None },
            None => Role::Foreign,
        }
    }

    /// Whether a field exists in every kind that a pack renders.
    fn path_kind(&self, pack: &Pack, path: &FieldPath) -> PathKind {
        for kind in &pack.kinds {
            let Role::Renders(_, schema) = self.role(&kind.api_version, &kind.kind) else {
                continue;
            };
            if schema.field(path).is_none() {
                return PathKind::Missing { nearest: schema.nearest(path) };
            }
        }
        PathKind::Exists
    }

    /// Every path that the templates of a pack read and one of its kinds does not have.
    pub fn check_paths(&self, pack: &Pack) -> Vec<Diagnostic> {
        pack.check_paths(&|path| self.path_kind(pack, path))
    }

    /// A pack renders only kinds whose documents can be checked.
    fn without_schema(&self) -> Vec<Diagnostic> {
        let missing = |kind: &&pack::Kind| {
            let (group, version) =
                kind.api_version.split_once('/').unwrap_or(("", &kind.api_version));
            !self.known.iter().any(|known| {
                known.group == group && known.version == version && known.kind == kind.kind
            })
        };
        let problem = |kind: &pack::Kind| {
            let message = format!(
                "no definition of {} in {} comes with the pack",
                kind.kind, kind.api_version
            );
            Diagnostic::new(&catalogue::pack::NO_SCHEMA, message)
                .at(kind.location.clone())
                .help("list the file with its CustomResourceDefinition under `crds`")
        };
        self.packs.iter().flat_map(|pack| &pack.kinds).filter(missing).map(problem).collect()
    }
}

fn renders_any(packs: &[Pack], kind: &pack::Kind) -> bool {
    packs.iter().any(|pack| pack.renders(&kind.api_version, &kind.kind))
}

fn ours(kind: &'static api::Kind) -> Known {
    Known {
        group: kind.group.to_owned(),
        version: kind.version.to_owned(),
        kind: kind.kind.to_owned(),
        schema: KnownSchema::Ours(kind.schema()),
    }
}

/// The kinds that a file of a pack defines, one a version.
fn definitions(source: &Arc<Source>, problems: &mut Vec<Diagnostic>) -> Vec<Known> {
    let documents = document::parse(source, problems);
    documents
        .iter()
        .filter(|document| document.kind() == "CustomResourceDefinition")
        .flat_map(|document| {
            let versions =
                document.value.pointer("/spec/versions").and_then(serde_json::Value::as_array);
            let count = versions.map_or(0, Vec::len);
            (0..count).filter_map(|index| definition(document, index, problems)).collect::<Vec<_>>()
        })
        .collect()
}

fn definition(document: &Document, index: usize, problems: &mut Vec<Diagnostic>) -> Option<Known> {
    let spec = document.value.get("spec")?;
    let version = spec.get("versions")?.get(index)?;
    let path = FieldPath::of("spec.versions").index(index).key("schema").key("openAPIV3Schema");
    let schema = version.pointer("/schema/openAPIV3Schema").map(Schema::from_value)?;
    match schema {
        Ok(schema) => Some(Known {
            group: spec.get("group")?.as_str()?.to_owned(),
            version: version.get("name")?.as_str()?.to_owned(),
            kind: spec.pointer("/names/kind")?.as_str()?.to_owned(),
            schema: KnownSchema::Pack(Box::new(schema)),
        }),
        Err(error) => {
            let code: &'static Code = &catalogue::pack::NO_SCHEMA;
            problems.push(document.problem(code, &path, error.to_string()));
            None
        }
    }
}
