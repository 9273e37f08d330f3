//! Where each field of an object comes from.

use std::sync::Arc;

use crate::{
    diagnostic::{Location, Source, Span},
    field_path::{FieldPath, Step},
    render::origin::Origin,
};

/// Where the fields of the objects of one instance come from.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    /// One entry an object, in the order in which they are rendered.
    pub objects: Vec<Vec<Field>>,
}

/// Where one field of an object comes from.
#[derive(Debug, Clone)]
pub struct Field {
    /// The field.
    pub path: FieldPath,
    /// Where the template says it.
    pub location: Location,
    /// What the template says there, if it is not a constant.
    pub expression: Option<String>,
    /// The fields of the instance that it is made of.
    pub reads: Vec<FieldPath>,
    /// Whether it is a map or a list that the template spells out.
    pub is_structure: bool,
    /// Whether the value is the one field that is read, as it is.
    is_copy: bool,
}

/// The answer to "why is this field here".
#[derive(Debug, Clone)]
pub struct Why {
    /// Where the template says it.
    pub location: Location,
    /// What the template says there, if it is not a constant.
    pub expression: Option<String>,
    /// The fields of the instance that it is made of.
    pub reads: Vec<FieldPath>,
    /// Whether the template alone decides it.
    pub is_constant: bool,
}

impl Trace {
    /// Why a field of an object is there. None if the object has no such field.
    pub fn explain(&self, object: usize, path: &FieldPath) -> Option<Why> {
        let fields = self.objects.get(object)?;
        let nearest = fields
            .iter()
            .filter(|field| path.0.starts_with(&field.path.0))
            .max_by_key(|field| field.path.0.len())?;
        let deeper = &path.0[nearest.path.0.len()..];
        if nearest.is_structure && !deeper.is_empty() {
            return None;
        }
        let mut reads = nearest.reads.clone();
        if nearest.is_copy {
            for read in &mut reads {
                read.0.extend(deeper.iter().cloned());
            }
        }
        if nearest.is_structure {
            let inside = fields.iter().filter(|field| field.path.0.starts_with(&path.0));
            reads = inside.flat_map(|field| field.reads.iter().cloned()).collect();
            reads.sort();
            reads.dedup();
        }
        Some(Why {
            location: nearest.location.clone(),
            expression: nearest.expression.clone(),
            is_constant: reads.is_empty() && nearest.expression.is_none(),
            reads,
        })
    }

    /// The fields of an object that are values, in the order of the template.
    pub fn fields(&self, object: usize) -> impl Iterator<Item = &FieldPath> {
        let fields = self.objects.get(object).map(Vec::as_slice).unwrap_or_default();
        fields.iter().filter(|field| !field.is_structure).map(|field| &field.path)
    }
}

/// Notes the fields of one object while it is rendered.
#[derive(Debug, Default)]
pub(crate) struct Tracer {
    here: Vec<Step>,
    fields: Vec<Field>,
}

impl Tracer {
    pub(crate) fn enter(&mut self, step: Step) {
        self.here.push(step);
    }

    pub(crate) fn leave(&mut self) {
        self.here.pop();
    }

    /// Notes the field that is here, and what it is made of; nothing for a constant.
    pub(crate) fn value(&mut self, source: &Arc<Source>, span: Span, origin: Option<Origin>) {
        let expression = origin.is_some().then(|| {
            let text = source.text.get(span.start as usize..span.end as usize);
            text.unwrap_or_default().trim_end().to_owned()
        });
        let is_copy = matches!(origin, Some(Origin::Field(_)));
        let mut reads = origin.map(Origin::into_fields).unwrap_or_default();
        reads.sort();
        reads.dedup();
        self.note(source, span, Note { expression, reads, is_structure: false, is_copy });
    }

    /// Notes that the template spells out the map or list that is here.
    pub(crate) fn structure(&mut self, source: &Arc<Source>, span: Span) {
        let note = Note { expression: None, reads: Vec::new(), is_structure: true, is_copy: false };
        self.note(source, span, note);
    }

    pub(crate) fn finish(self) -> Vec<Field> {
        self.fields
    }

    fn note(&mut self, source: &Arc<Source>, span: Span, note: Note) {
        let Note { expression, reads, is_structure, is_copy } = note;
        self.fields.push(Field {
            path: FieldPath(self.here.clone()),
            location: Location { source: Arc::clone(source), span },
            expression,
            reads,
            is_structure,
            is_copy,
        });
    }
}

struct Note {
    expression: Option<String>,
    reads: Vec<FieldPath>,
    is_structure: bool,
    is_copy: bool,
}
